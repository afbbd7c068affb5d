import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { FifoSeats } from "../../../src/local-dms/requests/FifoSeats.ts"
import { it } from "../../engine/virtualTime.ts"

/** Work of 20 ms in a seat; returns its start time. */
const work = (seats: FifoSeats) =>
  seats.withSeat(() => Effect.zipLeft(Clock.currentTimeMillis, Effect.sleep("20 millis")))

/** Runs forked fibers until they wait. */
const settled = TestClock.adjust(0)

describe("FifoSeats", () => {
  it.effect("runs a limited number at a time, and queues the others in order of arrival", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(2)
      const began = yield* Effect.fork(
        Effect.forEach([1, 2, 3, 4, 5], () => work(seats), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(began), [0, 0, 20, 20, 40])
    })
  )

  it.effect("a later request does not overtake the queue, even when a seat was just released", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      const order: Array<string> = []
      const named = (name: string) => seats.withSeat(() => Effect.sync(() => void order.push(name)))
      const leave = yield* Deferred.make<void>()
      // Requests a seat again before the first in the queue has resumed.
      yield* Effect.fork(
        Effect.zipRight(
          seats.withSeat(() => Deferred.await(leave)),
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

  it.effect("an interrupted request in the queue is skipped and takes no seat", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      const seated = yield* Effect.fork(work(seats))
      yield* settled
      const gone = yield* Effect.fork(work(seats))
      yield* settled
      const last = yield* Effect.fork(work(seats))
      yield* settled
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual([yield* Fiber.join(seated), yield* Fiber.join(last)], [0, 20])
      const again = yield* Effect.fork(work(seats))
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* Fiber.join(again), 1000)
    })
  )

  it.effect("a request interrupted at the moment it gets a seat passes it to the next", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      const leave = yield* Deferred.make<void>()
      const seated = yield* Effect.fork(seats.withSeat(() => Deferred.await(leave)))
      yield* settled
      const gone = yield* Effect.fork(work(seats))
      yield* settled
      const next = yield* Effect.fork(work(seats))
      yield* settled
      yield* Deferred.succeed(leave, undefined)
      while (seated.unsafePoll() === null) yield* Effect.yieldNow()
      yield* Fiber.interruptFork(gone)
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* Fiber.join(next), 0)
      assert.isTrue(Exit.isInterrupted(yield* Fiber.await(gone)))
    })
  )

  it.effect("a failure, a defect or an interrupt releases the seat", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      yield* Effect.exit(seats.withSeat(() => Effect.fail("no")))
      yield* Effect.exit(seats.withSeat(() => Effect.die("never")))
      const seated = yield* Effect.fork(seats.withSeat(() => Effect.never))
      yield* settled
      yield* Fiber.interrupt(seated)
      const next = yield* Effect.fork(work(seats))
      yield* TestClock.adjust("20 millis")
      assert.strictEqual(yield* Fiber.join(next), 0)
    })
  )

  it.effect("a request that gives up leaves the queue, and another one gets the seat", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      const instead = {
        afterMillis: 10,
        instead: Effect.zipLeft(Clock.currentTimeMillis, Effect.sleep("1 minute"))
      }
      const seated = yield* Effect.fork(work(seats))
      yield* settled
      const gone = yield* Effect.fork(seats.withSeat(() => Effect.die("has no seat"), instead))
      yield* settled
      const next = yield* Effect.fork(work(seats))
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(
        [yield* Fiber.join(seated), yield* Fiber.join(gone), yield* Fiber.join(next)],
        [0, 10, 20]
      )
    })
  )

  it.effect("a request that cannot be interrupted gives up in time, as in the server", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      const seated = yield* Effect.fork(work(seats))
      yield* settled
      const gone = yield* Effect.fork(
        Effect.uninterruptible(
          seats.withSeat(() => Effect.die("has no seat"), {
            afterMillis: 10,
            instead: Clock.currentTimeMillis
          })
        )
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([yield* Fiber.join(seated), yield* Fiber.join(gone)], [0, 10])
    })
  )

  it.effect("a request interrupted while it may give up takes no seat", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(1)
      const seated = yield* Effect.fork(work(seats))
      yield* settled
      const gone = yield* Effect.fork(
        seats.withSeat(() => Effect.void, { afterMillis: 1000, instead: Effect.void })
      )
      yield* settled
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("20 millis")
      const next = yield* Effect.fork(work(seats))
      yield* TestClock.adjust("20 millis")
      assert.deepStrictEqual([yield* Fiber.join(seated), yield* Fiber.join(next)], [0, 20])
    })
  )

  it.effect("counts a request from its arrival to its end, however it ends", () =>
    Effect.gen(function* () {
      const counts: Array<number> = []
      let requests = 0
      const note = (change: number) => () => void counts.push((requests += change))
      const seats = new FifoSeats(1, { enter: note(1), leave: note(-1) })
      const seated = yield* Effect.fork(work(seats))
      const gone = yield* Effect.fork(work(seats))
      yield* settled
      yield* Fiber.interrupt(gone)
      yield* Effect.exit(Effect.zipRight(TestClock.adjust("20 millis"), Fiber.join(seated)))
      yield* Effect.exit(seats.withSeat(() => Effect.die("never")))
      assert.deepStrictEqual(counts, [1, 2, 1, 0, 1, 0])
    })
  )

  it.effect("with unlimited seats no request waits", () =>
    Effect.gen(function* () {
      const seats = new FifoSeats(Number.POSITIVE_INFINITY)
      const began = yield* Effect.fork(
        Effect.forEach([1, 2, 3, 4, 5], () => work(seats), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("20 millis")
      assert.deepStrictEqual(yield* Fiber.join(began), [0, 0, 0, 0, 0])
    })
  )
})
