/** What is thrown where nobody catches it: in a callback of a timer or a socket. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"

export interface Uncaught {
  /** Succeeds with the first error that nobody caught. */
  readonly first: Effect.Effect<Error>
  /** Dies of it, if there was one. */
  readonly orDie: Effect.Effect<void>
}

/**
 * Listens as long as the scope is open; without it Node would end the process at once, and with it everything that was
 * measured. Whoever ends the scope says what came to light, so that no bug passes for a good end.
 */
export const catchUncaught: Effect.Effect<Uncaught, never, Scope.Scope> = Effect.gen(function* () {
  const first = yield* Deferred.make<Error>()
  const onError = (error: unknown): void => {
    Deferred.unsafeDone(first, Effect.succeed(error instanceof Error ? error : new Error(String(error))))
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => process.on("uncaughtException", onError)),
    () => Effect.sync(() => process.removeListener("uncaughtException", onError))
  )
  return {
    first: Deferred.await(first),
    orDie: Effect.flatMap(Deferred.poll(first), (known) =>
      Option.isSome(known) ? Effect.flatMap(known.value, Effect.die) : Effect.void
    )
  }
})
