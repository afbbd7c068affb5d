/** Workers as threads of this process. */
import * as NodeWorker from "@effect/platform-node/NodeWorker"
import * as Worker from "@effect/platform/Worker"
import * as Layer from "effect/Layer"
import * as WorkerThreads from "node:worker_threads"
import * as failFastWorkers from "./failFastWorkers.ts"

/** @param start starts a thread. Default: it runs the compiled `worker.ts` beside this file */
export const layer = (
  start: (id: number) => WorkerThreads.Worker = () =>
    new WorkerThreads.Worker(new URL("worker.js", import.meta.url))
): Layer.Layer<Worker.WorkerManager | Worker.Spawner> =>
  Layer.merge(Layer.provide(failFastWorkers.layerManager, NodeWorker.layerWorker), Worker.layerSpawner(start))
