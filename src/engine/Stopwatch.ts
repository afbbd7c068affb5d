/** The time of a run, in milliseconds since its start, by Effect's clock. */
import * as Effect from "effect/Effect"

export interface Stopwatch {
  /** Milliseconds since 1970. */
  readonly startedAtMillis: number
  readonly elapsedMillis: () => number
  /** The elapsed time at an instant of the monotonic clock. */
  readonly millisAt: (nanos: bigint) => number
  /** Sleeps until `millis` after the start; returns at once when that time has passed. */
  readonly sleepUntil: (millis: number) => Effect.Effect<void>
}

export const startStopwatch: Effect.Effect<Stopwatch> = Effect.map(Effect.clock, (clock) => {
  const startedNanos = clock.unsafeCurrentTimeNanos()
  const millisAt = (nanos: bigint) => Number(nanos - startedNanos) / 1e6
  const elapsedMillis = () => millisAt(clock.unsafeCurrentTimeNanos())
  return {
    startedAtMillis: clock.unsafeCurrentTimeMillis(),
    elapsedMillis,
    millisAt,
    sleepUntil: (millis) =>
      Effect.suspend(() => {
        const left = millis - elapsedMillis()
        return left > 0 ? Effect.sleep(left) : Effect.void
      })
  }
})
