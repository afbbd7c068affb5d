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
import { type StopRules, stopRules } from "../engine/StopRule.ts"
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
import {
  groupOfThreads,
  makeBackground,
  type RunningWorker,
  send,
  shareOut,
  type StartInstant,
  type WorkerGroup,
  WorkerLost
} from "./RunningWorker.ts"
import { makeTokenRelay } from "./TokenRelay.ts"

/** The error that ended a worker, without the wrappers of the platform. */
const reasonOfDeath = (cause: Cause.Cause<unknown>): string => {
  let error = Cause.squash(cause)
  while (error instanceof WorkerError) error = error.cause
  return errorReason(error)
}

/**
 * Starts worker threads, which end with the scope. A worker that cannot start is a defect of this program or of the machine.
 *
 * @param concurrency maximum number of workers that start at the same time
 * @param of the agent whose threads they are; `undefined` in the coordinator
 */
export const startWorkers = (
  setups: ReadonlyArray<Setup>,
  concurrency: number = setups.length,
  of?: string
): Effect.Effect<WorkerGroup, never, Worker.WorkerManager | Worker.Spawner | Scope.Scope> =>
  Effect.forEach(
    setups,
    (setup) =>
      Effect.map(
        Worker.makeSerialized<WorkerRequest>({ initialMessage: () => setup }),
        (thread) => [thread, setup] as const
      ),
    { concurrency }
  ).pipe(
    Effect.map((threads) => groupOfThreads(threads, of)),
    // The platform also logs the error that is reported here.
    Logger.withMinimumLogLevel(LogLevel.Error),
    Effect.catchAllCause((cause) => Effect.dieMessage(`the workers could not start: ${reasonOfDeath(cause)}`))
  )

/** Adds the reports of the workers to the run, and ends it when their sum requires that. */
const makeReceiver = (run: RunContext, workers: ReadonlyArray<RunningWorker>, { judge, watch }: StopRules) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const probe = yield* GeneratorProbe
    const log = yield* SampleLog
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
        worker.startSkewMillis = report.startSkewMillis
        if (counted.defects.length > 0) yield* run.end("defect")
        worker.reported = true
        unjudged.push(...firstIterations)
        const reason = judgeAll()
        if (reason !== undefined) yield* run.end(reason)
      })
  })

/** How much earlier than the clock of the run the time may end by those of agents. */
const clockMarginMillis = 1000

/** Follows the events of a worker to its end; its death is a defect of the run, its loss is not. */
const makeFollow = (
  plan: LoadPlan,
  run: RunContext,
  workers: ReadonlyArray<RunningWorker>,
  haveClocks: boolean,
  onEvent: (worker: RunningWorker, event: WorkerEvent) => Effect.Effect<void>
) =>
  Effect.map(Recorder, (recorder) => {
    let isAnyLost = false
    const recordDeath = (worker: RunningWorker, cause: Cause.Cause<unknown>) =>
      Effect.suspend(() => {
        const message =
          `${worker.name} died: ${reasonOfDeath(cause)}; up to ${reportMillis} ms of its requests, ` +
          `those after its last report, are not counted`
        recorder.unsafeRecordDefect(message, Cause.pretty(cause))
        return run.end("defect")
      })
    const isTimeOver = () => haveClocks && run.watch.elapsedMillis() >= plan.runMillis - clockMarginMillis
    /**
     * All records had a verdict, the time of the agents is over, or all users have made their passes; those of a lost
     * worker have not.
     */
    const completed = (): EndReason => {
      if (plan._tag === "Users" && plan.records === recorder.measurements().judgedRecords)
        return "recordCount"
      if (isTimeOver()) return "runTime"
      return isAnyLost ? "agentLost" : "passes"
    }
    const recordLoss = ({ endReason }: WorkerLost) =>
      Effect.suspend(() => {
        isAnyLost = true
        return endReason === undefined ? Effect.void : run.end(endReason)
      })
    const end = (worker: RunningWorker) =>
      Effect.suspend(() => {
        worker.ended = true
        worker.running = 0
        return workers.every(({ ended }) => ended) ? run.end(completed()) : Effect.void
      })
    return (worker: RunningWorker): Effect.Effect<void> =>
      worker.worker.run(worker.share).pipe(
        Stream.runForEach((event) => onEvent(worker, event)),
        Effect.catchIf((error) => error instanceof WorkerLost, recordLoss),
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

/** The largest of the workers that started; `undefined` until each of them has reported its own. */
const startSkewOf = (workers: ReadonlyArray<RunningWorker>): number | undefined => {
  const skews = workers.flatMap(({ startSkewMillis }) => startSkewMillis ?? [])
  return skews.length === workers.length && skews.length > 0 ? Math.max(...skews) : undefined
}

/**
 * The start of the load: that of the plan if it has one, now, or the instant on which the workers agree, at which the clock
 * of the run starts.
 */
const startOf = (
  plan: LoadPlan,
  { agreeOnStart }: WorkerGroup,
  { watch }: RunContext
): Effect.Effect<StartInstant> =>
  agreeOnStart === undefined
    ? Effect.succeed({ startedAtMillis: plan.startedAtMillis ?? watch.startedAtMillis, reached: Effect.void })
    : Effect.map(agreeOnStart, ({ reached, startedAtMillis }) => ({
        startedAtMillis,
        reached: Effect.zipRight(reached, Effect.sync(watch.restart))
      }))

/**
 * The users of a plan, in workers: user `id` runs in share `id` modulo the number of shares. Everything that the workers
 * count is added to the recorder of the run.
 *
 * @param rulesOf makes the stop rules. Default: those of a whole run
 */
export const usersInWorkers = (
  plan: LoadPlan,
  group: WorkerGroup,
  rulesOf: typeof stopRules = stopRules
): StartGenerator<Recorder | Tokens> =>
  Effect.fnUntraced(function* (run) {
    const recorder = yield* Recorder
    const start = yield* startOf(plan, group, run)
    const workers = shareOut(plan, start.startedAtMillis, group.workers)
    const fibers = yield* FiberSet.make<void>()
    const background = yield* makeBackground
    const tokens = yield* makeTokenRelay(workers, background)
    const scenarios = [...new Set(group.workers.flatMap((each) => each.scenarios))]
    const receive = yield* makeReceiver(run, workers, rulesOf(plan, scenarios, recorder))
    const haveClocks = group.agents !== undefined
    const follow = yield* makeFollow(plan, run, workers, haveClocks, (worker, event) =>
      event._tag === "Report"
        ? Effect.zipRight(receive(worker, event), tokens.sendCurrent)
        : Effect.sync(() => background(tokens.renew(worker, event.bearer)))
    )
    for (const worker of workers) yield* FiberSet.run(fibers, follow(worker))
    yield* start.reached

    const sum = (figure: (worker: RunningWorker) => number) =>
      workers.reduce((total, worker) => total + figure(worker), 0)
    return {
      running: () => sum(({ running }) => running),
      maxRunning: () => sum(({ maxRunning }) => maxRunning),
      startSkewMillis: () => startSkewOf(workers),
      ...(group.agents === undefined ? {} : { agents: group.agents }),
      stop: Effect.gen(function* () {
        for (const worker of workers) send(background, worker, new Stop({ timeIsOver: run.timeIsOver() }))
        const stopped = yield* awaitAtMost(
          FiberSet.awaitEmpty(fibers),
          plan.gracefulStopMillis + group.stopMarginMillis
        )
        if (Option.isSome(stopped)) return
        recordUnstopped(recorder, workers)
        yield* run.end("defect")
      })
    }
  })
