/** A run as its charts over time draw it: its warm-up before 0. */
import type { RunState } from "../result/Summary.ts"
import { beforeRun, leadSeconds } from "../result/WarmUp.ts"
import { mergeShortPoints, type TimedRun } from "./chartData.ts"
import { addChartPoints } from "./chartSpecs.ts"

export const timedRun = ({ timeline, warmUp }: Pick<RunState, "timeline" | "warmUp">): TimedRun => {
  const run: TimedRun = mergeShortPoints({ name: "run", timeline }, addChartPoints)
  if (warmUp === null) return run
  const before: TimedRun = mergeShortPoints({ name: "warm-up", timeline: beforeRun(warmUp) }, addChartPoints)
  return {
    ...run,
    timeline: [...before.timeline, ...run.timeline],
    warmUpSeconds: leadSeconds(warmUp)
  }
}
