/** A run second by second, in a bounded number of points: a run of three weeks has no more than one of two hours. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  busyShare,
  cpuCores,
  type GeneratorHealth,
  type HealthFigures,
  mergeFigures,
  waitedShare
} from "./GeneratorHealth.ts"
import { isLimited } from "./generatorLimits.ts"
import { Histogram, type Latencies } from "./Histogram.ts"
import { allOf, type ByOutcome } from "./LatenciesByOutcome.ts"
import { millis, rounded } from "./rounded.ts"
import { addStarts, type Starts } from "./Starts.ts"

/** The health of the generator in a second or in a whole run. */
export const GeneratorFigures = Schema.Struct({
  /** Delays of the event loop, measured by timers that are due every 10 ms. */
  loopDelayMs: Schema.Struct({ p50: Schema.Number, p99: Schema.Number, max: Schema.Number }),
  /** Pauses for garbage collection. */
  gcPauses: Schema.Struct({ count: Schema.Int, totalMs: Schema.Number, maxMs: Schema.Number }),
  /** Maximum resident memory of the process at the end of a second; `null` if it could not be read. */
  rssBytes: Schema.NullOr(Schema.Int),
  /** Maximum number of open connections of the HTTP clients at the end of a second. */
  openSockets: Schema.Int,
  /** How often and for how long the whole process was suspended. */
  suspensions: Schema.optionalWith(Schema.Struct({ count: Schema.Int, totalSeconds: Schema.Number }), {
    default: () => ({ count: 0, totalSeconds: 0 })
  })
})

const GeneratorPoint = Schema.Struct({
  /** Whether it, or an agent alone, exceeded one of `generatorLimits` in a second of this time, before rounding. */
  limited: Schema.Boolean,
  /** CPU time of the process per second: 1 is one core. */
  cpuCores: Schema.Number,
  /** Share of the time in which the event loop of the busiest thread ran code, 0 to 1. */
  busy: Schema.Number,
  /** Share of the time in which a thread was ready to run and had no processor, 0 to 1; `null` where the system does not report it. */
  processorWait: Schema.optionalWith(Schema.NullOr(Schema.Number), { default: () => null }),
  ...GeneratorFigures.fields
})

const Millis = Schema.NonNegative.pipe(Schema.finite())

/** `null` without a request. */
const Percentiles = Schema.NullOr(Schema.Struct({ p50: Millis, p95: Millis, p99: Millis }))

/** One second of the run, or several seconds in one point; all requests. */
export const TimelinePoint = Schema.Struct({
  /** At its end, since the start of the run; in the warm-up, since the start of the warm-up. */
  elapsedSeconds: Schema.NonNegative,
  /** Its length by the clock: about 1, less for the last point; 2, 4, 8, ... in long runs. */
  seconds: Schema.NonNegative,
  /** Maximum number of running users at the end of a second. */
  users: Schema.NonNegativeInt,
  requests: Schema.NonNegativeInt,
  failures: Schema.NonNegativeInt,
  /** Confirmed by the server in this time. */
  operations: Schema.NonNegativeInt,
  /** Documents that were read in this time. */
  rows: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 }),
  /** Of the requests that ended in this time; `null` if there are none. */
  latencyMs: Schema.NullOr(Schema.Struct({ p50: Millis, p95: Millis, p99: Millis, max: Millis })),
  /** The latencies of succeeded and of failed requests apart; `null` where none failed, and in files of older versions. */
  byOutcome: Schema.optionalWith(
    Schema.NullOr(Schema.Struct({ succeeded: Percentiles, failed: Percentiles })),
    { default: () => null }
  ),
  /** Iterations that began more than 10 ms after their due time. */
  lateStarts: Schema.NonNegativeInt,
  /** Iterations that did not begin, because no user was free in time; 0 in the closed model. */
  dropped: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 }),
  /** `null` when the generator was not observed. */
  generator: Schema.NullOr(GeneratorPoint)
})
export interface TimelinePoint extends Schema.Schema.Type<typeof TimelinePoint> {}

/** The counts of one second. */
export interface Second {
  readonly elapsedSeconds: number
  readonly seconds: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  readonly operations: number
  readonly rows: number
  readonly latenciesByOutcome: ByOutcome<Histogram>
  readonly starts: Starts
  readonly generator: GeneratorHealth | undefined
}

export const generatorFigures = (health: GeneratorHealth): typeof GeneratorFigures.Type => {
  const { loopDelays, pauses, rssBytes, sockets, suspensions } = health
  const [p50 = 0, p99 = 0] = loopDelays.percentiles([50, 99])
  return {
    loopDelayMs: { p50: millis(p50), p99: millis(p99), max: millis(loopDelays.maxMicros) },
    gcPauses: { count: pauses.count, totalMs: millis(pauses.totalMicros), maxMs: millis(pauses.maxMicros) },
    rssBytes,
    openSockets: sockets,
    suspensions: { count: suspensions.count, totalSeconds: rounded(suspensions.totalMicros / 1e6, 3) }
  }
}

const generatorPoint = (health: GeneratorHealth): Omit<typeof GeneratorPoint.Type, "limited"> => {
  const waited = waitedShare(health)
  return {
    cpuCores: rounded(cpuCores(health), 3),
    busy: rounded(busyShare(health), 3),
    processorWait: waited === null ? null : rounded(waited, 3),
    ...generatorFigures(health)
  }
}

const percentilesOf = (latencies: Latencies): typeof Percentiles.Type => {
  const [p50 = 0, p95 = 0, p99 = 0] = latencies.percentiles([50, 95, 99]).map(millis)
  return latencies.count === 0 ? null : { p50, p95, p99 }
}

/** @param limited of merged seconds, whose agents are not known apart any more */
export const pointOf = (
  { generator, latenciesByOutcome, starts, ...counted }: Second,
  limited = generator !== undefined && isLimited(generator)
): TimelinePoint => {
  const { failed, succeeded } = latenciesByOutcome
  const all = allOf(latenciesByOutcome)
  const percentiles = percentilesOf(all)
  return {
    elapsedSeconds: rounded(counted.elapsedSeconds, 6),
    seconds: rounded(counted.seconds, 6),
    users: counted.users,
    requests: counted.requests,
    failures: counted.failures,
    operations: counted.operations,
    rows: counted.rows,
    latencyMs: percentiles && { ...percentiles, max: millis(all.maxMicros) },
    byOutcome:
      failed === undefined || failed.count === 0
        ? null
        : { succeeded: percentilesOf(succeeded), failed: percentilesOf(failed) },
    lateStarts: starts.late,
    dropped: starts.dropped,
    generator: generator === undefined ? null : { ...generatorPoint(generator), limited }
  }
}

/** Maximum number of points of a run, which a page draws without delay. */
export const maxPoints = 3600

/** Of its warm-up, which fewer show as well: the files of a run have both. */
export const maxWarmUpPoints = 450

/** One or more seconds, with histograms as bytes: 2,000 latencies take 3 KB, their histogram tens. */
interface Packed {
  readonly counted: Omit<Second, "latenciesByOutcome" | "generator">
  readonly latencies: ByOutcome<Uint8Array>
  readonly generator: { readonly figures: HealthFigures; readonly loopDelays: Uint8Array } | undefined
  /** Number of seconds. */
  readonly slices: number
  readonly point: TimelinePoint
}

const pack = (second: Second, slices: number, limited?: boolean): Packed => {
  const { generator, latenciesByOutcome, ...counted } = second
  const { failed, succeeded } = latenciesByOutcome
  return {
    counted,
    latencies: { succeeded: succeeded.toBytes(), failed: failed?.toBytes() },
    generator: generator && { figures: generator, loopDelays: generator.loopDelays.toBytes() },
    slices,
    point: pointOf(second, limited)
  }
}

const both = <A>(a: A | undefined, b: A | undefined, then: (a: A, b: A) => A): A | undefined =>
  a === undefined || b === undefined ? (a ?? b) : then(a, b)

/** Merges two consecutive points, in histograms that are allocated once. */
const makeMerge = () => {
  const [succeeded, failed, loopDelays] = [new Histogram(), new Histogram(), new Histogram()]
  const sum = (histogram: Histogram, parts: ReadonlyArray<Uint8Array | undefined>): void => {
    histogram.clear()
    for (const bytes of parts) if (bytes !== undefined) Option.getOrThrow(histogram.addBytes(bytes))
  }
  return (a: Packed, b: Packed): Packed => {
    sum(succeeded, [a.latencies.succeeded, b.latencies.succeeded])
    sum(failed, [a.latencies.failed, b.latencies.failed])
    sum(loopDelays, [a.generator?.loopDelays, b.generator?.loopDelays])
    const figures = both(a.generator?.figures, b.generator?.figures, mergeFigures)
    const second: Second = {
      elapsedSeconds: b.counted.elapsedSeconds,
      seconds: a.counted.seconds + b.counted.seconds,
      users: Math.max(a.counted.users, b.counted.users),
      requests: a.counted.requests + b.counted.requests,
      failures: a.counted.failures + b.counted.failures,
      operations: a.counted.operations + b.counted.operations,
      rows: a.counted.rows + b.counted.rows,
      latenciesByOutcome: failed.count === 0 ? { succeeded } : { succeeded, failed },
      starts: addStarts(a.counted.starts, b.counted.starts),
      generator: figures && { ...figures, loopDelays }
    }
    const limited = a.point.generator?.limited === true || b.point.generator?.limited === true
    return pack(second, a.slices + b.slices, limited)
  }
}

/**
 * When there are too many points, every two become one. The pairs are made in advance, one per second, so that no second
 * of a run takes longer than others.
 */
export class Timeline {
  private all: Array<TimelinePoint> = []
  /** The last points, of which the very last may be incomplete; the points before them are in pairs. */
  private unpaired: Array<Packed> = []
  /** The points after the next halving. */
  private pairs: Array<Packed> = []
  private slicesPerPoint = 1
  private readonly merge = makeMerge()

  /** @param max maximum number of points, even */
  constructor(private readonly max: number = maxPoints) {}

  /** @returns the second alone, as a point */
  add(second: Second): TimelinePoint {
    const added = pack(second, 1)
    const last = this.unpaired.at(-1)
    if (last !== undefined && last.slices < this.slicesPerPoint) {
      this.unpaired.pop()
      this.all.pop()
      this.append(this.merge(last, added))
    } else {
      if (this.all.length >= this.max) this.halve()
      this.append(added)
    }
    this.pairNext()
    return added.point
  }

  /** Percentiles are those of all requests of a point, whether it is one second or more. */
  get points(): ReadonlyArray<TimelinePoint> {
    return [...this.all]
  }

  /** Of all its histograms. */
  get byteLength(): number {
    return [...this.unpaired, ...this.pairs].reduce(
      (sum, { generator, latencies: { failed, succeeded } }) =>
        sum + succeeded.byteLength + (failed?.byteLength ?? 0) + (generator?.loopDelays.byteLength ?? 0),
      0
    )
  }

  private append(last: Packed): void {
    this.unpaired.push(last)
    this.all.push(last.point)
  }

  /**
   * One pair for each second is enough: after halving, n / 2 points wait for a partner, and at least n seconds come
   * before the next halving, which needs n / 2 pairs.
   */
  private pairNext(): void {
    const [a, b] = this.unpaired
    if (a === undefined || b === undefined || b.slices < this.slicesPerPoint) return
    this.unpaired.splice(0, 2)
    this.pairs.push(this.merge(a, b))
  }

  private halve(): void {
    this.unpaired = this.pairs
    this.all = this.pairs.map(({ point }) => point)
    this.pairs = []
    this.slicesPerPoint *= 2
  }
}
