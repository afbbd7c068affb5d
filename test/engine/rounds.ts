/** The event loop of a test, as it goes round. */
import * as Effect from "effect/Effect"

/** Says which round of the event loop it is, 0-based; counts as long as the scope lasts. */
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
