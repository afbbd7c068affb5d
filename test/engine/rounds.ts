/** The rounds of the event loop. */
import * as Effect from "effect/Effect"

/** Returns the number of the current round, 0-based; counts until the scope closes. */
export const countRounds = Effect.gen(function* () {
  let round = 0
  const count = () => {
    round++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  yield* Effect.addFinalizer(() => Effect.sync(() => clearImmediate(next)))
  return () => round
})
