/** A run that goes on: the sampled one, as long as a test needs it. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestContext from "effect/TestContext"
import type { RunState } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"

/** How the run stands after so many seconds, with a point for each of them. */
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
      latencyMs: null,
      lateStarts: 0,
      dropped: 0,
      generator: null
    }))
  })
).pipe(
  Effect.provide(TestContext.TestContext),
  // In a fiber of its own, which takes its clock with it.
  Effect.fork,
  Effect.flatMap(Fiber.await),
  Effect.flatten
)

/** The same state, and how often it was written as JSON. */
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
