import { assert, describe, it } from "@effect/vitest"
import { medianService } from "../../src/studies/capacityRecovery.ts"
import { latencyOf, sliceOf } from "../result/sampleSlices.ts"

describe("the median service time of a slice", () => {
  const slice = (failed: number) => ({
    ...sliceOf(0, { seconds: 1, requestsPerSecond: 100, operations: 30, p50: 300, failed }),
    latencyMs: latencyOf(120)
  })

  it("is that of the succeeded requests, which quick refusals do not shorten", () => {
    assert.strictEqual(medianService(slice(0)), 120)
    assert.strictEqual(medianService(slice(49)), 300)
  })

  it("is the time from sending in the open model", () => {
    const byOutcome = {
      succeeded: { latencyMs: latencyOf(300), serviceMs: latencyOf(80) },
      failed: { latencyMs: latencyOf(1), serviceMs: latencyOf(1) }
    }
    assert.strictEqual(medianService({ ...slice(49), serviceMs: latencyOf(50), byOutcome }), 80)
    assert.strictEqual(medianService({ ...slice(0), serviceMs: latencyOf(50) }), 50)
  })

  it("is unknown if half of the requests failed, and without a request", () => {
    assert.isUndefined(medianService(slice(50)))
    const none = { total: 0, failed: 0, expectedFailures: 0, perSecond: 0 }
    assert.isUndefined(medianService({ ...slice(0), requests: none }))
  })
})
