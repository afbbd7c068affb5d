/** Errors thrown in callbacks of timers and sockets, where nothing catches them. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"

export interface Uncaught {
  /** Succeeds with the first uncaught error. */
  readonly first: Effect.Effect<Error>
  /** Dies with that error, if there is one. */
  readonly orDie: Effect.Effect<void>
}

/**
 * Listens while the scope is open. Without a listener, Node would exit at once and lose all measurements. The caller
 * uses `orDie` at the end, so that a bug never passes for success.
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
