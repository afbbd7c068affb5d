/** Fibers in which virtual users are at work: how many there are, what their ends mean, and how they are stopped. */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import { refusalOf } from "../domain/Refusal.ts"
import type { Sample } from "../domain/Sample.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import { awaitAtMost } from "./awaitAtMost.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import { oneIteration } from "./RefusalWatch.ts"
import type { UserIteration, Workload } from "./Scenario.ts"
import type { StopRules } from "./StopRule.ts"
import type { RunContext } from "./supervise.ts"

/** How many iterations begin before answers get their turn. */
export const maxIterationsInARow = 10

/** Counts every request, and writes it down where that is wanted; a run without that pays nothing for it. */
const sinkOf = (plan: LoadPlan, { watch }: RunContext) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const log = yield* SampleLog
    if (log === undefined) return recorder
    const aheadMillis = watch.startedAtMillis - (plan.startedAtMillis ?? watch.startedAtMillis)
    return {
      unsafeRecord: (sample: Sample): void => {
        recorder.unsafeRecord(sample)
        log.record(sample, aheadMillis + watch.elapsedMillis())
      }
    }
  })

/** Whatever it forks ends with the scope. */
export const makeUserFibers = <W>(
  plan: LoadPlan,
  run: RunContext,
  workloads: Arr.NonEmptyReadonlyArray<Workload<W>>,
  { judge, watch }: StopRules
) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const fibers = yield* FiberSet.make<void>()
    const now = { running: 0, maxRunning: 0 }

    /** A user ends by itself or because the engine interrupts it; everything else is a defect. */
    const judgeEnd = (exit: Exit.Exit<void>) => {
      now.running--
      if (Exit.isSuccess(exit) || (run.stopping() && Cause.isInterruptedOnly(exit.cause))) return Effect.void
      const [message = "an iteration interrupted itself"] = Cause.prettyErrors(exit.cause).map(
        (error) => error.message
      )
      recorder.unsafeRecordDefect(message, Cause.pretty(exit.cause))
      return run.end("defect")
    }

    return {
      /** Where the requests of all users go. */
      sink: yield* sinkOf(plan, run),
      recorder,
      running: () => now.running,
      maxRunning: () => now.maxRunning,

      /**
       * One iteration of the workload whose turn it is. What failed is counted where it was sent; the first iterations
       * of a workload are watched for a refusal that all of them get.
       */
      iterate: (turn: number, at: UserIteration): Effect.Effect<void, never, W> => {
        const workload = workloads[turn % workloads.length] ?? workloads[0]
        const { expectsRefusal, name: scenario } = workload
        const iteration = workload.iteration(at)
        if (!watch.isOpen || !watch.watches(scenario) || expectsRefusal?.(at) === true) {
          return Effect.ignore(iteration)
        }
        return Effect.map(Effect.either(iteration), (ended) => {
          const refusal = Either.isLeft(ended) ? refusalOf(ended.left) : undefined
          watch.add({ scenario, iterations: oneIteration(refusal) })
        })
      },

      /** Why the run has to end before its time; asked after every iteration. */
      whyEnd: judge,

      /** Sets a user to work. @param ended runs at the end, when it is not counted any more */
      fork: <R>(
        work: Effect.Effect<void, never, R>,
        ended: Effect.Effect<void> = Effect.void
      ): Effect.Effect<Fiber.RuntimeFiber<void>, never, R> =>
        Effect.suspend(() => {
          now.running++
          now.maxRunning = Math.max(now.maxRunning, now.running)
          return work.pipe(
            Effect.interruptible,
            Effect.onExit((exit) =>
              Effect.zipRight(
                Effect.suspend(() => judgeEnd(exit)),
                ended
              )
            ),
            FiberSet.run(fibers)
          )
        }),

      /** Waits for something and then for those who are at work, both together no longer than they may take. */
      awaitEnd: (first: Effect.Effect<unknown>): Effect.Effect<void> =>
        Effect.asVoid(
          awaitAtMost(Effect.zipRight(first, FiberSet.awaitEmpty(fibers)), plan.gracefulStopMillis)
        ),

      /** Ends whoever is still at work. */
      interrupt: Effect.suspend(() => Fiber.interruptAll(fibers))
    }
  })

export type UserFibers = Effect.Effect.Success<ReturnType<typeof makeUserFibers>>
