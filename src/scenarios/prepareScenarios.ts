/** The chosen scenarios, made ready to run. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { ScenarioOptions, Workload } from "../engine/Scenario.ts"
import type { FixtureError } from "../fixtures/SharedFixtures.ts"
import { type ScenarioServices, scenarios } from "./index.ts"

/** Which scenarios run, with how many triples per batch, and what holds for all of them. */
export interface ChosenScenarios extends Omit<ScenarioOptions, "batchTripleCount"> {
  readonly scenarios: ReadonlyArray<{ readonly name: string } & Pick<ScenarioOptions, "batchTripleCount">>
}

/** Afterwards fixtures are there and keys are known. */
export const prepareScenarios = ({
  deleteResources,
  failDeliberately,
  scenarios: chosen,
  seed
}: ChosenScenarios): Effect.Effect<Arr.NonEmptyReadonlyArray<Workload>, FixtureError, ScenarioServices> =>
  Effect.forEach(chosen, ({ batchTripleCount, name }) => {
    const scenario = scenarios.find((each) => each.name === name)
    return scenario === undefined
      ? Effect.dieMessage(`there is no scenario ${name}`)
      : scenario.prepare({ batchTripleCount, deleteResources, failDeliberately, seed })
  }).pipe(
    Effect.flatMap((workloads) =>
      Arr.isNonEmptyReadonlyArray(workloads)
        ? Effect.succeed(workloads)
        : Effect.dieMessage("no scenario was chosen")
    )
  )
