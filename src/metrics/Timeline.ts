/** A run second by second, in a bounded number of points: a run of three weeks has as many as one of two hours. */
import * as Schema from "effect/Schema"
import {
  addStarts,
  busyShare,
  cpuCores,
  type GeneratorHealth,
  type Starts,
  thenHealth
} from "./GeneratorHealth.ts"
import { Histogram } from "./Histogram.ts"
import * as Option from "effect/Option"

const GeneratorPoint = Schema.Struct({
  /** CPU time of the process per second: 1 is one core. */
  cpuCores: Schema.Number,
  /** Share of the time in which the event loop of the busiest thread ran code, 0 to 1. */
  busy: Schema.Number,
  /** What an answer waited before it was seen. */
  loopDelayMs: Schema.Struct({ p50: Schema.Number, p99: Schema.Number, max: Schema.Number }),
  /** Pauses for garbage collection. */
  gcPauses: Schema.Struct({ count: Schema.Int, totalMs: Schema.Number, maxMs: Schema.Number }),
  /** Resident memory of the process. */
  rssBytes: Schema.Int,
  openSockets: Schema.Int
})

/** One second of the run, or several that were put together; all requests. */
export const TimelinePoint = Schema.Struct({
  /** At its end, since the run began. */
  elapsedSeconds: Schema.Number,
  /** How long it was by the clock: about 1, less for the last one; 2, 4, 8, ... in long runs. */
  seconds: Schema.Number,
  /** The most that ran at the end of a second. */
  users: Schema.Int,
  requests: Schema.Int,
  failures: Schema.Int,
  /** Confirmed by the server in this time. */
  operations: Schema.Int,
  /** Of the requests that ended in this time; `null` when none did. */
  latencyMs: Schema.NullOr(
    Schema.Struct({ p50: Schema.Number, p95: Schema.Number, p99: Schema.Number, max: Schema.Number })
  ),
  /** Iterations that began more than 10 ms after their time. */
  lateStarts: Schema.Int,
  /** `null` when the generator was not observed. */
  generator: Schema.NullOr(GeneratorPoint)
})
export interface TimelinePoint extends Schema.Schema.Type<typeof TimelinePoint> {}

/** What is counted of one second. */
export interface Second {
  readonly elapsedSeconds: number
  readonly seconds: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  readonly operations: number
  readonly latencies: Histogram
  readonly starts: Starts
  readonly generator: GeneratorHealth | undefined
}

const millis = (micros: number): number => Number((micros / 1000).toFixed(3))

const generatorPoint = (health: GeneratorHealth): typeof GeneratorPoint.Type => {
  const { loopDelays, pauses, rssBytes, sockets } = health
  const [p50 = 0, p99 = 0] = loopDelays.percentiles([50, 99])
  return {
    cpuCores: Number(cpuCores(health).toFixed(3)),
    busy: Number(busyShare(health).toFixed(3)),
    loopDelayMs: { p50: millis(p50), p99: millis(p99), max: millis(loopDelays.maxMicros) },
    gcPauses: { count: pauses.count, totalMs: millis(pauses.totalMicros), maxMs: millis(pauses.maxMicros) },
    rssBytes,
    openSockets: sockets
  }
}

export const pointOf = ({ generator, latencies, starts, ...counted }: Second): TimelinePoint => {
  const [p50 = 0, p95 = 0, p99 = 0] = latencies.percentiles([50, 95, 99]).map(millis)
  return {
    elapsedSeconds: Number(counted.elapsedSeconds.toFixed(6)),
    seconds: Number(counted.seconds.toFixed(6)),
    users: counted.users,
    requests: counted.requests,
    failures: counted.failures,
    operations: counted.operations,
    latencyMs: latencies.count === 0 ? null : { p50, p95, p99, max: millis(latencies.maxMicros) },
    lateStarts: starts.late,
    generator: generator === undefined ? null : generatorPoint(generator)
  }
}

const bothHealths = (
  a: GeneratorHealth | undefined,
  b: GeneratorHealth | undefined
): GeneratorHealth | undefined => (a === undefined || b === undefined ? (a ?? b) : thenHealth(a, b))

const bothSeconds = (a: Second, b: Second): Second => {
  const latencies = a.latencies.copy()
  latencies.add(b.latencies)
  return {
    elapsedSeconds: b.elapsedSeconds,
    seconds: a.seconds + b.seconds,
    users: Math.max(a.users, b.users),
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    operations: a.operations + b.operations,
    latencies,
    starts: addStarts(a.starts, b.starts),
    generator: bothHealths(a.generator, b.generator)
  }
}

/** A histogram has 94 KB, the few buckets that a second uses a thousandth of that. */
interface Kept {
  readonly second: Omit<Second, "latencies" | "generator">
  readonly latencies: Uint8Array
  readonly generator: (Omit<GeneratorHealth, "loopDelays"> & { readonly loopDelays: Uint8Array }) | undefined
  /** How many seconds it stands for. */
  readonly slices: number
  readonly point: TimelinePoint
}

const histogramOf = (bytes: Uint8Array): Histogram =>
  Option.getOrElse(Histogram.fromBytes(bytes), () => new Histogram())

const keep = (full: Second, slices: number): Kept => {
  const { generator, latencies, ...second } = full
  return {
    second,
    latencies: latencies.toBytes(),
    generator: generator && { ...generator, loopDelays: generator.loopDelays.toBytes() },
    slices,
    point: pointOf(full)
  }
}

const kept = ({ generator, latencies, second }: Kept): Second => ({
  ...second,
  latencies: histogramOf(latencies),
  generator: generator && { ...generator, loopDelays: histogramOf(generator.loopDelays) }
})

/** The most points of a run; a page draws them without delay. */
export const mostPoints = 3600

export class Timeline {
  private kept: Array<Kept> = []
  private slicesPerPoint = 1

  /** @param most points that are kept, even; when there are more, every two become one */
  constructor(private readonly most: number = mostPoints) {}

  add(second: Second): void {
    const last = this.kept.at(-1)
    if (last !== undefined && last.slices < this.slicesPerPoint) {
      this.kept[this.kept.length - 1] = keep(bothSeconds(kept(last), second), last.slices + 1)
      return
    }
    if (this.kept.length >= this.most) this.halve()
    this.kept.push(keep(second, 1))
  }

  /** Percentiles are those of all requests of a point, whether it is one second or more. */
  get points(): ReadonlyArray<TimelinePoint> {
    return this.kept.map(({ point }) => point)
  }

  private halve(): void {
    const halved: Array<Kept> = []
    for (let i = 0; i + 1 < this.kept.length; i += 2) {
      const [a, b] = [this.kept[i], this.kept[i + 1]]
      if (a !== undefined && b !== undefined) {
        halved.push(keep(bothSeconds(kept(a), kept(b)), a.slices + b.slices))
      }
    }
    this.kept = halved
    this.slicesPerPoint *= 2
  }
}
