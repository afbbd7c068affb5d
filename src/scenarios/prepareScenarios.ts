/** The chosen scenarios, made ready to run. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { BatchClient } from "../dms/BatchClient.ts"
import type { Workload } from "../engine/Scenario.ts"
import type { FixtureError, SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { scenarios } from "./index.ts"

/** Which scenarios run, with how many triples per batch, and the seed of all their documents. */
export interface ChosenScenarios {
  readonly scenarios: ReadonlyArray<{ readonly name: string; readonly batchTripleCount: number }>
  readonly seed: number
}

/** Afterwards fixtures are there and keys are known. */
export const prepareScenarios = (
  chosen: ChosenScenarios
): Effect.Effect<Arr.NonEmptyReadonlyArray<Workload>, FixtureError, BatchClient | SharedFixtures> =>
  Effect.forEach(chosen.scenarios, ({ batchTripleCount, name }) => {
    const scenario = scenarios.find((each) => each.name === name)
    return scenario === undefined
      ? Effect.dieMessage(`there is no scenario ${name}`)
      : scenario.prepare({ batchTripleCount, seed: chosen.seed })
  }).pipe(
    Effect.flatMap((workloads) =>
      Arr.isNonEmptyReadonlyArray(workloads)
        ? Effect.succeed(workloads)
        : Effect.dieMessage("no scenario was chosen")
    )
  )
