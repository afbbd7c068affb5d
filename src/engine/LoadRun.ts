/**
 * A run as its callers see it: a plan and workloads or a crew in, how it went out, and a look at it every second. It
 * knows no HTTP; what was sent it learns from the recorder.
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { LoadResult } from "../domain/LoadResult.ts"
import { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
import { Recorder, type Slice } from "../metrics/Recorder.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import { startLoad } from "./startLoad.ts"
import { type StartGenerator, supervise } from "./supervise.ts"

export type { ArrivalsPlan, LoadPlan, StagedUsersPlan, UsersPlan } from "./LoadPlan.ts"

const sliceMillis = 1000

/**
 * Sees the run at the end of every second and at its very end.
 *
 * @param maxUsers the most that ran at the same time so far, also between two looks
 */
export type OnSlice = (slice: Slice, maxUsers: number) => Effect.Effect<void>

/** `run` for users who are elsewhere: a crew that fills the recorder. */
export const runGenerator = <R>(
  plan: Pick<LoadPlan, "runMillis" | "gracefulStopMillis">,
  crew: StartGenerator<R>,
  onSlice: OnSlice = () => Effect.void
): Effect.Effect<LoadResult, never, R | Recorder> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const probe = yield* GeneratorProbe
    probe.take() // What was before the run is not of it.
    return yield* supervise(plan, crew, {
      everyMillis: sliceMillis,
      // What was counted is kept even if the generator's health cannot be read or the slice cannot be shown.
      look: ({ maxRunning, running }, elapsedSeconds) =>
        Effect.sync(() => probe.take()).pipe(
          Effect.catchAllCause((cause) =>
            Effect.as(
              Effect.logWarning("the health of the load generator could not be read", cause),
              undefined
            )
          ),
          Effect.flatMap((health) => {
            const slice = recorder.unsafeEndSlice(running(), elapsedSeconds, health)
            return Effect.catchAllCause(onSlice(slice, maxRunning()), (cause) =>
              Effect.logWarning("a slice of the run could not be shown", cause)
            )
          })
        )
    })
  }).pipe(Effect.uninterruptible, Effect.withSpan("LoadRun.run"))

/**
 * Runs a plan to its end and says how it went; what was measured is in the recorder. It always succeeds: an
 * interrupt ends the load gracefully and is reported as `endedBy: "interrupt"`, a defect of a workload as
 * `"defect"`. Whoever writes files afterwards runs it in an uninterruptible region, so that they are written.
 *
 * @example 10 users at 25 per second for 5 minutes: { _tag: "Users", users: 10, spawnPerSecond: 25, runMillis: 300_000, ... }
 */
export const run = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  onSlice: OnSlice = () => Effect.void
): Effect.Effect<LoadResult, never, R | Recorder> => runGenerator(plan, startLoad(plan, workloads), onSlice)
