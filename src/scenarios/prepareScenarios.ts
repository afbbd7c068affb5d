/** Prepares the chosen scenarios. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { ScenarioOptions, Workload } from "../engine/Scenario.ts"
import type { FixtureError } from "../fixtures/SharedFixtures.ts"
import { type ScenarioServices, scenarios } from "./index.ts"

/** The scenarios of a run with their triples per batch, and the options of all of them. */
export interface ChosenScenarios extends Omit<ScenarioOptions, "batchTripleCount"> {
  readonly scenarios: ReadonlyArray<{ readonly name: string } & Pick<ScenarioOptions, "batchTripleCount">>
}

/** Also prepares the fixtures, if a scenario needs them. */
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
