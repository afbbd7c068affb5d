/** The target process, as a bench sees it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { createInterface } from "node:readline"
import type { TlsFiles } from "./campaign.ts"
import { BenchFailed, startChild } from "./children.ts"
import { targetProgram } from "./targetProgram.ts"

/** What the target counted since it started; two readings make a window. */
const Reading = Schema.Struct({
  /** Of a monotonic clock. */
  nanos: Schema.Number,
  /** The target's own processor time. */
  cpuMicros: Schema.Number,
  /** Complete batches that were answered. */
  batches: Schema.Int,
  /** Of the bodies of those batches. */
  bytes: Schema.Int,
  socketsOpened: Schema.Int,
  socketsOpen: Schema.Int
})
export interface Reading extends Schema.Schema.Type<typeof Reading> {}

const readReading = Schema.decodeUnknown(Schema.parseJson(Reading))
const readBodies = Schema.decodeUnknown(Schema.parseJson(Schema.Array(Schema.String)))

export interface Target {
  readonly url: string
  readonly read: Effect.Effect<Reading, BenchFailed>
  /** The next two complete batches that arrive, as they were sent. */
  readonly capture: Effect.Effect<ReadonlyArray<string>, BenchFailed>
}

/**
 * Starts a target, which ends with the scope.
 *
 * @param cores which it may use: `"1"`, `"0,1"`
 * @param operations how many an answer confirms: 30 for 10 triples
 * @param tls of a target behind TLS
 */
export const startTarget = (
  cores: string,
  operations: number,
  tls?: TlsFiles
): Effect.Effect<Target, BenchFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* startChild(cores, targetProgram(operations, tls))
    const waiting: Array<(line: string) => void> = []
    createInterface(child.process.stdout).on("line", (line) => waiting.shift()?.(line))
    const nextLine = Effect.async<string>((resume) => {
      waiting.push((line) => resume(Effect.succeed(line)))
    }).pipe(
      Effect.timeoutFail({
        duration: "10 seconds",
        onTimeout: () => new BenchFailed({ message: `the target does not answer: ${child.said}` })
      })
    )
    const ask = (question: string) =>
      Effect.zipRight(
        Effect.sync(() => child.process.stdin.write(`${question}\n`)),
        nextLine
      )
    return {
      url: yield* nextLine,
      read: Effect.flatMap(ask("read"), (line) => Effect.orDie(readReading(line))),
      capture: Effect.flatMap(ask("capture"), (line) => Effect.orDie(readBodies(line)))
    }
  })
