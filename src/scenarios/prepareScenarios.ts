/** Planned scenarios, made ready to run. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { PlannedScenario, Scenario, Workload } from "../engine/Scenario.ts"

/** Afterwards fixtures exist and request templates are made. */
export const prepareScenarios = <E, R>(
  planned: Arr.NonEmptyReadonlyArray<PlannedScenario<Scenario<E, R>>>,
  seed: number
): Effect.Effect<Arr.NonEmptyReadonlyArray<Workload>, E, R> =>
  Effect.forEach(planned, ({ scenario, ...options }) => scenario.prepare({ ...options, seed }))
