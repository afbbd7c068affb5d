/**
 * What a run is to do: flags over environment variables over `.env`, checked alone and together, so that whoever
 * got three things wrong is told three things.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type ChosenLoad, chooseLoad, withoutOverruled } from "./chooseLoad.ts"
import {
  chooseScenarios,
  chooseTestType,
  type ChosenScenario,
  type KnownScenario,
  requestNamesOf
} from "./chooseScenarios.ts"
import { type Mistake, parseThreshold, pointAt, type Threshold } from "../domain/Threshold.ts"
import type { DmsAddress } from "./DmsConfig.ts"
import { RunSettings } from "./RunSettings.ts"
import { type GivenSetting, type GivenSettings, type NamedSetting, settingsOf } from "./Setting.ts"
import { SettingProblem, WrongSettings } from "./WrongSettings.ts"

export type RunTarget = { readonly _tag: "LocalDms" } | { readonly _tag: "Dms"; readonly address: DmsAddress }

export interface RunConfigValues extends Omit<RunSettings, keyof ChosenLoad>, ChosenLoad {
  readonly target: RunTarget
  /** In the order of `--testList`; never empty. */
  readonly scenarios: ReadonlyArray<ChosenScenario>
  /** In the order in which they were given. */
  readonly thresholds: ReadonlyArray<Threshold>
}

/** Every setting of `run`, in the order of the help. */
export const runSettings: ReadonlyArray<NamedSetting> = settingsOf(RunSettings)

const decodeSettings = Schema.decodeUnknownEither(RunSettings, { errors: "all" })

const textsOf = (given: GivenSettings, ignored: ReadonlySet<string>) =>
  Object.fromEntries(
    runSettings.flatMap(({ fallback, name }) => {
      const value = ignored.has(name) ? fallback : (given[name]?.value ?? fallback)
      return value === undefined ? [] : [[name, value]]
    })
  )

/** What a URL may have that nobody else is to see. */
const withoutCredentials = (text: string): string =>
  text.replace(/\/\/[^/@]*@/, "//<redacted>@").replace(/(\/\/[^?]*)\?\S+/, "$1?<redacted>")

const describeGiven = (setting: NamedSetting, given: GivenSettings): string => {
  const { fallback, name, variable } = setting
  const { from, value } = given[name] ?? { from: "default", value: fallback }
  if (value === undefined) return `--${name} is missing`
  // Credentials in a URL are refused, and not shown either.
  const shown = Redacted.isRedacted(value) ? "<redacted>" : withoutCredentials(value)
  if (from === "variable") return `${variable}=${shown} (--${name})`
  return `--${name} ${shown}${from === "default" ? " (the default)" : ""}`
}

/** The same without the value. */
const describeWay = ({ name, variable }: NamedSetting, given: GivenSettings): string =>
  given[name]?.from === "variable" ? `${variable} (--${name})` : `--${name}`

/** Reads an expression about one of some requests, or about all. */
const readThreshold = (
  text: string,
  names: ReadonlyArray<string> | undefined
): Either.Either<Threshold, Mistake> =>
  Either.filterOrLeft(
    parseThreshold(text),
    ({ name }) => name === undefined || names === undefined || names.includes(name),
    () => ({ at: 0, expected: `${(names ?? []).join(" or ")}: no other requests are sent` })
  )

/** What decides how requests are named. */
const namingFlags: ReadonlySet<string> = new Set([
  "--testType",
  "--testList",
  "--batchTripleCount",
  "--batchTripleCountFor",
  "--maxBatchOperations"
])

const targetOf = (
  settings: RunSettings,
  given: GivenSettings,
  report: (name: keyof RunSettings, accepted: string) => void
): RunTarget => {
  const { baseUrl, key, local, secret } = settings
  if (local) {
    if (given["baseUrl"]?.from === "flag") report("baseUrl", "cannot be combined with --local")
    return { _tag: "LocalDms" }
  }
  const demand = (name: keyof RunSettings, variable: string, value: unknown) => {
    if (value === undefined) report(name, `give --${name} or ${variable}, or test the local DMS with --local`)
  }
  demand("baseUrl", "PERF_API_BASEURL", baseUrl)
  demand("key", "PERF_API_KEY", key)
  demand("secret", "PERF_API_SECRET", secret)
  return baseUrl === undefined || key === undefined || secret === undefined
    ? { _tag: "LocalDms" } // Never used: what is missing has been reported.
    : { _tag: "Dms", address: { baseUrl, key, secret } }
}

/**
 * Checks what was given.
 *
 * @example decodeRunConfig({ local: { value: "true", from: "flag" } }, scenarios)
 */
export const decodeRunConfig = (
  givenInAll: GivenSettings,
  known: ReadonlyArray<KnownScenario>
): Either.Either<RunConfigValues, WrongSettings> => {
  const given = withoutOverruled(givenInAll)
  const first = decodeSettings(textsOf(given, new Set()))
  const issues = Either.isLeft(first) ? ParseResult.ArrayFormatter.formatErrorSync(first.left) : []
  const wrong = new Set(issues.map((issue) => String(issue.path[0])))
  const problems: Array<SettingProblem> = []
  const add = (setting: NamedSetting, accepted: string, described = describeGiven) =>
    problems.push(
      new SettingProblem({ flag: `--${setting.name}`, given: described(setting, given), accepted })
    )
  for (const setting of runSettings) if (wrong.has(setting.name)) add(setting, `accepts ${setting.accepts}`)

  // What is wrong by itself is replaced by its default, so that the rest can still be checked together.
  const settings = Either.getOrThrow(decodeSettings(textsOf(given, wrong)))
  const report = (name: keyof RunSettings, accepted: string, described = describeGiven): void => {
    const setting = runSettings.find((each) => each.name === name)
    if (setting !== undefined && !wrong.has(name)) add(setting, accepted, described)
  }
  const target = targetOf(settings, given, report)
  const testType = chooseTestType(settings, known, report)
  const scenarios = chooseScenarios(settings, testType, known, report)
  const names = problems.some(({ flag }) => namingFlags.has(flag))
    ? undefined
    : requestNamesOf(scenarios, known)
  const thresholds = settings.threshold.flatMap((text) =>
    Either.match(readThreshold(text, names), {
      onRight: (threshold) => [threshold],
      onLeft: (mistake) => {
        // Of several expressions only the one that is wrong is shown.
        report("threshold", `cannot be used\n${pointAt(text, mistake, "    ")}`, describeWay)
        return []
      }
    })
  )
  const load = chooseLoad(
    settings,
    given,
    (name, accepted, onlyWay) => report(name, accepted, onlyWay === true ? describeWay : describeGiven),
    (name) => {
      const setting = runSettings.find((each) => each.name === name)
      return setting === undefined ? `--${name}` : describeWay(setting, given)
    }
  )
  const maxWait = given["maxWait"] === undefined ? settings.minWait : settings.maxWait
  if (settings.minWait > maxWait && !wrong.has("maxWait")) {
    report("minWait", `accepts at most --maxWait, ${maxWait}`)
  }

  const [head, ...tail] = problems
  return head === undefined
    ? Either.right({ ...settings, ...load, maxWait, testType, scenarios, thresholds, target })
    : Either.left(new WrongSettings({ problems: [head, ...tail] }))
}

/** The variables that are set and not empty, from the environment and whatever else the ConfigProvider knows. */
const givenVariables: Effect.Effect<GivenSettings> = Effect.map(
  Effect.forEach(runSettings, ({ kind, name, variable }) => {
    const config: Config.Config<string | Redacted.Redacted> =
      kind === "secret" ? Config.redacted(variable) : Config.string(variable)
    return Effect.map(Effect.option(config), (value) => [name, Option.getOrUndefined(value)] as const)
  }),
  (pairs) =>
    Object.fromEntries(
      pairs.flatMap(([name, value]) => {
        const text = Redacted.isRedacted(value) ? Redacted.value(value) : value
        return value === undefined || text === "" ? [] : [[name, { value, from: "variable" } as const]]
      })
    )
)

export class RunConfig extends Context.Tag("edfi-perf/config/RunConfig")<RunConfig, RunConfigValues>() {
  /** Flags over variables over defaults; fails with everything that is wrong. */
  static readonly load = (
    flags: Readonly<Record<string, string | Redacted.Redacted | undefined>>,
    known: ReadonlyArray<KnownScenario>
  ): Effect.Effect<RunConfigValues, WrongSettings> =>
    Effect.flatMap(givenVariables, (variables) => {
      const given: Record<string, GivenSetting | undefined> = { ...variables }
      for (const [name, value] of Object.entries(flags)) {
        if (value !== undefined) given[name] = { value, from: "flag" }
      }
      return decodeRunConfig(given, known)
    })

  /** The configuration of an app that has no flags: variables over defaults. */
  static readonly layerFromEnv = (
    known: ReadonlyArray<KnownScenario>
  ): Layer.Layer<RunConfig, WrongSettings> => Layer.effect(RunConfig, RunConfig.load({}, known))
}
