/**
 * What a run is to do: flags over environment variables over `.env`, checked alone and together, so that whoever
 * got three things wrong is told three things.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import {
  asksForArrivals,
  type ChosenLoad,
  chooseLoad,
  onlyWithArrivals,
  withoutOverruled
} from "./chooseLoad.ts"
import {
  chooseScenarios,
  chooseTestType,
  type ChosenScenario,
  type KnownScenario,
  refuseUnused,
  requestNamesOf
} from "./chooseScenarios.ts"
import { type Mistake, parseThreshold, pointAt, type Threshold } from "../domain/Threshold.ts"
import type { DmsAddress } from "../dms/DmsConfig.ts"
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
import { RunSettings } from "./RunSettings.ts"
import type { WrongSettings } from "./WrongSettings.ts"

export type RunTarget = { readonly _tag: "LocalDms" } | { readonly _tag: "Dms"; readonly address: DmsAddress }

export interface RunConfigValues extends Omit<RunSettings, keyof ChosenLoad>, ChosenLoad {
  readonly target: RunTarget
  /** In the order of `--testList`; never empty. */
  readonly scenarios: ReadonlyArray<ChosenScenario>
  /** In the order in which they were given. */
  readonly thresholds: ReadonlyArray<Threshold>
}

const table = tableOf(RunSettings)

/** Every setting of `run`, in the order of the help. */
export const runSettings = table.settings

/** Reads an expression about one of some requests, or about all, that the load can keep or not keep. */
const readThreshold = (
  text: string,
  names: ReadonlyArray<string> | undefined,
  isOpen: boolean
): Either.Either<Threshold, Mistake> =>
  parseThreshold(text).pipe(
    Either.filterOrLeft(
      ({ name }) => name === undefined || names === undefined || names.includes(name),
      () => ({ at: 0, expected: `${(names ?? []).join(" or ")}: no other requests are sent` })
    ),
    Either.filterOrLeft(
      ({ figure }) => isOpen || figure !== "starts.dropped",
      ({ figure }) => ({ at: 0, expected: `another figure: ${figure} ${onlyWithArrivals}` })
    )
  )

/** What decides how requests are named. */
const namingFlags: ReadonlySet<string> = new Set([
  "--testType",
  "--testList",
  "--batchTripleCount",
  "--batchTripleCountFor",
  "--maxBatchOperations",
  "--deleteResources",
  "--failDeliberately"
])

const targetOf = (
  settings: RunSettings,
  given: GivenSettings,
  report: ReportProblem<RunSettings>
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
  const { isWrong, problems, report, settings } = readSettings(table, given)
  const target = targetOf(settings, given, report)
  const testType = chooseTestType(settings, known, report)
  const scenarios = chooseScenarios(settings, testType, known, report)
  /** Whoever gives a flag expects it to do something; a variable may be meant for another run. */
  const refuseFlag: ReportProblem<RunSettings> = (name, why, describe) => {
    if (given[name]?.from === "flag") report(name, why, describe)
  }
  const isOpen = asksForArrivals(given)
  refuseUnused(testType, scenarios, refuseFlag)
  const names = problems().some(({ flag }) => namingFlags.has(flag))
    ? undefined
    : requestNamesOf(settings, scenarios, known)
  const thresholds = settings.threshold.flatMap((text) =>
    Either.match(readThreshold(text, names, isOpen), {
      onRight: (threshold) => [threshold],
      onLeft: (mistake) => {
        // Of several expressions only the one that is wrong is shown.
        report("threshold", `cannot be used\n${pointAt(text, mistake, "    ")}`, describeWay)
        return []
      }
    })
  )
  if (settings.abortOnThreshold && settings.threshold.length === 0) {
    refuseFlag("abortOnThreshold", "means nothing without --threshold", describeWay)
  }
  if (!isOpen) refuseFlag("startWithin", onlyWithArrivals)
  const load = chooseLoad(
    settings,
    given,
    (name, accepted, onlyWay) => report(name, accepted, onlyWay === true ? describeWay : undefined),
    (name) => {
      const setting = runSettings.find((each) => each.name === name)
      return setting === undefined ? `--${name}` : describeWay(setting, given)
    }
  )
  const maxWait = given["maxWait"] === undefined ? settings.minWait : settings.maxWait
  if (settings.minWait > maxWait && !isWrong("maxWait")) {
    report("minWait", `accepts at most --maxWait, ${maxWait}`)
  }

  return unlessWrong(problems(), () => ({
    ...settings,
    ...load,
    maxWait,
    testType,
    scenarios,
    thresholds,
    target
  }))
}

export class RunConfig extends Context.Tag("edfi-perf/settings/RunConfig")<RunConfig, RunConfigValues>() {
  /** Flags over variables over defaults; fails with everything that is wrong. */
  static readonly load = (
    flags: Flags,
    known: ReadonlyArray<KnownScenario>
  ): Effect.Effect<RunConfigValues, WrongSettings> =>
    Effect.flatMap(givenOf(runSettings, flags), (given) => decodeRunConfig(given, known))

  /** The configuration of an app that has no flags: variables over defaults. */
  static readonly layerFromEnv = (
    known: ReadonlyArray<KnownScenario>
  ): Layer.Layer<RunConfig, WrongSettings> => Layer.effect(RunConfig, RunConfig.load({}, known))
}
