/** The settings of `versus`: two loads that differ only in the test type. */
import * as Duration from "effect/Duration"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { users } from "../run/RunSpec.ts"
import { chooseScenarios, type KnownScenarios } from "./chooseScenarios.ts"
import { Words } from "./flagSchemas.ts"
import { type GivenSettings, readSettings, type ReportProblem, tableOf } from "./readSettings.ts"
import { nothingChosen, readChoice, type ResourceChoice, resourceSettings } from "./ResourceChoice.ts"
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
import type { WrongSettings } from "./WrongSettings.ts"

/** The scenarios of the resources that need no description by the server: by single requests and in batches. */
const builtIn: Readonly<Record<string, ReadonlyArray<string>>> = {
  students: ["StudentVolumeTest", "StudentBatchVolumeTest"],
  sections: ["SectionVolumeTest", "SectionBatchVolumeTest"],
  enrolledstudents: ["EnrolledStudentVolumeTest", "EnrolledStudentBatchVolumeTest"]
}

/** The built-in scenarios of a resource, by its endpoint or path in any letter case; none of others. */
const builtInOf = (resource: string): ReadonlyArray<string> =>
  builtIn[resource.toLowerCase().replace(/^ed-fi\//, "")] ?? []

export const VersusSettings = Schema.Struct({
  ...serverSettings,
  ...resourceSettings,
  resources: setting(Words.pipe(Schema.filter((resources) => resources.length > 0)), {
    group: "scenarios",
    variable: "PERF_RESOURCES",
    formerly: { flag: "records", variable: "PERF_RECORDS" },
    kind: "list",
    accepts: "resources such as courses or tpdm/candidates, comma-separated, or all",
    fallback: "students",
    help: "Any resources of the server, or all"
  }),
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

/** The chosen resources, unless all of them have built-in scenarios. */
export const versusChoice = (given: GivenSettings): ResourceChoice => {
  const { resources } = readSettings(table, { resources: given["resources"] }).settings
  const choice = { ...readChoice({ ...given, testList: undefined }, []), resources }
  const isBuiltIn = resources.every((resource) => builtInOf(resource).length > 0)
  return isBuiltIn && choice.exclude.length === 0 ? nothingChosen : choice
}

/** The scenarios of the chosen resources, both test types; before the server was asked, the built-in ones. */
const chosenNames = <S extends ScenarioInfo>(
  { chosen }: KnownScenarios<S>,
  resources: ReadonlyArray<string>
): ReadonlyArray<string> => {
  return chosen?.map(({ name }) => name) ?? resources.flatMap(builtInOf)
}

/** Of `CourseVolumeTest` and `CourseBatchVolumeTest` it is `Course`. */
const stemOf = (name: string): string => name.replace(/(Batch)?VolumeTest$/, "")

/** Reports resources that are sent one way only, and can therefore not be compared. */
const checkPairs = (
  batch: ReadonlyArray<string>,
  single: ReadonlyArray<string>,
  report: ReportProblem
): void => {
  const stems = [batch, single].map((names) => new Set(names.map(stemOf)))
  const alone = [...batch, ...single].filter((name) => stems.some((known) => !known.has(stemOf(name))))
  if (alone.length > 0)
    report("resources", `${alone.join(", ")}: sent in one way only, so there is nothing to compare`)
}

/** The first load is that of batches, the second that of single requests. */
export const decodeVersusConfig = <S extends ScenarioInfo>(
  given: GivenSettings,
  known: KnownScenarios<S>,
  seed: number
): Either.Either<StudyConfig<VersusSettings, S>, WrongSettings> =>
  decodeStudy(table, given, seed, (settings, report) => {
    const { batchTripleCount, clientCount, maxBatchOperations, resources } = settings
    const plan = users(clientCount, Duration.toSeconds(settings.sliceTime), endingOf(settings))
    const names = chosenNames(known, resources)
    if (names.length === 0 && known.isPartial !== true) report("resources", "leaves no resource to send")
    const namesOf = (testType: string) =>
      names.filter((name) =>
        known.scenarios.some((scenario) => scenario.name === name && scenario.testType === testType)
      )
    checkPairs(namesOf("BATCH_VOLUME"), namesOf("VOLUME"), report)
    const load = (testType: string) => {
      const chosen = {
        ...scenarioDefaults,
        testList: namesOf(testType),
        batchTripleCount,
        maxBatchOperations,
        fitsBatches: given["batchTripleCount"] === undefined
      }
      return { testType, plan, scenarios: chooseScenarios(chosen, testType, known, report) }
    }
    return [load("BATCH_VOLUME"), load("VOLUME")]
  })
