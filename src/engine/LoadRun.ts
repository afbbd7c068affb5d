/**
 * Runs a load plan: takes workloads or a load generator, reports a slice every second and returns how the run ended.
 * The engine knows no HTTP; the recorder counts the requests.
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { LoadResult } from "../domain/LoadResult.ts"
import { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
import { Recorder, type Slice } from "../metrics/Recorder.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import { startLoad } from "./startLoad.ts"
import { type LoadGenerator, type StartGenerator, supervise } from "./supervise.ts"

export type { ArrivalsPlan, LoadPlan, StagedUsersPlan, UsersPlan } from "./LoadPlan.ts"

const sliceMillis = 1000

/** Called with the slice of every second, and at the very end of the run. */
export type OnSlice = (slice: Slice, generator: LoadGenerator) => Effect.Effect<void>

/** `run` for a load generator that fills the recorder, such as users in worker threads. */
export const runGenerator = <R>(
  plan: Pick<LoadPlan, "warmUpMillis" | "runMillis" | "gracefulStopMillis">,
  start: StartGenerator<R>,
  onSlice: OnSlice = () => Effect.void
): Effect.Effect<LoadResult, never, R | Recorder> =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    const probe = yield* GeneratorProbe
    probe.take() // Discards the time before the load.
    return yield* supervise(plan, start, {
      everyMillis: sliceMillis,
      // A run keeps its counts even if the generator's health cannot be read or a slice cannot be shown.
      look: (generator, elapsedSeconds, inWarmUp) =>
        Effect.sync(() => probe.take()).pipe(
          Effect.catchAllCause((cause) =>
            Effect.as(
              Effect.logWarning("the health of the load generator could not be read", cause),
              undefined
            )
          ),
          Effect.flatMap((health) => {
            const slice = recorder.unsafeEndSlice(generator.running(), elapsedSeconds, health, inWarmUp)
            return Effect.catchAllCause(onSlice(slice, generator), (cause) =>
              Effect.logWarning("a slice of the run could not be shown", cause)
            )
          })
        )
    })
  }).pipe(Effect.uninterruptible, Effect.withSpan("LoadRun.run"))

/**
 * Runs a plan to its end and returns how it ended; the recorder has the measurements. It always succeeds: an interrupt
 * stops the load gracefully and gives `endedBy: "interrupt"`, a defect of a workload gives `"defect"`. A caller that
 * writes files afterwards runs it in an uninterruptible region, so that an interrupt does not skip them.
 *
 * @example 10 users at 25 per second for 5 minutes: { _tag: "Users", users: 10, spawnPerSecond: 25, runMillis: 300_000, ... }
 */
export const run = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  onSlice: OnSlice = () => Effect.void
): Effect.Effect<LoadResult, never, R | Recorder> => runGenerator(plan, startLoad(plan, workloads), onSlice)
