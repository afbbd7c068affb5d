import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { DatabaseReader, ReadingFailed } from "../../src/database/DatabaseReader.ts"
import type { Reading } from "../../src/database/Reading.ts"
import { watchDatabase } from "../../src/database/watchDatabase.ts"
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { server, steadyAt } from "./readings.ts"

/** A reader that answers at once, by the second; it fails where it is told nothing. */
const readerOf = (read: (seconds: number) => Reading | undefined) => {
  const at: Array<number> = []
  return {
    at,
    reader: DatabaseReader.of({
      server,
      read: Effect.flatMap(Clock.currentTimeMillis, (millis) => {
        at.push(millis / 1000)
        const reading = read(millis / 1000)
        return reading === undefined ? new ReadingFailed({ reason: "refused" }) : Effect.succeed(reading)
      })
    })
  }
}

/** Watches a load of so many seconds, and confirms 3,000 operations in each. */
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
        // As the run does, which writes its files whatever happens.
        Effect.uninterruptible,
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
    )
    yield* TestClock.adjust("2 minutes")
    return { ...(yield* Fiber.join(fiber)), at, warnings }
  })

const notWaitedFor =
  "what sessions did in the last seconds: the run was interrupted and did not wait until they had told it"

/**
 * Watches a load of 10 s, of which an interrupt lets it write down what is known; each reading takes 300 ms, can be
 * interrupted itself, and finds a session at work.
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
    return ended[0] ?? assert.fail("it ended without what is known")
  })

const busy = { untold: { busy: 1, hidden: 0 } }

describe("a database that is watched", () => {
  it.effect("is read before the load, every five seconds, and at its end", () =>
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

  it.effect("is waited for until its sessions have told what they did", () =>
    Effect.gen(function* () {
      // The last session tells at 10 s what it did until 7 s.
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

  it.effect("is not waited for longer than 11 s, and what may be missing is named", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* watched((s) => steadyAt(s, busy), 3)
      assert.strictEqual(endedMillis, 14_000)
      assert.strictEqual(activity.total.commits, 1400)
      assert.deepStrictEqual(activity.missing, [
        "what a session that was still at work 11 s after the load did in their last second"
      ])
    })
  )

  it.effect("is waited for where sessions are not shown: after 11 s the idle ones have told", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* watched(
        (s) => steadyAt(Math.min(s, 3), { untold: { busy: 0, hidden: 4 } }),
        3
      )
      assert.deepStrictEqual([endedMillis, activity.missing, activity.operations], [14_000, [], 9000])
    })
  )

  it.effect("may go away and come back: one warning, and the time without it is named", () =>
    Effect.gen(function* () {
      const { activity, at, warnings } = yield* watched(
        (s) => (s > 4 && s < 12 ? undefined : steadyAt(s)),
        17
      )
      assert.deepStrictEqual(at, [0, 5, 10, 15, 17])
      assert.deepStrictEqual(warnings, ["the statistics of the database cannot be read: refused"])
      assert.deepStrictEqual(activity.missing, ["2 readings from 5 s to 10 s: refused"])
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

  it.effect("that is gone at the end ends at once, and tells what it knows until then", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* watched((s) => (s < 7 ? steadyAt(s) : undefined), 12)
      assert.deepStrictEqual(
        [endedMillis, activity.seconds, activity.total.commits, activity.operations],
        [12_000, 5, 500, null]
      )
      assert.deepStrictEqual(activity.missing, ["2 readings from 10 s to 12 s: refused"])
    })
  )

  it.effect("is read once more when the load is interrupted, and is not waited for", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* interruptedAt("7 seconds")
      assert.deepStrictEqual(
        [endedMillis, activity.operations, activity.total.commits, activity.missing],
        [7300, 21_000, 700, [notWaitedFor]]
      )
    })
  )

  it.effect("is no longer waited for when that is interrupted", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* interruptedAt("12 seconds")
      // Read at 10 s and, each second after the one before, at 11.3 s; the interrupt ends the wait for the next one.
      assert.deepStrictEqual(
        [endedMillis, activity.operations, activity.total.commits, activity.missing],
        [12_000, 21_000, 1130, [notWaitedFor]]
      )
    })
  )

  it.effect("is read to the end when the interrupt comes during the last reading", () =>
    Effect.gen(function* () {
      const { activity, endedMillis } = yield* interruptedAt("10100 millis")
      assert.deepStrictEqual(
        [endedMillis, activity.total.commits, activity.missing],
        [10_300, 1000, [notWaitedFor]]
      )
    })
  )
})
