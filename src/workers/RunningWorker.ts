/** A worker during a run, as the coordinator sees it: a thread of this process, or an agent with its threads. */
import type * as Worker from "@effect/platform/Worker"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Redacted from "effect/Redacted"
import type * as Stream from "effect/Stream"
import type { AgentsOfRun } from "../domain/AgentsOfRun.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import { type LoadPlan, shareOf } from "../engine/LoadPlan.ts"
import {
  RunShare,
  type Setup,
  type Stop,
  type TakeToken,
  type WorkerEvent,
  type WorkerRequest
} from "./messages.ts"

/** A worker was lost, which is no defect of this program: its machine or its network failed. */
export class WorkerLost extends Data.TaggedError("WorkerLost")<{
  /** Why the run ends; `undefined` if it goes on without the worker. */
  readonly endReason: EndReason | undefined
}> {}

/** A worker that has its clients and workloads, and waits for its share of the users. */
export interface ReadyWorker {
  /** For messages: `worker 1 of 2`. */
  readonly name: string
  /** The shares of the plan that it runs: 1 for a thread, one per thread for an agent. */
  readonly slots: number
  /** The token that it sends. */
  readonly bearer: Redacted.Redacted
  /** Names of the scenarios that it runs. */
  readonly scenarios: ReadonlyArray<string>
  /**
   * Starts its users. The stream ends when all of them have ended, and fails if the worker is lost; every other failure is
   * its death.
   *
   * @param share the first of its shares; the next ones have the next indexes
   */
  readonly run: (share: RunShare) => Stream.Stream<WorkerEvent, unknown>
  /** Sends a message; a worker that has ended ignores it. */
  readonly tell: (message: Stop | TakeToken) => Effect.Effect<unknown, unknown>
}

/** The instant on which the workers of a load have agreed. */
export interface StartInstant {
  /** The start of the load for the plans of the workers. */
  readonly startedAtMillis: number
  /** Completes at that instant. */
  readonly reached: Effect.Effect<void>
}

/** Workers that run a load together. */
export interface WorkerGroup {
  readonly workers: ReadonlyArray<ReadyWorker>
  /** How much longer than `gracefulStopMillis` they may take to end. */
  readonly stopMarginMillis: number
  /** Set if they start later than the message that tells them so. */
  readonly agreeOnStart?: Effect.Effect<StartInstant>
  /** Set if they are agents. */
  readonly agents?: () => AgentsOfRun
}

/** How much longer than `gracefulStopMillis` a thread may take to end. */
const threadMarginMillis = 5000

const ofThread = (
  thread: Worker.SerializedWorker<WorkerRequest>,
  { bearer, scenarios }: Setup,
  name: string
): ReadyWorker => ({
  name,
  slots: 1,
  bearer,
  scenarios: scenarios.map((each) => each.name),
  run: (share) => thread.execute(share),
  tell: (message) => thread.executeEffect(message)
})

/** @param of an agent, whose threads have its name in front of theirs; `undefined` in the coordinator */
export const groupOfThreads = (
  threads: ReadonlyArray<readonly [Worker.SerializedWorker<WorkerRequest>, Setup]>,
  of?: string
): WorkerGroup => ({
  workers: threads.map(([thread, setup], index) => {
    const name = `worker ${index + 1} of ${threads.length}`
    return ofThread(thread, setup, of === undefined ? name : `${of}, ${name}`)
  }),
  stopMarginMillis: threadMarginMillis
})

export interface RunningWorker {
  readonly worker: ReadyWorker
  /** 0-based. */
  readonly index: number
  readonly name: string
  readonly share: RunShare
  /** The token that it sends. */
  bearer: Redacted.Redacted
  /** Its users that are running now, by its last report. */
  running: number
  maxRunning: number
  startSkewMillis: number | undefined
  /** Whether it has reported at least once. */
  reported: boolean
  ended: boolean
}

/**
 * Gives each worker its shares of a plan, in order: with 3 and 1 slots, the first worker has shares 0 to 2 of 4, the second
 * one share 3. A plan that has a share already, that of an agent, is divided from there.
 *
 * @param startedAtMillis start of the run, milliseconds since 1970
 */
export const shareOut = (
  plan: LoadPlan,
  startedAtMillis: number,
  workers: ReadonlyArray<ReadyWorker>
): ReadonlyArray<RunningWorker> => {
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0)
  const { index: first, of } = plan.share === undefined ? { index: 0, of: slots } : shareOf(plan)
  let next = first
  return workers.map((worker, index) => {
    const share = { index: next, of }
    next += worker.slots
    return {
      worker,
      index,
      name: worker.name,
      share: new RunShare({ plan: { ...plan, startedAtMillis, share } }),
      bearer: worker.bearer,
      running: 0,
      maxRunning: 0,
      startSkewMillis: undefined,
      reported: false,
      ended: false
    }
  })
}

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
  if (!ended) background(Effect.ignore(worker.tell(message)))
}
