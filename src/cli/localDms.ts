/**
 * `edfi-perf local-dms`: a DMS of our own on a port of this machine. The server is loaded when it is started, so that a
 * run does not carry it.
 */
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { parseMillis } from "../domain/durations.ts"
import { faultNames, parseFault } from "../local-dms/Faults.ts"
import type { Faults } from "../local-dms/Faults.ts"
import * as Latency from "../local-dms/Latency.ts"
import { LocalDmsOptions, parseDenial } from "../local-dms/LocalDmsOptions.ts"
import { defaultPoolSize } from "../local-dms/postgresUrl.ts"
import { storeLayer, storeOption } from "./localDmsStore.ts"

const defaults = LocalDmsOptions.default

/** The port is in use, or this user may not listen on it. */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>()("PortUnavailable", {
  port: Schema.Int,
  cause: Schema.Defect
}) {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `--port ${this.port}: ${reason}; choose another one, or 0 for any free port`
  }
}

/** Reads a value, or refuses it with a line that names the flag, the value and what is accepted. */
const read =
  <A>(flag: string, accepted: string, parse: (text: string) => Option.Option<A>) =>
  (text: string) =>
    Option.match(parse(text), {
      onSome: Effect.succeed,
      onNone: () =>
        Effect.fail(ValidationError.invalidValue(HelpDoc.p(`--${flag} takes ${accepted}, not '${text}'`)))
    })

const parsed = <A>(flag: string, accepted: string, parse: (text: string) => Option.Option<A>) =>
  Options.text(flag).pipe(Options.mapEffect(read(flag, accepted, parse)))

const whole = (min: number, max: number) => (text: string) =>
  /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max ? Option.some(Number(text)) : Option.none()

const wholeNumber = (flag: string, min: number, max: number) =>
  parsed(flag, `a whole number from ${min} to ${max}`, whole(min, max))

const oneOf = <A extends string>(flag: string, values: ReadonlyArray<A>) =>
  parsed(flag, values.join(" or "), (text) => Option.fromNullable(values.find((value) => value === text)))

const parseDuration = (text: string) => Option.fromNullable(parseMillis(text))

const port = wholeNumber("port", 0, 65_535).pipe(
  Options.withDescription("Port on 127.0.0.1; 0 is any free one (default 8080)"),
  Options.withDefault(8080)
)
const key = Options.text("key").pipe(
  Options.withFallbackConfig(Config.string("PERF_API_KEY")),
  Options.withDescription(`Client id that logs in; also PERF_API_KEY (default ${defaults.key})`),
  Options.withDefault(defaults.key)
)
const secret = Options.redacted("secret").pipe(
  Options.withFallbackConfig(Config.redacted("PERF_API_SECRET")),
  Options.withDescription(`Its secret; also PERF_API_SECRET (default ${Redacted.value(defaults.secret)})`),
  Options.withDefault(defaults.secret)
)
const poolSize = wholeNumber("poolSize", 1, 1000).pipe(
  Options.withDescription(
    `Connections to PostgreSQL; a batch or request holds one while it runs (default ${defaultPoolSize})`
  ),
  Options.withDefault(defaultPoolSize)
)
const batchMaxOperations = wholeNumber("batchMaxOperations", 1, 1_000_000).pipe(
  Options.withDescription(
    `Operations a batch may have; one more is a 413 (default ${defaults.batchMaxOperations})`
  ),
  Options.withDefault(defaults.batchMaxOperations)
)
const tokenLifetime = parsed(
  "tokenLifetime",
  "a duration of 1 second or more such as 90s, 30m or '30 minutes'",
  (text) => Option.filter(parseDuration(text), (millis) => millis >= 1000)
).pipe(
  Options.withDescription("How long a token is good for (default 30 minutes)"),
  Options.withDefault(defaults.tokenLifetimeSeconds * 1000)
)
const rateLimit = wholeNumber("rateLimit", 0, 1_000_000_000).pipe(
  Options.withDescription("Requests per 10 seconds and host; one more is a 429; 0 is no limit (default 0)"),
  Options.withDefault(defaults.rateLimit)
)
const latency = parsed(
  "latency",
  "none, a duration such as 20ms, perOperation:20ms:1ms, uniform:10ms:30ms, exponential:20ms or lognormal:20ms:0.5",
  Latency.parse
).pipe(
  Options.withDescription(
    "Added to every data and batch request: 20ms, perOperation:20ms:1ms (a request, each operation; a single request has one), uniform:10ms:30ms, exponential:20ms (mean), lognormal:20ms:0.5 (median, sigma) (default none)"
  ),
  Options.withDefault(defaults.latency)
)
const concurrency = wholeNumber("concurrency", 1, 1_000_000).pipe(
  Options.withDescription(
    "Data and batch requests worked on at the same time, their latency included; the others wait in line in the order of their coming (default: no limit)"
  ),
  Options.optional
)
const seed = wholeNumber("seed", 0, 4_294_967_295).pipe(
  Options.withDescription("Makes ids, faults and latency repeat (default: another one each time)"),
  Options.optional
)
const deny = Options.text("deny").pipe(
  Options.withDescription("An action that gets a 403, such as students:delete; may be given several times"),
  Options.repeated,
  Options.mapEffect(
    Effect.forEach(
      read("deny", "endpoint:action, the action being create, read, update or delete", parseDenial)
    )
  )
)
const dialect = oneOf("dialect", ["endpoint", "resource"] as const).pipe(
  Options.withDescription("How a batch names resources: students or Student (default endpoint)"),
  Options.withDefault(defaults.dialect)
)
const fault = Options.text("fault").pipe(
  Options.withDescription(
    `A fault and how often it strikes: NAME=0.01 by chance, NAME=1/100 every 100th, NAME=@100 the 100th alone; may be given several times. Names: ${faultNames.join(", ")}`
  ),
  Options.repeated,
  Options.mapEffect(
    Effect.forEach(
      read(
        "fault",
        `NAME=0.01, NAME=1/100 or NAME=@100, the name being one of ${faultNames.join(", ")}`,
        parseFault
      )
    )
  )
)
const freezeFor = parsed("freezeFor", "a duration such as 2s", parseDuration).pipe(
  Options.withDescription("How long the fault 'freeze' stops the whole server (default 2 seconds)"),
  Options.withDefault(2000)
)
const stallFor = parsed("stallFor", "a duration such as 10s", parseDuration).pipe(
  Options.withDescription("How long the fault 'stall' holds an answer back (default 60 seconds)"),
  Options.withDefault(60_000)
)
const faultsOn = oneOf("faultsOn", ["batch", "data", "both"] as const).pipe(
  Options.withDescription("Which requests faults strike: batch, data or both (default batch)"),
  Options.withDefault("batch" as const)
)
const quiet = Options.boolean("quiet").pipe(Options.withDescription("No line per batch"))
const exitWithParent = Options.boolean("exitWithParent").pipe(
  Options.withDescription("End when standard input closes")
)

const options = {
  port,
  key,
  secret,
  store: storeOption,
  poolSize,
  batchMaxOperations,
  tokenLifetime,
  rateLimit,
  latency,
  concurrency,
  seed,
  deny,
  dialect,
  fault,
  freezeFor,
  stallFor,
  faultsOn,
  quiet,
  exitWithParent
}

export const localDmsCommand = Command.make(
  "local-dms",
  options,
  Effect.fn("cli.local-dms")(
    function* (flags) {
      const rates = Object.fromEntries(flags.fault.map(({ name, rate }) => [name, rate]))
      const faults: Faults = {
        ...rates,
        freezeSeconds: flags.freezeFor / 1000,
        stallSeconds: flags.stallFor / 1000,
        on: flags.faultsOn
      }
      const { batchMaxOperations, deny, dialect, key, latency, port, quiet, rateLimit, secret } = flags
      const { LocalDms } = yield* Effect.promise(() => import("../local-dms/LocalDms.ts"))
      const { url } = yield* LocalDms.serveOver({
        port,
        key,
        secret,
        batchMaxOperations,
        deny,
        dialect,
        faults,
        latency,
        logBatches: !quiet,
        rateLimit,
        concurrency: Option.getOrUndefined(flags.concurrency),
        seed: Option.getOrUndefined(flags.seed),
        tokenLifetimeSeconds: flags.tokenLifetime / 1000
      }).pipe(Effect.mapError(({ cause }) => new PortUnavailable({ port, cause })))
      yield* Console.log(`edfi-perf local-dms listening on ${url}`)
      yield* flags.exitWithParent ? stdinClosed : Effect.never
    },
    Effect.scoped,
    (program, { poolSize, store }) => Effect.provide(program, storeLayer(store, poolSize))
  )
).pipe(
  Command.withDescription(
    "Run a DMS of our own on this machine, which answers as the real one does and can be told to misbehave. GET /_local/stats shows what it counted, PUT /_local/faults sets faults while it runs."
  )
)

/** Waits for the process that started this one to go away. */
const stdinClosed = Effect.async<void>((resume) => {
  const done = () => resume(Effect.void)
  process.stdin.on("end", done).on("close", done).on("error", done).resume()
})
