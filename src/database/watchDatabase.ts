/** Reads the statistics of a database before a load, every five seconds during it, and after it. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { activityOf, afterFailure, afterReading, nothingObserved, type Observed } from "./activityOf.ts"
import type { DatabaseReader, ReadingFailed } from "./DatabaseReader.ts"
import type { Inspection } from "./Inspection.ts"
import type { Reading } from "./Reading.ts"

const interval = "5 seconds"

export interface DatabaseWatch {
  /** The activity up to the latest reading. */
  readonly sofar: () => DatabaseActivity
  /**
   * Ends the watch after the load: reads at once, and then each second until all sessions of the database have reported
   * their counts, for at most `settleMillis` of the server. After an interrupt, before or during that wait, it does not
   * wait; the counts of the last moments may then be incomplete, which `missing` reports.
   *
   * @param operations confirmed by the DMS since the watch began, including a warm-up
   */
  readonly end: (operations: number) => Effect.Effect<DatabaseActivity>
}

const secondsOf = (millis: number): string => `${Math.round(millis / 1000)} s`

const hasUnreported = ({ unreported }: Reading): boolean => unreported.busy + unreported.hidden > 0

const withNote = (reading: Reading, note: string): Reading => ({
  ...reading,
  missing: [...reading.missing, note]
})

/** With a note about the sessions that were still active at the end of the wait. */
const withUnreported = (reading: Reading, settleMillis: number): Reading => {
  const { busy } = reading.unreported
  if (busy === 0) return reading
  const sessions = busy === 1 ? "1 session that was" : `${busy} sessions that were`
  return withNote(
    reading,
    `the last second of ${sessions} still active ${secondsOf(settleMillis)} after the load`
  )
}

const withInterrupt = (reading: Reading): Reading =>
  withNote(
    reading,
    "the last seconds of some sessions: the run was interrupted and did not wait until they had reported their counts"
  )

/** The state of a watch. */
interface Watch {
  readonly reader: (typeof DatabaseReader)["Service"]
  observed: Observed
  /** The latest reading failed, which was logged. */
  lost: boolean
  /** Before the load; `undefined` if it failed. */
  inspected: Inspection | undefined
}

const recordFailure = (watch: Watch, { reason }: ReadingFailed) =>
  Effect.flatMap(Clock.currentTimeMillis, (atMillis) => {
    watch.observed = afterFailure(watch.observed, reason, atMillis)
    if (watch.lost) return Effect.void
    watch.lost = true
    return Effect.logWarning(`the statistics of the database cannot be read: ${reason}`)
  })

/**
 * A reading; `undefined` if it failed. Runs in a daemon fiber, so that an interrupt of the caller, which still has to
 * write its summary, does not end it.
 */
const perform = <A>(watch: Watch, reading: Effect.Effect<A, ReadingFailed>): Effect.Effect<A | undefined> =>
  reading.pipe(
    Effect.interruptible,
    Effect.forkDaemon,
    Effect.flatMap(Fiber.join),
    Effect.matchEffect({
      onFailure: (error) => Effect.as(recordFailure(watch, error), undefined),
      onSuccess: (found) =>
        Effect.sync(() => {
          watch.lost = false
          return found
        })
    })
  )

const read = (watch: Watch): Effect.Effect<Reading | undefined> => perform(watch, watch.reader.read)

/** A reading that becomes a point of the timeline. */
const observe = (watch: Watch): Effect.Effect<Reading | undefined> =>
  Effect.map(read(watch), (reading) => {
    if (reading !== undefined) watch.observed = afterReading(watch.observed, reading)
    return reading
  })

/** `false` after an interrupt, before or during the wait. */
const completes = (wait: Effect.Effect<void>): Effect.Effect<boolean> =>
  Effect.map(Effect.exit(Effect.interruptible(wait)), Exit.isSuccess)

/** Reads each second until all sessions have reported. */
const settle = (watch: Watch, last: Reading, untilMillis: number): Effect.Effect<Reading | undefined> =>
  Effect.gen(function* () {
    if (!hasUnreported(last)) return last
    const { settleMillis } = watch.reader.server
    if ((yield* Clock.currentTimeMillis) >= untilMillis) return withUnreported(last, settleMillis)
    if (!(yield* completes(Effect.sleep("1 second")))) return withInterrupt(last)
    const next = yield* read(watch)
    return next && (yield* settle(watch, next, untilMillis))
  })

const end = (watch: Watch, operations: number): Effect.Effect<DatabaseActivity> =>
  Effect.gen(function* () {
    const { settleMillis } = watch.reader.server
    const endedMillis = yield* Clock.currentTimeMillis
    const last = yield* observe(watch)
    // PostgreSQL counts a statement when it ends, so this inspection has to wait for no session.
    const after = last && (yield* perform(watch, watch.reader.inspect))
    const before = watch.inspected
    const inspected = before === undefined || after === undefined ? {} : { inspections: { before, after } }
    if (last !== undefined && hasUnreported(last)) {
      yield* completes(
        Effect.logInfo(
          `waiting up to ${secondsOf(settleMillis)} for the sessions of the database to report their counts`
        )
      )
    }
    const reading = last && (yield* settle(watch, last, endedMillis + settleMillis))
    return activityOf(watch.observed, { reading, operations, ...inspected })
  })

/**
 * Starts with a reading: the load to be observed runs between this and `end`. If the database becomes unavailable, a
 * warning is logged, the readings go on every five seconds, and `missing` names the time without readings.
 *
 * Sessions report their counts at most once a second, and idle ones up to 10 s later (PostgreSQL 15 and newer:
 * PGSTAT_MIN_INTERVAL and PGSTAT_IDLE_INTERVAL in pgstat.c). So `end` takes up to 11 s, and a watch that starts right
 * after another load may include the last second of that load.
 *
 * @example
 * const watch = yield* watchDatabase(reader)
 * const { operations } = yield* load
 * const activity = yield* watch.end(operations)
 */
export const watchDatabase = (
  reader: (typeof DatabaseReader)["Service"]
): Effect.Effect<DatabaseWatch, never, Scope.Scope> =>
  Effect.gen(function* () {
    const startedMillis = yield* Clock.currentTimeMillis
    const watch: Watch = {
      reader,
      observed: nothingObserved(reader.server, startedMillis),
      lost: false,
      inspected: undefined
    }
    let cached: { readonly of: Observed; readonly activity: DatabaseActivity } | undefined
    // The reading comes last, so that its time is nearer to the load.
    watch.inspected = yield* perform(watch, reader.inspect)
    yield* observe(watch)
    const readings = yield* observe(watch).pipe(
      Effect.schedule(Schedule.fixed(interval)),
      Effect.interruptible,
      Effect.forkScoped
    )
    return {
      sofar: () => {
        const { observed } = watch
        if (cached?.of !== observed) cached = { of: observed, activity: activityOf(observed) }
        return cached.activity
      },
      end: (operations) => Effect.zipRight(Fiber.interrupt(readings), end(watch, operations))
    }
  })
