/** From the start of a run to its end: what ends it, who looks at it meanwhile, and how it stops. */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { EndReason, LoadResult } from "../domain/LoadResult.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import { startStopwatch, type Stopwatch } from "./Stopwatch.ts"

/** What a crew knows of the run that it works for. */
export interface RunContext {
  readonly watch: Stopwatch
  /** From the moment in which it is true, no user begins another iteration. */
  readonly stopping: () => boolean
  /** Whether it is stopping because its time is over, and nothing else ended it: what was due by then may still begin. */
  readonly timeIsOver: () => boolean
  /** Ends the run; the first reason is the one that is reported, but a defect is told whenever it comes to light. */
  readonly end: (by: EndReason) => Effect.Effect<void>
}

/** The users of a run, wherever they are: fibers of this thread, or of others. */
export interface LoadGenerator {
  readonly running: () => number
  /** The most that ran at the same time. */
  readonly maxRunning: () => number
  /** Lets users finish what they are at, within `gracefulStopMillis`. */
  readonly stop: Effect.Effect<void>
}

/** Starts the users; whatever it forks ends with the scope. */
export type StartGenerator<R> = (run: RunContext) => Effect.Effect<LoadGenerator, never, R | Scope.Scope>

/** The same crew, whose run also ends when somebody else says so; a signal that never comes ends nothing. */
export const endedFrom =
  (signal: Effect.Effect<EndReason>) =>
  <R>(start: StartGenerator<R>): StartGenerator<R> =>
  (run) =>
    Effect.zipRight(Effect.forkScoped(Effect.interruptible(Effect.flatMap(signal, run.end))), start(run))

/**
 * Looks at a run at regular times from its start, and once more at its very end. A look that dies ends the run, which
 * dies of it as soon as it has stopped: what was to be seen may be lost.
 */
export interface Observer {
  readonly everyMillis: number
  readonly look: (crew: LoadGenerator, elapsedSeconds: number) => Effect.Effect<void>
}

const endingOf = (reason: EndReason): Pick<LoadResult, "endedBy" | "refusal"> =>
  typeof reason === "string" ? { endedBy: reason } : { endedBy: "refused", refusal: reason }

/**
 * Runs a crew until the time is over, the crew ends the run or somebody interrupts it; dies only of the observer.
 *
 * @param plan `runMillis` and `gracefulStopMillis`
 */
export const supervise = <R>(
  plan: Pick<LoadPlan, "runMillis" | "gracefulStopMillis">,
  start: StartGenerator<R>,
  observer: Observer
): Effect.Effect<LoadResult, never, R> =>
  Effect.gen(function* () {
    const watch = yield* startStopwatch
    const ended = yield* Deferred.make<EndReason>()
    const now: { stopping: boolean; timeIsOver: boolean; defect: boolean; blind: Cause.Cause<never> } = {
      stopping: false,
      timeIsOver: false,
      defect: false,
      blind: Cause.empty
    }
    const end = (by: EndReason) =>
      Effect.suspend(() => {
        if (!now.stopping) now.timeIsOver = by === "runTime"
        now.stopping = true
        if (by === "defect") now.defect = true
        return Effect.asVoid(Deferred.succeed(ended, by))
      })

    const crew = yield* start({
      watch,
      stopping: () => now.stopping,
      timeIsOver: () => now.timeIsOver && !now.defect,
      end
    })

    /** Uninterruptible, so that what is being written when the run ends is written to its end. */
    const look = Effect.suspend(() => observer.look(crew, watch.elapsedMillis() / 1000)).pipe(
      Effect.catchAllCause((cause) => {
        now.blind = cause
        return end("defect")
      }),
      Effect.uninterruptible
    )
    const looking = yield* Effect.gen(function* () {
      for (let nth = 1; ; nth++) {
        yield* watch.sleepUntil(nth * observer.everyMillis)
        yield* look
      }
    }).pipe(Effect.interruptible, Effect.forkScoped)
    yield* Effect.zipRight(watch.sleepUntil(plan.runMillis), end("runTime")).pipe(
      Effect.interruptible,
      Effect.forkScoped
    )

    const exit = yield* Effect.exit(Effect.interruptible(Deferred.await(ended)))
    const reason = Exit.isSuccess(exit) ? exit.value : "interrupt"
    if (Exit.isFailure(exit)) {
      now.timeIsOver = false
      const seconds = plan.gracefulStopMillis / 1000
      yield* Effect.logInfo(`stopping; what is under way may finish within ${seconds} s`)
    }
    now.stopping = true
    yield* crew.stop
    const elapsedSeconds = watch.elapsedMillis() / 1000
    yield* Fiber.interrupt(looking)
    yield* look
    if (!Cause.isEmpty(now.blind)) return yield* Effect.failCause(now.blind)
    return {
      startedAtMillis: watch.startedAtMillis,
      elapsedSeconds,
      ...endingOf(now.defect ? "defect" : reason),
      users: crew.maxRunning()
    }
  }).pipe(Effect.scoped, Effect.uninterruptible)
