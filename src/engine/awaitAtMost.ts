/** Waits for something, but only so long. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"

/**
 * What an effect gives, or `None` when it takes longer. Also where the caller cannot be interrupted: in a daemon,
 * because an interrupt of a fiber goes to its children at once, even where the fiber itself has to wait.
 *
 * @param millis >= 0
 */
export const awaitAtMost = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  millis: number
): Effect.Effect<Option.Option<A>, E, R> =>
  Effect.interruptible(effect).pipe(
    Effect.timeoutOption(millis),
    Effect.forkDaemon,
    Effect.flatMap(Fiber.join)
  )
