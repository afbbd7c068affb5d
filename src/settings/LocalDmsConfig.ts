/** The settings of `local-dms`. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { dialectNames } from "../local-dms/Dialect.ts"
import { faultNames, type Faults, maxLeakBytes, parseFault } from "../local-dms/Faults.ts"
import * as Latency from "../local-dms/Latency.ts"
import { claimSetNames, LocalDmsOptions, parseDenial, stockEndpoints } from "../local-dms/LocalDmsOptions.ts"
import { defaultPoolSize, isPostgresUrl } from "../local-dms/store/postgresUrl.ts"
import {
  byteCount,
  duration,
  numberFrom,
  oneOf,
  SomeText,
  Switch,
  whole,
  wholes,
  Words
} from "./flagSchemas.ts"
import { type GivenSettings, readSettings, type ReportProblem, tableOf, unlessWrong } from "./readSettings.ts"
import { onOff } from "./onOff.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting, type SettingGroup } from "./Setting.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const defaults = LocalDmsOptions.default
const namings = ["endpoint", "resource"] as const
const struck = ["batch", "data", "both"] as const
const startingDescriptors = ["seeded", "none"] as const
const yearMillis = 365 * 24 * 3_600_000

const Store = Schema.RedactedFromSelf(
  Schema.Trim.pipe(Schema.filter((text) => text === "memory" || isPostgresUrl(text)))
)

const count = (group: SettingGroup, min: number, max: number, fallback: number, help: string) =>
  setting(whole(min, max), {
    group,
    accepts: `a whole number from ${min} to ${max}`,
    fallback: String(fallback),
    help
  })

const share = (fallback: number, help: string) =>
  setting(numberFrom(0, 1), {
    group: "load",
    accepts: "a number from 0 to 1",
    fallback: String(fallback),
    help
  })

const time = (group: SettingGroup, minMillis: number, accepts: string, fallback: string, help: string) =>
  setting(duration(minMillis, yearMillis), { group, accepts, fallback, help })

const LocalDmsSettings = Schema.Struct({
  port: count("server", 0, 65_535, 8080, "Port on 127.0.0.1; 0: any free port"),
  dialect: setting(oneOf(...dialectNames), {
    group: "server",
    accepts: "batch, main or ods",
    values: dialectNames,
    fallback: defaults.dialect,
    help: "batch (DMS with /batch), main (DMS of today) or ods (ODS/API 7.3)"
  }),
  apiSchema: optionalSetting(SomeText, {
    group: "server",
    accepts: "a folder of ApiSchema files: a core project and its extensions",
    defaultText: "Data Standard 5.2 with TPDM",
    help: "Folder of ApiSchema files to serve"
  }),
  key: setting(SomeText, {
    group: "server",
    variable: "PERF_API_KEY",
    accepts: "a text that is not empty",
    fallback: defaults.key,
    help: "Client key of the login"
  }),
  secret: setting(Schema.RedactedFromSelf(Schema.NonEmptyString), {
    group: "server",
    variable: "PERF_API_SECRET",
    kind: "secret",
    accepts: "a text that is not empty",
    fallback: Redacted.value(defaults.secret),
    help: "Client secret of the login"
  }),
  store: setting(Store, {
    group: "server",
    variable: "PERF_LOCAL_DMS_STORE",
    kind: "secret",
    accepts: "memory or postgres://user:password@host:5432/database",
    values: ["memory"],
    fallback: "memory",
    help: "memory, or a postgres:// URL"
  }),
  claimSet: setting(oneOf(...claimSetNames), {
    group: "server",
    accepts: "none or sandbox",
    values: claimSetNames,
    fallback: defaults.claimSet,
    help: "What the client may do: none (everything) or sandbox (EdFiSandbox)"
  }),
  relationships: optionalSetting(Switch, {
    group: "server",
    accepts: "true or false",
    values: ["true", "false"],
    defaultText: "by dialect; batch: false",
    help: "Whether relationships count in sandbox"
  }),
  educationOrganizationIds: setting(wholes(0, Number.MAX_SAFE_INTEGER), {
    group: "server",
    kind: "list",
    accepts: "whole numbers, comma-separated",
    fallback: defaults.educationOrganizationIds.join(","),
    help: "The client's education organizations"
  }),
  namespacePrefixes: setting(Words, {
    group: "server",
    kind: "list",
    accepts: "beginnings of namespaces, comma-separated",
    fallback: defaults.namespacePrefixes.join(","),
    help: "Beginnings of its namespaces"
  }),
  population: count(
    "server",
    0,
    1_000_000,
    defaults.population,
    "Students in the store at the start, enrolled in schools of 255901"
  ),
  descriptors: setting(oneOf(...startingDescriptors), {
    group: "server",
    accepts: "seeded or none",
    values: startingDescriptors,
    fallback: defaults.descriptors,
    help: "seeded (values of the standard and the district 255901) or none"
  }),
  latency: setting(SomeText, {
    group: "load",
    accepts:
      "none, a duration such as 20ms, perOperation:20ms,1ms, uniform:10ms,30ms, exponential:20ms or lognormal:20ms,0.4",
    values: ["none", "perOperation:20ms,1ms", "uniform:10ms,30ms", "exponential:20ms", "lognormal:20ms,0.4"],
    fallback: "none",
    help: "20ms, perOperation:20ms,1ms, uniform:A,B, exponential:MEAN, lognormal:MEDIAN,SIGMA"
  }),
  latencyGrowth: setting(numberFrom(0, 1000), {
    group: "load",
    accepts: "a number from 0 to 1000",
    fallback: "0",
    help: "Per cent by which the latency grows in a minute: a drift"
  }),
  contention: share(
    defaults.contention,
    "s of 1 + s(N-1) + kN(N-1), the factor for the latency of N requests"
  ),
  coherency: share(defaults.coherency, "k of the same: throughput is highest with sqrt((1-s)/k) users"),
  concurrency: optionalSetting(whole(1, 1_000_000), {
    group: "load",
    accepts: "a whole number from 1 to 1000000",
    defaultText: "no limit",
    help: "Requests processed at the same time; others wait"
  }),
  stuckAbove: optionalSetting(whole(1, 1_000_000), {
    group: "load",
    accepts: "a whole number from 1 to 1000000",
    defaultText: "never",
    help: "Once so many wait: ten times the latency, until no request is left"
  }),
  poolSize: optionalSetting(whole(1, 1000), {
    group: "load",
    accepts: "a whole number from 1 to 1000",
    defaultText: `no limit; PostgreSQL: ${defaultPoolSize}`,
    help: "Connections; each request in progress holds one"
  }),
  poolTimeout: optionalSetting(duration(0, yearMillis), {
    group: "load",
    accepts: "a duration such as 15s",
    defaultText: "no limit",
    help: "Maximum wait for a connection, then 500"
  }),
  rateLimit: count(
    "load",
    0,
    1_000_000_000,
    defaults.rateLimit,
    "Requests per 10 s and host, then 429; 0: no limit"
  ),
  batchMaxOperations: count(
    "load",
    1,
    1_000_000,
    defaults.batchMaxOperations,
    "Operations per batch, then 413"
  ),
  tokenLifetime: time(
    "server",
    1000,
    "a duration of 1 second or more such as 90s, 30m or 30 minutes",
    "30 minutes",
    "Lifetime of a token"
  ),
  fault: setting(Words, {
    group: "faults",
    kind: "list",
    accepts: `NAME=0.01, NAME=1/100 or NAME=@100, the name being one of ${faultNames.join(", ")}`,
    values: faultNames.map((name) => `${name}=`),
    fallback: "",
    defaultText: "none",
    help: "NAME=0.01 by chance, NAME=1/100 every 100th request, NAME=@100 only the 100th"
  }),
  faultsOn: setting(oneOf(...struck), {
    group: "faults",
    accepts: "batch, data or both",
    values: struck,
    fallback: "batch",
    help: "Requests that faults strike: batch, data or both"
  }),
  freezeFor: time(
    "faults",
    0,
    "a duration such as 2s",
    "2 seconds",
    "Duration of the fault freeze (the whole server)"
  ),
  lockFor: time(
    "faults",
    0,
    "a duration such as 10s",
    "2 seconds",
    "Duration of the fault lock (all writes wait)"
  ),
  leakSize: setting(byteCount(1, maxLeakBytes), {
    group: "faults",
    accepts: "a size from 1 byte to 1GB such as 64KB",
    fallback: "64KiB",
    help: "Memory of the fault leak (kept until the end)"
  }),
  stallFor: time(
    "faults",
    0,
    "a duration such as 10s",
    "60 seconds",
    "Delay of the fault stall (one response)"
  ),
  deny: setting(Words, {
    group: "faults",
    kind: "list",
    accepts: "endpoint:action, the action being create, read, update or delete",
    fallback: "",
    defaultText: "none",
    help: "Respond with 403 to an action, such as students:delete"
  }),
  verbose: onOff("output", "Log a line per batch"),
  quiet: onOff("output", "Log no batches, even with --verbose"),
  logLevel: RunSettings.fields.logLevel,
  resourceNaming: setting(oneOf(...namings), {
    group: "advanced",
    accepts: "endpoint or resource",
    values: namings,
    fallback: defaults.resourceNaming,
    help: "endpoint (students in batches) or resource (Student)"
  }),
  seed: optionalSetting(whole(0, 4_294_967_295), {
    group: "advanced",
    accepts: "a whole number from 0 to 4294967295",
    defaultText: "random",
    help: "Same seed: same ids, population, faults and latency"
  }),
  exitWithParent: onOff("advanced", "Exit when standard input closes")
})
interface LocalDmsSettings extends Schema.Schema.Type<typeof LocalDmsSettings> {}

const table = tableOf(LocalDmsSettings)

/** Every setting of `local-dms`, in the order of the table. */
export const localDmsSettings = table.settings

export interface LocalDmsConfig extends Omit<LocalDmsSettings, "fault" | "deny" | "latency"> {
  readonly options: LocalDmsOptions
}

const faultsOf = (settings: LocalDmsSettings, rates: Faults): Faults => ({
  ...rates,
  freezeSeconds: Duration.toSeconds(settings.freezeFor),
  lockSeconds: Duration.toSeconds(settings.lockFor),
  leakBytes: settings.leakSize,
  stallSeconds: Duration.toSeconds(settings.stallFor),
  on: settings.faultsOn
})

/** Reports flags that have no effect without another one, or exclude each other. */
const reportUnused = (settings: LocalDmsSettings, hasLatency: boolean, report: ReportProblem): void => {
  const { claimSet, concurrency, poolSize, poolTimeout, stuckAbove } = settings
  for (const name of ["relationships", "educationOrganizationIds", "namespacePrefixes"] as const) {
    const isDefault = String(settings[name]) === String(defaults[name])
    if (claimSet === "none" && !isDefault) report(name, "needs --claimSet sandbox")
  }
  for (const name of ["latencyGrowth", "contention", "coherency", "stuckAbove"] as const) {
    if ((settings[name] ?? 0) > 0 && !hasLatency) report(name, "needs --latency, which it makes longer")
  }
  if (stuckAbove !== undefined && concurrency === undefined) {
    report("stuckAbove", "needs --concurrency, without which no request waits")
  }
  if (settings.population > 0 && settings.descriptors === "none") {
    report("population", "needs --descriptors seeded, to which its documents refer")
  }
  if (settings.population > 0 && settings.apiSchema !== undefined) {
    report(
      "population",
      "cannot be combined with --apiSchema: its documents are those of the Data Standard 5.2"
    )
  }
  if (poolTimeout === undefined) return
  if (poolSize === undefined) report("poolTimeout", "needs --poolSize, the number of connections")
  else if (concurrency !== undefined && concurrency <= poolSize) {
    report(
      "poolTimeout",
      `cannot pass: each of --concurrency ${concurrency} requests has one of --poolSize ${poolSize} connections`
    )
  }
}

/** What a folder of ApiSchema files is, or why it is none. */
export type LoadedModel = Either.Either<
  /** The endpoints of all its projects. */
  ReadonlyArray<string>,
  { readonly message: string }
>

/** The endpoints that `--deny` accepts; `undefined`: any, because the folder is not read yet. */
const endpointsOf = (
  { apiSchema }: LocalDmsSettings,
  loaded: LoadedModel | undefined
): ReadonlyArray<string> | undefined =>
  loaded === undefined
    ? apiSchema === undefined
      ? stockEndpoints
      : undefined
    : Either.getOrUndefined(loaded)

/** Fails with every wrong setting that can be known before the folder of `--apiSchema` is read. */
export const decodeLocalDms = (given: GivenSettings): Either.Either<LocalDmsConfig, WrongSettings> =>
  decodeLocalDmsWith(given, undefined)

/** Fails with every wrong setting. @param loaded the model of `--apiSchema`; `undefined` if it was not read */
export const decodeLocalDmsWith = (
  given: GivenSettings,
  loaded: LoadedModel | undefined
): Either.Either<LocalDmsConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  if (loaded !== undefined && Either.isLeft(loaded)) report("apiSchema", loaded.left.message)
  const acceptedBy = (name: string) => table.settings.find((one) => one.name === name)?.accepts ?? ""
  /** The values of a list; texts that are none are reported. */
  const parseEach = <A>(name: "fault" | "deny", parse: (text: string) => Option.Option<A>) => {
    const [wrong, values] = Arr.partitionMap(settings[name], (text) =>
      Either.fromOption(parse(text), () => text)
    )
    if (wrong.length > 0) report(name, `${wrong.join(", ")} cannot be read; accepts ${acceptedBy(name)}`)
    return values
  }
  const rates = parseEach("fault", parseFault)
  const endpoints = endpointsOf(settings, loaded)
  const deny = parseEach("deny", (text) => parseDenial(text, endpoints))
  const latency = Latency.parse(settings.latency)
  if (Option.isNone(latency)) report("latency", `accepts ${acceptedBy("latency")}`)
  reportUnused(settings, settings.latency !== "none", report)
  return unlessWrong(problems(), () => ({
    ...settings,
    options: optionsOf(
      settings,
      Option.getOrElse(latency, () => Latency.none),
      Object.fromEntries(rates.map(({ name, rate }) => [name, rate])),
      deny
    )
  }))
}

const optionsOf = (
  settings: LocalDmsSettings,
  latency: Latency.Latency,
  rates: Faults,
  deny: LocalDmsOptions["deny"]
): LocalDmsOptions => {
  const { poolTimeout } = settings
  return {
    key: settings.key,
    secret: settings.secret,
    batchMaxOperations: settings.batchMaxOperations,
    tokenLifetimeSeconds: Duration.toSeconds(settings.tokenLifetime),
    rateLimit: settings.rateLimit,
    latency,
    latencyGrowth: settings.latencyGrowth,
    concurrency: settings.concurrency,
    contention: settings.contention,
    coherency: settings.coherency,
    stuckAbove: settings.stuckAbove,
    poolSize: settings.poolSize,
    poolTimeoutSeconds: poolTimeout === undefined ? undefined : Duration.toSeconds(poolTimeout),
    seed: settings.seed,
    descriptors: settings.descriptors,
    population: settings.population,
    deny,
    claimSet: settings.claimSet,
    relationships: settings.relationships,
    educationOrganizationIds: settings.educationOrganizationIds,
    namespacePrefixes: settings.namespacePrefixes,
    dialect: settings.dialect,
    resourceNaming: settings.resourceNaming,
    faults: faultsOf(settings, rates),
    logBatches: settings.verbose && !settings.quiet
  }
}
