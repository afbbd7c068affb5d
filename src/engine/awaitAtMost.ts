/** A timeout that also works in uninterruptible regions. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Option from "effect/Option"

/**
 * The result of an effect, or `None` when it takes longer than `millis`. The effect runs in a daemon fiber, because an
 * interrupt of a fiber reaches its children at once, even while the fiber itself is uninterruptible.
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
