/** Makes a `RunSpec` from the checked settings that all commands with a load share. */
import type { NonEmptyReadonlyArray } from "effect/Array"
import type { AgentsOptions } from "../agents/AgentsOptions.ts"
import type { Threshold } from "../domain/Threshold.ts"
import { watchTargets } from "../domain/WatchTarget.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { PlannedScenario, ScenarioInfo } from "../engine/Scenario.ts"
import type { ServerTarget } from "../run/Connection.ts"
import { type RunSpec, spareCores } from "../run/RunSpec.ts"
import { describeWay, type GivenSettings, type ReportProblem } from "./readSettings.ts"
import type { RunSettings } from "./RunSettings.ts"

type TargetSettings = Pick<RunSettings, "baseUrl" | "key" | "local" | "secret">

/** What has no meaning for the local DMS. */
const notLocal = ["baseUrl", "route"] as const

/** The server; reports missing settings, and then returns the local DMS as a placeholder. */
export const chooseTarget = (
  { baseUrl, key, local, secret }: TargetSettings,
  given: GivenSettings,
  report: ReportProblem
): ServerTarget => {
  if (local) {
    for (const name of notLocal) {
      if (given[name]?.from === "flag") report(name, "cannot be combined with --local")
    }
    return { _tag: "LocalDms" }
  }
  const requireSetting = (name: keyof TargetSettings, variable: string, value: unknown) => {
    if (value === undefined) report(name, `set --${name} or ${variable}, or use --local to test a local DMS`)
  }
  requireSetting("baseUrl", "PERF_API_BASEURL", baseUrl)
  requireSetting("key", "PERF_API_KEY", key)
  requireSetting("secret", "PERF_API_SECRET", secret)
  return baseUrl === undefined || key === undefined || secret === undefined
    ? { _tag: "LocalDms" } // Never used: the missing settings have been reported.
    : { _tag: "Dms", address: { baseUrl, key, secret } }
}

/** A flag without effect is a mistake; a variable may be meant for another command. */
export const refuseWithoutDatabase = (
  { databaseUrl }: Pick<RunSettings, "databaseUrl">,
  given: GivenSettings,
  report: ReportProblem
): void => {
  if (databaseUrl === undefined && given["resetStatistics"]?.from === "flag") {
    report("resetStatistics", "requires --databaseUrl", describeWay)
  }
}

/** The settings of the connection to the server, and the number of threads. */
export type ConnectionSettings = Pick<
  RunSettings,
  | "apiPrefix"
  | "batchPath"
  | "connections"
  | "databaseUrl"
  | "ignoreCertificateErrors"
  | "localEducationOrganizationId"
  | "maxResponseBytes"
  | "oauthEndpoint"
  | "requestTimeout"
  | "resetStatistics"
  | "resourceNaming"
  | "retryTransport"
  | "route"
  | "schoolYear"
  | "strictDecoding"
  | "watch"
  | "wire"
  | "workers"
>

/** The part of a spec that each command decides. */
interface SpecOfCommand<S extends ScenarioInfo> {
  readonly target: ServerTarget
  readonly agents?: AgentsOptions | undefined
  readonly testType: string
  readonly scenarios: NonEmptyReadonlyArray<PlannedScenario<S>>
  readonly modules: ReadonlyArray<string>
  readonly plan: LoadPlan
  readonly seed: number
  readonly thresholds?: ReadonlyArray<Threshold>
  readonly abortDelayMillis?: number | undefined
  readonly failOnLimited?: boolean
  readonly printsOutcomes?: boolean
  readonly reported?: RunSpec["reported"]
}

export const makeSpec = <S extends ScenarioInfo>(
  settings: ConnectionSettings,
  decided: SpecOfCommand<S>
): RunSpec<S> => ({
  dms: {
    ignoreCertificateErrors: settings.ignoreCertificateErrors,
    requestTimeout: settings.requestTimeout,
    maxResponseBytes: settings.maxResponseBytes,
    connections: settings.connections,
    wire: settings.wire,
    retryTransport: settings.retryTransport,
    strictDecoding: settings.strictDecoding,
    resourceNaming: settings.resourceNaming,
    // A variable may be meant for another server.
    route: decided.target._tag === "LocalDms" ? undefined : settings.route,
    apiPrefix: settings.apiPrefix,
    oauthEndpoint: settings.oauthEndpoint,
    batchPath: settings.batchPath
  },
  fixtures: {
    localEducationAgencyId: settings.localEducationOrganizationId,
    schoolYear: settings.schoolYear
  },
  workers: settings.workers === "auto" ? spareCores() : settings.workers,
  databaseUrl: settings.databaseUrl,
  resetsStatistics: settings.resetStatistics,
  watch: watchTargets(settings.watch),
  thresholds: [],
  abortDelayMillis: undefined,
  failOnLimited: false,
  printsOutcomes: false,
  files: undefined,
  reported: {},
  ...decided
})
