import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Schema from "effect/Schema"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { allOf, HistogramsByOutcome, LatenciesByOutcome } from "../../src/metrics/LatenciesByOutcome.ts"

interface Request {
  readonly micros: number
  readonly isFailed: boolean
}

const requests = FastCheck.array(
  FastCheck.record({ micros: FastCheck.integer({ min: 1, max: 5_000_000 }), isFailed: FastCheck.boolean() }),
  { maxLength: 40 }
)

const recorded = (of: ReadonlyArray<Request>): LatenciesByOutcome => {
  const latencies = new LatenciesByOutcome()
  for (const { isFailed, micros } of of) latencies.record(micros, isFailed)
  return latencies
}

const histogramOf = (of: ReadonlyArray<Request>): Histogram => {
  const histogram = new Histogram()
  for (const { micros } of of) histogram.record(micros)
  return histogram
}

/** Everything that a histogram reports. */
const statisticsOf = (histogram: Histogram) => ({
  count: histogram.count,
  min: histogram.minMicros,
  mean: histogram.meanMicros,
  max: histogram.maxMicros,
  percentiles: histogram.percentiles([0, 50, 90, 95, 99, 99.9, 100])
})

describe("latencies by outcome", () => {
  it("are those of each outcome alone, and of all requests in one histogram", () => {
    FastCheck.assert(
      FastCheck.property(requests, (all) => {
        const latencies = recorded(all)
        const [failed, succeeded] = [true, false].map((isFailed) =>
          histogramOf(all.filter((each) => each.isFailed === isFailed))
        )
        assert.deepStrictEqual(latencies.succeeded, succeeded)
        assert.deepStrictEqual(latencies.failed ?? new Histogram(), failed)
        assert.deepStrictEqual(statisticsOf(allOf(latencies)), statisticsOf(histogramOf(all)))
      })
    )
  })

  it("add up to those of all parts, also when the parts were sent as bytes", () => {
    FastCheck.assert(
      FastCheck.property(requests, requests, (a, b) => {
        const sum = new LatenciesByOutcome()
        for (const part of [a, b]) {
          const bytes = Schema.encodeSync(HistogramsByOutcome)(recorded(part))
          sum.add(Schema.decodeSync(HistogramsByOutcome)(bytes))
        }
        assert.deepStrictEqual(sum, recorded([...a, ...b]))
      })
    )
  })

  it("take no second histogram before a request fails", () => {
    const latencies = recorded([{ micros: 1000, isFailed: false }])
    assert.strictEqual(latencies.failed?.count, undefined)
    assert.strictEqual(allOf(latencies), latencies.succeeded)
    latencies.record(5, true)
    assert.deepStrictEqual([latencies.failed?.count, allOf(latencies).count], [1, 2])
  })
})
