/** `edfi-perf run --local` as a process, step by step. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import { fileURLToPath, pathToFileURL } from "node:url"

const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href

export interface StartedRun {
  /** The first line that has this in it, as soon as it was printed. */
  readonly line: (pattern: RegExp) => Effect.Effect<string>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly ended: Effect.Effect<{ readonly exitCode: number | null; readonly out: string }>
}

/** Ends with the scope, by force if need be. Standard output and error come as one. */
export const startRun = (
  folder: string,
  words: ReadonlyArray<string>
): Effect.Effect<StartedRun, never, Scope.Scope> =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const expected: Array<{ readonly pattern: RegExp; readonly found: Deferred.Deferred<string> }> = []
    const ended = yield* Deferred.make<number | null>()
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["--import", tsx, bin, "run", "--local", ...words], {
          cwd: folder,
          env: { PATH: process.env["PATH"] },
          stdio: ["ignore", "pipe", "pipe"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        lines.push(line)
        for (const { found, pattern } of expected) {
          if (pattern.test(line)) Deferred.unsafeDone(found, Effect.succeed(line))
        }
      })
    }
    child.on("close", (exitCode) => Deferred.unsafeDone(ended, Effect.succeed(exitCode)))
    return {
      line: (pattern) =>
        Effect.gen(function* () {
          const found = yield* Deferred.make<string>()
          const already = lines.find((line) => pattern.test(line))
          if (already !== undefined) return already
          expected.push({ pattern, found })
          return yield* Deferred.await(found)
        }),
      signal: (signal) => Effect.sync(() => child.kill(signal)),
      ended: Effect.map(Deferred.await(ended), (exitCode) => ({ exitCode, out: lines.join("\n") }))
    }
  })
