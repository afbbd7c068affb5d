/**
 * edfi-perf as a library: the services of the command, to be composed in other Effect programs.
 *
 * @example
 * const program = Effect.flatMap(BatchClient, ({ postBatch }) =>
 *   postBatch(triple(students, student, { firstName: "Ada" }))
 * ).pipe(Effect.provide(clientLayerUndici), Effect.provide(DmsConfig.layer({ baseUrl, key, secret })))
 */

// What is sent and what comes back.
export * from "./domain/BatchError.ts"
export type { Json, JsonObject } from "./domain/Json.ts"
export { EndedBy, type EndReason, type LoadResult } from "./domain/LoadResult.ts"
export { spawnOffsetMillis, type WaitRange, waitMillis } from "./domain/LoadShape.ts"
export * from "./domain/Operation.ts"
export { OperationOutcome } from "./domain/OperationOutcome.ts"
export { Problem } from "./domain/Problem.ts"
export { Refusal, type RefusedScenario } from "./domain/Refusal.ts"
export { type BatchAt, type BatchPattern, operationsAt } from "./domain/BatchPattern.ts"
export { draw, type RecordId, recordKey, variation, variantCount, variantOf } from "./domain/RecordId.ts"
export type { Resource, ResourceNaming } from "./domain/Resource.ts"
export * from "./domain/Sample.ts"
export * from "./domain/SingleError.ts"
export { parseThreshold, pointAt, type Threshold } from "./domain/Threshold.ts"

// Which DMS, and what a run is to do.
export { type DmsAddress, DmsConfig, type DmsOptions } from "./dms/DmsConfig.ts"
export { decodeRunConfig, RunConfig, type RunConfigValues } from "./settings/RunConfig.ts"
export { SettingProblem, WrongSettings } from "./settings/WrongSettings.ts"

// The clients, over undici or over an HttpClient of your own.
export { BatchUnsupported, NamingUnknown } from "./dms/detectNaming.ts"
export { Authorized } from "./dms/Authorized.ts"
export { BatchClient } from "./dms/BatchClient.ts"
export * from "./dms/clientLayer.ts"
export { Discovery, type DmsUrls, DmsUnreachable, InsecureAddress } from "./dms/Discovery.ts"
export { HttpAgent } from "./dms/HttpAgent.ts"
export { ResourceClient, type ResourceError, ResourceRefused } from "./dms/ResourceClient.ts"
export { SingleClient } from "./dms/SingleClient.ts"
export { LoginRefused, TokenUnavailable, Tokens } from "./dms/Tokens.ts"
export { Transport } from "./dms/Transport.ts"
export type { HttpResponse, HttpRequest } from "./dms/httpMessage.ts"

// Documents and fixtures.
export { makeSection, type Section, type SectionParents, sections } from "./documents/sections.ts"
export { makeStudent, type Student, students } from "./documents/students.ts"
export { FixtureMissing, FixtureRefused } from "./fixtures/FixtureError.ts"
export { FixtureKeys } from "./fixtures/FixtureKeys.ts"
export { SharedFixtures } from "./fixtures/SharedFixtures.ts"

// Load: scenarios, the engine that runs them, what it measures, what is reported.
export * as LoadRun from "./engine/LoadRun.ts"
export type { Scenario, ScenarioOptions, UserIteration, Workload } from "./engine/Scenario.ts"
export { batchVolume } from "./scenarios/batchVolume.ts"
export { scenarios } from "./scenarios/index.ts"
export { prepareScenarios } from "./scenarios/prepareScenarios.ts"
export { type TripleOf, volume } from "./scenarios/volume.ts"
export { Histogram, type Latencies } from "./metrics/Histogram.ts"
export { GeneratorProbe } from "./metrics/GeneratorProbe.ts"
export { nodeProbe } from "./metrics/nodeProbe.ts"
export * from "./metrics/Recorder.ts"
export { SampleLine } from "./metrics/SampleLine.ts"
export { SampleBuffer, SampleLog } from "./metrics/SampleLog.ts"
export { exportMetrics, type MetricsExport } from "./otlp/exportMetrics.ts"
export { junitXml } from "./output/junit.ts"
export { markdownReport } from "./output/markdown.ts"
export { type MetricPoint, metricPoints } from "./result/metricPoints.ts"
export type { MeasuredRun } from "./result/MeasuredRun.ts"
export { OutputNotWritable } from "./output/outputFolder.ts"
export { OnlyAtTheEnd, openResultFiles, type ResultFiles } from "./output/ResultFiles.ts"
export { openSamplesFile, type SamplesFile } from "./output/samplesFile.ts"
export {
  type RunAsked,
  RunState,
  stateOf,
  summarize,
  Summary,
  summaryJson,
  SummaryJson
} from "./result/Summary.ts"
export { DatabaseActivity } from "./result/DatabaseActivity.ts"
export { addActivities } from "./result/databaseSums.ts"
export { DatabaseReader, DatabaseUnreachable, ReadingFailed } from "./database/DatabaseReader.ts"
export { postgresReader } from "./database/postgresReader.ts"
export { type DatabaseWatch, watchDatabase } from "./database/watchDatabase.ts"
export { textReport } from "./output/text.ts"
export { ComparedRun, Comparison, ComparisonJson } from "./result/Comparison.ts"
export { Capacity, CapacityJson } from "./result/Capacity.ts"
export { Sweep, SweepJson } from "./result/Sweep.ts"
export { Versus, VersusJson } from "./result/Versus.ts"
export { compareRuns } from "./compare/compareRuns.ts"
export { type FailOn, parseFailOn } from "./compare/failOn.ts"
export { readRuns } from "./compare/readRun.ts"
export { UnreadableRun } from "./compare/UnreadableRun.ts"
export type { SeededConfig } from "./run/loadPlan.ts"
export { measure, type Measurement, type RunSnapshot, type RunObserver } from "./run/measure.ts"

// A DMS of one's own, for tests.
export { LocalDms, LocalDmsOptions } from "./local-dms/LocalDms.ts"
export * as MemoryStore from "./local-dms/MemoryStore.ts"
export * as PostgresStore from "./local-dms/PostgresStore.ts"
