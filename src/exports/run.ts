/** `edfi-perf/run`: whole runs: `runScenarios(options)`, and the parts that it is composed of. */
export type { FinishedPlan } from "../cli/carryOutPlan.ts"
export { type PlanOptions, runPlan } from "../cli/runPlan.ts"
export { compareRuns } from "../compare/compareRuns.ts"
export { type FailOn, parseFailOn } from "../compare/failOn.ts"
export { readRuns } from "../compare/readRun.ts"
export { UnreadableRun } from "../compare/UnreadableRun.ts"
export { DatabaseReader, DatabaseUnreachable, ReadingFailed } from "../database/DatabaseReader.ts"
export { type DatabaseWatch, watchDatabase } from "../database/watchDatabase.ts"
export { planReport } from "../plans/planReport.ts"
export { type ProcessReading, type ProcessSource, ProcessesUnreadable } from "../processes/ProcessReader.ts"
export { type ProcessWatch, watchProcesses } from "../processes/watchProcesses.ts"
export { exportMetrics, type MetricsExport } from "../otlp/exportMetrics.ts"
export { junitXml } from "../output/junit.ts"
export { markdownReport } from "../output/markdown.ts"
export { OutputNotWritable } from "../output/outputFolder.ts"

export { OnlyAtTheEnd, openResultFiles, type ResultFiles } from "../output/ResultFiles.ts"
export { openSamplesFile, type SamplesFile } from "../output/samplesFile.ts"
export { planMarkdown } from "../output/planText.ts"
export { textReport } from "../output/text.ts"
export { connect } from "../run/connect.ts"
export { type Connection, openConnection, type ServerTarget } from "../run/Connection.ts"
export {
  measure,
  measureGenerator,
  type Measurement,
  type RunObserver,
  type RunSnapshot
} from "../run/measure.ts"
export { openProcesses } from "../run/openProcesses.ts"
export { openDatabase } from "../run/openDatabase.ts"
export { type LoadServices, prepareLoad, type RunnableSpec } from "../run/prepareLoad.ts"
export {
  passOptionsOf,
  type PipecleanOptions,
  planChangeQueries,
  type PlannedPass,
  planPipeclean
} from "../run/planOnePass.ts"
export {
  CannotPopulate,
  type PlannedReads,
  planReads,
  type PlanReadsOptions,
  readOptionsOf
} from "../run/planReads.ts"
export {
  generatedFor,
  type PlannedResources,
  planResources,
  type PlanResourcesOptions,
  runOptionsOf
} from "../run/planResources.ts"
export { type ReadApi, readApiFiles, readServerApi } from "../run/readApi.ts"
export { redactedConfig } from "../run/redactedConfig.ts"
export { type RunOptions, runSpec } from "../run/RunOptions.ts"
export { type FinishedRun, ResultsNotWritten, runPrepared, runScenarios } from "../run/runScenarios.ts"
export { arrivals, type ResultFolder, type RunSpec, type RunTarget, users, withSeed } from "../run/RunSpec.ts"
export { openSession, type SessionOptions, type SliceTime } from "../run/session.ts"
export { ChangeStateAhead, ChangeStateNotWritten, ChangeStateUnreadable } from "../run/changeState.ts"
export { specOfSlice } from "../run/specOfSlice.ts"
export type { MeasureSlice, SliceSpec, SliceMeasured } from "../studies/MeasureSlice.ts"
export { capacity, type CapacityOptions } from "../studies/capacity.ts"
export { stress, type StressOptions } from "../studies/stress.ts"
export { sweep } from "../studies/sweep.ts"
export { versus } from "../studies/versus.ts"
export { loadRunConfig, type RunConfig } from "../settings/RunConfig.ts"
export { SettingProblem, WrongSettings } from "../settings/WrongSettings.ts"
