/** Whether figures of a long run changed while its load did not: drift, and memory that grows without end. */
import * as Schema from "effect/Schema"
import { rounded } from "../metrics/rounded.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { memorySeries, type WatchedProcesses } from "./ProcessActivity.ts"
import { stepTrendOf, type TimedValue, trendOf } from "./trend.ts"

const Kind = Schema.Literal("latency", "throughput", "failures", "memory")
type Kind = typeof Kind.Type

/** A figure over time. */
export const DriftSeries = Schema.Struct({
  /** `latency p95`, `memory of the load generator`. */
  name: Schema.String,
  kind: Kind,
  /** `ms`, `operations/s`, `share` (0 to 1), `bytes`. */
  unit: Schema.String,
  /** Values of the fitted line at the start and at the end of the observed time; of steps the first and the last block. */
  from: Schema.Finite,
  to: Schema.Finite,
  /** Change per hour, with its 99 % confidence interval; `null` if there are too few independent values for one. */
  perHour: Schema.Finite,
  interval: Schema.NullOr(Schema.Struct({ low: Schema.Finite, high: Schema.Finite })),
  /**
   * - `steady`: no change that is both certain and large enough to matter
   * - `drift`: it changed, beyond its noise and by more than a run may
   * - `leak`: memory that grew in each quarter of the time; only `memory` has it
   * - `unclear`: it changed by as much, but neighbouring values depend on each other so much that it may be chance
   */
  verdict: Schema.Literal("steady", "drift", "leak", "unclear")
})
export interface DriftSeries extends Schema.Schema.Type<typeof DriftSeries> {}

export const Drift = Schema.Struct({
  /** The observed part of the run: at constant load, without its first tenth. In seconds since the start of the run. */
  fromSeconds: Schema.Finite,
  toSeconds: Schema.Finite,
  series: Schema.Array(DriftSeries)
})
export interface Drift extends Schema.Schema.Type<typeof Drift> {}

/** A value of a second or of several, that of the whole time of it. */
interface SeriesPoint {
  /** Its middle, in seconds since the start of the run. */
  readonly at: number
  readonly value: number
  /** Its share in a mean, such as its seconds or its requests. */
  readonly weight: number
}

/** A figure over time, to be judged: any numbers that somebody measured beside a load. */
export interface Series extends Pick<DriftSeries, "name" | "kind" | "unit"> {
  /** By time, ascending. */
  readonly points: ReadonlyArray<SeriesPoint>
}

/** A run with less time at constant load shows no drift. */
export const minSteadySeconds = 600

/** What comes first, caches and compiled code for example, is no drift. */
const settlingShare = 0.1

/** The observed time is divided into so many blocks. Values of blocks depend on each other less than those of seconds. */
const blockCount = 60

/** With fewer blocks that have a value, nothing is said. */
const minBlocks = 40

const meanOf = (points: ReadonlyArray<SeriesPoint>): number => {
  const weight = points.reduce((sum, each) => sum + each.weight, 0)
  return points.reduce((sum, { value, weight }) => sum + value * weight, 0) / weight
}

const medianOf = (points: ReadonlyArray<SeriesPoint>): number => {
  const sorted = points.map(({ value }) => value).toSorted((a, b) => a - b)
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1)
  return middle.reduce((sum, each) => sum + each, 0) / middle.length
}

interface KindRule {
  /** The value of a block. */
  readonly combined: (points: ReadonlyArray<SeriesPoint>) => number
  /** Whether a change is large enough to matter. */
  readonly matters: (from: number, to: number) => boolean
}

const changesBy =
  (share: number): KindRule["matters"] =>
  (from, to) =>
    Math.abs(to - from) >= share * Math.abs(from)

/** Memory that grows by less may be a cache. */
const minLeakBytes = 20e6

const rules: Readonly<Record<Kind, KindRule>> = {
  latency: { combined: medianOf, matters: changesBy(0.1) },
  throughput: { combined: meanOf, matters: changesBy(0.1) },
  failures: { combined: meanOf, matters: (from, to) => Math.abs(to - from) >= 0.005 },
  memory: {
    combined: meanOf,
    matters: (from, to) => to - from >= Math.max(minLeakBytes, 0.1 * from)
  }
}

/** One value for each block of the time that has a point. */
const blocksOf = (
  points: ReadonlyArray<SeriesPoint>,
  { from, to }: Span,
  combined: KindRule["combined"]
): ReadonlyArray<TimedValue> => {
  const length = (to - from) / blockCount
  const blocks = Array.from({ length: blockCount }, (): Array<SeriesPoint> => [])
  for (const point of points) blocks[Math.floor((point.at - from) / length)]?.push(point)
  return blocks.flatMap((within, place) =>
    within.length === 0 ? [] : [{ at: from + (place + 0.5) * length, value: combined(within) }]
  )
}

/**
 * Whether memory grew in each quarter: its lowest value by at least a quarter of the mean growth. Memory that grows to a
 * limit, as that of a cache does, stops; the lowest value of a quarter is one after a garbage collection.
 */
const growsWithoutEnd = (blocks: ReadonlyArray<TimedValue>): boolean => {
  const quarter = (nth: number) =>
    blocks.slice(Math.floor((nth * blocks.length) / 4), Math.floor(((nth + 1) * blocks.length) / 4))
  const lowest = [0, 1, 2, 3].map((nth) => Math.min(...quarter(nth).map(({ value }) => value)))
  const rises = lowest.slice(1).map((each, place) => each - (lowest[place] ?? each))
  const mean = rises.reduce((sum, each) => sum + each, 0) / rises.length
  return mean > 0 && rises.every((each) => each >= mean / 4)
}

interface Span {
  readonly from: number
  readonly to: number
}

/** The verdict on a change that is large enough to matter. */
const largeChange = (kind: Kind, slope: number, margin: number): DriftSeries["verdict"] => {
  if (!Number.isFinite(margin)) return "unclear"
  if (Math.abs(slope) <= margin) return "steady"
  return kind === "memory" ? "leak" : "drift"
}

/** Memory that is kept adds up: where a line tells nothing, its steps may. */
const trendIn = (kind: Kind, blocks: ReadonlyArray<TimedValue>) => {
  const line = trendOf(blocks)
  return kind === "memory" && line !== undefined && !Number.isFinite(line.margin) ? stepTrendOf(blocks) : line
}

const judge = (series: Series, span: Span): ReadonlyArray<DriftSeries> => {
  const { kind, name, points, unit } = series
  const { combined, matters } = rules[kind]
  const blocks = blocksOf(points, span, combined)
  const trend = trendIn(kind, blocks)
  if (trend === undefined || blocks.length < minBlocks) return []
  const { first, last, margin, slope } = trend
  const isKnown = Number.isFinite(margin)
  const isLarge = matters(first, last) && (kind !== "memory" || growsWithoutEnd(blocks))
  const digits = kind === "failures" ? 6 : 3
  const hourly = (perSecond: number) => rounded(3600 * perSecond, digits)
  return [
    {
      name,
      kind,
      unit,
      from: rounded(first, digits),
      to: rounded(last, digits),
      perHour: hourly(slope),
      interval: isKnown ? { low: hourly(slope - margin), high: hourly(slope + margin) } : null,
      verdict: isLarge ? largeChange(kind, slope, margin) : "steady"
    }
  ]
}

/**
 * Judges figures of a run at constant load. The first tenth of the time is left out; the rest is divided into 60 blocks,
 * whose slope is judged (`trendOf`, of memory also `stepTrendOf`). A drift is a slope that differs from 0 with 99 % confidence
 * and changes the figure over the observed time by 10 % or more (failures: by half a percentage point); a suspected leak is
 * memory that grew by 10 % and 20 MB or more, in each quarter of the time.
 *
 * @param constant the part of the run with constant load, in seconds since its start
 * @returns `null` if it is shorter than 10 minutes
 * @example p95 that grows by 1 % a minute for an hour from 100 ms: from 106 to 160 ms, 60 ms per hour, `drift`
 */
export const driftOf = (series: ReadonlyArray<Series>, constant: Span): Drift | null => {
  const seconds = constant.to - constant.from
  if (seconds < minSteadySeconds) return null
  const span = { from: constant.from + settlingShare * seconds, to: constant.to }
  return {
    fromSeconds: rounded(span.from, 3),
    toSeconds: rounded(span.to, 3),
    series: series.flatMap((each) => judge(each, span))
  }
}

const succeededLatency = ({ byOutcome, latencyMs }: TimelinePoint) =>
  byOutcome === null ? latencyMs : byOutcome.succeeded

const latencySeries = (timeline: ReadonlyArray<TimelinePoint>, percentile: "p50" | "p95"): Series => ({
  name: `latency ${percentile}`,
  kind: "latency",
  unit: "ms",
  points: timeline.flatMap((point) => {
    const latency = succeededLatency(point)
    return latency === null ? [] : [{ at: middleOf(point), value: latency[percentile], weight: 1 }]
  })
})

const middleOf = ({ elapsedSeconds, seconds }: TimelinePoint): number => elapsedSeconds - seconds / 2

/** The memory of watched processes of the server. */
export const memoryOf = (processes: Pick<WatchedProcesses, "label" | "timeline">): Series => ({
  name: `memory of ${processes.label}`,
  kind: "memory",
  unit: "bytes",
  points: memorySeries(processes).map(([at, value]) => ({ at, value, weight: 1 }))
})

/** The figures that every run has over time; latencies are those of succeeded requests. */
export const seriesOf = (timeline: ReadonlyArray<TimelinePoint>): ReadonlyArray<Series> => {
  const counted = timeline.some(({ operations }) => operations > 0) ? "operations" : "rows"
  return [
    latencySeries(timeline, "p50"),
    latencySeries(timeline, "p95"),
    {
      name: `${counted} per second`,
      kind: "throughput",
      unit: `${counted}/s`,
      points: timeline.flatMap((point) =>
        point.seconds > 0
          ? [{ at: middleOf(point), value: point[counted] / point.seconds, weight: point.seconds }]
          : []
      )
    },
    {
      name: "failed requests",
      kind: "failures",
      unit: "share",
      points: timeline.flatMap((point) =>
        point.requests > 0
          ? [{ at: middleOf(point), value: point.failures / point.requests, weight: point.requests }]
          : []
      )
    },
    {
      name: "memory of the load generator",
      kind: "memory",
      unit: "bytes",
      points: timeline.flatMap((point) => {
        const bytes = point.generator?.rssBytes ?? null
        return bytes === null ? [] : [{ at: middleOf(point), value: bytes, weight: point.seconds }]
      })
    }
  ]
}
