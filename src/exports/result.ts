/** `edfi-perf/result`: the results of runs, studies and comparisons, as data; it also runs in a browser. */
export { EndedBy } from "../domain/LoadResult.ts"
export { Refusal } from "../domain/Refusal.ts"
export { ResourceVerdict } from "../domain/ResourceVerdict.ts"
export { parseThreshold, pointAt, type Threshold } from "../domain/Threshold.ts"
export { Capacity, CapacityJson } from "../result/Capacity.ts"
export { type Caveat, caveatsOf } from "../result/caveats.ts"
export { ComparedRun, Comparison, ComparisonJson } from "../result/Comparison.ts"
export { DatabaseActivity } from "../result/DatabaseActivity.ts"
export { Drift, driftOf, type Series } from "../result/Drift.ts"
export { addActivities } from "../result/databaseSums.ts"
export { Figures } from "../result/Figures.ts"
export { ChangeQuery } from "../result/Findings.ts"
export { FixedWork } from "../result/FixedWork.ts"
export { Limit } from "../result/Limit.ts"
export { Manifest } from "../result/Manifest.ts"
export type { MeasuredRun } from "../result/MeasuredRun.ts"
export { type MetricPoint, metricPoints } from "../result/metricPoints.ts"
export { PlanJournal, PlanJournalJson } from "../result/PlanJournal.ts"
export { PlanReport, PlanReportJson } from "../result/PlanReport.ts"
export { memoryGrowth, memorySeries, WatchedProcesses } from "../result/ProcessActivity.ts"
export { RefusedStart } from "../result/RefusedStart.ts"
export {
  type RunSetup,
  RunState,
  stateOf,
  summarize,
  Summary,
  summaryJson,
  SummaryJson
} from "../result/Summary.ts"
export { Stress, StressJson } from "../result/Stress.ts"
export { Sweep, SweepJson } from "../result/Sweep.ts"
export { Verdict } from "../result/thresholds.ts"
export { passed } from "../result/verdict.ts"
export { Versus, VersusJson } from "../result/Versus.ts"
export { WarmUp } from "../result/WarmUp.ts"
