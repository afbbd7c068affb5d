/** Every setting of `edfi-perf run`, once: flag, variable, default, what is accepted and how it is decoded. */
import * as Schema from "effect/Schema"
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
  SomeText,
  Switch,
  UrlOrPath,
  WebUrl,
  whole,
  Words,
  hourMillis
} from "./flagSchemas.ts"

const aSwitch = "true or false (1, yes, on and their opposites do as well)"

const onOff = (alias: string | undefined, variable: string, help: string, fallback = "false") =>
  setting(Switch, {
    ...(alias === undefined ? {} : { alias }),
    variable,
    kind: "switch",
    accepts: aSwitch,
    fallback,
    help
  })

const secret = (alias: string, variable: string, help: string) =>
  optionalSetting(Schema.RedactedFromSelf(Schema.NonEmptyString), {
    alias,
    variable,
    kind: "secret",
    accepts: "a text that is not empty",
    defaultText: "none; required unless --local",
    help
  })

const discovered = (variable: string, help: string) => ({
  variable,
  accepts: "an http or https URL, or a path below --baseUrl",
  defaultText: "what discovery says",
  help
})

const waitBound = (variable: string, defaultText: string, help: string) =>
  setting(whole(0, 3_600_000), {
    variable,
    accepts: "whole milliseconds from 0 to 3600000",
    fallback: "0",
    defaultText,
    help
  })

export const aDuration = "a duration from 1 millisecond to 1 hour, such as 60, 500ms, 30s or 2 minutes"
const outputs = Words.pipe(Schema.compose(Schema.Array(oneOf("json", "junit", "markdown"))))

/** How many are at it at once. */
export const userCount = (meta: Omit<Setting, "alias" | "accepts"> & { readonly fallback: string }) =>
  setting(whole(1, 100_000), { alias: "c", accepts: "a whole number from 1 to 100000", ...meta })

export const RunSettings = Schema.Struct({
  baseUrl: optionalSetting(BaseUrl, {
    alias: "b",
    variable: "PERF_API_BASEURL",
    accepts: "an http or https URL such as http://localhost:8080, without a query and a fragment",
    defaultText: "none; required unless --local",
    help: "Root URL of the DMS"
  }),
  key: secret(
    "k",
    "PERF_API_KEY",
    "Client key, whose claim set allows create, update and delete: EdFiSandbox on a DMS with /batch, one without relationships elsewhere"
  ),
  secret: secret("s", "PERF_API_SECRET", "Client secret; better given by its variable than by the flag"),
  ignoreCertificateErrors: onOff("i", "IGNORE_TLS_CERTIFICATE", "Accept any TLS certificate"),
  testType: setting(SomeText, {
    alias: "t",
    variable: "PERF_TEST_TYPE",
    accepts: "a known test type in any letter case",
    fallback: "BATCH_VOLUME",
    help: "What kind of test to run: BATCH_VOLUME sends batches, VOLUME the same records by single requests"
  }),
  testList: setting(Words, {
    variable: "PERF_TEST_LIST",
    kind: "list",
    accepts: "names of scenarios, repeated or comma-separated",
    fallback: "",
    defaultText: "all but the mixed ones",
    help: "Which scenarios to run"
  }),
  scenario: setting(Words, {
    variable: "PERF_SCENARIO",
    kind: "list",
    accepts: "paths of modules, repeated or comma-separated",
    fallback: "",
    defaultText: "none",
    help: "Module whose default export is a scenario, or an array of scenarios; without --testList only these run"
  }),
  clientCount: userCount({
    variable: "CLIENT_COUNT",
    fallback: "10",
    defaultText: "10; 1000 with --arrivalRate",
    help: "Virtual users; with --arrivalRate the most iterations under way at once"
  }),
  spawnRate: setting(numberAbove(0, 100_000), {
    alias: "r",
    variable: "SPAWN_RATE",
    accepts: "a number above 0, up to 100000; 0.5 is one user every 2 seconds",
    fallback: "25",
    help: "Users started per second"
  }),
  runTimeInMinutes: setting(numberAbove(0, 30_000), {
    alias: "m",
    variable: "RUN_TIME_IN_MINUTES",
    accepts: "a number above 0, up to 30000 (three weeks); 0.5 is 30 seconds",
    fallback: "5",
    help: "How long to run"
  }),
  arrivalRate: optionalSetting(ratePerSecond(100_000), {
    variable: "PERF_ARRIVAL_RATE",
    accepts: "a number above 0, up to 100000, such as 50/s",
    defaultText: "none: users send again when they have their answer",
    help: "Open model: iterations (batches) started per second, whether those before them are answered or not"
  }),
  stages: optionalSetting(SomeText, {
    variable: "PERF_STAGES",
    accepts: "TIME:TARGET, comma-separated, such as 30s:10/s,2m:100/s,30s:0/s or 30s:10,2m:100",
    defaultText: "none",
    help: "Load that changes: each stage ramps to its target, a rate (30s:10/s, open model) or a number of users (30s:10)"
  }),
  startWithin: setting(duration(1, hourMillis), {
    variable: "PERF_START_WITHIN",
    accepts: aDuration,
    fallback: "1 second",
    help: "Open model: how long after its due time an iteration may still be started; then it is dropped and counted"
  }),
  runInDebugMode: onOff(
    "g",
    "PERF_DEBUG",
    "One user, one pass over each scenario, every operation outcome printed"
  ),
  batchTripleCount: setting(whole(1, 1_000_000), {
    variable: "PERF_BATCH_TRIPLE_COUNT",
    accepts: "a whole number from 1 on; 3 times it may not exceed --maxBatchOperations",
    fallback: "10",
    help: "Triples (create, update, delete of one record) per batch"
  }),
  batchTripleCountFor: setting(CountsByName, {
    variable: "PERF_BATCH_TRIPLE_COUNT_FOR",
    kind: "list",
    accepts: "SCENARIO=COUNT, repeated or comma-separated, such as StudentBatchVolumeTest=20",
    fallback: "",
    defaultText: "none",
    help: "Triples per batch of one scenario"
  }),
  maxBatchOperations: setting(whole(1, 1_000_000), {
    variable: "PERF_MAX_BATCH_OPERATIONS",
    accepts: "a whole number from 1 to 1000000",
    fallback: "100",
    help: "The most operations per batch that the DMS accepts (its BatchMaxOperations)"
  }),
  deleteResources: onOff(
    "d",
    "PERF_DELETE_RESOURCES",
    "Whether VOLUME deletes what it created; --deleteResources false leaves it",
    "true"
  ),
  failDeliberately: onOff(
    "f",
    "PERF_FAIL_DELIBERATELY",
    "Whether VOLUME also sends documents that the server has to refuse, in one iteration of three"
  ),
  minWait: waitBound("PERF_MIN_WAIT", "0", "Least wait of a user between two iterations, in milliseconds"),
  maxWait: waitBound(
    "PERF_MAX_WAIT",
    "0, or --minWait where that is given alone",
    "Longest wait of a user between two iterations, in milliseconds"
  ),
  workers: setting(autoOr(1, 256), {
    variable: "PERF_WORKERS",
    accepts: "auto or a whole number from 1 to 256",
    fallback: "1",
    help: "Threads that the users are shared out to; auto leaves one core to the rest, 1 starts none"
  }),
  maxFailRatio: setting(numberFrom(0, 1), {
    variable: "PERF_MAX_FAIL_RATIO",
    accepts: "a number from 0 to 1; 1 never stops",
    fallback: "0.5",
    help: "Share of failed requests above which the run stops; 1 continues whatever fails or is refused"
  }),
  requestTimeout: setting(duration(1, hourMillis), {
    variable: "PERF_REQUEST_TIMEOUT",
    accepts: aDuration,
    fallback: "60 seconds",
    help: "How long one sending of a request may take, to the last byte of the answer"
  }),
  maxResponseBytes: setting(byteCount(1024, 1024 ** 3), {
    variable: "PERF_MAX_RESPONSE_BYTES",
    accepts: "bytes from 1 KiB to 1 GiB, such as 16MiB, 500kB or 1000000",
    fallback: "16 MiB",
    help: "Maximum size of a response after decompression; a larger one is cut off and fails"
  }),
  gracefulStop: setting(duration(0, hourMillis), {
    variable: "PERF_GRACEFUL_STOP",
    accepts: "a duration from 0 to 1 hour, such as 30, 500ms or 2 minutes",
    fallback: "30 seconds",
    help: "How long requests under way may go on after the run has ended"
  }),
  connections: optionalSetting(whole(1, 100_000), {
    variable: "PERF_CONNECTIONS",
    accepts: "a whole number from 1 to 100000",
    defaultText: "one for each request under way",
    help: "The most connections that carry load; waiting for one is part of a request's latency"
  }),
  strictDecoding: onOff(
    undefined,
    "PERF_STRICT_DECODING",
    "Read every answer by its schema, where by default one is read and the others are compared with it"
  ),
  retryTransport: onOff(
    undefined,
    "PERF_RETRY_TRANSPORT",
    "Send a request once more when no verdict came back; both are counted"
  ),
  resourceNaming: setting(oneOf("auto", "endpoint", "resource"), {
    variable: "PERF_RESOURCE_NAMING",
    accepts: "endpoint, resource or auto",
    fallback: "auto",
    help: "How operations name a resource: students, Student, or ask the server with a harmless delete"
  }),
  seed: optionalSetting(whole(0, Number.MAX_SAFE_INTEGER), {
    variable: "PERF_SEED",
    accepts: "a whole number from 0 to 9007199254740991",
    defaultText: "random, printed",
    help: "Makes all documents and waits repeatable"
  }),
  localEducationOrganizationId: setting(whole(1, 9_000_000_000_000), {
    alias: "e",
    variable: "PERF_LOCAL_EDUCATION_ORGANIZATION_ID",
    accepts: "a whole number from 1 to 9000000000000",
    fallback: "255901",
    help: "The local education agency that fixtures belong to; must exist"
  }),
  schoolYear: optionalSetting(whole(1900, 2100), {
    variable: "PERF_SCHOOL_YEAR",
    accepts: "a year from 1900 to 2100",
    defaultText: "the server's current one, else the newest it has",
    help: "School year of the fixtures; must exist"
  }),
  apiPrefix: optionalSetting(Prefix, {
    ...discovered("PERF_API_PREFIX", "Where resources are, such as /data"),
    accepts: "an http or https URL, or a path below --baseUrl, without a query and a fragment"
  }),
  oauthEndpoint: optionalSetting(
    UrlOrPath,
    discovered("PERF_API_OAUTH_ENDPOINT", "Where to log in, such as /oauth/token")
  ),
  batchPath: optionalSetting(UrlOrPath, discovered("PERF_BATCH_PATH", "Where batches go, such as /batch")),
  output: setting(SomeText, {
    alias: "o",
    variable: "PERF_OUTPUT_DIR",
    accepts: "a folder that can be written",
    fallback: "out",
    help: "Folder of the result files; those of an earlier run are replaced"
  }),
  out: setting(outputs, {
    variable: "PERF_OUT",
    kind: "list",
    accepts: "json, junit and markdown, repeated or comma-separated",
    fallback: "",
    defaultText: "none",
    help: "Further files: json (a line per second and per batch), junit, markdown (for a pull request)"
  }),
  threshold: setting(Expressions, {
    variable: "PERF_THRESHOLD",
    kind: "list",
    accepts: 'limits such as "latency.p95 < 500ms", repeated or comma-separated',
    fallback: "",
    defaultText: "none",
    help: "A limit that the run has to keep, of all requests or of one name (students-batch-10.latency.p99 < 2s)"
  }),
  abortOnThreshold: onOff(
    undefined,
    "PERF_ABORT_ON_THRESHOLD",
    "End the run as soon as a threshold is not kept, from --abortDelay after the start of the last user on"
  ),
  abortDelay: setting(duration(0, hourMillis), {
    variable: "PERF_ABORT_DELAY",
    accepts: "a duration from 0 to 1 hour, such as 30, 500ms or 2 minutes",
    fallback: "10 seconds",
    help: "How long after the start of the last user thresholds cannot end the run"
  }),
  web: onOff(undefined, "PERF_WEB", "Serve a page that shows the run while it goes on"),
  webPort: setting(whole(0, 65_535), {
    variable: "PERF_WEB_PORT",
    accepts: "a port from 0 to 65535; 0 is any that is free",
    fallback: "8089",
    help: "Port of the page"
  }),
  webHost: setting(SomeText, {
    variable: "PERF_WEB_HOST",
    accepts: "an address of this machine",
    fallback: "127.0.0.1",
    help: "Address on which the page listens; any other than this one lets other machines see and stop the run"
  }),
  webLinger: optionalSetting(Schema.Union(oneOf("untilClosed"), duration(0, hourMillis)), {
    variable: "PERF_WEB_LINGER",
    accepts: "untilClosed, or a duration from 0 to 1 hour, such as 30s or 5 minutes",
    defaultText: "untilClosed on a terminal, otherwise 0",
    help: "How long a finished run waits for a page that is still open"
  }),
  otlpEndpoint: optionalSetting(WebUrl, {
    variable: "PERF_OTLP_ENDPOINT",
    accepts: "an http or https URL such as http://localhost:4318, with or without /v1/metrics",
    defaultText: "none",
    help: "OpenTelemetry collector that receives the metrics of the run every second (OTLP over HTTP)"
  }),
  databaseUrl: optionalSetting(DatabaseUrl, {
    variable: "PERF_DATABASE_URL",
    kind: "secret",
    accepts: "a URL such as postgres://user:password@host:5432/database",
    defaultText: "none",
    help: "The PostgreSQL database of the DMS, whose statistics are read (and nothing else) before, during and after the run; better given by its variable than by the flag"
  }),
  logLevel: setting(oneOf("ALL", "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL", "NONE"), {
    alias: "l",
    variable: "PERF_LOG_LEVEL",
    accepts: "ALL, TRACE, DEBUG, INFO, WARNING, ERROR, FATAL or NONE",
    fallback: "INFO",
    help: "The least important log lines to show"
  }),
  local: onOff(undefined, "PERF_LOCAL", "Start the embedded local DMS in a process of its own and test that")
})
export interface RunSettings extends Schema.Schema.Type<typeof RunSettings> {}
