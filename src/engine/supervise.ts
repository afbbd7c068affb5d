/** Runs and observes a load generator, from the start of its users to its end. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { AgentsOfRun } from "../domain/AgentsOfRun.ts"
import type { EndReason, LoadResult } from "../domain/LoadResult.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import { isTimeOver, nextState, type RunEvent, type RunState, running } from "./RunState.ts"
import { startStopwatch, type Stopwatch } from "./Stopwatch.ts"

/** The run as its load generator sees it. */
export interface RunContext {
  readonly watch: Stopwatch
  /**
   * Whether a request that was sent, or in the open model due, at this time belongs to the warm-up; all do in a run that
   * is stopped before the warm-up has ended.
   */
  readonly isWarmUp: (millis: number) => boolean
  /** From the moment it returns true, no user begins another iteration. */
  readonly stopping: () => boolean
  /** Whether the run is stopping only because its time is over: arrivals that were due by then may still begin. */
  readonly timeIsOver: () => boolean
  /** Ends the run. The first reason is reported, unless a defect follows. */
  readonly end: (reason: EndReason) => Effect.Effect<void>
}

/** The users of a run: fibers of this thread, or of worker threads. */
export interface LoadGenerator {
  /** The number of users that are running now. */
  readonly running: () => number
  /** The maximum number of users that were running at the same time. */
  readonly maxRunning: () => number
  /** Lets users finish their iterations, within `gracefulStopMillis`. */
  readonly stop: Effect.Effect<void>
  /**
   * Start of its users minus the start of the whole load, of its latest thread, in milliseconds; `undefined` until all
   * have reported it. Only of users in other threads.
   */
  readonly startSkewMillis?: () => number | undefined
  /** The agents that run its users; only of users on agents. */
  readonly agents?: () => AgentsOfRun
}

/** Starts the users; every fiber that it forks ends with the scope. */
export type StartGenerator<R> = (run: RunContext) => Effect.Effect<LoadGenerator, never, R | Scope.Scope>

/** The same load generator, whose run also ends when the signal completes. */
export const endedFrom =
  (signal: Effect.Effect<EndReason>) =>
  <R>(start: StartGenerator<R>): StartGenerator<R> =>
  (run) =>
    Effect.zipRight(Effect.forkScoped(Effect.interruptible(Effect.flatMap(signal, run.end))), start(run))

/**
 * Called at regular intervals from the start of the load, at the end of the warm-up, and once more at its very end. If a
 * call dies, the run stops and dies of the same cause, because the data that the call was to collect may be lost.
 */
export interface Observer {
  readonly everyMillis: number
  /**
   * @param inWarmUp whether the time since the last call belongs to the warm-up
   * @param elapsedSeconds of the run; in the warm-up, of the warm-up
   */
  readonly look: (generator: LoadGenerator, elapsedSeconds: number, inWarmUp: boolean) => Effect.Effect<void>
}

/** The state of a run, which changes with events, and its first change. */
const makeRunState = ({ elapsedMillis }: Stopwatch) =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<void>()
    let state: RunState = running
    let stoppedInWarmUp = false
    return {
      current: (): RunState => state,
      /** Whether the first change came before the end of the warm-up. */
      stoppedInWarmUp: (): boolean => stoppedInWarmUp,
      /** Completes when the run has to stop. */
      awaitEnd: Deferred.await(ended),
      apply: (event: RunEvent): Effect.Effect<void> =>
        Effect.suspend(() => {
          stoppedInWarmUp ||= elapsedMillis() < 0
          state = nextState(state, event)
          return Effect.asVoid(Deferred.succeed(ended, undefined))
        })
    }
  })

/** Forks `task` into the scope, which interrupts it. */
const inBackground = <R>(task: Effect.Effect<unknown, never, R>) =>
  Effect.forkScoped(Effect.interruptible(task))

const endingOf = (reason: EndReason): Pick<LoadResult, "endedBy" | "refusal"> =>
  typeof reason === "string" ? { endedBy: reason } : { endedBy: "refused", refusal: reason }

/**
 * Runs a load generator until the time is over, the generator ends the run, or the fiber is interrupted. It dies only
 * if the observer dies.
 *
 * @param plan its duration, and that of its warm-up and its end
 */
export const supervise = <R>(
  plan: Pick<LoadPlan, "warmUpMillis" | "runMillis" | "gracefulStopMillis">,
  start: StartGenerator<R>,
  observer: Observer
): Effect.Effect<LoadResult, never, R> =>
  Effect.gen(function* () {
    const { warmUpMillis = 0 } = plan
    const watch = yield* startStopwatch(warmUpMillis)
    const { apply, awaitEnd, current, stoppedInWarmUp } = yield* makeRunState(watch)
    const end = (reason: EndReason) => apply({ _tag: "Ended", reason })
    const generator = yield* start({
      watch,
      isWarmUp: (millis) => millis < 0 || stoppedInWarmUp(),
      stopping: () => current()._tag !== "Running",
      timeIsOver: () => isTimeOver(current()),
      end
    })

    let inWarmUp = warmUpMillis > 0
    const secondsSince = (millis: number) => (watch.elapsedMillis() - millis) / 1000
    /** Uninterruptible, so that an observation in progress at the end of the run is completed. */
    const look = Effect.suspend(() =>
      observer.look(generator, secondsSince(inWarmUp ? -warmUpMillis : 0), inWarmUp)
    ).pipe(
      Effect.catchAllCause((cause) => apply({ _tag: "ObserverDied", cause })),
      Effect.uninterruptible
    )
    /** The last one of the warm-up ends it, also if the run ends during that look. */
    const lookAt = (nth: number) =>
      Effect.uninterruptible(
        Effect.zipLeft(
          look,
          Effect.sync(() => {
            inWarmUp = nth < 0 || stoppedInWarmUp()
          })
        )
      )
    const looking = yield* inBackground(
      Effect.gen(function* () {
        for (let nth = Math.floor(-warmUpMillis / observer.everyMillis) + 1; ; nth++) {
          yield* watch.sleepUntil(nth * observer.everyMillis)
          yield* lookAt(nth)
        }
      })
    )
    yield* inBackground(Effect.zipRight(watch.sleepUntil(plan.runMillis), end("runTime")))

    if (Exit.isFailure(yield* Effect.exit(Effect.interruptible(awaitEnd)))) {
      yield* apply({ _tag: "Interrupted" })
      const seconds = plan.gracefulStopMillis / 1000
      yield* Effect.logInfo(`stopping; iterations in flight may finish within ${seconds} s`)
    }
    yield* generator.stop
    const elapsedSeconds = stoppedInWarmUp() ? 0 : secondsSince(0)
    const warmUpSeconds = stoppedInWarmUp() ? secondsSince(-warmUpMillis) : warmUpMillis / 1000
    yield* Fiber.interrupt(looking)
    yield* look
    const state = current()
    if (state._tag === "ObserverDied") return yield* Effect.failCause(state.cause)
    return {
      startedAtMillis: watch.startedAtMillis,
      elapsedSeconds,
      ...(warmUpMillis > 0 ? { warmUpSeconds } : {}),
      ...endingOf(state._tag === "Stopping" ? state.reason : "defect"),
      users: generator.maxRunning()
    }
  }).pipe(Effect.scoped, Effect.uninterruptible)
