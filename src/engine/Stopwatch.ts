/** The time of a run, in milliseconds since the end of its warm-up, by Effect's clock. */
import * as Effect from "effect/Effect"

export interface Stopwatch {
  /** Start of the load, in milliseconds since 1970. */
  readonly startedAtMillis: number
  /** Without a warm-up from the start of the load; negative in the warm-up. */
  readonly elapsedMillis: () => number
  /** The elapsed time at an instant of the monotonic clock. */
  readonly millisAt: (nanos: bigint) => number
  /** Sleeps until this elapsed time; returns at once when it has passed. */
  readonly sleepUntil: (millis: number) => Effect.Effect<void>
  /**
   * Lets the load start now: for a load generator that had to wait until its users could start. To be called while it
   * starts, before anything else has read a time.
   */
  readonly restart: () => void
}

/** @param warmUpMillis the elapsed time starts at `-warmUpMillis` */
export const startStopwatch = (warmUpMillis: number): Effect.Effect<Stopwatch> =>
  Effect.map(Effect.clock, (clock) => {
    const now = () => ({
      zeroNanos: clock.unsafeCurrentTimeNanos() + BigInt(Math.round(warmUpMillis * 1e6)),
      startedAtMillis: clock.unsafeCurrentTimeMillis()
    })
    let start = now()
    const millisAt = (nanos: bigint) => Number(nanos - start.zeroNanos) / 1e6
    const elapsedMillis = () => millisAt(clock.unsafeCurrentTimeNanos())
    return {
      get startedAtMillis() {
        return start.startedAtMillis
      },
      restart: () => {
        start = now()
      },
      elapsedMillis,
      millisAt,
      sleepUntil: (millis) =>
        Effect.suspend(() => {
          const left = millis - elapsedMillis()
          return left > 0 ? Effect.sleep(left) : Effect.void
        })
    }
  })
