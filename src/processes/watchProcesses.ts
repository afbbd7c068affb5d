/** Reads the processes of a server for as long as a load lasts. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { WatchedProcesses } from "../result/ProcessActivity.ts"
import {
  afterProcessFailure,
  afterProcessReading,
  nothingSeen,
  processesOf,
  type ProcessesSeen
} from "./activityOf.ts"
import type { ProcessSource } from "./ProcessReader.ts"

export interface ProcessWatch {
  /** The activity up to the latest readings, in the order of the sources. */
  readonly sofar: () => ReadonlyArray<WatchedProcesses>
}

/** @param toSeconds from the clock's milliseconds to the time of the run */
const watchOne = (source: ProcessSource, toSeconds: (millis: number) => number) =>
  Effect.gen(function* () {
    let seen: ProcessesSeen = nothingSeen(source.label)
    const observe = source.read.pipe(
      Effect.flatMap((reading) =>
        Effect.map(Clock.currentTimeMillis, (millis) => {
          seen = afterProcessReading(seen, { ...reading, atSeconds: toSeconds(millis) })
        })
      ),
      Effect.catchAll(({ reason }) =>
        Effect.gen(function* () {
          if (seen.failed.size === 0) {
            yield* Effect.logWarning(`the processes of --watch ${source.label} cannot be read: ${reason}`)
          }
          seen = afterProcessFailure(seen, reason)
        })
      )
    )
    yield* observe
    yield* observe.pipe(
      Effect.schedule(Schedule.fixed(source.intervalMillis)),
      Effect.interruptible,
      Effect.forkScoped
    )
    let cached: { readonly of: ProcessesSeen; readonly activity: WatchedProcesses } | undefined
    return () => {
      if (cached?.of !== seen) cached = { of: seen, activity: processesOf(seen) }
      return cached.activity
    }
  })

/**
 * Starts with a reading of each source; the load runs in the same scope.
 *
 * @param warmUpMillis of the load that begins now: times of its warm-up are below 0
 */
export const watchProcesses = (
  sources: ReadonlyArray<ProcessSource>,
  warmUpMillis: number
): Effect.Effect<ProcessWatch, never, Scope.Scope> =>
  Effect.gen(function* () {
    const startMillis = yield* Clock.currentTimeMillis
    const toSeconds = (millis: number) => (millis - startMillis - warmUpMillis) / 1000
    const watches = yield* Effect.forEach(sources, (source) => watchOne(source, toSeconds))
    return { sofar: () => watches.map((activity) => activity()) }
  })
