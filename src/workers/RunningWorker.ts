/** A worker during a run, as the coordinator sees it. */
import type * as Worker from "@effect/platform/Worker"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Redacted from "effect/Redacted"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import { RunShare, type Stop, type TakeToken, type WorkerRequest } from "./messages.ts"

/** A worker that has its clients and workloads, and waits for its share of the users. */
export interface ReadyWorker {
  readonly worker: Worker.SerializedWorker<WorkerRequest>
  /** The token that it sends. */
  readonly bearer: Redacted.Redacted
  /** Names of the scenarios that it runs. */
  readonly scenarios: ReadonlyArray<string>
}

export interface RunningWorker {
  readonly worker: ReadyWorker["worker"]
  /** 0-based. */
  readonly index: number
  /** For messages: `worker 1 of 2`. */
  readonly name: string
  readonly share: RunShare
  /** The token that it sends. */
  bearer: Redacted.Redacted
  /** Its users that are running now, by its last report. */
  running: number
  maxRunning: number
  /** Whether it has reported at least once. */
  reported: boolean
  ended: boolean
}

/** Gives each worker its share of a plan. @param startedAtMillis start of the run, milliseconds since 1970 */
export const shareOut = (
  plan: LoadPlan,
  startedAtMillis: number,
  workers: ReadonlyArray<ReadyWorker>
): ReadonlyArray<RunningWorker> =>
  workers.map(({ bearer, worker }, index) => ({
    worker,
    index,
    name: `worker ${index + 1} of ${workers.length}`,
    share: new RunShare({ plan: { ...plan, startedAtMillis, share: { index, of: workers.length } } }),
    bearer,
    running: 0,
    maxRunning: 0,
    reported: false,
    ended: false
  }))

/** Runs effects in fibers of the scope, without waiting for them. */
export const makeBackground = Effect.map(
  FiberSet.makeRuntime(),
  (run) =>
    (effect: Effect.Effect<unknown>): void =>
      void run(Effect.interruptible(effect))
)
export type Background = Effect.Effect.Success<typeof makeBackground>

/** Sends a message to a worker that has not ended, without waiting for a reply. */
export const send = (
  background: Background,
  { ended, worker }: RunningWorker,
  message: Stop | TakeToken
): void => {
  if (!ended) background(Effect.ignore(worker.executeEffect(message)))
}
