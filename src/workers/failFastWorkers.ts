/** A worker that died stays dead: its users would begin anew and meet their own records. */
import * as Worker from "@effect/platform/Worker"
import { WorkerError } from "@effect/platform/WorkerError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const deathOf = (cause: Cause.Cause<unknown>): WorkerError => {
  const error = Cause.squash(cause)
  return error instanceof WorkerError ? error : new WorkerError({ reason: "unknown", cause: error })
}

/** The platform's own manager starts a worker again and lets requests to it wait; here they fail with why it died. */
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
                    // Whoever waits for it to be ready learns at once that it never will be.
                    return handler([0])
                  })
                : Effect.never
            )
        }
      })
  })

/** Manages workers of whatever platform is provided. */
export const layerManager: Layer.Layer<Worker.WorkerManager, never, Worker.PlatformWorker> = Layer.provide(
  Worker.layerManager,
  Layer.effect(Worker.PlatformWorker, Effect.map(Worker.PlatformWorker, failFastWorkers))
)
