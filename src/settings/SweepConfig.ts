/**
 * The settings of `sweep`: sizes of batches, with READ of pages, and numbers of users; each combination is a load. VOLUME
 * varies users only.
 */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { readKinds } from "../domain/ReadMix.ts"
import { countOf } from "../domain/Sample.ts"
import { tripleCounts } from "../domain/tripleCounts.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import { type RunSpec, scenariosOfPageSize, scenariosOfSize, users } from "../run/RunSpec.ts"
import {
  chooseScenarios,
  type KnownScenarios,
  operationsEach,
  readType,
  sameWord,
  tooManyOperations
} from "./chooseScenarios.ts"
import { type GivenSettings, type ReportProblem, tableOf } from "./readSettings.ts"
import { resourceSettings } from "./ResourceChoice.ts"
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
import { oneOf, ReadWeights, whole, wholes } from "./flagSchemas.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const maxOperations = 1_000_000

const withoutBatches = "VOLUME"

/** Numbers of users unless others are given. */
const defaultUsers = { batches: [10], single: [1, 2, 4, 8, 16, 32] } as const

export const SweepSettings = Schema.Struct({
  ...serverSettings,
  testType: setting(oneOf("BATCH_VOLUME", withoutBatches, readType), {
    group: "scenarios",
    variable: "PERF_SWEEP_TEST_TYPE",
    accepts: "BATCH_VOLUME, VOLUME or READ",
    values: ["BATCH_VOLUME", withoutBatches, readType],
    fallback: "BATCH_VOLUME",
    help: "VOLUME: single requests; READ: pages"
  }),
  batchTripleCount: setting(wholes(1, Math.floor(maxOperations / countOf(tripleCounts()))), {
    group: "scenarios",
    variable: "PERF_SWEEP_BATCH_TRIPLE_COUNT",
    kind: "list",
    accepts: "whole numbers from 1 to 333333, repeated or comma-separated, such as 1,10,33",
    fallback: "1,2,5,10,20,33",
    help: "Batch sizes to measure"
  }),
  clientCount: optionalSetting(wholes(1, 100_000), {
    group: "load",
    alias: "c",
    variable: "PERF_SWEEP_CLIENT_COUNT",
    kind: "list",
    accepts: "whole numbers from 1 to 100000, repeated or comma-separated, such as 1,10,50",
    defaultText: "10; VOLUME: 1 to 32",
    help: "Virtual users"
  }),
  testList: RunSettings.fields.testList,
  ...resourceSettings,
  pageSize: setting(wholes(1, 100_000), {
    group: "scenarios",
    variable: "PERF_SWEEP_PAGE_SIZE",
    kind: "list",
    accepts: "whole numbers from 1 to 100000, repeated or comma-separated, such as 25,100,500",
    fallback: "25,50,100,200,500",
    help: "READ: rows per page to measure"
  }),
  readMix: setting(ReadWeights, {
    group: "scenarios",
    variable: "PERF_SWEEP_READ_MIX",
    kind: "list",
    accepts: `KIND=WEIGHT with weights from 0 to 1000, comma-separated; the kinds are ${readKinds.join(", ")}`,
    values: readKinds,
    fallback: "offset=1,cursor=1",
    help: "READ: kinds of requests"
  }),
  populate: RunSettings.fields.populate,
  maxBatchOperations: optionalSetting(whole(1, maxOperations), {
    group: "scenarios",
    variable: "PERF_SWEEP_MAX_BATCH_OPERATIONS",
    accepts: "a whole number from 1 to 1000000",
    defaultText: "none",
    help: "Largest batch to try"
  }),
  ...sliceSettings({
    slices: "3",
    slicesHelp: "Measurements of each point",
    sliceTime: "5 seconds"
  }),
  ...loadSettings
})
export interface SweepSettings extends Schema.Schema.Type<typeof SweepSettings> {}

/** With the numbers of users decided, ascending. */
export interface SweepConfig extends Omit<SweepSettings, "clientCount"> {
  readonly clientCount: Arr.NonEmptyReadonlyArray<number>
}

const usersOf = ({ clientCount, testType }: SweepSettings): Arr.NonEmptyReadonlyArray<number> =>
  clientCount ?? (testType === withoutBatches ? defaultUsers.single : defaultUsers.batches)

const table = tableOf(SweepSettings)

/** Every setting of `sweep`, in the order of the help. */
export const sweepSettings = table.settings

/** Reports scenarios whose size cannot be varied. */
const checkFixed = (
  { testList }: SweepSettings,
  known: ReadonlyArray<ScenarioInfo>,
  report: ReportProblem
): void => {
  for (const { name, tripleCount } of known) {
    const isChosen = testList.some((each) => sameWord(each, name))
    if (isChosen && typeof tripleCount === "number") report("testList", `the batch size of ${name} is fixed`)
  }
}

/** Reports sizes that exceed the limit for one of the scenarios. */
const checkSizes = (
  { batchTripleCount, maxBatchOperations = maxOperations }: SweepSettings,
  scenarios: ReadonlyArray<PlannedScenario<ScenarioInfo>>,
  report: ReportProblem
): void => {
  const each = Math.max(
    ...scenarios.map(({ scenario }) => operationsEach(scenario, { deleteResources: true }))
  )
  for (const size of batchTripleCount) {
    const problem = tooManyOperations(size, each, maxBatchOperations)
    if (problem !== undefined) report("batchTripleCount", problem, () => `--batchTripleCount ${size}`)
  }
}

const batchFlags = ["batchTripleCount", "maxBatchOperations"] as const
const readFlags = ["pageSize", "readMix", "populate"] as const
const documentFlags = ["document", "companions", "parents"] as const

/** Flags of another test type; variables may be meant for other sweeps. */
const refuseForeign = (
  given: GivenSettings,
  { testType }: Pick<SweepSettings, "testType">,
  report: ReportProblem
): void => {
  const refuse = (names: ReadonlyArray<string>, reason: string) => {
    for (const name of names) if (given[name]?.from === "flag") report(name, reason)
  }
  if (testType === withoutBatches) refuse(batchFlags, "VOLUME sends no batches; it varies --clientCount only")
  if (testType !== readType) return refuse(readFlags, `requires --testType ${readType}`)
  refuse(["batchTripleCount"], "READ varies --pageSize and --clientCount")
  refuse(documentFlags, "READ writes nothing in its load")
}

/** The scenarios with each size that is varied; single requests have none. */
const scenariosOfSizes = <S extends ScenarioInfo>(
  { batchTripleCount, pageSize, testType }: SweepSettings,
  scenarios: RunSpec<S>["scenarios"]
): Arr.NonEmptyReadonlyArray<RunSpec<S>["scenarios"]> => {
  switch (testType) {
    case "BATCH_VOLUME":
      return Arr.map(batchTripleCount, (size) => scenariosOfSize(scenarios, size))
    case "READ":
      return Arr.map(pageSize, (size) => scenariosOfPageSize(scenarios, size))
    case "VOLUME":
      return Arr.of(scenarios)
  }
}

/** One load for each point: by number of users, then by batch size, the smallest first. */
export const decodeSweepConfig = <S extends ScenarioInfo>(
  given: GivenSettings,
  known: KnownScenarios<S>,
  seed: number
): Either.Either<StudyConfig<SweepConfig, S>, WrongSettings> =>
  Either.map(
    decodeStudy(table, given, seed, (settings, report) => {
      const { batchTripleCount, pageSize, readMix, testList, testType } = settings
      refuseForeign(given, settings, report)
      if (testType === "BATCH_VOLUME") checkFixed(settings, known.scenarios, report)
      const reads = { weights: readMix, pageSizes: pageSize }
      const scenarios = chooseScenarios(
        { ...scenarioDefaults, testList, batchTripleCount: batchTripleCount[0], reads },
        testType,
        known,
        report
      )
      if (testType === "BATCH_VOLUME") checkSizes(settings, scenarios, report)
      const ofSizes = scenariosOfSizes(settings, scenarios)
      return Arr.flatMap(usersOf(settings), (count) =>
        Arr.map(ofSizes, (each) => ({
          testType,
          scenarios: each,
          plan: users(count, Duration.toSeconds(settings.sliceTime), endingOf(settings))
        }))
      )
    }),
    ({ loads, settings }) => ({ loads, settings: { ...settings, clientCount: usersOf(settings) } })
  )
