/** The users of a plan in this thread, whichever model it has. */
import type * as Arr from "effect/Array"
import type { Recorder } from "../metrics/Recorder.ts"
import type { LoadPlan } from "./LoadPlan.ts"
import type { Workload } from "./Scenario.ts"
import { startArrivals } from "./startArrivals.ts"
import { startUsers } from "./startUsers.ts"
import type { StartCrew } from "./supervise.ts"

export const startLoad = <R>(
  plan: LoadPlan,
  workloads: Arr.NonEmptyReadonlyArray<Workload<R>>
): StartCrew<R | Recorder> =>
  plan._tag === "Arrivals" ? startArrivals(plan, workloads) : startUsers(plan, workloads)
