/** The one place that runs an Effect: the command on Node. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import type { Teardown } from "@effect/platform/Runtime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { EdfiPerfProgram } from "../run/localDmsProcess.ts"
import { exitCodes } from "./exitCodes.ts"
import { main } from "./main.ts"
import { tuneHeap } from "./tuneHeap.ts"
import { knownVariables } from "./variables.ts"
import { dotEnvLayer } from "../settings/dotEnv.ts"

/** https://no-color.org: any value that is not empty. */
const colors = process.stderr.isTTY && (process.env["NO_COLOR"] ?? "") === ""

const services = dotEnvLayer(".env", knownVariables).pipe(
  Layer.provideMerge(Logger.replace(Logger.defaultLogger, Logger.prettyLogger({ stderr: true, colors }))),
  Layer.provideMerge(NodeContext.layer)
)

tuneHeap()

// The reader of a pipe may exit (`| head -1`); the run continues and writes its files.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

// Closing the terminal has the effect of Ctrl-C: every file is written.
process.on("SIGHUP", () => process.emit("SIGTERM"))

/** This very program again, as it was started. */
const self: typeof EdfiPerfProgram.Service = [
  process.execPath,
  ...process.execArgv,
  ...process.argv.slice(1, 2)
]

const program = main(process.argv).pipe(
  Effect.provideService(EdfiPerfProgram, self),
  Effect.provide(services),
  Effect.tapErrorCause((cause) =>
    Cause.isInterruptedOnly(cause)
      ? Effect.void
      : Console.error(`edfi-perf: a defect of this program; please report it\n${Cause.pretty(cause)}`)
  )
)

const teardown: Teardown = (exit, onExit) =>
  onExit(
    Exit.match(exit, {
      onSuccess: (code) => (typeof code === "number" ? code : exitCodes.done),
      onFailure: (cause) => (Cause.isInterruptedOnly(cause) ? exitCodes.interrupted : exitCodes.defect)
    })
  )

NodeRuntime.runMain(program, { disableErrorReporting: true, disablePrettyLogger: true, teardown })
