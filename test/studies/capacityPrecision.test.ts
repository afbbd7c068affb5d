import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { parseThreshold, type Threshold } from "../../src/domain/Threshold.ts"
import { Counts } from "../../src/metrics/Counts.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import {
  intervalOf,
  ranks,
  samplesFor,
  samplesNeeded,
  samplesOf,
  shareInterval
} from "../../src/studies/capacityPrecision.ts"

const threshold = (text: string): Threshold => Either.getOrThrow(parseThreshold(text))

/** The chance that a percentile lies from one ordered sample to another, added up from the binomial distribution. */
const coverage = (count: number, share: number, low: number, high: number): number => {
  let logFactorials = 0
  let sum = 0
  for (let below = 0; below < high; below++) {
    // ln C(n, k), from that of k - 1.
    if (below > 0) logFactorials += Math.log((count - below + 1) / below)
    if (below < low) continue
    sum += Math.exp(logFactorials + below * Math.log(share) + (count - below) * Math.log(1 - share))
  }
  return sum
}

describe("the number of samples that a percentile needs", () => {
  it.each([
    [0.95, 0.01, 1825],
    [0.99, 0.005, 1522],
    [0.5, 0.025, 1537]
  ])("%d to within %d of rank: %d", (share, within, count) => {
    assert.strictEqual(samplesFor(share, within), count)
  })

  it.each([
    ["latency.p95 < 500ms", 1825],
    ["students-batch-10.latency.p99 < 2s", 1522],
    ["latency.p999 < 2s", 15_352],
    ["failures.ratio < 1%", 1522],
    ["failures.ratio < 5%", 292],
    ["failures.ratio <= 0%", 0],
    ["latency.max < 2s", 0],
    ["latency.mean < 2s", 0]
  ])("%s: %d", (text, count) => {
    assert.strictEqual(samplesNeeded(threshold(text)), count)
  })
})

describe("the ranks between which a percentile lies", () => {
  it("have both ends with enough samples", () => {
    assert.deepStrictEqual(ranks(1000, 0.95), { low: 936, high: 965 })
    assert.deepStrictEqual(ranks(1825, 0.95), { low: 1715, high: 1753 })
    assert.isAbove(ranks(70, 0.95).high, 70)
    assert.isAtMost(ranks(110, 0.95).high, 110)
  })

  it("hold it with 95 % by the binomial distribution, and hardly more often", () => {
    for (const share of [0.5, 0.9, 0.95, 0.99]) {
      for (const count of [500, 1000, 1825, 4800]) {
        const { high, low } = ranks(count, share)
        const held = coverage(count, share, low, high)
        assert.isAtLeast(held, 0.95, `p${100 * share} of ${count}`)
        assert.isAtMost(held, 0.99, `p${100 * share} of ${count}`)
      }
    }
  })
})

describe("the interval of a figure", () => {
  const latencies = new Histogram()
  for (let ms = 1; ms <= 1000; ms++) latencies.record(ms * 1000)
  const measured = { requests: 1000, failures: 10, latencies, latenciesByOutcome: { succeeded: latencies } }

  it("is that of the samples at these ranks, to three digits", () => {
    assert.deepStrictEqual(intervalOf(threshold("latency.p95 < 1s"), measured, null), {
      low: 936.447,
      high: 965.119
    })
  })

  it("has no upper end with too few samples above", () => {
    const few = new Histogram()
    for (let ms = 1; ms <= 50; ms++) few.record(ms)
    const fewMeasured = { ...measured, requests: 50, failures: 0, latencies: few }
    const interval = intervalOf(threshold("latency.p95 < 1s"), fewMeasured, null)
    assert.deepStrictEqual(interval, { low: 0.044, high: null })
  })

  // When nothing failed it ends at z^2 / (n + z^2).
  it("of failures is one also where nothing failed", () => {
    assert.deepStrictEqual(shareInterval(0, 1825), { low: 0, high: 0.002101 })
    assert.deepStrictEqual(intervalOf(threshold("failures.ratio < 1%"), measured, null), {
      low: 0.005441,
      high: 0.01831
    })
  })

  it("is that of the succeeded requests where they decided", () => {
    const counts = new Counts("a", "POST")
    const sample = {
      name: "a",
      method: "POST",
      sentNanos: 0n,
      sentBytes: 1,
      receivedBytes: 1,
      waitedMicros: 0
    }
    for (let ms = 1; ms <= 1000; ms++) {
      const operations = { create: 1, update: 0, delete: 0 }
      counts.record({ ...sample, latencyMicros: 1000 * ms, outcome: { _tag: "Succeeded", operations } })
    }
    const failure = { kind: "refused", status: 429, op: null, resource: null, index: null } as const
    for (let i = 0; i < 500; i++) {
      const outcome = { _tag: "Failed", failure: { ...failure, problemType: null, example: "" } } as const
      counts.record({ ...sample, latencyMicros: 1, outcome: { ...outcome, operationCount: 1 } })
    }
    const alone = { low: 936.447, high: 965.119 }
    for (const text of ["latency.p95 < 1s", "service.p95 < 1s"]) {
      assert.deepStrictEqual(intervalOf(threshold(text), counts, "succeeded"), alone)
      assert.notDeepEqual(intervalOf(threshold(text), counts, "all"), alone)
    }
    assert.deepStrictEqual([samplesOf(counts, "succeeded"), samplesOf(counts, "all")], [1000, 1500])
  })

  it("is missing for figures without an interval, and without a measurement", () => {
    assert.isNull(intervalOf(threshold("latency.max < 1s"), measured, null))
    assert.isNull(intervalOf(threshold("latency.p95 < 1s"), undefined, null))
    assert.isNull(intervalOf(threshold("latency.p95 < 1s"), { ...measured, requests: 0 }, null))
  })
})
