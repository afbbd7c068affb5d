/**
 * A limited number of seats and a first-in, first-out queue for them. Effect's semaphore cannot be used: it wakes all
 * waiting fibers when a permit becomes free, and a request that arrives at that moment may overtake them.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

/** The state that a seat passes from one request to the next. */
export interface Seat {
  /**
   * How late the timer of the previous request fired, in milliseconds. The next request subtracts it from its own
   * latency, so that the throughput of a seat matches the configured latency.
   */
  lateMillis: number
}

interface Waiting extends Seat {
  readonly granted: Deferred.Deferred<void>
}

export class FifoSeats {
  readonly #queue = new Set<Waiting>()
  #free: number
  /** @param seats 1 or more; `Infinity` for no limit */
  constructor(seats: number) {
    this.#free = seats
  }

  /** Runs `work` in a seat. An interrupted request releases its seat or its place in the queue. */
  withSeat<A, E, R>(work: (seat: Seat) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const seat: Waiting = { granted: Deferred.unsafeMake(FiberId.none), lateMillis: 0 }
        if (this.#free > 0) {
          this.#free--
          Deferred.unsafeDone(seat.granted, Effect.void)
        } else this.#queue.add(seat)
        return Effect.ensuring(
          restore(Effect.flatMap(Deferred.await(seat.granted), () => work(seat))),
          Effect.sync(() => {
            if (!this.#queue.delete(seat)) this.#release(seat)
          })
        )
      })
    )
  }

  /** Grants the seat to the first request in the queue. */
  #release({ lateMillis }: Seat): void {
    for (const next of this.#queue) {
      this.#queue.delete(next)
      next.lateMillis = lateMillis
      Deferred.unsafeDone(next.granted, Effect.void)
      return
    }
    this.#free++
  }
}
