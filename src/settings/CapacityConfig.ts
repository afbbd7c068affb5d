/** The settings of `capacity`: objectives, the range of arrival rates and the duration of a step. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { failureObjective, parseObjective, withFailures } from "../domain/Objective.ts"
import { pointAt, type Threshold } from "../domain/Threshold.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { arrivals, requestNamesOf } from "../run/RunSpec.ts"
import {
  chooseScenarios,
  chooseTestType,
  type KnownScenarios,
  readType,
  refuseUnused
} from "./chooseScenarios.ts"
import { describeWay, type GivenSettings, type ReportProblem, tableOf } from "./readSettings.ts"
import { resourceSettings } from "./ResourceChoice.ts"
import { RunSettings, testTypeOf, userCount } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import {
  decodeStudy,
  endingOf,
  loadSettings,
  scenarioDefaults,
  serverSettings,
  type StudyConfig,
  warmUp
} from "./StudySettings.ts"
import { duration, Expressions, percent, ratePerSecond, whole, hourMillis } from "./flagSchemas.ts"
import { SettingProblem, WrongSettings } from "./WrongSettings.ts"

const stepDuration = (variable: string, fallback: string, help: string) =>
  setting(duration(2000, hourMillis), {
    group: "search",
    variable,
    accepts: "a duration from 2 seconds to 1 hour, such as 10, 30s or 2 minutes",
    fallback,
    help
  })

const rate = { group: "search" as const, accepts: "a number above 0, up to 100000, such as 50/s" }

export const CapacitySettings = Schema.Struct({
  ...serverSettings,
  slo: setting(Expressions, {
    group: "objectives",
    variable: "PERF_SLO",
    kind: "list",
    accepts: 'objectives such as "latency.p95 < 500ms", repeated or comma-separated',
    fallback: "",
    defaultText: "required",
    help: `Such as "latency.p95 < 500ms"; implied: ${failureObjective}`
  }),
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
  startRate: setting(ratePerSecond(100_000), {
    ...rate,
    variable: "PERF_START_RATE",
    fallback: "10/s",
    help: "First rate, doubled while it is kept, else halved"
  }),
  minRate: optionalSetting(ratePerSecond(100_000), {
    ...rate,
    variable: "PERF_MIN_RATE",
    defaultText: "30 batches in --maxStepTime",
    help: "Lowest rate to try"
  }),
  maxRate: optionalSetting(ratePerSecond(100_000), {
    ...rate,
    variable: "PERF_MAX_RATE",
    defaultText: "none",
    help: "Highest rate to try"
  }),
  precision: setting(percent(1, 50), {
    group: "search",
    variable: "PERF_PRECISION",
    accepts: "a percentage from 1% to 50%",
    fallback: "5%",
    help: "Final gap between highest good and lowest bad rate"
  }),
  maxSteps: setting(whole(1, 1000), {
    group: "search",
    variable: "PERF_MAX_STEPS",
    accepts: "a whole number from 1 to 1000",
    fallback: "40",
    help: "Maximum steps; failed ones are measured twice"
  }),
  stepTime: stepDuration("PERF_STEP_TIME", "10 seconds", "Minimum duration of a step"),
  maxStepTime: stepDuration("PERF_MAX_STEP_TIME", "60 seconds", "Maximum, if percentiles need it"),
  warmUp,
  clientCount: userCount({
    variable: "PERF_CAPACITY_CLIENT_COUNT",
    fallback: "1000",
    help: "Maximum of concurrent batches"
  }),
  startWithin: RunSettings.fields.startWithin,
  ...loadSettings
})
export interface CapacitySettings extends Schema.Schema.Type<typeof CapacitySettings> {}

const table = tableOf(CapacitySettings)

/** Every setting of `capacity`, in the order of the help. */
export const capacitySettings = table.settings

export interface CapacityConfig extends CapacitySettings {
  /** At least one, including the objective for failures. */
  readonly objectives: ReadonlyArray<Threshold>
}

/** The objectives that can be read; each of the others is reported. */
const readObjectives = (
  texts: ReadonlyArray<string>,
  refuse: (pointed: string) => void
): ReadonlyArray<Threshold> =>
  texts.flatMap((text) =>
    Either.match(parseObjective(text), {
      onRight: (objective) => [objective],
      onLeft: (mistake) => {
        refuse(`cannot be used\n${pointAt(text, mistake, "    ")}`)
        return []
      }
    })
  )

/** Problems of objectives with a request name that no chosen scenario sends. */
const unknownNames = (
  objectives: ReadonlyArray<Threshold>,
  names: ReadonlyArray<string>
): ReadonlyArray<string> =>
  objectives
    .filter(({ name }) => name !== undefined && !names.includes(name))
    .map(({ expression }) => {
      const mistake = { at: 0, expected: `${names.join(" or ")}: no other requests are sent` }
      return `cannot be used\n${pointAt(expression, mistake, "    ")}`
    })

/** Reports maxima below their minima, and missing or unreadable objectives. */
const checkCapacity = (settings: CapacitySettings, report: ReportProblem): void => {
  const { maxRate, maxStepTime, minRate, slo, startRate, stepTime } = settings
  if (slo.length === 0) {
    const example = '--slo "latency.p95 < 500ms" --slo "failures.ratio < 1%"'
    report("slo", `give at least one, such as ${example}`, describeWay)
  }
  readObjectives(slo, (pointed) => report("slo", pointed, describeWay))
  if (minRate !== undefined && minRate > startRate) {
    report("minRate", `accepts at most --startRate, ${startRate}/s`)
  }
  if (minRate !== undefined && maxRate !== undefined && maxRate < minRate) {
    report("maxRate", `accepts at least --minRate, ${minRate}/s`)
  }
  if (maxRate !== undefined && maxRate < startRate) {
    report("maxRate", `accepts at least --startRate, ${startRate}/s`)
  }
  if (Duration.lessThan(maxStepTime, stepTime)) {
    report("maxStepTime", `accepts at least --stepTime, ${Duration.toSeconds(stepTime)} seconds`)
  }
}

/** One load; each step changes its arrival rate. */
export const decodeCapacityConfig = <S extends ScenarioInfo>(
  given: GivenSettings,
  known: KnownScenarios<S>,
  seed: number
): Either.Either<StudyConfig<CapacityConfig, S>, WrongSettings> =>
  Either.gen(function* () {
    const { loads, settings } = yield* decodeStudy(table, given, seed, (settings, report) => {
      checkCapacity(settings, report)
      const testType = chooseTestType(settings.testType, known.scenarios, report)
      const fitsBatches = given["batchTripleCount"] === undefined
      const reads = { weights: settings.readMix, pageSizes: settings.pageSize }
      const chosen = { ...scenarioDefaults, ...settings, fitsBatches, reads }
      const scenarios = chooseScenarios(chosen, testType, known, report)
      const refuseFlag: ReportProblem = (name, reason) => {
        if (given[name]?.from === "flag") report(name, reason)
      }
      refuseUnused(testType, scenarios, refuseFlag, settings.populate !== undefined)
      const { clientCount, startRate, startWithin, stepTime } = settings
      const plan = arrivals(startRate, Duration.toSeconds(stepTime), {
        ...endingOf(settings),
        maxUsers: clientCount,
        startWithinMillis: Duration.toMillis(startWithin)
      })
      return [{ testType, scenarios, plan }]
    })
    const objectives = readObjectives(settings.slo, () => undefined)
    const [load] = loads
    const names = requestNamesOf(load.scenarios)
    const problems = Arr.map(
      known.isPartial === true ? [] : unknownNames(objectives, names),
      (accepted) => new SettingProblem({ flag: "--slo", given: "--slo", accepted })
    )
    if (Arr.isNonEmptyArray(problems)) return yield* Either.left(new WrongSettings({ problems }))
    return { loads, settings: { ...settings, objectives: withFailures(objectives) } }
  })
