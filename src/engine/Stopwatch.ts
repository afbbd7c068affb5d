/** The time of a run, in milliseconds since it began; it follows Effect's clock. */
import * as Effect from "effect/Effect"

export interface Stopwatch {
  /** Milliseconds since 1970. */
  readonly startedAtMillis: number
  readonly elapsedMillis: () => number
  /** The same for a time of the monotonic clock. */
  readonly millisAt: (nanos: bigint) => number
  /** Sleeps until so many milliseconds have passed since the start; a time that is past is no sleep. */
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
