/** What is thrown where nobody catches it: in a callback of a timer or a socket. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * The first error that nobody caught, as long as the scope is open; without it Node would end the process at once, and
 * with it everything that was measured.
 */
export const catchUncaught: Effect.Effect<Effect.Effect<Error>, never, Scope.Scope> = Effect.gen(
  function* () {
    const first = yield* Deferred.make<Error>()
    const onError = (error: unknown): void => {
      Deferred.unsafeDone(first, Effect.succeed(error instanceof Error ? error : new Error(String(error))))
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => process.on("uncaughtException", onError)),
      () => Effect.sync(() => process.removeListener("uncaughtException", onError))
    )
    return Deferred.await(first)
  }
)
