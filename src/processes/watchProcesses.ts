/** Reads the processes of a server for as long as a load lasts, or all loads of a study. */
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
import type { ProcessReading, ProcessSource } from "./ProcessReader.ts"

export interface ProcessWatch {
  /** The activity up to the latest readings, in the order of the sources. */
  readonly sofar: () => ReadonlyArray<WatchedProcesses>
  /** A reading of each source now, beside those of its interval: at the end of a load. */
  readonly read: Effect.Effect<void>
  /**
   * Begins a slice with a reading of each source. Its end is another reading, and gives the activity between them, with
   * times since its beginning. One slice at a time.
   *
   * @param seconds of its load: what is read while the last requests complete is only drawn
   */
  readonly beginSlice: (seconds: number) => Effect.Effect<Effect.Effect<ReadonlyArray<WatchedProcesses>>>
}

/** When the figures of the whole time begin: after a warm-up, or with the first slice. */
export type CountedFrom =
  { readonly _tag: "WarmUp"; readonly millis: number } | { readonly _tag: "FirstSlice" }

/** Nothing counts before the first slice. */
const notYet = Number.POSITIVE_INFINITY

interface Slice {
  readonly startMillis: number
  readonly seen: ProcessesSeen
}

/** The readings of one source: of the whole time, and of the slice that is measured. */
const watchOne = (source: ProcessSource, countedFrom: CountedFrom, startMillis: number) =>
  Effect.gen(function* () {
    const { label } = source
    const warmUpMillis = countedFrom._tag === "WarmUp" ? countedFrom.millis : 0
    const from = countedFrom._tag === "WarmUp" ? 0 : notYet
    let seen = nothingSeen(label, { from, to: Number.POSITIVE_INFINITY })
    let slice: Slice | undefined
    /** Two readings at the same time would disturb each other's counters. */
    const turns = yield* Effect.makeSemaphore(1)

    const addToSlice = (reading: ProcessReading, millis: number) => {
      if (slice === undefined) return
      const atSeconds = (millis - slice.startMillis) / 1000
      slice = { ...slice, seen: afterProcessReading(slice.seen, { ...reading, atSeconds }) }
    }
    const addFailure = (reason: string) => {
      seen = afterProcessFailure(seen, reason)
      if (slice !== undefined) slice = { ...slice, seen: afterProcessFailure(slice.seen, reason) }
    }
    /** A failed reading leaves a gap; the first one is logged. */
    const read = (add: (reading: ProcessReading, millis: number) => void) =>
      source.read.pipe(
        Effect.flatMap((reading) =>
          Effect.map(Clock.currentTimeMillis, (millis) => {
            add(reading, millis)
          })
        ),
        Effect.catchAll(({ reason }) =>
          Effect.zipRight(
            seen.failed.size === 0
              ? Effect.logWarning(`the processes of --watch ${label} cannot be read: ${reason}`)
              : Effect.void,
            Effect.sync(() => {
              addFailure(reason)
            })
          )
        ),
        turns.withPermits(1)
      )
    const observe = read((reading, millis) => {
      const atSeconds = (millis - startMillis - warmUpMillis) / 1000
      seen = afterProcessReading(seen, { ...reading, atSeconds })
      addToSlice(reading, millis)
    })

    yield* observe
    yield* observe.pipe(
      Effect.schedule(Schedule.fixed(source.intervalMillis)),
      Effect.interruptible,
      Effect.forkScoped
    )
    let cached: { readonly of: ProcessesSeen; readonly activity: WatchedProcesses } | undefined
    return {
      read: observe,
      sofar: () => {
        if (cached?.of !== seen) cached = { of: seen, activity: processesOf(seen) }
        return cached.activity
      },
      beginSlice: (seconds: number) =>
        Effect.gen(function* () {
          const begun = yield* Clock.currentTimeMillis
          if (seen.counted.from === notYet) {
            seen = { ...seen, counted: { ...seen.counted, from: (begun - startMillis) / 1000 } }
          }
          slice = { startMillis: begun, seen: nothingSeen(label, { from: 0, to: seconds }) }
          // Only of the slice: the timeline of the whole time keeps its even steps.
          yield* read(addToSlice)
          return Effect.map(read(addToSlice), () => {
            const activity = processesOf(slice?.seen ?? nothingSeen(label))
            slice = undefined
            return activity
          })
        })
    }
  })

/** Starts with a reading of each source; the load runs in the same scope. Times are those since the end of the warm-up. */
export const watchProcesses = (
  sources: ReadonlyArray<ProcessSource>,
  countedFrom: CountedFrom
): Effect.Effect<ProcessWatch, never, Scope.Scope> =>
  Effect.gen(function* () {
    const startMillis = yield* Clock.currentTimeMillis
    const watches = yield* Effect.forEach(sources, (source) => watchOne(source, countedFrom, startMillis))
    const atOnce = { concurrency: "unbounded" } as const
    return {
      sofar: () => watches.map(({ sofar }) => sofar()),
      read: Effect.forEach(watches, ({ read }) => read, { ...atOnce, discard: true }),
      beginSlice: (seconds) =>
        Effect.map(
          Effect.forEach(watches, (watch) => watch.beginSlice(seconds), atOnce),
          (ends) => Effect.all(ends, atOnce)
        )
    }
  })
