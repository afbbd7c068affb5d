/** Virtual users of this thread: one fiber each, started evenly at the spawn rate. */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import { spawnOffsetMillis, waitMillis } from "../domain/LoadShape.ts"
import { type Sample, SampleSink } from "../domain/Sample.ts"
import { Recorder } from "../metrics/Recorder.ts"
import { SampleLog } from "../metrics/SampleLog.ts"
import { awaitAtMost } from "./awaitAtMost.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import { failureRatioCrossed } from "./StopRule.ts"
import type { RunUnderWay, StartCrew } from "./supervise.ts"
import { Turns } from "./Turns.ts"

/** A user that waits is woken when the run ends; one that is in an iteration may finish it. */
interface VirtualUser {
  readonly id: number
  /** When its next iteration is due, in milliseconds after the start of the run. */
  dueMillis: number
  waiting: boolean
  fiber?: Fiber.RuntimeFiber<void>
}

/** How many iterations begin, and how many users are started, before answers get their turn. */
const mostIterationsInARow = 10
const mostStartsInARow = 100

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

/** Ids and start times are those of the whole run, so that its shares together are that run. */
export const startUsers = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>
): StartCrew<R | Recorder> =>
  Effect.fnUntraced(function* (run) {
    const recorder = yield* Recorder
    const fibers = yield* FiberSet.make<void>()
    const users: Array<VirtualUser> = []
    const iterationTurns = new Turns(mostIterationsInARow)
    const startTurns = new Turns(mostStartsInARow)
    const now = { running: 0, mostRunning: 0, allStarted: false }

    const recordStart = ({ dueMillis }: VirtualUser) => {
      recorder.unsafeRecordStart(run.watch.elapsedMillis() - dueMillis)
    }

    const userLoop = Effect.fnUntraced(function* (user: VirtualUser) {
      const iterations = plan.passes * workloads.length
      yield* iterationTurns.take
      let timed = true
      for (let iteration = 0; iteration < iterations && !run.stopping(); iteration++) {
        if (timed) recordStart(user)
        // User 1 begins with the second workload, so that all of them are under load from the start.
        const workload = workloads[(user.id + iteration) % workloads.length] ?? workloads[0]
        yield* Effect.ignore(workload.iteration({ user: user.id, iteration }))
        if (failureRatioCrossed(recorder.total, plan.maxFailRatio)) yield* run.end("failureRatio")
        const wait = waitMillis(plan.waits, user.id, iteration)
        timed = wait > 0
        if (timed && !run.stopping()) {
          user.waiting = true
          user.dueMillis = run.watch.elapsedMillis() + wait
          yield* Effect.sleep(wait)
          yield* iterationTurns.take
          user.waiting = false
        }
      }
    })

    /** A user ends by itself or because the engine interrupts it; everything else is a defect. */
    const endOfUser = (exit: Exit.Exit<void>) =>
      Effect.suspend(() => {
        now.running--
        if (Exit.isFailure(exit) && !(run.stopping() && Cause.isInterruptedOnly(exit.cause))) {
          const [message = "an iteration interrupted itself"] = Cause.prettyErrors(exit.cause).map(
            (error) => error.message
          )
          recorder.unsafeRecordDefect(message, Cause.pretty(exit.cause))
          return run.end("defect")
        }
        return now.allStarted && now.running === 0 ? run.end("passes") : Effect.void
      })

    const { index, of } = plan.share ?? { index: 0, of: 1 }
    const spawn = Effect.gen(function* () {
      if (index >= plan.users) return yield* run.end("passes")
      for (let id = index; id < plan.users; id += of) {
        const dueMillis = spawnOffsetMillis(id, plan.spawnPerSecond)
        yield* run.watch.sleepUntil(dueMillis)
        yield* startTurns.take
        if (run.stopping()) return
        const user: VirtualUser = { id, dueMillis, waiting: false }
        users.push(user)
        now.allStarted = id + of >= plan.users
        now.running++
        now.mostRunning = Math.max(now.mostRunning, now.running)
        user.fiber = yield* userLoop(user).pipe(
          Effect.interruptible,
          Effect.onExit(endOfUser),
          FiberSet.run(fibers)
        )
      }
    })
    // Users inherit it: provided to each, it would cost every one of them 3 KiB.
    yield* spawn.pipe(
      Effect.provideService(SampleSink, yield* sinkOf(plan, run)),
      Effect.interruptible,
      Effect.forkScoped
    )

    return {
      running: () => now.running,
      mostRunning: () => now.mostRunning,
      stop: Effect.gen(function* () {
        for (const { fiber, waiting } of users) {
          if (waiting && fiber !== undefined) yield* Fiber.interruptFork(fiber)
        }
        yield* awaitAtMost(FiberSet.awaitEmpty(fibers), plan.gracefulStopMillis)
        yield* Fiber.interruptAll(fibers)
      })
    }
  })
