/** Every setting of `edfi-perf run`: flag, variable, default, accepted values and decoding. */
import * as Schema from "effect/Schema"
import { watchNotation } from "../domain/WatchTarget.ts"
import { wireNames } from "../domain/wireNames.ts"
import { agentSettings } from "./AgentSettings.ts"
import { shippedMixtures } from "./shippedMixtures.ts"
import { defaultReadMix, readKinds, weightsText } from "../domain/ReadMix.ts"
import { onOff } from "./onOff.ts"
import { optionalSetting, type Setting, setting } from "./Setting.ts"
import {
  autoOr,
  BaseUrl,
  byteCount,
  CountsByName,
  DatabaseUrl,
  duration,
  Expressions,
  numberAbove,
  numberFrom,
  oneOf,
  Prefix,
  ratePerSecond,
  Route,
  ReadWeights,
  SomeText,
  UrlOrPath,
  WatchTexts,
  WebUrl,
  whole,
  wholes,
  Words,
  hourMillis
} from "./flagSchemas.ts"

/** A text of the login, which stays `Redacted`. @param required when it is, as the help says */
export const secret = (alias: string, variable: string, required: string, help: string) =>
  optionalSetting(Schema.RedactedFromSelf(Schema.NonEmptyString), {
    group: "target",
    alias,
    variable,
    kind: "secret",
    accepts: "a text that is not empty",
    defaultText: required,
    help
  })

const unlessLocal = "required unless --local"

const discovered = (variable: string, help: string) => ({
  group: "advanced" as const,
  variable,
  accepts: "an http or https URL, or a path below --baseUrl",
  defaultText: "from discovery",
  help
})

const waitBound = (variable: string, defaultText: string, help: string) =>
  setting(whole(0, 3_600_000), {
    group: "load",
    variable,
    accepts: "whole milliseconds from 0 to 3600000",
    fallback: "0",
    defaultText,
    help
  })

export const aDuration = "a duration from 1 millisecond to 1 hour, such as 60, 500ms, 30s or 2 minutes"
const furtherFiles = ["json", "junit", "markdown"] as const
const logLevels = ["ALL", "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL", "NONE"] as const
const extents = ["minimal", "full"] as const
const companionUses = ["auto", "never", "always"] as const
const parentKinds = ["new", "pooled"] as const
const namings = ["auto", "endpoint", "resource"] as const

/** Virtual users, or in the open model the maximum of concurrent iterations. */
export const userCount = (
  meta: Pick<Setting, "variable" | "defaultText" | "help"> & { readonly fallback: string }
) =>
  setting(whole(1, 100_000), {
    group: "load",
    alias: "c",
    accepts: "a whole number from 1 to 100000",
    ...meta
  })

/** @param values that completion offers */
export const testTypeOf = (values: ReadonlyArray<string>, help: string) =>
  setting(SomeText, {
    group: "scenarios",
    alias: "t",
    variable: "PERF_TEST_TYPE",
    accepts: "a known test type in any letter case",
    values,
    fallback: "BATCH_VOLUME",
    help
  })

export const RunSettings = Schema.Struct({
  baseUrl: optionalSetting(BaseUrl, {
    group: "target",
    alias: "b",
    variable: "PERF_API_BASEURL",
    accepts: "an http or https URL such as http://localhost:8080, without a query and a fragment",
    defaultText: unlessLocal,
    help: "Root URL of the DMS"
  }),
  key: secret("k", "PERF_API_KEY", unlessLocal, "Client key that may create, update, delete"),
  secret: secret("s", "PERF_API_SECRET", unlessLocal, "Client secret; safer in its variable"),
  ignoreCertificateErrors: onOff("target", "Accept any TLS certificate", {
    alias: "i",
    variable: "IGNORE_TLS_CERTIFICATE"
  }),
  route: optionalSetting(Route, {
    group: "target",
    variable: "PERF_ROUTE",
    accepts: "a tenant, a school year or both, in the order of the server, such as acme/2026",
    defaultText: "none",
    help: "Tenant and school year of the addresses: acme/2026"
  }),
  testType: testTypeOf(
    ["BATCH_VOLUME", "VOLUME", "READ", "PIPECLEAN", "CHANGE_QUERY"],
    "Kind: VOLUME, READ, PIPECLEAN, CHANGE_QUERY"
  ),
  testList: setting(Words, {
    group: "scenarios",
    variable: "PERF_TEST_LIST",
    kind: "list",
    accepts: "names of scenarios, repeated or comma-separated",
    fallback: "",
    defaultText: "all but mixed and enrolled ones",
    help: "Scenarios to run"
  }),
  scenario: setting(Words, {
    group: "scenarios",
    variable: "PERF_SCENARIO",
    kind: "list",
    accepts: "paths of modules, repeated or comma-separated",
    fallback: "",
    defaultText: "none",
    help: "Module that exports scenarios; alone, only these run"
  }),
  resources: setting(Words, {
    group: "scenarios",
    variable: "PERF_RESOURCES",
    kind: "list",
    accepts: "resources such as courses or tpdm/candidates, comma-separated, or all",
    fallback: "",
    defaultText: "none",
    help: "Any resources of the server, or all; only these run"
  }),
  exclude: setting(Words, {
    group: "scenarios",
    variable: "PERF_EXCLUDE",
    kind: "list",
    accepts: "resources such as courses or tpdm/candidates, comma-separated",
    fallback: "",
    defaultText: "none",
    help: "Resources to leave out, mostly of --resources all"
  }),
  document: setting(oneOf(...extents), {
    group: "scenarios",
    variable: "PERF_DOCUMENT",
    accepts: extents.join(" or "),
    values: extents,
    fallback: "minimal",
    help: "Documents of --resources: minimal or full"
  }),
  companions: setting(oneOf(...companionUses), {
    group: "scenarios",
    variable: "PERF_COMPANIONS",
    accepts: "auto, never or always",
    values: companionUses,
    fallback: "auto",
    help: "Add associations that updates of people need"
  }),
  parents: setting(oneOf(...parentKinds), {
    group: "scenarios",
    variable: "PERF_PARENTS",
    accepts: parentKinds.join(" or "),
    values: parentKinds,
    fallback: "new",
    help: "Parents of a record: new for each, or pooled"
  }),
  spec: setting(Words, {
    group: "scenarios",
    variable: "PERF_SPEC",
    kind: "list",
    accepts: "OpenAPI documents as files, repeated or comma-separated",
    fallback: "",
    defaultText: "those of the server",
    help: "OpenAPI documents in files"
  }),
  mixture: optionalSetting(SomeText, {
    group: "scenarios",
    variable: "PERF_MIXTURE",
    accepts: `a YAML file, or ${shippedMixtures.join(" or ")}`,
    values: shippedMixtures,
    defaultText: "none",
    help: `Weighted mix of work: a YAML file, or ${shippedMixtures[0]}`
  }),
  changeState: optionalSetting(SomeText, {
    group: "scenarios",
    variable: "PERF_CHANGE_STATE",
    accepts: "a file that can be written",
    defaultText: "a file in --output",
    help: "CHANGE_QUERY: file of its state"
  }),
  readMix: setting(ReadWeights, {
    group: "scenarios",
    variable: "PERF_READ_MIX",
    kind: "list",
    accepts: `KIND=WEIGHT with weights from 0 to 1000, comma-separated; the kinds are ${readKinds.join(", ")}`,
    values: readKinds,
    fallback: weightsText(defaultReadMix.weights),
    defaultText: "all kinds",
    help: "READ: kinds of requests, such as id=40,page=10"
  }),
  pageSize: setting(wholes(1, 100_000), {
    group: "scenarios",
    variable: "PERF_PAGE_SIZE",
    kind: "list",
    accepts: "whole numbers from 1 to 100000, repeated or comma-separated, such as 25,500",
    fallback: defaultReadMix.pageSizes.join(","),
    help: "READ: rows per page"
  }),
  populate: optionalSetting(whole(1, 10_000_000), {
    group: "scenarios",
    variable: "PERF_POPULATE",
    accepts: "a whole number from 1 to 10000000",
    defaultText: "none",
    help: "READ: enrolled students to create before"
  }),
  clientCount: userCount({
    variable: "CLIENT_COUNT",
    fallback: "10",
    defaultText: "10, open model: 1000",
    help: "Users, in the open model the maximum"
  }),
  spawnRate: setting(numberAbove(0, 100_000), {
    group: "load",
    alias: "r",
    variable: "SPAWN_RATE",
    accepts: "a number above 0, up to 100000; 0.5 is one user every 2 seconds",
    fallback: "25",
    help: "Users started per second"
  }),
  runTimeInMinutes: setting(numberAbove(0, 30_000), {
    group: "load",
    alias: "m",
    variable: "RUN_TIME_IN_MINUTES",
    accepts: "a number above 0, up to 30000 (three weeks); 0.5 is 30 seconds",
    fallback: "5",
    help: "Duration of the run in minutes"
  }),
  recordCount: optionalSetting(whole(1, 1_000_000_000), {
    group: "load",
    variable: "PERF_RECORD_COUNT",
    accepts: "a whole number from 1 to 1000000000",
    defaultText: "none",
    help: "End after this many records, not by time"
  }),
  warmUp: setting(duration(0, hourMillis), {
    group: "load",
    variable: "PERF_RUN_WARM_UP",
    accepts: "a duration from 0 to 1 hour, such as 30, 500ms or 2 minutes",
    fallback: "0",
    help: "Load before the run, not in its figures"
  }),
  arrivalRate: optionalSetting(ratePerSecond(100_000), {
    group: "load",
    variable: "PERF_ARRIVAL_RATE",
    accepts: "a number above 0, up to 100000, such as 50/s",
    defaultText: "none",
    help: "Open model: iterations started per second, such as 50/s"
  }),
  stages: optionalSetting(SomeText, {
    group: "load",
    variable: "PERF_STAGES",
    accepts: "TIME:TARGET, comma-separated, such as 30s:10/s,2m:100/s,30s:0/s or 30s:10,2m:100",
    defaultText: "none",
    help: "Ramps: 30s:10/s,2m:50/s (rates) or 30s:10,2m:50 (users)"
  }),
  startWithin: setting(duration(1, hourMillis), {
    group: "load",
    variable: "PERF_START_WITHIN",
    accepts: aDuration,
    fallback: "1 second",
    help: "Open model: maximum start delay"
  }),
  runInDebugMode: onOff("load", "One user, one pass, every operation printed", {
    alias: "g",
    variable: "PERF_DEBUG"
  }),
  batchTripleCount: setting(whole(1, 1_000_000), {
    group: "scenarios",
    variable: "PERF_BATCH_TRIPLE_COUNT",
    accepts: "a whole number from 1 on; the operations of a batch may not exceed --maxBatchOperations",
    fallback: "10",
    help: "Create, update, delete triples per batch"
  }),
  batchTripleCountFor: setting(CountsByName, {
    group: "scenarios",
    variable: "PERF_BATCH_TRIPLE_COUNT_FOR",
    kind: "list",
    accepts: "SCENARIO=COUNT, repeated or comma-separated, such as StudentBatchVolumeTest=20",
    fallback: "",
    defaultText: "none",
    help: "Triples per batch of one scenario: NAME=20"
  }),
  maxBatchOperations: setting(whole(1, 1_000_000), {
    group: "scenarios",
    variable: "PERF_MAX_BATCH_OPERATIONS",
    accepts: "a whole number from 1 to 1000000",
    fallback: "100",
    help: "Batch size limit of the DMS"
  }),
  deleteResources: onOff("scenarios", "Delete what was created", {
    alias: "d",
    variable: "PERF_DELETE_RESOURCES",
    fallback: "true"
  }),
  failDeliberately: onOff("scenarios", "VOLUME also sends invalid documents (1 iteration in 3)", {
    alias: "f",
    variable: "PERF_FAIL_DELIBERATELY"
  }),
  minWait: waitBound("PERF_MIN_WAIT", "0", "Minimum wait between iterations, in ms"),
  maxWait: waitBound("PERF_MAX_WAIT", "--minWait", "Maximum wait between iterations, in ms"),
  workers: setting(autoOr(1, 256), {
    group: "advanced",
    variable: "PERF_WORKERS",
    accepts: "auto or a whole number from 1 to 256",
    values: ["auto"],
    fallback: "1",
    help: "Threads that generate load; auto: all cores but one"
  }),
  maxFailRatio: setting(numberFrom(0, 1), {
    group: "thresholds",
    variable: "PERF_MAX_FAIL_RATIO",
    accepts: "a number from 0 to 1; 1 never stops",
    fallback: "0.5",
    help: "Stop above this share of failures; 1: never"
  }),
  requestTimeout: setting(duration(1, hourMillis), {
    group: "advanced",
    variable: "PERF_REQUEST_TIMEOUT",
    accepts: aDuration,
    fallback: "60 seconds",
    help: "Maximum duration of a request"
  }),
  maxResponseBytes: setting(byteCount(1024, 1024 ** 3), {
    group: "advanced",
    variable: "PERF_MAX_RESPONSE_BYTES",
    accepts: "bytes from 1 KiB to 1 GiB, such as 16MiB, 500kB or 1000000",
    fallback: "16 MiB",
    help: "Larger responses fail"
  }),
  gracefulStop: setting(duration(0, hourMillis), {
    group: "advanced",
    variable: "PERF_GRACEFUL_STOP",
    accepts: "a duration from 0 to 1 hour, such as 30, 500ms or 2 minutes",
    fallback: "30 seconds",
    help: "Time for requests in flight at the end"
  }),
  connections: optionalSetting(whole(1, 100_000), {
    group: "advanced",
    variable: "PERF_CONNECTIONS",
    accepts: "a whole number from 1 to 100000",
    defaultText: "one per request in flight",
    help: "Maximum connections"
  }),
  wire: setting(oneOf(...wireNames), {
    group: "advanced",
    variable: "PERF_WIRE",
    accepts: "node or undici",
    values: wireNames,
    fallback: "node",
    help: "What sends the load: node:net, or undici"
  }),
  strictDecoding: onOff("advanced", "Decode every response, instead of comparing with the first", {
    variable: "PERF_STRICT_DECODING"
  }),
  retryTransport: onOff("advanced", "Retry a request once if no response arrives", {
    variable: "PERF_RETRY_TRANSPORT"
  }),
  resourceNaming: setting(oneOf(...namings), {
    group: "advanced",
    variable: "PERF_RESOURCE_NAMING",
    accepts: "endpoint, resource or auto",
    values: namings,
    fallback: "auto",
    help: "endpoint (students) or resource (Student)"
  }),
  seed: optionalSetting(whole(0, Number.MAX_SAFE_INTEGER), {
    group: "scenarios",
    variable: "PERF_SEED",
    accepts: "a whole number from 0 to 9007199254740991",
    defaultText: "random, printed",
    help: "Same seed: same documents and waits"
  }),
  localEducationOrganizationId: setting(whole(1, 9_000_000_000_000), {
    group: "scenarios",
    alias: "e",
    variable: "PERF_LOCAL_EDUCATION_ORGANIZATION_ID",
    accepts: "a whole number from 1 to 9000000000000",
    fallback: "255901",
    help: "An existing LEA"
  }),
  schoolYear: optionalSetting(whole(1900, 2100), {
    group: "scenarios",
    variable: "PERF_SCHOOL_YEAR",
    accepts: "a year from 1900 to 2100",
    defaultText: "current, else newest",
    help: "An existing school year"
  }),
  apiPrefix: optionalSetting(Prefix, {
    ...discovered("PERF_API_PREFIX", "Path of the resources, such as /data"),
    accepts: "an http or https URL, or a path below --baseUrl, without a query and a fragment"
  }),
  oauthEndpoint: optionalSetting(
    UrlOrPath,
    discovered("PERF_API_OAUTH_ENDPOINT", "Login, such as /oauth/token")
  ),
  batchPath: optionalSetting(UrlOrPath, discovered("PERF_BATCH_PATH", "Batch endpoint, such as /batch")),
  ...agentSettings,
  output: setting(SomeText, {
    group: "output",
    alias: "o",
    variable: "PERF_OUTPUT_DIR",
    accepts: "a folder that can be written",
    fallback: "out",
    help: "Folder for the result files; replaces earlier ones"
  }),
  out: setting(Words.pipe(Schema.compose(Schema.Array(oneOf(...furtherFiles)))), {
    group: "output",
    variable: "PERF_OUT",
    kind: "list",
    accepts: "json, junit and markdown, repeated or comma-separated",
    values: furtherFiles,
    fallback: "",
    defaultText: "none",
    help: "More files: json (a line per request and second), junit, markdown"
  }),
  threshold: setting(Expressions, {
    group: "thresholds",
    variable: "PERF_THRESHOLD",
    kind: "list",
    accepts: 'limits such as "latency.p95 < 500ms", repeated or comma-separated',
    fallback: "",
    defaultText: "none",
    help: 'Limit of a figure, such as "latency.p95 < 500ms"'
  }),
  abortOnThreshold: onOff("thresholds", "Stop as soon as a threshold is exceeded", {
    variable: "PERF_ABORT_ON_THRESHOLD"
  }),
  abortDelay: setting(duration(0, hourMillis), {
    group: "thresholds",
    variable: "PERF_ABORT_DELAY",
    accepts: "a duration from 0 to 1 hour, such as 30, 500ms or 2 minutes",
    fallback: "10 seconds",
    help: "Time at full load before such a stop"
  }),
  failOnLimited: onOff("thresholds", "Exit with 1 if the load generator was the bottleneck", {
    variable: "PERF_FAIL_ON_LIMITED"
  }),
  web: onOff("output", "Serve a live page of the run", { variable: "PERF_WEB" }),
  webPort: setting(whole(0, 65_535), {
    group: "output",
    variable: "PERF_WEB_PORT",
    accepts: "a port from 0 to 65535; 0 is any that is free",
    fallback: "8089",
    help: "Port of the live page; 0: any free port"
  }),
  webHost: setting(SomeText, {
    group: "output",
    variable: "PERF_WEB_HOST",
    accepts: "an address of this machine",
    fallback: "127.0.0.1",
    help: "Bind address; if public, open to all"
  }),
  webLinger: optionalSetting(Schema.Union(oneOf("untilClosed"), duration(0, hourMillis)), {
    group: "output",
    variable: "PERF_WEB_LINGER",
    accepts: "untilClosed, or a duration from 0 to 1 hour, such as 30s or 5 minutes",
    defaultText: "untilClosed on a terminal, else 0",
    help: "Wait for open pages"
  }),
  otlpEndpoint: optionalSetting(WebUrl, {
    group: "output",
    variable: "PERF_OTLP_ENDPOINT",
    accepts: "an http or https URL such as http://localhost:4318, with or without /v1/metrics",
    defaultText: "none",
    help: "OpenTelemetry collector (OTLP/HTTP) for the metrics"
  }),
  databaseUrl: optionalSetting(DatabaseUrl, {
    group: "output",
    variable: "PERF_DATABASE_URL",
    kind: "secret",
    accepts: "a URL such as postgres://user:password@host:5432/database",
    defaultText: "none",
    help: "PostgreSQL database of the DMS, to read statistics"
  }),
  resetStatistics: onOff("output", "Reset pg_stat_statements of the server before the load", {
    variable: "PERF_RESET_STATISTICS"
  }),
  watch: setting(WatchTexts, {
    group: "output",
    variable: "PERF_WATCH",
    kind: "list",
    accepts: watchNotation,
    fallback: "",
    defaultText: "none",
    help: "Processes of the server: pid:1234, name:dotnet, an exporter"
  }),
  logLevel: setting(oneOf(...logLevels), {
    group: "output",
    alias: "l",
    alsoNamed: "log-level",
    variable: "PERF_LOG_LEVEL",
    accepts: "ALL, TRACE, DEBUG, INFO, WARNING, ERROR, FATAL or NONE",
    values: logLevels,
    fallback: "INFO",
    help: "Least severe log lines to show"
  }),
  local: onOff("target", "Start a local DMS and test that", { variable: "PERF_LOCAL" })
})
export interface RunSettings extends Schema.Schema.Type<typeof RunSettings> {}
