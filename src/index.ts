/**
 * edfi-perf as a library. Everything but the local DMS (`edfi-perf/local-dms`); the subpaths `engine`, `dms`,
 * `schema`, `scenarios`, `result` and `run` load less.
 *
 * @example
 * const summary = yield* runScenarios({
 *   target: { _tag: "Dms", address: { baseUrl, key, secret } },
 *   scenarios: [{ scenario: StudentBatchVolumeTest, batchTripleCount: 10 }],
 *   plan: users(10, 60)
 * })
 */
export * from "./exports/dms.ts"
export * from "./exports/engine.ts"
export * from "./exports/result.ts"
export * from "./exports/run.ts"
export * from "./exports/scenarios.ts"
export * from "./exports/schema.ts"
