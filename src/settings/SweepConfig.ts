/** The settings of `sweep`: batch sizes and numbers of users; each combination is a load. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { scenariosOfSize, users } from "../run/RunSpec.ts"
import { chooseScenarios, tooManyOperations } from "./chooseScenarios.ts"
import type { KnownScenarios } from "./RunConfig.ts"
import { type GivenSettings, tableOf } from "./readSettings.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import {
  decodeStudy,
  endingOf,
  loadSettings,
  scenarioDefaults,
  serverSettings,
  sliceSettings,
  type StudyConfig
} from "./StudySettings.ts"
import { whole, wholes } from "./flagSchemas.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const maxOperations = 1_000_000

export const SweepSettings = Schema.Struct({
  ...serverSettings,
  batchTripleCount: setting(wholes(1, Math.floor(maxOperations / 3)), {
    group: "scenarios",
    variable: "PERF_SWEEP_BATCH_TRIPLE_COUNT",
    kind: "list",
    accepts: "whole numbers from 1 to 333333, repeated or comma-separated, such as 1,10,33",
    fallback: "1,2,5,10,20,33",
    help: "Batch sizes to measure"
  }),
  clientCount: setting(wholes(1, 100_000), {
    group: "load",
    alias: "c",
    variable: "PERF_SWEEP_CLIENT_COUNT",
    kind: "list",
    accepts: "whole numbers from 1 to 100000, repeated or comma-separated, such as 1,10,50",
    fallback: "10",
    help: "Virtual users; each with every size"
  }),
  testList: RunSettings.fields.testList,
  maxBatchOperations: optionalSetting(whole(1, maxOperations), {
    group: "scenarios",
    variable: "PERF_SWEEP_MAX_BATCH_OPERATIONS",
    accepts: "a whole number from 1 to 1000000",
    defaultText: "none",
    help: "Largest batch to try"
  }),
  ...sliceSettings({
    slices: "3",
    slicesHelp: "Measurements of each size",
    sliceTime: "5 seconds"
  }),
  ...loadSettings
})
export interface SweepSettings extends Schema.Schema.Type<typeof SweepSettings> {}

const table = tableOf(SweepSettings)

/** Every setting of `sweep`, in the order of the help. */
export const sweepSettings = table.settings

/** One load for each point: by number of users, then by batch size, the smallest first. */
export const decodeSweepConfig = <S extends ScenarioInfo>(
  given: GivenSettings,
  { scenarios: known }: KnownScenarios<S>,
  seed: number
): Either.Either<StudyConfig<SweepSettings, S>, WrongSettings> =>
  decodeStudy(table, given, seed, (settings, report) => {
    const { batchTripleCount, clientCount, maxBatchOperations = maxOperations, testList } = settings
    for (const { name, tripleCount } of known) {
      const isChosen = testList.some((each) => each.toLowerCase() === name.toLowerCase())
      if (isChosen && tripleCount !== "configured") report("testList", `the batch size of ${name} is fixed`)
    }
    for (const size of batchTripleCount) {
      if (3 * size > maxBatchOperations) {
        report(
          "batchTripleCount",
          tooManyOperations(size, maxBatchOperations),
          () => `--batchTripleCount ${size}`
        )
      }
    }
    const [smallest] = batchTripleCount
    const scenarios = chooseScenarios(
      { ...scenarioDefaults, testList, batchTripleCount: smallest },
      "BATCH_VOLUME",
      known,
      report
    )
    return Arr.flatMap(clientCount, (count) =>
      Arr.map(batchTripleCount, (size) => ({
        testType: "BATCH_VOLUME",
        scenarios: scenariosOfSize(scenarios, size),
        plan: users(count, Duration.toSeconds(settings.sliceTime), endingOf(settings))
      }))
    )
  })
