/** `edfi-perf run`: flags override variables, which override defaults. All problems are reported together. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { join } from "node:path"
import { watchTargets } from "../domain/WatchTarget.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { randomSeed, requestNamesOf, type ResultFolder, type RunSpec } from "../run/RunSpec.ts"
import { chooseAgents } from "./AgentSettings.ts"
import { isOpenModel, choosePlan, onlyWithArrivals, withoutOverruled } from "./choosePlan.ts"
import {
  chooseScenarios,
  chooseTestType,
  type KnownScenarios,
  readType,
  refuseUnused,
  sameWord
} from "./chooseScenarios.ts"
import {
  changeStateName,
  defaultResources,
  inOnePass,
  onePassType,
  onePassTypes,
  refuseUnusedInOnePass,
  withoutUnusedVariables
} from "./onePass.ts"
import { chooseTarget, makeSpec, refuseWithoutDatabase } from "./makeSpec.ts"
import { type Limitable, readThresholds } from "./readThresholds.ts"
import {
  describeWay,
  type Flags,
  givenOf,
  type GivenSettings,
  readSettings,
  type ReportProblem,
  tableOf,
  unlessWrong
} from "./readSettings.ts"
import {
  besidesScenarios,
  checkResourceChoice,
  chosenMixture,
  needsServer,
  nothingChosen,
  readChoice,
  reportedChoice,
  reportedReads,
  type ResourceChoice,
  withoutOverruledChoice
} from "./ResourceChoice.ts"
import { RunSettings } from "./RunSettings.ts"
import type { WrongSettings } from "./WrongSettings.ts"

/** A checked command. */
export interface RunConfig<S extends ScenarioInfo> {
  /** A command always writes files. */
  readonly spec: RunSpec<S> & { readonly files: ResultFolder }
  /** The settings of the command itself. */
  readonly settings: Pick<
    RunSettings,
    "logLevel" | "maxBatchOperations" | "otlpEndpoint" | "web" | "webHost" | "webLinger" | "webPort"
  >
}

const table = tableOf(RunSettings)

/** Every setting of `run`, in the order of the help. */
export const runSettings = table.settings

/** The settings that determine request names. */
const namingFlags: ReadonlySet<string> = new Set([
  "--testType",
  "--testList",
  "--batchTripleCount",
  "--batchTripleCountFor",
  "--maxBatchOperations",
  "--deleteResources",
  "--failDeliberately",
  "--readMix",
  "--pageSize"
])

/** Settings that only the command has, as the summary reports them. */
const reportedOf = (
  { maxBatchOperations, otlpEndpoint, web, ...settings }: RunSettings,
  testType: string
): RunSpec["reported"] => ({
  maxBatchOperations,
  web,
  ...(testType === readType ? reportedReads(settings) : reportedChoice(settings)),
  // Without its query, which may contain the key of the collector.
  ...(otlpEndpoint === undefined ? {} : { otlpEndpoint: otlpEndpoint.replace(/\?.*$/, "") })
})

/**
 * Checks the settings of `run`.
 *
 * @param seed of the run, unless one was given
 * @example decodeRunConfig({ local: { value: "true", from: "flag" } }, { scenarios }, 42)
 */
export const decodeRunConfig = <S extends ScenarioInfo>(
  givenInAll: GivenSettings,
  known: KnownScenarios<S>,
  seed: number
): Either.Either<RunConfig<S>, WrongSettings> => {
  const given = withoutOverruled(withoutUnusedVariables(withoutOverruledChoice(givenInAll)))
  const { isWrong, problems, report, settings: own } = readSettings(table, given)
  const settings = { ...own, maxWait: given["maxWait"] === undefined ? own.minWait : own.maxWait }
  const target = chooseTarget(settings, given, report)
  const { isPartial = false, scenarios: all } = known
  const testType = chooseTestType(settings.testType, all, report, onePassTypes)
  if (onePassType(testType) !== undefined && !isPartial && !all.some((each) => each.testType === testType))
    report("testType", "is a test of resources, and cannot be combined with --scenario", describeWay)
  const fitsBatches = given["batchTripleCount"] === undefined
  const reads = { weights: settings.readMix, pageSizes: settings.pageSize }
  const scenarios = chooseScenarios({ ...settings, fitsBatches, reads }, testType, known, report)
  const agents = chooseAgents(settings, given, report)
  if (settings.runInDebugMode && agents !== undefined)
    report("agents", "cannot be combined with --runInDebugMode, whose one user runs in this process")
  /** A flag without effect is a mistake; a variable may be meant for another run. */
  const refuseFlag: ReportProblem = (name, reason, describe) => {
    if (given[name]?.from === "flag") report(name, reason, describe)
  }
  checkResourceChoice(settings, report, refuseFlag)
  const isOpen = isOpenModel(given)
  const isChosen = !problems().some(({ flag }) => flag === "--testType" || flag === "--testList")
  if (isChosen) {
    refuseUnused(testType, scenarios, refuseFlag, settings.populate !== undefined)
    refuseUnusedInOnePass(testType, given, refuseFlag)
  }
  const names = problems().some(({ flag }) => namingFlags.has(flag)) ? undefined : requestNamesOf(scenarios)
  const limitable: Limitable = {
    names,
    isOpen,
    isWatched: settings.databaseUrl !== undefined,
    watch: watchTargets(settings.watch).map(({ label }) => label)
  }
  const thresholds = readThresholds(settings.threshold, limitable, report)
  if (settings.abortOnThreshold && settings.threshold.length === 0) {
    refuseFlag("abortOnThreshold", "requires --threshold", describeWay)
  }
  refuseWithoutDatabase(settings, given, report)
  if (!isOpen) refuseFlag("startWithin", onlyWithArrivals)
  const wayOf = (name: string) => {
    const setting = runSettings.find((each) => each.name === name)
    return setting === undefined ? `--${name}` : describeWay(setting, given)
  }
  const runSeed = settings.seed ?? seed
  const plan = inOnePass(testType, choosePlan(settings, given, report, wayOf, runSeed), given)
  if (settings.minWait > settings.maxWait && !isWrong("maxWait")) {
    report("minWait", `accepts at most --maxWait, ${settings.maxWait}`)
  }
  return unlessWrong(problems(), () => {
    const files = { folder: settings.output, out: settings.out }
    const spec = makeSpec(settings, {
      target,
      agents,
      testType,
      scenarios,
      modules: known.modules ?? [],
      plan,
      seed: runSeed,
      thresholds,
      abortDelayMillis: settings.abortOnThreshold ? Duration.toMillis(settings.abortDelay) : undefined,
      failOnLimited: settings.failOnLimited,
      printsOutcomes: settings.runInDebugMode,
      reported: reportedOf(settings, testType)
    })
    return { settings, spec: { ...spec, files } }
  })
}

/** The modules that `--scenario` names; they have to be loaded before the other settings can be checked. */
export const modulePaths = (given: GivenSettings): ReadonlyArray<string> =>
  readSettings(table, { scenario: given["scenario"] }).settings.scenario

/**
 * The resources of a run, which the server has to describe before the other settings can be checked; none beside modules.
 *
 * @param builtIn names of scenarios
 */
export const resourceChoice = (given: GivenSettings, builtIn: ReadonlyArray<string>): ResourceChoice => {
  const own = withoutOverruledChoice(given)
  if (modulePaths(own).length > 0) return nothingChosen
  const choice = readChoice(given, builtIn)
  const { changeState, output, testType } = own
  const { settings } = readSettings(table, { changeState, output, testType })
  const onePass = onePassType(settings.testType)
  if (onePass === undefined) return choice
  const isDefault = choice.resources.length === 0
  const byDefault = choice.scenarios.length > 0 ? [] : defaultResources[onePass]
  return {
    ...choice,
    onePass,
    changeState: settings.changeState ?? join(settings.output, changeStateName),
    resources: isDefault ? byDefault : choice.resources,
    isDefault
  }
}

/**
 * What can be checked without a server: not the scenarios of a mixture or of chosen resources.
 *
 * @param builtIn names of scenarios
 */
export const withoutServer = (
  given: GivenSettings,
  builtIn: ReadonlyArray<string>
): { readonly given: GivenSettings; readonly isPartial: boolean } => {
  const isPartial = chosenMixture(given) !== undefined || needsServer(resourceChoice(given, builtIn))
  return { given: isPartial ? besidesScenarios(given) : given, isPartial }
}

/** What a run of READ reads. */
export interface ReadChoice extends Pick<
  RunSettings,
  "exclude" | "maxBatchOperations" | "populate" | "resources" | "spec" | "testList"
> {
  /** Whether the records of `populate` are deleted after the load: `deleteResources`, if it is given. */
  readonly deletesPopulation: boolean
}

/** The choice of a run of READ; `undefined` for other test types, and for scenarios of modules. */
export const readsChoice = (given: GivenSettings): ReadChoice | undefined => {
  const { settings } = readSettings(table, withoutOverruledChoice(given))
  const deletesPopulation = given["deleteResources"] !== undefined && settings.deleteResources
  return sameWord(settings.testType, readType) && settings.scenario.length === 0
    ? { ...settings, deletesPopulation }
    : undefined
}

/** Reads flags and variables; fails with all problems. */
export const loadRunConfig = <S extends ScenarioInfo>(
  flags: Flags,
  known: KnownScenarios<S>
): Effect.Effect<RunConfig<S>, WrongSettings> =>
  Effect.gen(function* () {
    const given = yield* givenOf(runSettings, flags)
    return yield* decodeRunConfig(given, known, yield* randomSeed)
  })
