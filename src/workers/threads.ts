/** Workers as threads of this process. */
import * as NodeWorker from "@effect/platform-node/NodeWorker"
import type * as Worker from "@effect/platform/Worker"
import type * as Layer from "effect/Layer"
import { extname } from "node:path"
import * as WorkerThreads from "node:worker_threads"

/** Beside this file, and like it compiled or not. */
const entry = new URL(`./worker${extname(import.meta.url)}`, import.meta.url)

export const layer: Layer.Layer<Worker.WorkerManager | Worker.Spawner> = NodeWorker.layer(
  () => new WorkerThreads.Worker(entry)
)
