/** The embedded local DMS in a process of its own, so that it does not share the generator's core. */
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
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

/**
 * Starts `edfi-perf local-dms` on a free port; it ends with the scope, and exits if this process is killed. Key and secret
 * are passed in its environment, because other users can see arguments.
 */
export const startLocalDms: Effect.Effect<
  DmsAddress,
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
    baseUrl: baseUrl.value,
    key: Redacted.make(key),
    secret: Redacted.make(secret)
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
