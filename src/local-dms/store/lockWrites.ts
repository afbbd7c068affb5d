/** The fault `lock`: something holds up all writes of a store for a while, as an operator or a long transaction does. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { loggedCause } from "../loggedCause.ts"
import type { Store } from "../Store.ts"

/**
 * A lock at a time, which lasts at most as long as the scope.
 *
 * @param holding takes the lock, and holds it until the given effect ends
 */
export const makeLockWrites = <E>(
  holding: (whileHeld: Effect.Effect<void>) => Effect.Effect<void, E>
): Effect.Effect<Store["Type"]["lockWrites"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const free = yield* Effect.makeSemaphore(1)
    return (millis) =>
      Effect.gen(function* () {
        const isHeld = yield* Deferred.make<boolean>()
        const whileHeld = Effect.zipRight(Deferred.succeed(isHeld, true), Effect.sleep(millis))
        yield* free
          .withPermitsIfAvailable(1)(holding(whileHeld))
          .pipe(
            Effect.catchAllCause((cause) => Effect.logWarning("the fault lock failed", loggedCause(cause))),
            Effect.ensuring(Deferred.succeed(isHeld, false)),
            Effect.forkIn(scope)
          )
        return yield* Deferred.await(isHeld)
      })
  })
