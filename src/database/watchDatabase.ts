/** Looks at a database before a load, every five seconds while it goes on, and after it. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { activityOf, afterFailure, afterReading, nothingSeen, type Seen } from "./activityOf.ts"
import type { DatabaseReader, ReadingFailed } from "./DatabaseReader.ts"
import type { Reading } from "./Reading.ts"

const every = "5 seconds"

export interface DatabaseWatch {
  /** What is known by now. */
  readonly sofar: () => DatabaseActivity
  /**
   * Ends it, when the load has ended: reads at once, and then each second until the sessions of the database have told
   * what they did, `settleMillis` of the server at most. Who was interrupted, before or meanwhile, does not wait: the
   * counts of the last moments may then be absent, which `missing` says.
   *
   * @param operations that the DMS confirmed since the watch began, those of a warm-up included
   */
  readonly end: (operations: number) => Effect.Effect<DatabaseActivity>
}

const secondsOf = (millis: number): string => `${Math.round(millis / 1000)} s`

const isUntold = ({ untold }: Reading): boolean => untold.busy + untold.hidden > 0

/** With what is not known of sessions that are still at work when nobody waits for them any longer. */
const withUntold = (reading: Reading, settleMillis: number): Reading => {
  const { busy } = reading.untold
  if (busy === 0) return reading
  const sessions = busy === 1 ? "a session that was" : `${busy} sessions that were`
  const note = `what ${sessions} still at work ${secondsOf(settleMillis)} after the load did in their last second`
  return { ...reading, missing: [...reading.missing, note] }
}

/** With what is not known because nobody waited for it. */
const withInterrupt = (reading: Reading): Reading => ({
  ...reading,
  missing: [
    ...reading.missing,
    "what sessions did in the last seconds: the run was interrupted and did not wait until they had told it"
  ]
})

/**
 * Begins with a reading. The load that is to be explained lies between this and `end`; a database that goes away
 * meanwhile is warned of and named in `missing`, and it is looked for every five seconds.
 *
 * Sessions tell what they did at most once a second, and up to 10 s later when they have nothing to do (PostgreSQL 15
 * and newer: PGSTAT_MIN_INTERVAL and PGSTAT_IDLE_INTERVAL of pgstat.c). So `end` takes up to 11 s, and a watch
 * that begins right after another load may count what that did in its last second.
 *
 * @example
 * const watch = yield* watchDatabase(reader)
 * const { operations } = yield* load
 * const activity = yield* watch.end(operations)
 */
export const watchDatabase = ({
  read,
  server
}: (typeof DatabaseReader)["Service"]): Effect.Effect<DatabaseWatch, never, Scope.Scope> =>
  Effect.gen(function* () {
    let seen = nothingSeen(server, yield* Clock.currentTimeMillis)
    let lost = false
    let made: { readonly of: Seen; readonly activity: DatabaseActivity } | undefined

    const failed = ({ reason }: ReadingFailed) =>
      Effect.flatMap(Clock.currentTimeMillis, (atMillis) => {
        seen = afterFailure(seen, reason, atMillis)
        if (lost) return Effect.void
        lost = true
        return Effect.logWarning(`the statistics of the database cannot be read: ${reason}`)
      })
    /**
     * Reads, and says whether it could. In a fiber of its own that is nobody's child: an interrupt of the caller, which
     * has a summary to write, does not end it.
     */
    const take = read.pipe(
      Effect.interruptible,
      Effect.forkDaemon,
      Effect.flatMap(Fiber.join),
      Effect.matchEffect({
        onFailure: (error) => Effect.as(failed(error), undefined),
        onSuccess: (reading) =>
          Effect.sync(() => {
            lost = false
            return reading
          })
      })
    )
    const look = Effect.map(take, (reading) => {
      if (reading !== undefined) seen = afterReading(seen, reading)
      return reading
    })

    /** Whether it was waited for, and not interrupted, before or meanwhile. */
    const waited = (wait: Effect.Effect<void>) =>
      Effect.map(Effect.exit(Effect.interruptible(wait)), Exit.isSuccess)
    const tellWait = Effect.logInfo(
      `waiting up to ${secondsOf(server.settleMillis)} for the sessions of the database to tell what they did`
    )
    const settle = (last: Reading, untilMillis: number): Effect.Effect<Reading | undefined> =>
      Effect.gen(function* () {
        if (!isUntold(last)) return last
        if ((yield* Clock.currentTimeMillis) >= untilMillis) return withUntold(last, server.settleMillis)
        if (!(yield* waited(Effect.sleep("1 second")))) return withInterrupt(last)
        const next = yield* take
        return next && (yield* settle(next, untilMillis))
      })

    yield* look
    const looking = yield* look.pipe(
      Effect.schedule(Schedule.fixed(every)),
      Effect.interruptible,
      Effect.forkScoped
    )
    return {
      sofar: () => {
        if (made?.of !== seen) made = { of: seen, activity: activityOf(seen) }
        return made.activity
      },
      end: (operations) =>
        Effect.gen(function* () {
          yield* Fiber.interrupt(looking)
          const endedMillis = yield* Clock.currentTimeMillis
          const atEnd = yield* look
          if (atEnd !== undefined && isUntold(atEnd)) yield* waited(tellWait)
          const reading = atEnd && (yield* settle(atEnd, endedMillis + server.settleMillis))
          return activityOf(seen, { reading, operations })
        })
    }
  })
