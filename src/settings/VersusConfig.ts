/** The settings of `versus`: two loads that differ only in the test type. */
import * as Duration from "effect/Duration"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { users } from "../run/RunSpec.ts"
import { chooseScenarios } from "./chooseScenarios.ts"
import type { KnownScenarios } from "./RunConfig.ts"
import { type GivenSettings, tableOf } from "./readSettings.ts"
import { RunSettings, userCount } from "./RunSettings.ts"
import { setting } from "./Setting.ts"
import {
  decodeStudy,
  endingOf,
  loadSettings,
  scenarioDefaults,
  serverSettings,
  sliceSettings,
  type StudyConfig
} from "./StudySettings.ts"
import { oneOf, Words } from "./flagSchemas.ts"
import type { WrongSettings } from "./WrongSettings.ts"

/** The scenarios of each kind of record: by single requests and in batches. */
const scenariosOf = {
  students: { single: "StudentVolumeTest", batch: "StudentBatchVolumeTest" },
  sections: { single: "SectionVolumeTest", batch: "SectionBatchVolumeTest" }
} as const

const kinds = ["students", "sections"] as const

export const VersusSettings = Schema.Struct({
  ...serverSettings,
  records: setting(
    Words.pipe(
      Schema.compose(Schema.Array(oneOf(...kinds))),
      Schema.filter((records) => records.length > 0)
    ),
    {
      group: "scenarios",
      variable: "PERF_RECORDS",
      kind: "list",
      accepts: "students and sections, repeated or comma-separated",
      values: kinds,
      fallback: "students,sections",
      help: "Records to create, update and delete"
    }
  ),
  clientCount: userCount({
    variable: "CLIENT_COUNT",
    fallback: "10",
    help: "Virtual users on each side"
  }),
  batchTripleCount: RunSettings.fields.batchTripleCount,
  maxBatchOperations: RunSettings.fields.maxBatchOperations,
  ...sliceSettings({
    slices: "6",
    slicesHelp: "Pairs of slices: single requests, batches",
    sliceTime: "10 seconds"
  }),
  ...loadSettings
})
export interface VersusSettings extends Schema.Schema.Type<typeof VersusSettings> {}

const table = tableOf(VersusSettings)

/** Every setting of `versus`, in the order of the help. */
export const versusSettings = table.settings

/** The first load is that of batches, the second that of single requests. */
export const decodeVersusConfig = <S extends ScenarioInfo>(
  given: GivenSettings,
  { scenarios: known }: KnownScenarios<S>,
  seed: number
): Either.Either<StudyConfig<VersusSettings, S>, WrongSettings> =>
  decodeStudy(table, given, seed, (settings, report) => {
    const { batchTripleCount, clientCount, maxBatchOperations, records } = settings
    const plan = users(clientCount, Duration.toSeconds(settings.sliceTime), endingOf(settings))
    const load = (testType: string, side: "single" | "batch") => {
      const testList = records.map((each) => scenariosOf[each][side])
      const chosen = { ...scenarioDefaults, testList, batchTripleCount, maxBatchOperations }
      return { testType, plan, scenarios: chooseScenarios(chosen, testType, known, report) }
    }
    return [load("BATCH_VOLUME", "batch"), load("VOLUME", "single")]
  })
