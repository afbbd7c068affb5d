/** The settings of `stress`: where the load begins and ends, the measurements of a step, and the soak. */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { arrivals, users } from "../run/RunSpec.ts"
import {
  chooseScenarios,
  chooseTestType,
  type KnownScenarios,
  readType,
  refuseUnused
} from "./chooseScenarios.ts"
import { duration, hourMillis, ratePerSecond, whole } from "./flagSchemas.ts"
import { type GivenSettings, type ReportProblem, tableOf } from "./readSettings.ts"
import { resourceSettings } from "./ResourceChoice.ts"
import { RunSettings, testTypeOf } from "./RunSettings.ts"
import { optionalSetting } from "./Setting.ts"
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

const maxUserCount = 100_000
const maxPerSecond = 100_000

/** Where a study ends that finds no knee before. */
const defaultMaxUsers = 1024

/** The users of the open model, as in other commands. */
const defaultConcurrent = 1000

export const StressSettings = Schema.Struct({
  ...serverSettings,
  clientCount: optionalSetting(whole(1, maxUserCount), {
    group: "load",
    alias: "c",
    variable: "PERF_STRESS_CLIENT_COUNT",
    accepts: "a whole number from 1 to 100000",
    defaultText: `1; ${defaultConcurrent}`,
    help: "Users of step 1; open model: maximum"
  }),
  maxUsers: optionalSetting(whole(1, maxUserCount), {
    group: "load",
    variable: "PERF_STRESS_MAX_USERS",
    accepts: "a whole number from 1 to 100000",
    defaultText: String(defaultMaxUsers),
    help: "Highest number of users to try"
  }),
  arrivalRate: optionalSetting(ratePerSecond(maxPerSecond), {
    group: "load",
    variable: "PERF_STRESS_ARRIVAL_RATE",
    accepts: "a number above 0, up to 100000, such as 50/s",
    defaultText: "none",
    help: "Open model: doubles this rate instead of the users"
  }),
  maxRate: optionalSetting(ratePerSecond(maxPerSecond), {
    group: "load",
    variable: "PERF_STRESS_MAX_RATE",
    accepts: "a number above 0, up to 100000, such as 500/s",
    defaultText: "none",
    help: "Open model: highest rate to try"
  }),
  startWithin: RunSettings.fields.startWithin,
  testType: testTypeOf(["BATCH_VOLUME", "VOLUME", readType], "VOLUME: single requests; READ: reads"),
  testList: RunSettings.fields.testList,
  ...resourceSettings,
  batchTripleCount: RunSettings.fields.batchTripleCount,
  batchTripleCountFor: RunSettings.fields.batchTripleCountFor,
  maxBatchOperations: RunSettings.fields.maxBatchOperations,
  deleteResources: RunSettings.fields.deleteResources,
  readMix: RunSettings.fields.readMix,
  pageSize: RunSettings.fields.pageSize,
  populate: RunSettings.fields.populate,
  ...sliceSettings({ slices: "3", slicesHelp: "Measurements of each step", sliceTime: "10 seconds" }),
  soakAfter: optionalSetting(duration(1000, 168 * hourMillis), {
    group: "slices",
    variable: "PERF_SOAK_AFTER",
    accepts: "a duration from 1 second to 168 hours, such as 60m or 8 hours",
    defaultText: "none",
    help: "Then soak at 70 % of the knee for this time, such as 60m"
  }),
  ...loadSettings
})
export interface StressSettings extends Schema.Schema.Type<typeof StressSettings> {}

/** With the loads decided. */
export interface StressConfig extends StressSettings {
  readonly raised: "users" | "rate"
  /** Users, or iterations started per second. */
  readonly first: number
  readonly maximum: number
}

const table = tableOf(StressSettings)

/** Every setting of `stress`, in the order of the help. */
export const stressSettings = table.settings

const loadsOf = (settings: StressSettings): Pick<StressConfig, "first" | "maximum" | "raised"> => {
  const { arrivalRate, clientCount = 1, maxRate = maxPerSecond, maxUsers } = settings
  return arrivalRate === undefined
    ? { raised: "users", first: clientCount, maximum: maxUsers ?? Math.max(clientCount, defaultMaxUsers) }
    : { raised: "rate", first: arrivalRate, maximum: maxRate }
}

/** Reports maxima below the first load, and those of the other model. */
const checkLoads = (settings: StressSettings, given: GivenSettings, report: ReportProblem): void => {
  const { arrivalRate, clientCount = 1, maxRate, maxUsers } = settings
  if (arrivalRate === undefined) {
    if (given["maxRate"]?.from === "flag") report("maxRate", "requires --arrivalRate")
    if (maxUsers !== undefined && maxUsers < clientCount) {
      report("maxUsers", `accepts at least --clientCount, ${clientCount}`)
    }
    return
  }
  if (given["maxUsers"]?.from === "flag") {
    report("maxUsers", "cannot be combined with --arrivalRate, whose maximum is --maxRate")
  }
  if (maxRate !== undefined && maxRate < arrivalRate) {
    report("maxRate", `accepts at least --arrivalRate, ${arrivalRate}/s`)
  }
}

/** One load; each step changes its users or its rate. */
export const decodeStressConfig = <S extends ScenarioInfo>(
  given: GivenSettings,
  known: KnownScenarios<S>,
  seed: number
): Either.Either<StudyConfig<StressConfig, S>, WrongSettings> =>
  Either.map(
    decodeStudy(table, given, seed, (settings, report) => {
      checkLoads(settings, given, report)
      const testType = chooseTestType(settings.testType, known.scenarios, report)
      const fitsBatches = given["batchTripleCount"] === undefined
      const reads = { weights: settings.readMix, pageSizes: settings.pageSize }
      const chosen = { ...scenarioDefaults, ...settings, fitsBatches, reads }
      const scenarios = chooseScenarios(chosen, testType, known, report)
      const refuseFlag: ReportProblem = (name, reason) => {
        if (given[name]?.from === "flag") report(name, reason)
      }
      refuseUnused(testType, scenarios, refuseFlag, settings.populate !== undefined)
      const { clientCount = defaultConcurrent, sliceTime, startWithin } = settings
      const { first, maximum, raised } = loadsOf(settings)
      const seconds = Duration.toSeconds(sliceTime)
      const plan =
        raised === "users"
          ? users(maximum, seconds, endingOf(settings))
          : arrivals(first, seconds, {
              ...endingOf(settings),
              maxUsers: clientCount,
              startWithinMillis: Duration.toMillis(startWithin)
            })
      return [{ testType, scenarios, plan }]
    }),
    ({ loads, settings }) => ({ loads, settings: { ...settings, ...loadsOf(settings) } })
  )
