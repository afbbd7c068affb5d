import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { FifoSeats } from "../../src/local-dms/FifoSeats.ts"

/** Work of 20 ms in a seat; answers when it began. */
const work = (line: FifoSeats) =>
  line.withSeat(() => Effect.zipLeft(Clock.currentTimeMillis, Effect.sleep("20 millis")))

/** Lets everybody come who was forked. */
const settled = TestClock.adjust(0)

describe("Line", () => {
  it.effect("seats so many at a time, and the others in the order in which they came", () =>
    Effect.gen(function* () {
      const line = new FifoSeats(2)
      const began = yield* Effect.fork(
        Effect.forEach([1, 2, 3, 4, 5], () => work(line), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(began), [0, 0, 20, 20, 40])
    })
  )

  it.effect("nobody who comes later gets ahead, not even in the moment in which a seat is left", () =>
    Effect.gen(function* () {
      const line = new FifoSeats(1)
      const order: Array<string> = []
      const named = (name: string) => line.withSeat(() => Effect.sync(() => void order.push(name)))
      const leave = yield* Deferred.make<void>()
      // It comes back at once, when its seat is left and the first in line not yet awake.
      yield* Effect.fork(
        Effect.zipRight(
          line.withSeat(() => Deferred.await(leave)),
          named("came back")
        )
      )
      yield* Effect.yieldNow()
      yield* Effect.fork(named("first"))
      yield* Effect.fork(named("second"))
      yield* settled
      yield* Deferred.succeed(leave, undefined)
      yield* settled
      assert.deepStrictEqual(order, ["first", "second", "came back"])
    })
  )

  it.effect("who goes while in line is passed over, and takes no seat along", () =>
    Effect.gen(function* () {
      const line = new FifoSeats(1)
      const seated = yield* Effect.fork(work(line))
      yield* settled
      const gone = yield* Effect.fork(work(line))
      yield* settled
      const last = yield* Effect.fork(work(line))
      yield* settled
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* Fiber.join(seated), yield* Fiber.join(last)], [0, 20])
      const again = yield* Effect.fork(work(line))
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* Fiber.join(again), 1000)
    })
  )

  it.effect("who goes in the moment in which it is seated leaves the seat to the next", () =>
    Effect.gen(function* () {
      const line = new FifoSeats(1)
      const leave = yield* Deferred.make<void>()
      const seated = yield* Effect.fork(line.withSeat(() => Deferred.await(leave)))
      yield* settled
      const gone = yield* Effect.fork(work(line))
      yield* settled
      const next = yield* Effect.fork(work(line))
      yield* settled
      yield* Deferred.succeed(leave, undefined)
      while (seated.unsafePoll() === null) yield* Effect.yieldNow()
      yield* Fiber.interruptFork(gone)
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* Fiber.join(next), 0)
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(gone)))
    })
  )

  it.effect("who fails, dies or is interrupted in its seat leaves it", () =>
    Effect.gen(function* () {
      const line = new FifoSeats(1)
      yield* Effect.exit(line.withSeat(() => Effect.fail("no")))
      yield* Effect.exit(line.withSeat(() => Effect.die("never")))
      const seated = yield* Effect.fork(line.withSeat(() => Effect.never))
      yield* settled
      yield* Fiber.interrupt(seated)
      const next = yield* Effect.fork(work(line))
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* Fiber.join(next), 0)
    })
  )

  it.effect("with seats without end nobody waits", () =>
    Effect.gen(function* () {
      const line = new FifoSeats(Number.POSITIVE_INFINITY)
      const began = yield* Effect.fork(
        Effect.forEach([1, 2, 3, 4, 5], () => work(line), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("20 millis")
      assert.deepStrictEqual(yield* Fiber.join(began), [0, 0, 0, 0, 0])
    })
  )
})
