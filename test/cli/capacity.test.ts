/** The search for the capacity: over engine, client and server under the test clock, and as a command. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { parseObjective } from "../../src/domain/Objective.ts"
import { capacity, type CapacityOptions } from "../../src/studies/capacity.ts"
import { studied } from "../run/studied.ts"
import { edfiPerf } from "./edfiPerf.ts"
import { it } from "../engine/virtualTime.ts"

const asked: CapacityOptions = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 1,
  scenarioCount: 1,
  objectives: [Either.getOrThrow(parseObjective("latency.p95 < 400ms"))],
  startRate: 4,
  maxRate: undefined,
  maxSteps: 20,
  precision: 0.1,
  stepLength: { minSeconds: 8, maxSeconds: 8 },
  warmUpSeconds: 0,
  config: {}
}

describe("the capacity of a server that works on one batch at a time, for 200 ms", () => {
  it.effect("is found at 5 batches a second", () =>
    Effect.gen(function* () {
      const document = yield* studied(
        { testList: "StudentBatchVolumeTest", arrivalRate: "4", clientCount: "1000" },
        { latency: { _tag: "fixed", millis: 200 }, concurrency: 1 },
        (measure) => capacity(asked, measure)
      )
      // At 8/s batch i of 64 is due after 125 i ms and answered after 200 (i + 1) ms; p95 is that of i = 60.
      assert.deepStrictEqual(
        document.steps.map(({ arrivalRate, kept, slice: { latencyMs, requests } }) => [
          arrivalRate,
          kept,
          requests.total,
          latencyMs?.p95
        ]),
        [
          [4, true, 32, 200],
          [8, false, 64, 4702.207],
          [8, false, 64, 4702.207],
          [6, false, 48, 1700.863],
          [6, false, 48, 1700.863],
          [5, true, 40, 200],
          [5.5, false, 44, 945.663],
          [5.5, false, 44, 945.663],
          [5, true, 40, 200]
        ]
      )
      assert.deepInclude(document, { highest: 5, lowestBroken: 5.5, searchEnd: "precise" })
      assert.strictEqual(
        document.verdict,
        "5/s (15 operations per second) is the highest arrival rate that kept the objectives; at 5.50/s, latency.p95 was 945.663 ms (limit: below 400 ms)."
      )
    })
  )
})

describe("edfi-perf capacity", () => {
  it.effect("is refused without objectives, and with one that the arrival rate decides", () =>
    Effect.gen(function* () {
      const without = yield* edfiPerf(["capacity", "--local"])
      assert.strictEqual(without.exitCode, 2)
      assert.include(without.err, '--slo: give at least one, such as --slo "latency.p95 < 500ms"')
      const decided = yield* edfiPerf(["capacity", "--local", "--slo=operations.perSecond > 5"])
      assert.strictEqual(decided.exitCode, 2)
      assert.include(
        decided.err,
        "    operations.perSecond > 5\n    ^ expected latency, service or failures.ratio: rates follow from the arrival rate"
      )
    })
  )
})
