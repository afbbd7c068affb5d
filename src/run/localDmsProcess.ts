/** The embedded local DMS in a process of its own, so that it does not share the generator's core. */
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { fileURLToPath } from "node:url"
import type { DmsAddress } from "../dms/DmsConfig.ts"

/** The local DMS did not start. */
export class LocalDmsFailed extends Schema.TaggedError<LocalDmsFailed>()("LocalDmsFailed", {
  detail: Schema.String
}) {
  override get message(): string {
    return `the local DMS did not start: ${this.detail}`
  }
}

const randomText = Effect.map(Effect.replicateEffect(Random.nextIntBetween(0, 36), 32), (digits) =>
  digits.map((digit) => digit.toString(36)).join("")
)

/** The command line that starts `edfi-perf`, without a subcommand: by default that of this package. */
export class EdfiPerfProgram extends Context.Reference<EdfiPerfProgram>()("edfi-perf/run/EdfiPerfProgram", {
  defaultValue: (): readonly [string, ...Array<string>] => [
    process.execPath,
    fileURLToPath(new URL("../bin.js", import.meta.url))
  ]
}) {}

/** Whether the local DMS of this run has exited before its scope was closed. Without a local DMS it never does. */
export class LocalDmsExit extends Context.Reference<LocalDmsExit>()("edfi-perf/run/LocalDmsExit", {
  defaultValue: (): {
    /** Succeeds when it exits: with `exit code 1`, `signal SIGKILL`. */
    readonly exited: Effect.Effect<string>
    /** The same now; none while it runs. */
    readonly sofar: Effect.Effect<Option.Option<string>>
  } => ({ exited: Effect.never, sofar: Effect.succeedNone })
}) {}

/** @param process that ends by itself or by a signal, which the platform reports as an error */
const exitOf = ({ exitCode }: CommandExecutor.Process): Effect.Effect<string> =>
  Effect.match(exitCode, {
    onSuccess: (code) => `exit code ${code}`,
    onFailure: ({ message }) => {
      const signal = /\bSIG[A-Z0-9]+\b/.exec(message)?.[0]
      return signal === undefined ? message : `signal ${signal}`
    }
  })

const watchExit = (
  process: CommandExecutor.Process
): Effect.Effect<LocalDmsExit["Type"], never, Scope.Scope> =>
  Effect.gen(function* () {
    const exited = yield* Deferred.make<string>()
    yield* Effect.forkScoped(Effect.intoDeferred(exitOf(process), exited))
    return {
      exited: Deferred.await(exited),
      sofar: Effect.flatMap(Deferred.poll(exited), Effect.transposeOption)
    }
  })

/** A local DMS that listens. */
interface StartedDms {
  readonly address: DmsAddress
  readonly exit: LocalDmsExit["Type"]
}

/**
 * Starts `edfi-perf local-dms` on a free port; it ends with the scope, and exits if this process is killed. Key and secret
 * are passed in its environment, because other users can see arguments.
 */
export const startLocalDms: Effect.Effect<
  StartedDms,
  LocalDmsFailed,
  CommandExecutor.CommandExecutor | Scope.Scope
> = Effect.gen(function* () {
  const key = "local"
  const secret = yield* randomText
  const command = Command.make(
    ...(yield* EdfiPerfProgram),
    "local-dms",
    "--port",
    "0",
    "--quiet",
    "--exitWithParent"
  ).pipe(Command.env({ PERF_API_KEY: key, PERF_API_SECRET: secret }), Command.stderr("inherit"))
  const started = yield* Command.start(command)
  const baseUrl = yield* started.stdout.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.filterMap((line) => Option.fromNullable(/ listening on (http:\S+)/.exec(line)?.[1])),
    Stream.runHead
  )
  if (Option.isNone(baseUrl))
    return yield* new LocalDmsFailed({ detail: "it exited before it printed its address" })
  return {
    address: { baseUrl: baseUrl.value, key: Redacted.make(key), secret: Redacted.make(secret) },
    exit: yield* watchExit(started)
  }
}).pipe(
  Effect.timeoutFail({
    duration: "30 seconds",
    onTimeout: () => new LocalDmsFailed({ detail: "it did not listen within 30 seconds" })
  }),
  Effect.catchTags({
    BadArgument: (error) => new LocalDmsFailed({ detail: error.message }),
    SystemError: (error) => new LocalDmsFailed({ detail: error.message })
  })
)

/** How a run starts its local DMS. */
export class EmbeddedDms extends Context.Reference<EmbeddedDms>()("edfi-perf/run/EmbeddedDms", {
  defaultValue: () => startLocalDms
}) {}

/** Runs a program that may ask for the local DMS several times: it starts once, and ends with the program. */
export const withOneLocalDms = <A, E, R>(program: Effect.Effect<A, E, R>) =>
  Effect.scopedWith((scope) =>
    Effect.gen(function* () {
      const start = yield* Effect.cached(Scope.extend(yield* EmbeddedDms, scope))
      return yield* Scope.extend(Effect.provideService(program, EmbeddedDms, start), scope)
    })
  )
