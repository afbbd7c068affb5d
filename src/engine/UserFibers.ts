/** The fibers of virtual users: their number, their ends and how they are stopped. */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import { hadVerdict } from "../domain/BatchError.ts"
import type { EndReason } from "../domain/LoadResult.ts"
import { refusalOf } from "../domain/Refusal.ts"
import type { Sample, SampleSink } from "../domain/Sample.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import { awaitAtMost } from "./awaitAtMost.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import { oneIteration, type RefusalWatch } from "./RefusalWatch.ts"
import type { UserIteration, Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { RunContext } from "./supervise.ts"

/** How many iterations begin before responses are read. */
export const maxIterationsInARow = 10

/** @typeParam W the services that an iteration needs */
export interface UserFibers<W> {
  /** Receives the requests of all users. */
  readonly sink: SampleSink["Type"]
  readonly recorder: Recorder["Type"]
  /** The number of users that are running now. */
  readonly running: () => number
  /** The maximum number of users that were running at the same time. */
  readonly maxRunning: () => number
  /**
   * Runs one iteration of the workload of this turn. Its failure is ignored, because the client that sent the request has
   * counted it; the first iterations of a workload are watched for a common refusal.
   *
   * @returns whether the iteration had a verdict of the server: it succeeded, was rolled back or was refused
   */
  readonly iterate: (turn: number, at: UserIteration) => Effect.Effect<boolean, never, W>
  /** Why the run has to end early; called after every iteration. */
  readonly endReason: () => EndReason | undefined
  /** Starts a user. @param ended runs when the user has ended and is no longer counted */
  readonly fork: <R>(
    user: Effect.Effect<void, never, R>,
    ended?: Effect.Effect<void>
  ) => Effect.Effect<Fiber.RuntimeFiber<void>, never, R>
  /** Waits for `first` and then for all users, but no longer than `gracefulStopMillis` in total. */
  readonly awaitEnd: (first: Effect.Effect<unknown>) => Effect.Effect<void>
  /** Interrupts all users that still run. */
  readonly interrupt: Effect.Effect<void>
}

/**
 * Counts every request, and logs it, unless it is of the warm-up, where the program provides a log; without one, a request
 * costs nothing more.
 */
const makeSink = (plan: LoadPlan, { watch }: RunContext) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const log = yield* SampleLog
    if (log === undefined) return recorder
    const aheadMillis = watch.startedAtMillis - (plan.startedAtMillis ?? watch.startedAtMillis)
    return {
      unsafeRecord: (sample: Sample): void => {
        recorder.unsafeRecord(sample)
        if (sample.inWarmUp !== true) log.record(sample, aheadMillis + watch.elapsedMillis())
      }
    }
  })

/** The workload with the number `turn` modulo their number. */
export const workloadAt = <W>(workloads: Arr.NonEmptyReadonlyArray<Workload<W>>, turn: number): Workload<W> =>
  workloads[turn % workloads.length] ?? workloads[0]

const verdictOf = { onSuccess: () => true, onFailure: hadVerdict }

const makeIterate =
  <W>(workloads: Arr.NonEmptyReadonlyArray<Workload<W>>, watch: RefusalWatch): UserFibers<W>["iterate"] =>
  (turn, at) => {
    const workload = workloadAt(workloads, turn)
    const { expectsRefusal, name: scenario } = workload
    const iteration = workload.iteration(at)
    if (!watch.isOpen || !watch.watches(scenario) || expectsRefusal?.(at) === true) {
      return Effect.match(iteration, verdictOf)
    }
    return Effect.map(Effect.either(iteration), (ended) => {
      const refusal = Either.isLeft(ended) ? refusalOf(ended.left) : undefined
      watch.add({ scenario, iterations: oneIteration(refusal) })
      return Either.match(ended, { onRight: verdictOf.onSuccess, onLeft: verdictOf.onFailure })
    })
  }

/** Records the defect of a user and ends the run; a user that succeeds, or that the engine interrupts, has none. */
const makeJudgeExit = (run: RunContext, recorder: Recorder["Type"]) => (exit: Exit.Exit<void>) => {
  if (Exit.isSuccess(exit) || (run.stopping() && Cause.isInterruptedOnly(exit.cause))) return Effect.void
  const [message = "an iteration interrupted itself"] = Cause.prettyErrors(exit.cause).map(
    (error) => error.message
  )
  recorder.unsafeRecordDefect(message, Cause.pretty(exit.cause))
  return run.end("defect")
}

/** Every fiber that it forks ends with the scope. */
export const makeUserFibers = <W>(
  plan: LoadPlan,
  run: RunContext,
  workloads: Arr.NonEmptyReadonlyArray<Workload<W>>,
  { judge, watch }: StopRules
): Effect.Effect<UserFibers<W>, never, Recorder | Scope.Scope> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const fibers = yield* FiberSet.make<void>()
    const judgeExit = makeJudgeExit(run, recorder)
    let running = 0
    let maxRunning = 0
    return {
      sink: yield* makeSink(plan, run),
      recorder,
      running: () => running,
      maxRunning: () => maxRunning,
      iterate: makeIterate(workloads, watch),
      endReason: judge,
      fork: (user, ended = Effect.void) =>
        Effect.suspend(() => {
          running++
          maxRunning = Math.max(maxRunning, running)
          const onExit = (exit: Exit.Exit<void>) =>
            Effect.suspend(() => {
              running--
              return Effect.zipRight(judgeExit(exit), ended)
            })
          return user.pipe(Effect.interruptible, Effect.onExit(onExit), FiberSet.run(fibers))
        }),
      awaitEnd: (first) =>
        Effect.asVoid(
          awaitAtMost(Effect.zipRight(first, FiberSet.awaitEmpty(fibers)), plan.gracefulStopMillis)
        ),
      interrupt: Effect.suspend(() => Fiber.interruptAll(fibers))
    }
  })
