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

/** The highest value that is distinguished, 2^32 - 1 us; longer ones count as this. */
export const highestMicros = 0xffffffff

const bucketCount = 22 * 1024 + 1024

/** Counts are kept in blocks of 2^8 buckets, 1 KB each, made for their first value: latencies of a server use few. */
const blockBits = 8
const blockMask = (1 << blockBits) - 1

/** Before the counts: sum, minimum and maximum as float64. */
const headerBytes = 24

/** The digits of 7 bits of a number of 34 bits, twice the highest count. */
const maxDigits = 5

/** Buffer in which bytes are written before they are copied. */
const draft = new Uint8Array(headerBytes + bucketCount * maxDigits)
const draftHeader = new DataView(draft.buffer)

/** Writes a number in digits of 7 bits, the lowest first; all but the last have the eighth bit set (LEB128). */
const writeNumber = (value: number, at: number): number => {
  let rest = value
  while (rest > 127) {
    draft[at++] = (rest % 128) + 128
    rest = Math.floor(rest / 128)
  }
  draft[at++] = rest
  return at
}

const bucketOf = (micros: number): number => {
  if (micros < 2048) return micros
  const shift = 21 - Math.clz32(micros)
  return (shift << 10) + (micros >>> shift)
}

/** The largest value of a bucket, which HDR histograms report for it. */
const highestOf = (bucket: number): number => {
  if (bucket < 2048) return bucket
  const shift = (bucket >>> 10) - 1
  return (bucket - (shift << 10) + 1) * 2 ** shift - 1
}

/** The statistics of a histogram, in microseconds. */
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
  private readonly blocks: Array<Uint32Array | undefined> = []
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

  /** Adds every value of another histogram, as if it had been recorded here. */
  add(other: Histogram): void {
    for (let bucket = other.lowest; bucket <= other.highest; bucket++) {
      const count = other.countOf(bucket)
      if (count > 0) this.addTo(bucket, count)
    }
    this.sumMicros += other.sumMicros
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  /** A copy that does not change with this one. */
  copy(): Histogram {
    const copy = new Histogram()
    copy.add(this)
    return copy
  }

  /** Removes every value, as if it were new. */
  clear(): void {
    this.blocks.length = 0
    this.lowest = bucketCount
    this.highest = -1
    this.sumMicros = 0
    this.min = Number.POSITIVE_INFINITY
    this.max = 0
    this.count = 0
  }

  /**
   * The complete histogram in few bytes: after the header the counts in the order of the buckets, `2 * count` for a used
   * bucket and `2 * n - 1` for n unused ones. 2,000 latencies between 1 and 200 ms are about 3 KB.
   *
   * @see HdrHistogram's V2 format, which writes counts and runs of empty buckets as the same numbers
   * @example of 2, 2 and 5 us the numbers are 3, 4, 3, 2: two empty buckets, 2 values, two empty buckets, 1 value
   */
  toBytes(): Uint8Array {
    draftHeader.setFloat64(0, this.sumMicros)
    draftHeader.setFloat64(8, this.min)
    draftHeader.setFloat64(16, this.max)
    let at = headerBytes
    let next = 0
    for (let bucket = this.lowest; bucket <= this.highest; bucket++) {
      const count = this.countOf(bucket)
      if (count === 0) continue
      if (bucket > next) at = writeNumber(2 * (bucket - next) - 1, at)
      at = writeNumber(2 * count, at)
      next = bucket + 1
    }
    return draft.slice(0, at)
  }

  /**
   * Adds every value of a histogram that was encoded by `toBytes`.
   *
   * @returns this histogram; none if the bytes are invalid, in which case a part of them may have been added
   */
  addBytes(bytes: Uint8Array): Option.Option<Histogram> {
    if (bytes.byteLength < headerBytes) return Option.none()
    const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
    let bucket = 0
    let value = 0
    let digit = 1
    for (let at = headerBytes; at < bytes.byteLength; at++) {
      const byte = bytes[at] ?? 0
      value += (byte & 127) * digit
      if (byte > 127) {
        digit *= 128
        if (digit === 128 ** maxDigits) return Option.none()
        continue
      }
      if (value % 2 === 1) bucket += (value + 1) / 2
      else if (bucket < bucketCount) this.addTo(bucket++, value / 2)
      else return Option.none()
      value = 0
      digit = 1
    }
    if (digit > 1) return Option.none()
    this.sumMicros += header.getFloat64(0)
    this.min = Math.min(this.min, header.getFloat64(8))
    this.max = Math.max(this.max, header.getFloat64(16))
    return Option.some(this)
  }

  /** Decodes the bytes of `toBytes`; none if they are invalid. */
  static fromBytes(bytes: Uint8Array): Option.Option<Histogram> {
    return new Histogram().addBytes(bytes)
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
    let seen = this.count === 0 ? 0 : this.countOf(bucket)
    return percents.map((percent) => {
      if (this.count === 0) return 0
      // 99.9 % of 1,000 is rank 999, although floating point makes it 999.0000000000001.
      const rank = Math.max(1, Math.ceil(((percent * this.count) / 100) * (1 - 1e-12)))
      while (seen < rank && bucket < this.highest) {
        bucket++
        seen += this.countOf(bucket)
      }
      return Math.max(this.minMicros, Math.min(highestOf(bucket), this.max))
    })
  }

  private countOf(bucket: number): number {
    return this.blocks[bucket >>> blockBits]?.[bucket & blockMask] ?? 0
  }

  private addTo(bucket: number, count: number): void {
    const block = (this.blocks[bucket >>> blockBits] ??= new Uint32Array(1 << blockBits))
    const at = bucket & blockMask
    block[at] = (block[at] ?? 0) + count
    this.count += count
    if (bucket < this.lowest) this.lowest = bucket
    if (bucket > this.highest) this.highest = bucket
  }
}

/** A histogram in a message; invalid bytes are refused. */
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
