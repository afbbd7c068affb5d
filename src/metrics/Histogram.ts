/**
 * A high-dynamic-range histogram of whole microseconds: three significant digits from 1 us to 71 minutes.
 * Recording is one array increment; histograms add up and subtract without loss.
 *
 * @see HdrHistogram (Gil Tene), https://hdrhistogram.github.io/HdrHistogram: the same layout as its three-digit
 * form, 2,048 values exactly and then 1,024 buckets for every doubling, each at most 1/1024 of its value wide.
 */

import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** The highest value that can be told apart, 2^32 - 1 us; what is longer counts as this. */
export const highestMicros = 0xffffffff

const bucketCount = 22 * 1024 + 1024

/** Before the counts: sum, minimum and maximum as float64, the lowest used bucket as uint32. */
const headerBytes = 28
const bytesPerCount = 4

const bucketOf = (micros: number): number => {
  if (micros < 2048) return micros
  const shift = 21 - Math.clz32(micros)
  return (shift << 10) + (micros >>> shift)
}

/** The largest value that falls into a bucket, what HDR histograms report for it. */
const highestOf = (bucket: number): number => {
  if (bucket < 2048) return bucket
  const shift = (bucket >>> 10) - 1
  return (bucket - (shift << 10) + 1) * 2 ** shift - 1
}

/** What a histogram says of its values; all in microseconds. */
export interface Latencies {
  readonly count: number
  /** Exact; 0 when there is no value. */
  readonly minMicros: number
  /** Exact; 0 when there is no value. */
  readonly maxMicros: number
  /** Exact; 0 when there is no value. */
  readonly meanMicros: number
  /**
   * The smallest recorded value, to three digits, that at least `percents[i]` per cent of the values do not
   * exceed; never above `maxMicros`, and 0 when there is no value. Of 1, 2, 3 and 4 the 50th is 2.
   *
   * @param percents 0 to 100, ascending
   */
  readonly percentiles: (percents: ReadonlyArray<number>) => ReadonlyArray<number>
}

export class Histogram implements Latencies {
  private readonly counts = new Uint32Array(bucketCount)
  private lowest = bucketCount
  private highest = -1
  private sumMicros = 0
  private min = Number.POSITIVE_INFINITY
  private max = 0
  count = 0

  /** @param micros >= 0; fractions are rounded to the nearest microsecond for the percentiles */
  record(micros: number): void {
    this.addTo(bucketOf(Math.min(Math.round(micros), highestMicros)), 1)
    this.sumMicros += micros
    if (micros < this.min) this.min = micros
    if (micros > this.max) this.max = micros
  }

  /** Adds every value of another histogram; the result is that of one histogram that recorded both. */
  add(other: Histogram): void {
    for (let bucket = other.lowest; bucket <= other.highest; bucket++) {
      const count = other.counts[bucket] ?? 0
      if (count > 0) this.addTo(bucket, count)
    }
    this.sumMicros += other.sumMicros
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  /** The same values, and unlike this one it stays as it is. */
  copy(): Histogram {
    const copy = new Histogram()
    copy.add(this)
    return copy
  }

  /** All that it holds, for another thread of this machine: the counts from the lowest to the highest used bucket. */
  toBytes(): Uint8Array {
    const counts = this.counts.subarray(this.lowest, this.highest + 1)
    const bytes = new Uint8Array(headerBytes + counts.byteLength)
    new Float64Array(bytes.buffer, 0, 3).set([this.sumMicros, this.min, this.max])
    const words = new Uint32Array(bytes.buffer, 24)
    words[0] = this.lowest
    words.set(counts, 1)
    return bytes
  }

  /** The histogram of `toBytes`; none when the bytes cannot be one. */
  static fromBytes(given: Uint8Array): Option.Option<Histogram> {
    const used = (given.byteLength - headerBytes) / bytesPerCount
    if (!Number.isInteger(used) || used < 0) return Option.none()
    const { buffer } = given.slice() // begins at 0, as arrays of wider numbers need it
    const [sumMicros = 0, min = 0, max = 0] = new Float64Array(buffer, 0, 3)
    const words = new Uint32Array(buffer, 24)
    const [lowest = 0] = words
    if (lowest + used > bucketCount) return Option.none()
    const histogram = new Histogram()
    words.subarray(1).forEach((count, i) => {
      if (count > 0) histogram.addTo(lowest + i, count)
    })
    histogram.sumMicros = sumMicros
    histogram.min = min
    histogram.max = max
    return Option.some(histogram)
  }

  get minMicros(): number {
    return this.count === 0 ? 0 : this.min
  }

  get maxMicros(): number {
    return this.max
  }

  get meanMicros(): number {
    return this.count === 0 ? 0 : this.sumMicros / this.count
  }

  percentiles(percents: ReadonlyArray<number>): ReadonlyArray<number> {
    let bucket = this.lowest
    let seen = this.count === 0 ? 0 : (this.counts[bucket] ?? 0)
    return percents.map((percent) => {
      if (this.count === 0) return 0
      // 99.9 % of 1,000 is rank 999, although floating point makes it 999.0000000000001.
      const rank = Math.max(1, Math.ceil(((percent * this.count) / 100) * (1 - 1e-12)))
      while (seen < rank && bucket < this.highest) {
        bucket++
        seen += this.counts[bucket] ?? 0
      }
      return Math.max(this.minMicros, Math.min(highestOf(bucket), this.max))
    })
  }

  private addTo(bucket: number, count: number): void {
    this.counts[bucket] = (this.counts[bucket] ?? 0) + count
    this.count += count
    if (bucket < this.lowest) this.lowest = bucket
    if (bucket > this.highest) this.highest = bucket
  }
}

/** A histogram in a message: bytes that are none are refused. */
export const HistogramFromBytes = Schema.transformOrFail(
  Schema.Uint8ArrayFromSelf,
  Schema.instanceOf(Histogram),
  {
    strict: true,
    decode: (bytes, _, ast) =>
      Option.match(Histogram.fromBytes(bytes), {
        onNone: () => ParseResult.fail(new ParseResult.Type(ast, bytes, "is not a histogram")),
        onSome: ParseResult.succeed
      }),
    encode: (histogram) => ParseResult.succeed(histogram.toBytes())
  }
)
