/**
 * Seats for a few requests and a line for the others, who get a seat in the order in which they came. Effect's
 * semaphore wakes everybody in line when a permit is free, and lets in whoever asks just then.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

/** What a seat hands on from one request to the next in line. */
export interface Turn {
  /**
   * By how much the timer of the last one rang late, in milliseconds. Who takes that off its own time keeps the
   * timetable of the seat, so that its capacity is the one that the latency says.
   */
  lateMillis: number
}

interface Waiting extends Turn {
  readonly called: Deferred.Deferred<void>
}

export class FifoSeats {
  readonly #waiting = new Set<Waiting>()
  #free: number
  /** @param seats 1 or more; `Infinity` lets nobody wait */
  constructor(seats: number) {
    this.#free = seats
  }

  /** Runs `work` in a seat. Who is interrupted leaves seat or line. */
  seat<A, E, R>(work: (turn: Turn) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const turn: Waiting = { called: Deferred.unsafeMake(FiberId.none), lateMillis: 0 }
        if (this.#free > 0) {
          this.#free--
          Deferred.unsafeDone(turn.called, Effect.void)
        } else this.#waiting.add(turn)
        return Effect.ensuring(
          restore(Effect.flatMap(Deferred.await(turn.called), () => work(turn))),
          Effect.sync(() => {
            if (!this.#waiting.delete(turn)) this.#leave(turn)
          })
        )
      })
    )
  }

  /** Hands the seat to the first in line. */
  #leave({ lateMillis }: Turn): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next)
      next.lateMillis = lateMillis
      Deferred.unsafeDone(next.called, Effect.void)
      return
    }
    this.#free++
  }
}
