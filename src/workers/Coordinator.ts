/** The coordinator's side: starts workers, shares the users out, adds up what they count and renews their token. */
import * as Worker from "@effect/platform/Worker"
import { WorkerError } from "@effect/platform/WorkerError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { errorReason } from "../dms/errorReason.ts"
import { Tokens } from "../dms/Tokens.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import { awaitAtMost } from "../engine/awaitAtMost.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import type { ScenarioIterations } from "../engine/RefusalWatch.ts"
import { stopRules } from "../engine/StopRule.ts"
import type { StartGenerator } from "../engine/supervise.ts"
import { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import {
  type WorkerReport,
  reportMillis,
  RunShare,
  type Setup,
  Stop,
  TakeToken,
  type WorkerRequest
} from "./messages.ts"

/** How much longer than its users a worker may take to end. */
const stopPatienceMillis = 5000

/** Why a worker is no more, in a few words. */
const whyOf = (cause: Cause.Cause<unknown>): string => {
  let error = Cause.squash(cause)
  while (error instanceof WorkerError) error = error.cause
  return errorReason(error)
}

interface ReadyWorker {
  readonly worker: Worker.SerializedWorker<WorkerRequest>
  /** The token that it has. */
  readonly bearer: Redacted.Redacted
  /** The names of those that it runs. */
  readonly scenarios: ReadonlyArray<string>
}

/**
 * Workers that have everything they need and wait for their share; they end with the scope. One that cannot start
 * is a defect of ours, or of this machine.
 *
 * @param atOnce how many start at the same time
 */
export const startWorkers = (
  setups: ReadonlyArray<Setup>,
  atOnce: number = setups.length
): Effect.Effect<ReadonlyArray<ReadyWorker>, never, Worker.WorkerManager | Worker.Spawner | Scope.Scope> =>
  Effect.forEach(
    setups,
    (setup) =>
      Effect.map(Worker.makeSerialized<WorkerRequest>({ initialMessage: () => setup }), (worker) => ({
        worker,
        bearer: setup.bearer,
        scenarios: setup.scenarios.map(({ name }) => name)
      })),
    { concurrency: atOnce }
  ).pipe(
    // What the platform warns of is told as a defect of the run.
    Logger.withMinimumLogLevel(LogLevel.Error),
    Effect.catchAllCause((cause) => Effect.dieMessage(`the workers could not start: ${whyOf(cause)}`))
  )

/**
 * The users of a plan, in workers: user `id` in worker `id` modulo their number. What they count goes to the
 * recorder of the run.
 */
export const usersInWorkers = (
  plan: LoadPlan,
  workers: ReadonlyArray<ReadyWorker>
): StartGenerator<Recorder | Tokens> =>
  Effect.fnUntraced(function* (run) {
    const recorder = yield* Recorder
    const probe = yield* GeneratorProbe
    const log = yield* SampleLog
    const scenarios = [...new Set(workers.flatMap((ready) => ready.scenarios))]
    const { judge, watch } = stopRules(plan, scenarios, recorder)
    const unjudged: Array<ScenarioIterations> = []
    const { startedAtMillis } = run.watch
    const tokens = yield* Tokens
    const fibers = yield* FiberSet.make<void>()
    const background = yield* FiberSet.makeRuntime()
    const inBackground = (effect: Effect.Effect<unknown>) => {
      background(Effect.interruptible(effect))
    }
    const crew = workers.map((ready, index) => ({
      ...ready,
      index,
      name: `worker ${index + 1} of ${workers.length}`,
      share: new RunShare({ plan: { ...plan, startedAtMillis, share: { index, of: workers.length } } }),
      running: 0,
      maxRunning: 0,
      heard: false,
      ended: false
    }))
    type Member = (typeof crew)[number]

    const tell = (member: Member, message: Stop | TakeToken) => {
      if (!member.ended) inBackground(Effect.ignore(member.worker.executeEffect(message)))
    }
    const handOn = (member: Member, bearer: Redacted.Redacted) => {
      member.bearer = bearer
      tell(member, new TakeToken({ bearer }))
    }
    /** A token reaches every worker that does not have it yet. */
    const handOnCurrent = Effect.map(tokens.current, (bearer) => {
      for (const member of crew) if (member.bearer !== bearer) handOn(member, bearer)
    })

    /** Nothing is judged before every worker has reported once: the iterations of all of them began at the same time. */
    const judgeAll = (): EndReason | undefined => {
      if (!crew.every(({ ended, heard }) => ended || heard)) return undefined
      watch.addAll(unjudged.splice(0))
      return judge()
    }

    const receive = (member: Member, report: WorkerReport) =>
      Effect.gen(function* () {
        const { counted, firstIterations, health, maxUsers, samples, users } = report
        recorder.unsafeAdd(counted)
        if (samples !== undefined) log?.add(samples)
        if (health !== undefined) probe.add(member.index, health)
        member.running = users
        member.maxRunning = maxUsers
        if (counted.defects.length > 0) yield* run.end("defect")
        member.heard = true
        unjudged.push(...firstIterations)
        const why = judgeAll()
        if (why !== undefined) yield* run.end(why)
        yield* handOnCurrent
      })

    /** One login for all users of all workers: who refuses an old token has the new one on its way. */
    const renew = (member: Member, refused: Redacted.Redacted) =>
      Effect.gen(function* () {
        const { bearer } = member
        if (Redacted.value(bearer) !== Redacted.value(refused)) return
        const renewed = yield* Effect.isSuccess(tokens.renew(bearer))
        if (renewed) yield* handOnCurrent
        else handOn(member, bearer)
      })

    const died = (member: Member, cause: Cause.Cause<unknown>) =>
      Effect.gen(function* () {
        const message =
          `${member.name} died: ${whyOf(cause)}; what it did since its last report, ` +
          `up to ${reportMillis} ms of its requests, is not counted`
        recorder.unsafeRecordDefect(message, Cause.pretty(cause))
        yield* run.end("defect")
      })

    const follow = (member: Member) =>
      member.worker.execute(member.share).pipe(
        Stream.runForEach((event) =>
          event._tag === "Report"
            ? receive(member, event)
            : Effect.sync(() => inBackground(renew(member, event.bearer)))
        ),
        Effect.catchAllCause((cause) => died(member, cause)),
        Effect.zipRight(
          Effect.suspend(() => {
            member.ended = true
            member.running = 0
            return crew.every(({ ended }) => ended) ? run.end("passes") : Effect.void
          })
        ),
        Effect.interruptible
      )
    for (const member of crew) yield* FiberSet.run(fibers, follow(member))

    const sum = (figure: (member: Member) => number) => crew.reduce((all, member) => all + figure(member), 0)
    return {
      running: () => sum(({ running }) => running),
      maxRunning: () => sum(({ maxRunning }) => maxRunning),
      stop: Effect.gen(function* () {
        for (const member of crew) tell(member, new Stop({ timeIsOver: run.timeIsOver() }))
        const all = yield* awaitAtMost(
          FiberSet.awaitEmpty(fibers),
          plan.gracefulStopMillis + stopPatienceMillis
        )
        if (Option.isSome(all)) return
        for (const member of crew.filter(({ ended }) => !ended)) {
          recorder.unsafeRecordDefect(
            `${member.name} did not stop in time; its last requests are not counted`,
            ""
          )
        }
        yield* run.end("defect")
      })
    }
  })
