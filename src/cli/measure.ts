/** A measurement in two Effects: prepare the scenarios, then run the load and sum it up. */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RunConfigValues } from "../config/RunConfig.ts"
import type { BatchClient } from "../dms/BatchClient.ts"
import * as LoadRun from "../engine/LoadRun.ts"
import type { Workload } from "../engine/Scenario.ts"
import type { FixtureError, SharedFixtures } from "../fixtures/SharedFixtures.ts"
import { type Measurements, Recorder, type Slice } from "../metrics/Recorder.ts"
import { summarize, type Summary } from "../report/Summary.ts"
import { scenarios } from "../scenarios/index.ts"

/** A configuration whose seed has been decided. */
export type SeededConfig = RunConfigValues & { readonly seed: number }

/** What the engine is asked to do; debug mode is one user that goes through every scenario once. */
export const loadPlan = (config: SeededConfig): LoadRun.LoadPlan => ({
  users: config.runInDebugMode ? 1 : config.clientCount,
  spawnPerSecond: config.spawnRate,
  runMillis: config.runInDebugMode ? Number.POSITIVE_INFINITY : config.runTimeInMinutes * 60_000,
  gracefulStopMillis: Duration.toMillis(config.gracefulStop),
  waits: { seed: config.seed, minMillis: config.minWait, maxMillis: config.maxWait },
  maxFailRatio: config.maxFailRatio,
  passes: config.runInDebugMode ? 1 : Number.POSITIVE_INFINITY
})

/** What a report says of the configuration: everything but secrets. */
export const publicConfig = (config: SeededConfig): Summary["config"] => ({
  baseUrl: config.target._tag === "Dms" ? config.target.address.baseUrl : "local",
  scenarios: Object.fromEntries(
    config.scenarios.map(({ batchTripleCount, name }) => [name, batchTripleCount])
  ),
  clientCount: config.clientCount,
  spawnRate: config.spawnRate,
  runTimeInMinutes: config.runTimeInMinutes,
  runInDebugMode: config.runInDebugMode,
  maxBatchOperations: config.maxBatchOperations,
  minWait: config.minWait,
  maxWait: config.maxWait,
  maxFailRatio: config.maxFailRatio,
  requestTimeoutSeconds: Duration.toSeconds(config.requestTimeout),
  gracefulStopSeconds: Duration.toSeconds(config.gracefulStop),
  ...(config.connections === undefined ? {} : { connections: config.connections }),
  strictDecoding: config.strictDecoding,
  retryTransport: config.retryTransport,
  resourceNaming: config.resourceNaming,
  ignoreCertificateErrors: config.ignoreCertificateErrors,
  localEducationOrganizationId: config.localEducationOrganizationId,
  ...(config.schoolYear === undefined ? {} : { schoolYear: config.schoolYear }),
  seed: config.seed
})

export interface Measurement {
  readonly summary: Summary
  readonly measurements: Measurements
}

/** The scenarios of the configuration, ready to run: fixtures are there, keys are known. */
export const prepareScenarios = (
  config: SeededConfig
): Effect.Effect<Arr.NonEmptyReadonlyArray<Workload>, FixtureError, BatchClient | SharedFixtures> =>
  Effect.forEach(config.scenarios, ({ batchTripleCount, name }) => {
    const scenario = scenarios.find((each) => each.name === name)
    return scenario === undefined
      ? Effect.dieMessage(`there is no scenario ${name}`)
      : scenario.prepare({ batchTripleCount, seed: config.seed })
  }).pipe(
    Effect.flatMap((workloads) =>
      Arr.isNonEmptyReadonlyArray(workloads)
        ? Effect.succeed(workloads)
        : Effect.dieMessage("no scenario was chosen")
    )
  )

/**
 * Runs prepared scenarios as the configuration says and sums up what was measured. An interrupt ends the load
 * gracefully; in an uninterruptible region the caller still gets the measurement.
 *
 * @param onSlice sees the run at the end of every second and at its very end
 */
export const measure = (
  config: SeededConfig,
  workloads: Arr.NonEmptyReadonlyArray<Workload>,
  onSlice: (slice: Slice) => Effect.Effect<void> = () => Effect.void
): Effect.Effect<Measurement, never, Recorder> =>
  Effect.gen(function* () {
    const result = yield* LoadRun.run(loadPlan(config), workloads, onSlice)
    const measurements = (yield* Recorder).measurements()
    const { testType } = config
    const summary = summarize({ testType, result, measurements, config: publicConfig(config) })
    return { summary, measurements }
  }).pipe(Effect.uninterruptible)
