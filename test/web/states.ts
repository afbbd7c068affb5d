/** States of a sampled run, of any length. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestContext from "effect/TestContext"
import type { RunState } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"

/** The state after some seconds, with a point for each. */
export const states: Effect.Effect<(seconds: number) => RunState> = Effect.map(
  stateOfSamples,
  (state) => (seconds: number) => ({
    ...state,
    elapsedSeconds: seconds,
    timeline: Array.from({ length: seconds }, (_, i) => ({
      elapsedSeconds: i + 1,
      seconds: 1,
      users: 3,
      requests: 10 * (i + 1),
      failures: 0,
      operations: 300 * (i + 1),
      rows: 0,
      latencyMs: null,
      byOutcome: null,
      lateStarts: 0,
      dropped: 0,
      generator: null
    }))
  })
).pipe(
  Effect.provide(TestContext.TestContext),
  // In a separate fiber, so that the test clock stays there.
  Effect.fork,
  Effect.flatMap(Fiber.await),
  Effect.flatten
)

/** The same state, which counts how often it is encoded as JSON. */
export const counted = (state: RunState): { readonly state: RunState; readonly encodings: () => number } => {
  let encodings = 0
  const config = { ...state.config }
  Object.defineProperty(config, "toJSON", {
    value: () => {
      encodings++
      return state.config
    }
  })
  return { state: { ...state, config }, encodings: () => encodings }
}
