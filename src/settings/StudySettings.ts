/** The settings of `run` that every study takes, and the check of the loads that a study generates. */
import type * as Arr from "effect/Array"
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { KnownScenario } from "./chooseScenarios.ts"
import {
  type GivenSettings,
  readSettings,
  type ReportProblem,
  type SettingsTable,
  unlessWrong
} from "./readSettings.ts"
import { decodeRunConfig, type RunConfigValues } from "./RunConfig.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import { duration, oneOf, whole, Words, hourMillis } from "./flagSchemas.ts"
import type { SettingProblem, WrongSettings } from "./WrongSettings.ts"

/** Selects the DMS. */
export const serverSettings = Struct.pick(
  RunSettings.fields,
  "baseUrl",
  "key",
  "secret",
  "ignoreCertificateErrors"
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
  readonly whatSlices: string
  readonly sliceTime: string
}) => ({
  slices: setting(whole(1, 1000), {
    group: "slices",
    variable: "PERF_SLICES",
    accepts: "a whole number from 1 to 1000",
    fallback: defaults.slices,
    help: defaults.whatSlices
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
    "maxFailRatio",
    "requestTimeout",
    "maxResponseBytes",
    "gracefulStop",
    "connections",
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
  ...Struct.pick(RunSettings.fields, "databaseUrl", "logLevel", "local")
}

const LoadSettings = Schema.Struct(loadSettings)
export interface LoadSettings extends Schema.Schema.Type<typeof LoadSettings> {}

/**
 * What one load has of its own among the settings of `run`, as texts: `{ clientCount: "10", testType: "VOLUME" }`;
 * `undefined` takes away what was given to the study.
 */
export type LoadTexts = Readonly<Partial<Record<keyof RunSettings, string | undefined>>>

/** A study that was checked: its own settings, and for each of its loads what `run` would be told. */
export interface StudyConfig<A> {
  readonly settings: A
  /** In order; of the first one the DMS is asked what it has to be asked, so that one sends batches if any does. */
  readonly loads: Arr.NonEmptyReadonlyArray<RunConfigValues>
}

const withTexts = (given: GivenSettings, texts: LoadTexts): GivenSettings => ({
  ...given,
  ...Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [
      name,
      value === undefined ? undefined : { value, from: "flag" as const }
    ])
  )
})

/**
 * Checks what was given to a study, and each of its loads as `run` would check it. What is wrong with several loads is
 * told once.
 *
 * @param loadsOf the loads of settings; it may report what does not fit together
 */
export const decodeStudy = <A>(
  table: SettingsTable<A>,
  given: GivenSettings,
  known: ReadonlyArray<KnownScenario>,
  loadsOf: (settings: A, report: ReportProblem<A>) => Arr.NonEmptyReadonlyArray<LoadTexts>
): Either.Either<StudyConfig<A>, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const [first, ...others] = loadsOf(settings, report)
  const decode = (texts: LoadTexts) => decodeRunConfig(withTexts(given, texts), known)
  const head = decode(first)
  const tail = others.map(decode)
  const own = new Set(problems().map(({ flag }) => flag))
  const told = new Map<string, SettingProblem>()
  for (const load of [head, ...tail]) {
    if (Either.isRight(load)) continue
    for (const problem of load.left.problems) {
      // A setting that the study itself takes for wrong was told with what the study accepts.
      if (!own.has(problem.flag)) told.set(`${problem.given}: ${problem.accepted}`, problem)
    }
  }
  return Either.gen(function* () {
    yield* unlessWrong([...problems(), ...told.values()], () => undefined)
    return { settings, loads: [yield* head, ...(yield* Either.all(tail))] }
  })
}
