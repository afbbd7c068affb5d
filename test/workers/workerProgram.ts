/** The program of a worker thread, as one text that `new Worker(text, { eval: true })` runs. */
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import { fileURLToPath } from "node:url"

/** Bundled, a thread starts in a fraction of the time that it takes to compile every module for itself. */
export const workerProgram: Effect.Effect<string> = Effect.map(
  Effect.promise(() =>
    build({
      absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
      entryPoints: ["src/workers/worker.ts"],
      bundle: true,
      write: false,
      platform: "node",
      format: "cjs"
    })
  ),
  ({ outputFiles }) => outputFiles.map(({ text }) => text).join("")
)
