/** The users of a plan as fibers of this thread, in either model. */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { Recorder } from "../metrics/Recorder.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import { startArrivals } from "./startArrivals.ts"
import { startUsers } from "./startUsers.ts"
import { type StopRules, stopRules } from "./StopRule.ts"
import type { StartGenerator } from "./supervise.ts"

/** Starts the users with the stop rules of a whole run or of a share. */
export const startLoadWith = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  rules: StopRules
): StartGenerator<R | Recorder> =>
  plan._tag === "Arrivals" ? startArrivals(plan, workloads, rules) : startUsers(plan, workloads, rules)

/** Starts all users of a run. */
export const startLoad =
  <R>(plan: LoadPlan, workloads: Arr.NonEmptyReadonlyArray<Workload<R>>): StartGenerator<R | Recorder> =>
  (run) =>
    Effect.flatMap(Recorder, (recorder) => {
      const names = workloads.map(({ name }) => name)
      return startLoadWith(plan, workloads, stopRules(plan, names, recorder))(run)
    })
