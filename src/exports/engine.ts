/**
 * `edfi-perf/engine`: virtual users, schedules of iterations, stop rules and measurements. It contains no HTTP: a
 * workload is any Effect that reports samples.
 */
export { EndedBy, type EndReason, type LoadResult } from "../domain/LoadResult.ts"
export { spawnOffsetMillis, type WaitRange, waitMillis } from "../domain/LoadShape.ts"
export { Refusal, type RefusedScenario } from "../domain/Refusal.ts"
export * from "../domain/Sample.ts"
export { type Stage, type Stages, steady } from "../domain/Stages.ts"
export * as LoadRun from "../engine/LoadRun.ts"
export type { ArrivalsPlan, LoadPlan, StagedUsersPlan, UsersPlan } from "../engine/LoadPlan.ts"
export type {
  PlannedScenario,
  Scenario,
  ScenarioInfo,
  ScenarioOptions,
  UserIteration,
  Workload
} from "../engine/Scenario.ts"
export { startLoad } from "../engine/startLoad.ts"
export type { LoadGenerator, RunContext, StartGenerator } from "../engine/supervise.ts"
export { GeneratorProbe } from "../metrics/GeneratorProbe.ts"
export { Histogram, type Latencies } from "../metrics/Histogram.ts"
export type { ByOutcome } from "../metrics/LatenciesByOutcome.ts"
export { nodeProbe } from "../metrics/nodeProbe.ts"
export * from "../metrics/Recorder.ts"
export { SampleLine } from "../metrics/SampleLine.ts"
export { SampleBuffer, SampleLog } from "../metrics/SampleLog.ts"
