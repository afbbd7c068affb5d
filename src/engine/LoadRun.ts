/**
 * Runs virtual users: one fiber each, started evenly at the spawn rate, each going through the workloads in turn
 * until the run ends. It knows no HTTP; what was sent it learns from the recorder.
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import { spawnOffsetMillis, type WaitRange, waitMillis } from "../domain/LoadShape.ts"
import type { EndedBy, LoadResult } from "../domain/LoadResult.ts"
import { SampleSink } from "../domain/Sample.ts"
import { Recorder, type Slice } from "../metrics/Recorder.ts"
import type { Workload } from "./Scenario.ts"
import { failureRatioCrossed } from "./StopRule.ts"

export interface LoadPlan {
  /** >= 1 */
  readonly users: number
  /** Users started per second, > 0. */
  readonly spawnPerSecond: number
  /** From the start of the first user; iterations under way then may finish. */
  readonly runMillis: number
  /** How long iterations under way may take once the run has ended, before they are interrupted. */
  readonly gracefulStopMillis: number
  /** Between two iterations of a user. */
  readonly waits: WaitRange
  /** 0 to 1; the run ends when a larger share of its requests has failed. */
  readonly maxFailRatio: number
  /** How often each user goes through all workloads; `Infinity` for as long as the run lasts. */
  readonly passes: number
}

/** A user that waits is woken when the run ends; one that is in an iteration may finish it. */
interface VirtualUser {
  readonly id: number
  waiting: boolean
  fiber?: Fiber.RuntimeFiber<void>
}

const load = Effect.fnUntraced(function* <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  onSlice: (slice: Slice) => Effect.Effect<void>
) {
  const recorder = yield* Recorder
  const clock = yield* Effect.clock
  const startedAtMillis = clock.unsafeCurrentTimeMillis()
  const startedNanos = clock.unsafeCurrentTimeNanos()
  const sinceStartMillis = () => Number(clock.unsafeCurrentTimeNanos() - startedNanos) / 1e6
  const sleepUntil = (millis: number) =>
    Effect.suspend(() => {
      const left = millis - sinceStartMillis()
      return left > 0 ? Effect.sleep(left) : Effect.void
    })

  const ended = yield* Deferred.make<EndedBy>()
  const fibers = yield* FiberSet.make<void>()
  const users: Array<VirtualUser> = []
  const now = { stopping: false, running: 0, mostRunning: 0, defect: false }
  /** From this moment no user begins another iteration; the first reason is the one that is reported. */
  const end = (by: EndedBy) =>
    Effect.suspend(() => {
      now.stopping = true
      return Effect.asVoid(Deferred.succeed(ended, by))
    })

  const userLoop = Effect.fnUntraced(function* (user: VirtualUser) {
    const iterations = plan.passes * workloads.length
    for (let iteration = 0; iteration < iterations && !now.stopping; iteration++) {
      // User 1 begins with the second workload, so that all of them are under load from the start.
      const workload = workloads[(user.id + iteration) % workloads.length] ?? workloads[0]
      yield* Effect.ignore(workload.iteration({ user: user.id, iteration }))
      if (failureRatioCrossed(recorder.total, plan.maxFailRatio)) yield* end("failureRatio")
      const wait = waitMillis(plan.waits, user.id, iteration)
      if (wait > 0 && !now.stopping) {
        user.waiting = true
        yield* Effect.sleep(wait)
        user.waiting = false
      }
    }
  })

  /** A user ends by itself or because the engine interrupts it; everything else is a defect. */
  const endOfUser = (exit: Exit.Exit<void>) =>
    Effect.suspend(() => {
      now.running--
      if (Exit.isFailure(exit) && !(now.stopping && Cause.isInterruptedOnly(exit.cause))) {
        const [message = "an iteration interrupted itself"] = Cause.prettyErrors(exit.cause).map(
          (error) => error.message
        )
        recorder.unsafeRecordDefect(message, Cause.pretty(exit.cause))
        now.defect = true
        return end("defect")
      }
      return users.length === plan.users && now.running === 0 ? end("passes") : Effect.void
    })

  const spawn = Effect.gen(function* () {
    for (let id = 0; id < plan.users; id++) {
      yield* sleepUntil(spawnOffsetMillis(id, plan.spawnPerSecond))
      if (now.stopping) return
      const user: VirtualUser = { id, waiting: false }
      users.push(user)
      now.running++
      now.mostRunning = Math.max(now.mostRunning, now.running)
      user.fiber = yield* userLoop(user).pipe(
        Effect.provideService(SampleSink, recorder),
        Effect.interruptible,
        Effect.onExit(endOfUser),
        FiberSet.run(fibers)
      )
    }
  })

  /** Uninterruptible, so that the slice that is being written when the run ends is written to its end. */
  const endSlice = Effect.suspend(() =>
    onSlice(recorder.unsafeEndSlice(now.running, sinceStartMillis() / 1000))
  ).pipe(
    Effect.catchAllCause((cause) => Effect.logWarning("a slice of the run could not be shown", cause)),
    Effect.uninterruptible
  )
  const ticks = Effect.gen(function* () {
    for (let second = 1; ; second++) {
      yield* sleepUntil(second * 1000)
      yield* endSlice
    }
  })

  const stopGracefully = Effect.gen(function* () {
    now.stopping = true
    for (const { fiber, waiting } of users) {
      if (waiting && fiber !== undefined) yield* Fiber.interruptFork(fiber)
    }
    // In a daemon: an interrupt of this fiber goes to its children at once, even where it has to wait itself.
    const drained = yield* Effect.interruptible(FiberSet.awaitEmpty(fibers)).pipe(
      Effect.timeoutOption(plan.gracefulStopMillis),
      Effect.forkDaemon
    )
    yield* Fiber.await(drained)
    yield* Fiber.interruptAll(fibers)
  })

  const ticking = yield* Effect.forkScoped(Effect.interruptible(ticks))
  yield* Effect.forkScoped(Effect.interruptible(spawn))
  yield* Effect.forkScoped(Effect.interruptible(Effect.zipRight(sleepUntil(plan.runMillis), end("runTime"))))

  const exit = yield* Effect.exit(Effect.interruptible(Deferred.await(ended)))
  const reason = Exit.isSuccess(exit) ? exit.value : "interrupt"
  if (reason === "interrupt") {
    const seconds = plan.gracefulStopMillis / 1000
    yield* Effect.logInfo(`stopping; what is under way may finish within ${seconds} s`)
  }
  yield* stopGracefully
  const elapsedSeconds = sinceStartMillis() / 1000
  yield* Fiber.interrupt(ticking)
  yield* endSlice
  const endedBy: EndedBy = now.defect ? "defect" : reason
  return { startedAtMillis, elapsedSeconds, endedBy, users: now.mostRunning } satisfies LoadResult
})

/**
 * Runs a plan to its end and says how it went; what was measured is in the recorder. It always succeeds: an
 * interrupt ends the load gracefully and is reported as `endedBy: "interrupt"`, a defect of a workload as
 * `"defect"`. Whoever writes files afterwards runs it in an uninterruptible region, so that they are written.
 *
 * @param onSlice sees the run at the end of every second and at its very end
 * @example 10 users at 25 per second for 5 minutes: { users: 10, spawnPerSecond: 25, runMillis: 300_000, ... }
 */
export const run = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  onSlice: (slice: Slice) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<LoadResult, never, R | Recorder> =>
  load(plan, workloads, onSlice).pipe(Effect.scoped, Effect.uninterruptible, Effect.withSpan("LoadRun.run"))
