/** Loads for tests of the engine: runs on the virtual clock, and the requests that their workloads report. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { Sample } from "../../src/domain/Sample.ts"
import { type LoadPlan, run } from "../../src/engine/LoadRun.ts"
import type { Workload } from "../../src/engine/Scenario.ts"
import { Recorder, type Slice } from "../../src/metrics/Recorder.ts"

/**
 * The sample of one triple, confirmed or without a verdict.
 *
 * @param times start and end in nanoseconds. Default: 1 ms
 */
export const sampleOf = (
  name: string,
  ok: boolean,
  [sentNanos, endedNanos]: readonly [bigint, bigint] = [0n, 1_000_000n]
): Sample => ({
  name,
  method: "POST",
  sentNanos,
  latencyMicros: Number(endedNanos - sentNanos) / 1000,
  sentBytes: 1,
  receivedBytes: 1,
  outcome: ok
    ? { _tag: "Succeeded", operations: { create: 1, update: 1, delete: 1 } }
    : {
        _tag: "Failed",
        operationCount: 3,
        failure: {
          kind: "transport",
          status: null,
          op: null,
          resource: null,
          index: null,
          problemType: "reset",
          example: "reset"
        }
      }
})

/** Runs a plan to its end on the virtual clock. */
export const runPlan = (
  plan: LoadPlan,
  workloads: readonly [Workload, ...ReadonlyArray<Workload>],
  adjustSeconds = 120
) =>
  Effect.gen(function* () {
    const slices: Array<Slice> = []
    const fiber = yield* Effect.fork(run(plan, workloads, (slice) => Effect.sync(() => slices.push(slice))))
    yield* TestClock.adjust(`${adjustSeconds} seconds`)
    const result = yield* Fiber.join(fiber)
    const recorder = yield* Recorder
    return { result, slices, total: recorder.total, measurements: recorder.measurements() }
  }).pipe(Effect.provide(Recorder.layer))
