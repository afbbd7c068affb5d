/**
 * Workers as fibers of this process, on the clock of the test: messages are cloned as between threads, and the worker's
 * real program handles them.
 */
import * as Worker from "@effect/platform/Worker"
import { WorkerError } from "@effect/platform/WorkerError"
import * as WorkerRunner from "@effect/platform/WorkerRunner"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import { deserialize, serialize } from "node:v8"
import type { DmsConfig } from "../../src/dms/DmsConfig.ts"
import type { Transport } from "../../src/dms/Transport.ts"
import { layerManager } from "../../src/workers/failFastWorkers.ts"
import { serve } from "../../src/workers/serve.ts"

interface Thread {
  alive: boolean
  readonly died: Deferred.Deferred<never, WorkerError>
  toWorker: (message: unknown) => void
}

const endOf = (thread: Thread) => (cause: Cause.Cause<unknown>) =>
  Cause.isInterruptedOnly(cause)
    ? Effect.void
    : Deferred.fail(thread.died, new WorkerError({ reason: "unknown", cause: Cause.squash(cause) }))

/** The platform that `Worker` needs, and a way to kill a worker. */
export const makeInProcess = (transport: Layer.Layer<Transport, never, DmsConfig>) => {
  const threads: Array<Thread> = []

  const runnerOf = (thread: Thread, toCoordinator: (message: unknown) => void) =>
    WorkerRunner.PlatformRunner.of({
      [WorkerRunner.PlatformRunnerTypeId]: WorkerRunner.PlatformRunnerTypeId,
      start: <I, O>() =>
        Effect.succeed<WorkerRunner.BackingRunner<I, O>>({
          run: <A, E, R>(handle: (port: number, message: I) => Effect.Effect<A, E, R> | void) =>
            Effect.map(FiberSet.makeRuntime<R, A, E>(), (fork) => {
              thread.toWorker = (message) => {
                const reply = handle(0, deserialize(serialize(message)))
                // As on a thread, a message that cannot be read ends the worker.
                if (Effect.isEffect(reply)) fork(Effect.onError(reply, endOf(thread)))
              }
            }),
          send: (_port, message) =>
            Effect.sync(() => {
              if (thread.alive) toCoordinator(message)
            })
        })
    })

  const platform = Worker.PlatformWorker.of({
    [Worker.PlatformWorkerTypeId]: Worker.PlatformWorkerTypeId,
    spawn: <I, O>() =>
      Effect.map(Deferred.make<never, WorkerError>(), (died): Worker.BackingWorker<I, O> => {
        const thread: Thread = { alive: true, died, toWorker: () => {} }
        threads.push(thread)
        return {
          send: (message) =>
            Effect.sync(() => {
              if (thread.alive) thread.toWorker(message)
            }),
          run: <A, E, R>(handle: (message: Worker.BackingWorker.Message<O>) => Effect.Effect<A, E, R>) =>
            Effect.gen(function* () {
              const fork = yield* FiberSet.makeRuntime<R, A, E>()
              const runner = runnerOf(thread, (message) => fork(handle([1, deserialize(serialize(message))])))
              const program = serve(transport).pipe(
                Layer.provide(Layer.succeed(WorkerRunner.PlatformRunner, runner))
              )
              yield* Layer.build(program).pipe(
                Effect.zipRight(Effect.sync(() => fork(handle([0])))),
                Effect.zipRight(Effect.never),
                Effect.scoped,
                Effect.forkScoped
              )
              return yield* Deferred.await(died)
            }).pipe(Effect.scoped)
        }
      })
  })

  return {
    layer: Layer.merge(
      Layer.provide(layerManager, Layer.succeed(Worker.PlatformWorker, platform)),
      Worker.layerSpawner(() => undefined)
    ),
    /** Kills a worker, 0-based: none of its later messages arrives. */
    kill: (index: number, cause: unknown) =>
      Effect.suspend(() => {
        const thread = threads[index]
        if (thread === undefined) return Effect.dieMessage(`there is no worker ${index}`)
        thread.alive = false
        return Deferred.fail(thread.died, new WorkerError({ reason: "unknown", cause }))
      })
  }
}
