/** `edfi-perf` as a process, step by step. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { inject } from "vitest"

/** A line of progress of a run that has had responses. */
export const underWay = /\d+:\d\d \/ .*[1-9][\d,.]* requests\/s/

export interface StartedRun {
  readonly pid: number
  /** The first line that has this in it, as soon as it was printed; a process that ends without it is a defect. */
  readonly line: (pattern: RegExp) => Effect.Effect<string>
  /** Reads its standard output no longer. */
  readonly hangUp: Effect.Effect<void>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Signals its only child process, the local DMS; Linux only. */
  readonly signalChild: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly ended: Effect.Effect<{ readonly exitCode: number | null; readonly out: string }>
}

/** The id of the only child of a process. */
const childOf = (id: number): number => Number(readFileSync(`/proc/${id}/task/${id}/children`, "utf8").trim())

/**
 * Starts it in a folder, with no other variables than these. It ends with the scope, by force if need be. Standard output
 * and error come as one.
 *
 * @param within words that start a program elsewhere and become it, such as `ip netns exec NAME`
 */
export const startRun = (
  folder: string,
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {},
  within: ReadonlyArray<string> = []
): Effect.Effect<StartedRun, never, Scope.Scope> =>
  startProgram(folder, [...within, process.execPath, inject("command"), ...words], variables)

/** The same for any program. */
export const startProgram = (
  folder: string,
  [program = "", ...words]: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
): Effect.Effect<StartedRun, never, Scope.Scope> =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const expected: Array<{ readonly pattern: RegExp; readonly found: Deferred.Deferred<string> }> = []
    const ended = yield* Deferred.make<number | null>()
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(program, words, {
          cwd: folder,
          env: { PATH: process.env["PATH"], ...variables },
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
    const out = () => lines.join("\n")
    child.on("close", (exitCode) => {
      Deferred.unsafeDone(ended, Effect.succeed(exitCode))
      for (const { found, pattern } of expected) {
        Deferred.unsafeDone(found, Effect.dieMessage(`ended with ${exitCode}, without ${pattern}:\n${out()}`))
      }
    })
    return {
      pid: child.pid ?? 0,
      line: (pattern) =>
        Effect.gen(function* () {
          const found = yield* Deferred.make<string>()
          const already = lines.find((line) => pattern.test(line))
          if (already !== undefined) return already
          expected.push({ pattern, found })
          return yield* Deferred.await(found)
        }),
      hangUp: Effect.sync(() => child.stdout.destroy()),
      signal: (signal) => Effect.sync(() => child.kill(signal)),
      signalChild: (signal) => Effect.sync(() => void process.kill(childOf(child.pid ?? 0), signal)),
      ended: Effect.map(Deferred.await(ended), (exitCode) => ({ exitCode, out: out() }))
    }
  })
