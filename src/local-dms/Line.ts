/**
 * Seats for a few requests and a line for the others, who get a seat in the order in which they came. Effect's
 * semaphore wakes everybody in line when a permit is free, and lets in whoever asks just then.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

export class Line {
  readonly #waiting = new Set<Deferred.Deferred<void>>()
  #free: number
  /** @param seats 1 or more; `Infinity` lets nobody wait */
  constructor(seats: number) {
    this.#free = seats
  }

  /** Runs `work` in a seat. Who is interrupted leaves seat or line. */
  seat<A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        if (this.#free > 0) {
          this.#free--
          return Effect.ensuring(
            restore(work),
            Effect.sync(() => this.#leave())
          )
        }
        const turn = Deferred.unsafeMake<void>(FiberId.none)
        this.#waiting.add(turn)
        return Effect.ensuring(
          restore(Effect.zipRight(Deferred.await(turn), work)),
          Effect.sync(() => {
            if (!this.#waiting.delete(turn)) this.#leave()
          })
        )
      })
    )
  }

  /** Hands the seat to the first in line. */
  #leave(): void {
    for (const turn of this.#waiting) {
      this.#waiting.delete(turn)
      Deferred.unsafeDone(turn, Effect.void)
      return
    }
    this.#free++
  }
}
