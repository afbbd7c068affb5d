/** The users of a plan in this thread, whichever model it has. */
import type * as Arr from "effect/Array"
import type { Recorder } from "../metrics/Recorder.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import { startArrivals } from "./startArrivals.ts"
import { startUsers } from "./startUsers.ts"
import type { StopRules } from "./StopRule.ts"
import type { StartCrew } from "./supervise.ts"

/** @param rules those of a share, which does not judge itself; those of a whole run when left out */
export const startLoad = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>,
  rules?: StopRules
): StartCrew<R | Recorder> =>
  plan._tag === "Arrivals" ? startArrivals(plan, workloads, rules) : startUsers(plan, workloads, rules)
