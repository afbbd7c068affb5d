/**
 * A limited number of seats and a first-in, first-out queue for them. Effect's semaphore cannot be used: it wakes all
 * waiting fibers when a permit becomes free, and a request that arrives at that moment may overtake them.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"

/** The state that a seat passes from one request to the next. */
export interface Seat {
  /**
   * How late the timer of the previous request fired, in milliseconds. The next request subtracts it from its own
   * latency, so that the throughput of a seat matches the configured latency.
   */
  lateMillis: number
}

/** Counts the requests that have a seat or wait for one. */
export interface Occupancy {
  enter(): void
  leave(): void
}

/** The maximum wait for a seat, and the result after it. */
export interface GiveUp<A, E, R> {
  /** 0 or more */
  readonly afterMillis: number
  readonly instead: Effect.Effect<A, E, R>
}

interface Place extends Seat {
  readonly granted: Deferred.Deferred<void>
  hasSeat: boolean
}

const notCounted: Occupancy = { enter: () => {}, leave: () => {} }

export class FifoSeats {
  readonly #queue = new Set<Place>()
  readonly #occupancy: Occupancy
  #free: number
  /** @param seats 1 or more; `Infinity` for no limit */
  constructor(seats: number, occupancy: Occupancy = notCounted) {
    this.#free = seats
    this.#occupancy = occupancy
  }

  /**
   * Runs `work` in a seat. An interrupted request releases its seat or its place in the queue.
   * @param giveUp without it a request waits for as long as it takes
   */
  withSeat<A, E, R>(
    work: (seat: Seat) => Effect.Effect<A, E, R>,
    giveUp?: GiveUp<A, E, R>
  ): Effect.Effect<A, E, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const place: Place = { granted: Deferred.unsafeMake(FiberId.none), lateMillis: 0, hasSeat: false }
        this.#occupancy.enter()
        if (this.#free > 0) {
          this.#free--
          grant(place)
        } else this.#queue.add(place)
        const seated = Effect.flatMap(Deferred.await(place.granted), () => work(place))
        return Effect.ensuring(
          restore(giveUp === undefined || place.hasSeat ? seated : this.#seatedOr(giveUp, place, work)),
          Effect.sync(() => {
            this.#queue.delete(place)
            this.#occupancy.leave()
            if (place.hasSeat) this.#release(place)
          })
        )
      })
    )
  }

  /**
   * A request that gives up leaves the queue first, so that it gets no seat any more. The wait ends in time also where the
   * request itself cannot be interrupted, as in the server.
   */
  #seatedOr<A, E, R>(
    giveUp: GiveUp<A, E, R>,
    place: Place,
    work: (seat: Seat) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E, R> {
    return Effect.flatMap(
      Effect.timeoutOption(Effect.interruptible(Deferred.await(place.granted)), giveUp.afterMillis),
      (granted) => (Option.isSome(granted) || !this.#queue.delete(place) ? work(place) : giveUp.instead)
    )
  }

  /** Grants the seat to the first request in the queue. */
  #release({ lateMillis }: Seat): void {
    for (const next of this.#queue) {
      this.#queue.delete(next)
      next.lateMillis = lateMillis
      grant(next)
      return
    }
    this.#free++
  }
}

const grant = (place: Place): void => {
  place.hasSeat = true
  Deferred.unsafeDone(place.granted, Effect.void)
}
