/** Fibers in which virtual users are at work: how many there are, what their ends mean, and how they are stopped. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import type { Sample } from "../domain/Sample.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import { awaitAtMost } from "./awaitAtMost.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import { failureRatioCrossed } from "./StopRule.ts"
import type { RunUnderWay } from "./supervise.ts"

/** How many iterations begin before answers get their turn. */
export const mostIterationsInARow = 10

/** Counts every request, and writes it down where that is wanted; a run without that pays nothing for it. */
const sinkOf = (plan: LoadPlan, { watch }: RunUnderWay) =>
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
export const makeUserFibers = (plan: LoadPlan, run: RunUnderWay) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const fibers = yield* FiberSet.make<void>()
    const now = { running: 0, mostRunning: 0 }

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
      mostRunning: () => now.mostRunning,

      /** Whether so many requests have failed that the run has to end; asked after every iteration. */
      tooManyFailed: (): boolean => failureRatioCrossed(recorder.total, plan.maxFailRatio),

      /** Sets a user to work. @param ended runs at the end, when it is not counted any more */
      fork: <R>(
        work: Effect.Effect<void, never, R>,
        ended: Effect.Effect<void> = Effect.void
      ): Effect.Effect<Fiber.RuntimeFiber<void>, never, R> =>
        Effect.suspend(() => {
          now.running++
          now.mostRunning = Math.max(now.mostRunning, now.running)
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
