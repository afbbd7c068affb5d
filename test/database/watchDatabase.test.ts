import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { DatabaseReader, ReadingFailed } from "../../src/database/DatabaseReader.ts"
import { nothingInspected } from "../../src/database/Inspection.ts"
import type { Reading } from "../../src/database/Reading.ts"
import { watchDatabase } from "../../src/database/watchDatabase.ts"
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { server, steadyAt } from "./readings.ts"
import { it } from "../engine/virtualTime.ts"

/** A reader with the readings of `read` by second; it fails where that returns `undefined`. */
const readerOf = (read: (seconds: number) => Reading | undefined) => {
  const at: Array<number> = []
  return {
    at,
    reader: DatabaseReader.of({
      server,
      inspect: Effect.succeed(nothingInspected),
      read: Effect.flatMap(Clock.currentTimeMillis, (millis) => {
        at.push(millis / 1000)
        const reading = read(millis / 1000)
        return reading === undefined ? new ReadingFailed({ reason: "refused" }) : Effect.succeed(reading)
      })
    })
  }
}

/** Watches a load of `seconds` with 3,000 confirmed operations per second. */
const watched = (read: (seconds: number) => Reading | undefined, seconds: number) =>
  Effect.gen(function* () {
    const warnings: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      if (logLevel._tag === "Warning") warnings.push(String(message))
    })
    const { at, reader } = readerOf(read)
    const fiber = yield* Effect.fork(
      Effect.gen(function* () {
        const watch = yield* watchDatabase(reader)
        yield* Effect.sleep(`${seconds} seconds`)
        const sofar = watch.sofar()
        const activity = yield* watch.end(3000 * seconds)
        return { activity, sofar, endedMillis: yield* Clock.currentTimeMillis }
      }).pipe(
        Effect.scoped,
        // Like a run, which writes its files even after an interrupt.
        Effect.uninterruptible,
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
    )
    yield* TestClock.adjust("2 minutes")
    return { ...(yield* Fiber.join(fiber)), at, warnings }
  })

const interruptedNote =
  "the last seconds of some sessions: the run was interrupted and did not wait until they had reported their counts"

/**
 * Watches a load of 10 s that is interrupted at `when`; each reading takes 300 ms, is interruptible and finds an active
 * session.
 */
const interruptedAt = (when: Duration.DurationInput) =>
  Effect.gen(function* () {
    const { reader } = readerOf((s) => steadyAt(s, busy))
    const slow = { ...reader, read: Effect.zipLeft(reader.read, Effect.sleep("300 millis")) }
    const ended: Array<{ readonly activity: DatabaseActivity; readonly endedMillis: number }> = []
    const fiber = yield* Effect.fork(
      Effect.gen(function* () {
        const watch = yield* watchDatabase(slow)
        yield* Effect.exit(Effect.interruptible(Effect.sleep("9700 millis")))
        const activity = yield* watch.end(21_000)
        ended.push({ activity, endedMillis: yield* Clock.currentTimeMillis })
      }).pipe(Effect.scoped, Effect.uninterruptible)
    )
    yield* TestClock.adjust(when)
    yield* Fiber.interruptFork(fiber)
    yield* TestClock.adjust("2 minutes")
    yield* Fiber.await(fiber)
    return ended[0] ?? assert.fail("the watch did not end")
  })

const busy = { unreported: { busy: 1, hidden: 0 } }

describe("watchDatabase", () => {
  it.effect("reads before the load, every five seconds, and at the end", () =>
    Effect.gen(function* () {
      const { activity, at, endedMillis, sofar, warnings } = yield* watched((s) => steadyAt(s), 12)
      assert.deepStrictEqual([at, endedMillis, warnings], [[0, 5, 10, 12], 12_000, []])
      assert.deepStrictEqual(
        sofar.timeline.map(({ elapsedSeconds }) => elapsedSeconds),
        [5, 10]
      )
      assert.deepStrictEqual(
        activity.timeline.map(({ commits, elapsedSeconds }) => [elapsedSeconds, commits]),
        [
          [5, 500],
          [10, 500],
          [12, 200]
        ]
      )
      assert.deepStrictEqual(
        [activity.operations, activity.total.commits, activity.perOperation.commits],
        [36_000, 1200, 0.033_33]
      )
    })
  )

  it.effect("waits at the end until all sessions have reported their counts", () =>
    Effect.gen(function* () {
      // The last session reports at 10 s.
      const { activity, at } = yield* watched(
        (s) => (s < 10 ? steadyAt(Math.min(s, 6), busy) : steadyAt(7)),
        7
      )
      assert.deepStrictEqual(at, [0, 5, 7, 8, 9, 10])
      assert.deepStrictEqual(
        [activity.total.commits, activity.operations, activity.timeline.length, activity.missing],
        [700, 21_000, 2, []]
      )
    })
  )

  it.effect("waits at most 11 s, and reports the session that is still active", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* watched((s) => steadyAt(s, busy), 3)
      assert.strictEqual(endedMillis, 14_000)
      assert.strictEqual(activity.total.commits, 1400)
      assert.deepStrictEqual(activity.missing, [
        "the last second of 1 session that was still active 11 s after the load"
      ])
    })
  )

  it.effect("waits 11 s for sessions that are not visible: after that idle ones have reported", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* watched(
        (s) => steadyAt(Math.min(s, 3), { unreported: { busy: 0, hidden: 4 } }),
        3
      )
      assert.deepStrictEqual([endedMillis, activity.missing, activity.operations], [14_000, [], 9000])
    })
  )

  it.effect("logs one warning while the database is unavailable, and names the time without readings", () =>
    Effect.gen(function* () {
      const { activity, at, warnings } = yield* watched(
        (s) => (s > 4 && s < 12 ? undefined : steadyAt(s)),
        17
      )
      assert.deepStrictEqual(at, [0, 5, 10, 15, 17])
      assert.deepStrictEqual(warnings, ["the statistics of the database cannot be read: refused"])
      assert.deepStrictEqual(activity.missing, ["2 readings from 5 s to 10 s failed: refused"])
      assert.deepStrictEqual(
        activity.timeline.map(({ commits, seconds }) => [seconds, commits]),
        [
          [15, 1500],
          [2, 200]
        ]
      )
      assert.strictEqual(activity.operations, 51_000)
    })
  )

  it.effect("ends at once if the database is unavailable at the end, with the activity up to then", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* watched((s) => (s < 7 ? steadyAt(s) : undefined), 12)
      assert.deepStrictEqual(
        [endedMillis, activity.seconds, activity.total.commits, activity.operations],
        [12_000, 5, 500, null]
      )
      assert.deepStrictEqual(activity.missing, ["2 readings from 10 s to 12 s failed: refused"])
    })
  )

  it.effect("reads once more after an interrupt of the load, without waiting", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* interruptedAt("7 seconds")
      assert.deepStrictEqual(
        [endedMillis, activity.operations, activity.total.commits, activity.missing],
        [7300, 21_000, 700, [interruptedNote]]
      )
    })
  )

  it.effect("stops waiting when it is interrupted", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* interruptedAt("12 seconds")
      // Readings at 10 s and, one second after its end, at 11.3 s; the interrupt ends the wait for the next one.
      assert.deepStrictEqual(
        [endedMillis, activity.operations, activity.total.commits, activity.missing],
        [12_000, 21_000, 1130, [interruptedNote]]
      )
    })
  )

  it.effect("completes the last reading when it is interrupted during it", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* interruptedAt("10100 millis")
      assert.deepStrictEqual(
        [endedMillis, activity.total.commits, activity.missing],
        [10_300, 1000, [interruptedNote]]
      )
    })
  )
})
