/** The coordinator: starts workers, gives each its share of the users, and adds up their counts. */
import * as Worker from "@effect/platform/Worker"
import { WorkerError } from "@effect/platform/WorkerError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { errorReason } from "../wire/errorReason.ts"
import type { Tokens } from "../dms/Tokens.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import { awaitAtMost } from "../engine/awaitAtMost.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { ScenarioIterations } from "../engine/RefusalWatch.ts"
import { stopRules } from "../engine/StopRule.ts"
import type { RunContext, StartGenerator } from "../engine/supervise.ts"
import { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import {
  reportMillis,
  type Setup,
  Stop,
  type WorkerEvent,
  type WorkerReport,
  type WorkerRequest
} from "./messages.ts"
import { makeBackground, type ReadyWorker, type RunningWorker, send, shareOut } from "./RunningWorker.ts"
import { makeTokenRelay } from "./TokenRelay.ts"

/** How much longer than `gracefulStopMillis` a worker may take to end. */
const stopMarginMillis = 5000

/** The error that ended a worker, without the wrappers of the platform. */
const reasonOfDeath = (cause: Cause.Cause<unknown>): string => {
  let error = Cause.squash(cause)
  while (error instanceof WorkerError) error = error.cause
  return errorReason(error)
}

/**
 * Starts workers, which end with the scope. A worker that cannot start is a defect of this program or of the machine.
 *
 * @param concurrency maximum number of workers that start at the same time
 */
export const startWorkers = (
  setups: ReadonlyArray<Setup>,
  concurrency: number = setups.length
): Effect.Effect<ReadonlyArray<ReadyWorker>, never, Worker.WorkerManager | Worker.Spawner | Scope.Scope> =>
  Effect.forEach(
    setups,
    (setup) =>
      Effect.map(Worker.makeSerialized<WorkerRequest>({ initialMessage: () => setup }), (worker) => ({
        worker,
        bearer: setup.bearer,
        scenarios: setup.scenarios.map(({ name }) => name)
      })),
    { concurrency }
  ).pipe(
    // The platform also logs the error that is reported here.
    Logger.withMinimumLogLevel(LogLevel.Error),
    Effect.catchAllCause((cause) => Effect.dieMessage(`the workers could not start: ${reasonOfDeath(cause)}`))
  )

/** Adds the reports of the workers to the run, and ends it when their sum requires that. */
const makeReceiver = (
  plan: LoadPlan,
  run: RunContext,
  workers: ReadonlyArray<RunningWorker>,
  scenarios: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const probe = yield* GeneratorProbe
    const log = yield* SampleLog
    const { judge, watch } = stopRules(plan, scenarios, recorder)
    const unjudged: Array<ScenarioIterations> = []

    /** Nothing is judged before every worker has reported once, because their first iterations began together. */
    const judgeAll = (): EndReason | undefined => {
      if (!workers.every(({ ended, reported }) => ended || reported)) return undefined
      watch.addAll(unjudged.splice(0))
      return judge()
    }

    return (worker: RunningWorker, report: WorkerReport): Effect.Effect<void> =>
      Effect.gen(function* () {
        const { counted, firstIterations, health, maxUsers, samples, users, warmUp } = report
        recorder.unsafeAdd(counted)
        if (warmUp !== undefined) recorder.warmUp.unsafeAdd(warmUp)
        if (samples !== undefined) log?.add(samples)
        if (health !== undefined) probe.add(worker.index, health)
        worker.running = users
        worker.maxRunning = maxUsers
        if (counted.defects.length > 0) yield* run.end("defect")
        worker.reported = true
        unjudged.push(...firstIterations)
        const reason = judgeAll()
        if (reason !== undefined) yield* run.end(reason)
      })
  })

/** Follows the events of a worker to its end; its death is a defect of the run. */
const makeFollow = (
  plan: LoadPlan,
  run: RunContext,
  workers: ReadonlyArray<RunningWorker>,
  onEvent: (worker: RunningWorker, event: WorkerEvent) => Effect.Effect<void>
) =>
  Effect.map(Recorder, (recorder) => {
    const recordDeath = (worker: RunningWorker, cause: Cause.Cause<unknown>) =>
      Effect.suspend(() => {
        const message =
          `${worker.name} died: ${reasonOfDeath(cause)}; up to ${reportMillis} ms of its requests, ` +
          `those after its last report, are not counted`
        recorder.unsafeRecordDefect(message, Cause.pretty(cause))
        return run.end("defect")
      })
    /** All records had a verdict, or all users have made their passes. */
    const completed = (): EndReason =>
      plan._tag === "Users" && plan.records === recorder.measurements().judgedRecords
        ? "recordCount"
        : "passes"
    const end = (worker: RunningWorker) =>
      Effect.suspend(() => {
        worker.ended = true
        worker.running = 0
        return workers.every(({ ended }) => ended) ? run.end(completed()) : Effect.void
      })
    return (worker: RunningWorker): Effect.Effect<void> =>
      worker.worker.execute(worker.share).pipe(
        Stream.runForEach((event) => onEvent(worker, event)),
        Effect.catchAllCause((cause) => recordDeath(worker, cause)),
        Effect.zipRight(end(worker)),
        Effect.interruptible
      )
  })

/** Records a defect for each worker that has not ended. */
const recordUnstopped = (recorder: Recorder["Type"], workers: ReadonlyArray<RunningWorker>): void => {
  for (const { ended, name } of workers) {
    if (ended) continue
    recorder.unsafeRecordDefect(`${name} did not stop in time; its last requests are not counted`, "")
  }
}

/**
 * The users of a plan, in workers: user `id` runs in worker `id` modulo their number. Everything that the workers count
 * is added to the recorder of the run.
 */
export const usersInWorkers = (
  plan: LoadPlan,
  ready: ReadonlyArray<ReadyWorker>
): StartGenerator<Recorder | Tokens> =>
  Effect.fnUntraced(function* (run) {
    const recorder = yield* Recorder
    const workers = shareOut(plan, run.watch.startedAtMillis, ready)
    const fibers = yield* FiberSet.make<void>()
    const background = yield* makeBackground
    const tokens = yield* makeTokenRelay(workers, background)
    const scenarios = [...new Set(ready.flatMap((each) => each.scenarios))]
    const receive = yield* makeReceiver(plan, run, workers, scenarios)
    const follow = yield* makeFollow(plan, run, workers, (worker, event) =>
      event._tag === "Report"
        ? Effect.zipRight(receive(worker, event), tokens.sendCurrent)
        : Effect.sync(() => background(tokens.renew(worker, event.bearer)))
    )
    for (const worker of workers) yield* FiberSet.run(fibers, follow(worker))

    const sum = (figure: (worker: RunningWorker) => number) =>
      workers.reduce((total, worker) => total + figure(worker), 0)
    return {
      running: () => sum(({ running }) => running),
      maxRunning: () => sum(({ maxRunning }) => maxRunning),
      stop: Effect.gen(function* () {
        for (const worker of workers) send(background, worker, new Stop({ timeIsOver: run.timeIsOver() }))
        const stopped = yield* awaitAtMost(
          FiberSet.awaitEmpty(fibers),
          plan.gracefulStopMillis + stopMarginMillis
        )
        if (Option.isSome(stopped)) return
        recordUnstopped(recorder, workers)
        yield* run.end("defect")
      })
    }
  })
