/** Bundles, once for all files, the programs that tests start: `edfi-perf`, and the program of worker threads. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestProject } from "vitest/node"
import { buildBundle } from "../scripts/buildBundle.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** The path of the command, which `node` runs. */
    readonly command: string
    /** The path of the program of a worker thread. */
    readonly workerProgram: string
  }
}

// A loader would compile every module again in each process, which takes two seconds.
export default async ({ provide }: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-bundle-"))
  await buildBundle(folder)
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n')
  provide("command", join(folder, "bin.js"))
  provide("workerProgram", join(folder, "bundle/worker.js"))
  return () => rmSync(folder, { recursive: true })
}
