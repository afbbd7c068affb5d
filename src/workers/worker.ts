/** The program of a worker thread. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeWorkerRunner from "@effect/platform-node/NodeWorkerRunner"
import * as WorkerRunner from "@effect/platform/WorkerRunner"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { Transport } from "../dms/Transport.ts"
import { threadProbe } from "../metrics/nodeProbe.ts"
import { serve } from "./serve.ts"

const layer = serve(Transport.layer).pipe(
  Layer.provide([NodeWorkerRunner.layer, threadProbe]),
  Layer.provide(Logger.replace(Logger.defaultLogger, Logger.prettyLogger({ stderr: true })))
)

NodeRuntime.runMain(WorkerRunner.launch(layer), { disablePrettyLogger: true })
