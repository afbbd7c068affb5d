/** A worker that has died is not restarted: its users would create records that already exist. */
import * as Worker from "@effect/platform/Worker"
import { WorkerError } from "@effect/platform/WorkerError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const deathOf = (cause: Cause.Cause<unknown>): WorkerError => {
  const error = Cause.squash(cause)
  return error instanceof WorkerError ? error : new WorkerError({ reason: "unknown", cause: error })
}

/** The platform's manager restarts a worker and queues requests to it; here requests fail with the cause of its death. */
const failFastWorkers = (platform: Worker.PlatformWorker): Worker.PlatformWorker =>
  Worker.PlatformWorker.of({
    ...platform,
    spawn: <I, O>(id: number) =>
      Effect.map(platform.spawn<I, O>(id), (backing): Worker.BackingWorker<I, O> => {
        let death: WorkerError | undefined
        return {
          send: (message, transfers) => Effect.suspend(() => death ?? backing.send(message, transfers)),
          run: (handler) =>
            Effect.suspend(() =>
              death === undefined
                ? Effect.tapErrorCause(backing.run(handler), (cause) => {
                    death = deathOf(cause)
                    // A caller that waits until the worker is ready fails at once.
                    return handler([0])
                  })
                : Effect.never
            )
        }
      })
  })

/** Manages the workers of the provided platform. */
export const layerManager: Layer.Layer<Worker.WorkerManager, never, Worker.PlatformWorker> = Layer.provide(
  Worker.layerManager,
  Layer.effect(Worker.PlatformWorker, Effect.map(Worker.PlatformWorker, failFastWorkers))
)
