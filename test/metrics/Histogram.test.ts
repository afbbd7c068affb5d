import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as Option from "effect/Option"
import * as Hdr from "hdr-histogram-js"
import { Histogram, highestMicros } from "../../src/metrics/Histogram.ts"

const percents = [0, 10, 25, 50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100]

const of = (values: ReadonlyArray<number>): Histogram => {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

const followedBy = (...bytes: ReadonlyArray<number>): Uint8Array =>
  new Uint8Array([...new Histogram().toBytes(), ...bytes])

const micros = FastCheck.oneof(FastCheck.nat({ max: 5000 }), FastCheck.nat({ max: 2 ** 31 - 1 }))
const manyMicros = FastCheck.array(micros, { minLength: 1, maxLength: 300 })

describe("Histogram", () => {
  it("agrees with HdrHistogram at three significant digits on every percentile", () => {
    FastCheck.assert(
      FastCheck.property(manyMicros, (values) => {
        const oracle = Hdr.build({ numberOfSignificantValueDigits: 3, highestTrackableValue: 2 ** 31 })
        for (const value of values) oracle.recordValue(value)
        of(values)
          .percentiles(percents)
          .forEach((value, i) => {
            // The oracle rounds the rank to nearest, we round it up: ask it for the value that has our rank.
            const rank = Math.max(1, Math.ceil(((percents[i] ?? 0) / 100) * values.length))
            const ofRank = oracle.getValueAtPercentile((100 * rank) / values.length)
            const inHdr = Math.min(ofRank, Math.max(...values))
            assert.strictEqual(value, inHdr, `${percents[i]}% of ${values}`)
          })
      })
    )
  })

  it("is within 0.1 % of the exact value from 1 us to 71 minutes", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.nat({ max: highestMicros }), (value) => {
        const [found = -1] = of([value, highestMicros]).percentiles([50])
        assert.isAtLeast(found, value)
        assert.isAtMost(found - value, Math.max(0, value / 1024))
      })
    )
  })

  it("keeps minimum, maximum and mean exactly", () => {
    const histogram = of([1234.5, 1_000_000.25, 3])
    assert.strictEqual(histogram.minMicros, 3)
    assert.strictEqual(histogram.maxMicros, 1_000_000.25)
    assert.closeTo(histogram.meanMicros, (1234.5 + 1_000_000.25 + 3) / 3, 1e-9)
    assert.deepStrictEqual(histogram.percentiles([100]), [1_000_000.25])
  })

  it("takes nearest ranks: of 1, 2, 3 and 4 the 50th percentile is 2 and the 51st is 3", () => {
    assert.deepStrictEqual(of([4, 2, 1, 3]).percentiles([0, 25, 50, 51, 75, 76, 100]), [1, 1, 2, 3, 3, 4, 4])
  })

  it("takes the nearest rank exactly, at every count up to 3,000 and every percent that reports use", () => {
    const histogram = new Histogram()
    for (let count = 1; count <= 3000; count++) {
      // Below 2,048 every value is a bucket of its own, so a percentile is its rank; above, ranks stop there.
      histogram.record(Math.min(count, 2047))
      histogram.percentiles(percents).forEach((value, i) => {
        const hundredths = BigInt(Math.round((percents[i] ?? 0) * 100))
        const rank = Number((hundredths * BigInt(count) + 9_999n) / 10_000n)
        assert.strictEqual(value, Math.min(Math.max(1, rank), 2047), `${percents[i]} % of ${count}`)
      })
    }
  })

  it("adds up without loss, in whatever parts the values were recorded", () => {
    FastCheck.assert(
      FastCheck.property(manyMicros, manyMicros, (first, second) => {
        const parts = of(first)
        parts.add(of(second))
        const whole = of([...first, ...second])
        assert.strictEqual(parts.count, whole.count)
        assert.deepStrictEqual(parts.percentiles(percents), whole.percentiles(percents))
        assert.strictEqual(parts.minMicros, whole.minMicros)
        assert.strictEqual(parts.maxMicros, whole.maxMicros)
        assert.closeTo(parts.meanMicros, whole.meanMicros, whole.meanMicros * 1e-12 + 1e-9)
      })
    )
  })

  it("is the same histogram after it was encoded and decoded, also when it is empty", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(micros, { maxLength: 300 }), (values) => {
        const sent = of(values)
        const bytes = sent.toBytes()
        // In a message the bytes may stand anywhere in a larger buffer.
        const inside = new Uint8Array([1, 2, 3, ...bytes]).subarray(3)
        const received = Option.getOrThrow(Histogram.fromBytes(inside))
        assert.deepStrictEqual(received.toBytes(), bytes)
        assert.deepStrictEqual(
          [received.count, received.minMicros, received.maxMicros, received.meanMicros],
          [sent.count, sent.minMicros, sent.maxMicros, sent.meanMicros]
        )
        assert.deepStrictEqual(received.percentiles(percents), sent.percentiles(percents))
      })
    )
  })

  it("adds encoded histograms bucket by bucket, as one that recorded all", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(manyMicros, { maxLength: 5 }), (parts) => {
        const sum = new Histogram()
        for (const part of parts) sum.add(Option.getOrThrow(Histogram.fromBytes(of(part).toBytes())))
        assert.deepStrictEqual(sum.toBytes(), of(parts.flat()).toBytes())
      })
    )
  })

  it("encodes to HdrHistogram's V2 format: counts, and negative runs of empty buckets, as zigzag numbers", () => {
    const bytes = [...of([2, 2, 5]).toBytes().subarray(24)]
    assert.deepStrictEqual(bytes, [3, 4, 3, 2])
    const many = [
      ...of(Array.from({ length: 100 }, () => 0))
        .toBytes()
        .subarray(24)
    ]
    assert.deepStrictEqual(many, [(200 % 128) + 128, 1])
  })

  it("holds a second of 2,000 latencies in less than a twentieth of its memory", () => {
    const values = Array.from({ length: 2000 }, (_, i) => 1000 * 200 ** (i / 2000))
    assert.isBelow(of(values).toBytes().byteLength, 94_208 / 20)
  })

  it("is empty after it was cleared", () => {
    FastCheck.assert(
      FastCheck.property(manyMicros, manyMicros, (before, values) => {
        const reused = of(before)
        reused.clear()
        assert.deepStrictEqual(reused, new Histogram())
        for (const value of values) reused.record(value)
        assert.deepStrictEqual(reused.toBytes(), of(values).toBytes())
      })
    )
  })

  it.each([
    ["nothing", new Uint8Array()],
    ["half a header", new Histogram().toBytes().subarray(0, 20)],
    [
      "a count that is cut off",
      of(Array.from({ length: 64 }, () => 5))
        .toBytes()
        .subarray(0, -1)
    ],
    ["a number that no count can have", followedBy(128, 128, 128, 128, 128, 2)],
    // 23,552 buckets without a value in digits of 7 bits, and a value after them.
    ["more buckets than there are", followedBy(0xff, 0xef, 2, 2)]
  ])("is not made of %s", (_, bytes) => {
    assert.isTrue(Option.isNone(Histogram.fromBytes(bytes)))
  })

  it("has only zeros while it is empty", () => {
    const empty = new Histogram()
    assert.deepStrictEqual(empty.percentiles([50, 100]), [0, 0])
    assert.deepStrictEqual([empty.count, empty.minMicros, empty.meanMicros, empty.maxMicros], [0, 0, 0, 0])
  })

  it("counts values above 71 minutes as 71 minutes, and keeps their maximum", () => {
    const histogram = of([2 ** 40])
    assert.strictEqual(histogram.count, 1)
    assert.strictEqual(histogram.maxMicros, 2 ** 40)
  })
})
