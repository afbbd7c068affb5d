/** Bundles, once for all files, the programs that tests start: `edfi-perf`, and a worker's thread. */
import { build } from "esbuild"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  export interface ProvidedContext {
    /** The path of the command, which `node` runs. */
    readonly command: string
    /** The path of the program of a worker thread. */
    readonly workerProgram: string
  }
}

// In a bundle they start in a quarter of a second; a loader would compile them anew in every process, for two seconds.
export default async ({ provide }: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-bundle-"))
  await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: ["src/bin.ts", "src/workers/worker.ts"],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    outExtension: { ".js": ".mjs" },
    // What some packages ask for, and modules do not have.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' }
  })
  provide("command", join(folder, "bin.mjs"))
  provide("workerProgram", join(folder, "workers/worker.mjs"))
  return () => rmSync(folder, { recursive: true })
}
