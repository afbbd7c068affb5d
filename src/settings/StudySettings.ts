/** The common part of the settings of studies: settings that they share with `run`, and the checks of their loads. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import type { ScenarioSettings } from "./chooseScenarios.ts"
import { watchTargets } from "../domain/WatchTarget.ts"
import { duration, Expressions, hourMillis, oneOf, whole, Words } from "./flagSchemas.ts"
import { agentSettingNames, chooseAgents } from "./AgentSettings.ts"
import { chooseTarget, makeSpec, refuseWithoutDatabase } from "./makeSpec.ts"
import {
  type GivenSettings,
  readSettings,
  type ReportProblem,
  type SettingsTable,
  unlessWrong
} from "./readSettings.ts"
import { readServerThresholds } from "./readThresholds.ts"
import { checkResourceChoice, resourceSettings, withoutOverruledChoice } from "./ResourceChoice.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import type { WrongSettings } from "./WrongSettings.ts"

/** Selects the DMS. */
export const serverSettings = Struct.pick(
  RunSettings.fields,
  "baseUrl",
  "key",
  "secret",
  "ignoreCertificateErrors",
  "route"
)

/** Load before each measurement. */
export const warmUp = setting(duration(0, hourMillis), {
  group: "slices",
  variable: "PERF_WARM_UP",
  accepts: "a duration from 0 to 1 hour, such as 3, 500ms or 2 minutes",
  fallback: "3 seconds",
  help: "Load before each measurement"
})

/** The number and duration of measurements. */
export const sliceSettings = (defaults: {
  readonly slices: string
  readonly slicesHelp: string
  readonly sliceTime: string
}) => ({
  slices: setting(whole(1, 1000), {
    group: "slices",
    variable: "PERF_SLICES",
    accepts: "a whole number from 1 to 1000",
    fallback: defaults.slices,
    help: defaults.slicesHelp
  }),
  sliceTime: setting(duration(100, hourMillis), {
    group: "slices",
    variable: "PERF_SLICE_TIME",
    accepts: "a duration from 100ms to 1 hour, such as 10, 500ms or 2 minutes",
    fallback: defaults.sliceTime,
    help: "Duration of a slice"
  }),
  warmUp
})

export interface SliceSettings {
  readonly slices: number
  readonly sliceTime: Duration.Duration
  readonly warmUp: Duration.Duration
}

/** The generation of load, and the output. */
export const loadSettings = {
  ...Struct.pick(
    RunSettings.fields,
    "workers",
    ...agentSettingNames,
    "maxFailRatio",
    "requestTimeout",
    "maxResponseBytes",
    "gracefulStop",
    "connections",
    "wire",
    "strictDecoding",
    "retryTransport",
    "resourceNaming"
  ),
  seed: optionalSetting(whole(0, 2 ** 52), {
    group: "scenarios",
    variable: "PERF_SEED",
    accepts: "a whole number from 0 to 4503599627370496",
    defaultText: "random, printed",
    help: "Same seed: same documents and order"
  }),
  ...Struct.pick(
    RunSettings.fields,
    "localEducationOrganizationId",
    "schoolYear",
    "apiPrefix",
    "oauthEndpoint",
    "batchPath",
    "output"
  ),
  out: setting(Words.pipe(Schema.compose(Schema.Array(oneOf("markdown")))), {
    group: "output",
    variable: "PERF_STUDY_OUT",
    kind: "list",
    accepts: "markdown",
    values: ["markdown"],
    fallback: "",
    defaultText: "none",
    help: "More files: markdown (for a pull request)"
  }),
  threshold: setting(Expressions, {
    group: "thresholds",
    variable: "PERF_THRESHOLD",
    kind: "list",
    accepts: 'limits such as "database.blockedSeconds < 30", repeated or comma-separated',
    fallback: "",
    defaultText: "none",
    help: 'Ends the study, such as "database.blockedSeconds < 30"'
  }),
  ...Struct.pick(RunSettings.fields, "databaseUrl", "resetStatistics", "watch", "logLevel", "local")
}

const LoadSettings = Schema.Struct(loadSettings)
export interface LoadSettings extends Schema.Schema.Type<typeof LoadSettings> {}

const StudySettings = Schema.Struct({ ...serverSettings, ...resourceSettings, ...loadSettings })
export interface StudySettings extends Schema.Schema.Type<typeof StudySettings> {}

/** A checked study: its settings, and the specs of its loads; a slice changes plan and seed. */
export interface StudyConfig<A, S extends ScenarioInfo> {
  readonly settings: A
  /**
   * In order. The study connects with the first one, which therefore sends batches if any of them does.
   */
  readonly loads: Arr.NonEmptyReadonlyArray<RunSpec<S>>
}

/** The settings that end every load of a study. */
export const endingOf = ({
  gracefulStop,
  maxFailRatio
}: Pick<LoadSettings, "gracefulStop" | "maxFailRatio">) => ({
  gracefulStopMillis: Duration.toMillis(gracefulStop),
  maxFailRatio
})

/** Scenario settings that a study does not have. */
export const scenarioDefaults = {
  testList: [],
  batchTripleCount: 1,
  batchTripleCountFor: {},
  maxBatchOperations: 1_000_000,
  deleteResources: true,
  failDeliberately: false
} satisfies ScenarioSettings

/** The part of a load that the study decides. */
interface StudyLoad<S extends ScenarioInfo> {
  readonly testType: string
  readonly scenarios: Arr.NonEmptyReadonlyArray<PlannedScenario<S>>
  readonly plan: LoadPlan
}

/**
 * Checks the settings of a study; all problems are reported together.
 *
 * @param seed of the first load, unless one was given
 * @param loadsOf makes the loads of checked settings; it may report settings that conflict
 */
export const decodeStudy = <A extends StudySettings, S extends ScenarioInfo>(
  table: SettingsTable<A>,
  givenInAll: GivenSettings,
  seed: number,
  loadsOf: (settings: A, report: ReportProblem) => Arr.NonEmptyReadonlyArray<StudyLoad<S>>
): Either.Either<StudyConfig<A, S>, WrongSettings> => {
  const given = withoutOverruledChoice(givenInAll)
  const { problems, report, settings } = readSettings(table, given)
  // The default of `versus` is no choice.
  const isDefault = settings.mixture !== undefined && given["resources"] === undefined
  const resources = isDefault ? [] : settings.resources
  checkResourceChoice({ ...settings, resources }, report, (name, reason, describe) => {
    if (given[name]?.from === "flag") report(name, reason, describe)
  })
  const target = chooseTarget(settings, given, report)
  const agents = chooseAgents(settings, given, report)
  refuseWithoutDatabase(settings, given, report)
  const limitable = {
    isWatched: settings.databaseUrl !== undefined,
    watch: watchTargets(settings.watch).map(({ label }) => label)
  }
  const thresholds = readServerThresholds(settings.threshold, limitable, given, report)
  const loads = loadsOf(settings, report)
  return unlessWrong(problems(), () => ({
    settings,
    loads: Arr.map(loads, (load) =>
      makeSpec(settings, {
        ...load,
        target,
        agents,
        modules: [],
        seed: settings.seed ?? seed,
        thresholds,
        abortDelayMillis: 0
      })
    )
  }))
}
