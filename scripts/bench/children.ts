/** Processes that a bench starts: on cores of their own, in a group of their own, and gone when the bench is. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"
import { onCores } from "./report.ts"

export interface Command {
  readonly program: string
  readonly words: ReadonlyArray<string>
  /** Added to our own variables. */
  readonly variables?: Readonly<Record<string, string>>
  readonly folder?: string
}

/** Something that ended a bench; the message is all there is to say. */
export class BenchFailed extends Data.TaggedError("BenchFailed")<{ readonly message: string }> {}

export class Child {
  /** The end of what it wrote to both outputs, for the case that it fails. */
  said = ""

  constructor(readonly process: ChildProcessWithoutNullStreams) {
    const keep = (text: string) => (this.said = (this.said + text).slice(-2000))
    process.stdout.setEncoding("utf8").on("data", keep)
    process.stderr.setEncoding("utf8").on("data", keep)
    process.on("error", (error) => keep(error.message))
    process.stdin.on("error", () => {})
  }

  get pid(): number {
    return this.process.pid ?? 0
  }

  get hasEnded(): boolean {
    return this.pid === 0 || this.process.exitCode !== null || this.process.signalCode !== null
  }

  /** The whole group, because a shell script does not hand on what it is told. */
  signal(signal: NodeJS.Signals): void {
    try {
      if (this.pid > 0) process.kill(-this.pid, signal)
    } catch {
      // It ended in this moment.
    }
  }

  /** Its exit code or the signal that ended it, or `undefined` if it is still there after so many milliseconds. */
  readonly ended = (withinMillis: number): Effect.Effect<number | NodeJS.Signals | undefined> =>
    Effect.gen(this, function* () {
      for (let waited = 0; !this.hasEnded && waited < withinMillis; waited += 20) yield* Effect.sleep(20)
      // A program that could not be started at all has no id; 127 is what a shell would say.
      if (this.process.pid === undefined) return 127
      return this.hasEnded ? (this.process.exitCode ?? this.process.signalCode ?? 0) : undefined
    })
}

/**
 * A process that ends with the scope, politely if it can. It leads a group, so that Ctrl-C in a terminal reaches the
 * bench alone, which then ends its children in order.
 *
 * @param cores which it may use: `"0"`, `"0,1"`
 */
export const startChild = (
  cores: string,
  { folder, program, variables, words }: Command
): Effect.Effect<Child, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const pinned = onCores(cores, program, ...words)
      return new Child(
        spawn(pinned.program, pinned.words, {
          detached: true,
          cwd: folder,
          env: { ...process.env, ...variables }
        })
      )
    }),
    (child) =>
      Effect.gen(function* () {
        child.signal("SIGTERM")
        if ((yield* child.ended(2000)) === undefined) child.signal("SIGKILL")
        yield* child.ended(2000)
        // Whoever is left of its group.
        child.signal("SIGKILL")
      })
  )

/** Runs a command to its end. @throws BenchFailed with what it said, when its exit code is not 0 */
export const runCommand = (what: string, command: Command): Effect.Effect<void, BenchFailed> =>
  Effect.gen(function* () {
    const child = yield* startChild("all", command)
    const code = yield* child.ended(Number.POSITIVE_INFINITY)
    if (code !== 0) {
      return yield* new BenchFailed({ message: `${what} ended with ${code}:\n${child.said}` })
    }
  }).pipe(Effect.scoped)
