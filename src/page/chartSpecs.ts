/** Which charts there are, and what they show of a second. */
import type { Model } from "../domain/LoadResult.ts"
import { addKnown } from "../metrics/addKnown.ts"
import { generatorLimits } from "../metrics/generatorLimits.ts"
import { rounded } from "../metrics/rounded.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"

type Millis = number | null

/** A part of a run, which ended then and was so long. */
export interface Span {
  readonly elapsedSeconds: number
  readonly seconds: number
}

/** What charts read of a point: all that edfi-perf knows of one, or what the files of another tool tell. */
export interface ChartPoint extends Span, Pick<TimelinePoint, "users" | "requests" | "failures"> {
  readonly operations: number | null
  readonly latencyMs: { readonly p50: Millis; readonly p95: Millis; readonly p99: Millis } | null
  readonly generator?: TimelinePoint["generator"]
  readonly dropped?: number
}

/**
 * Two times, one after the other, as one. Counts are added up. Percentiles and the health of the generator cannot be:
 * they stay those of the longer time, those of the shorter one are in no chart. Users are the most there were.
 *
 * @example 10 requests in 1 s and 5, of which 4 failed, in 0.25 s: 15 requests in 1.25 s, of which 4 failed
 */
export const addChartPoints = (a: ChartPoint, b: ChartPoint): ChartPoint => {
  const { generator, latencyMs } = a.seconds < b.seconds ? b : a
  return {
    elapsedSeconds: b.elapsedSeconds,
    seconds: rounded(a.seconds + b.seconds, 6),
    users: Math.max(a.users, b.users),
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    operations: addKnown(a.operations, b.operations),
    latencyMs,
    ...(generator === undefined ? {} : { generator }),
    ...(a.dropped === undefined || b.dropped === undefined ? {} : { dropped: a.dropped + b.dropped })
  }
}

export interface Line<Point = ChartPoint> {
  readonly label: string
  /** `null` leaves a gap. */
  readonly value: (point: Point) => number | null
}

/** A value that a chart has a line at. */
export interface ReferenceLine {
  /** `limit`. */
  readonly name: string
  readonly value: number
  /** It should not be exceeded. */
  readonly bad: boolean
  /** It is in sight though all values are far below it. */
  readonly inSight: boolean
}

/** How a chart looks, whatever its columns are of. */
export interface ChartStyle {
  readonly id: string
  readonly title: string
  /** Of all its lines. */
  readonly unit: string
  /** A value that holds for its whole second, as a number of users does. */
  readonly steps?: boolean
  /** Columns in place of lines. */
  readonly bars?: boolean
  /** So few points that each is to be seen. */
  readonly few?: boolean
  /** Lines have points at different places: at the pointer it is the nearest of each. */
  readonly nearest?: boolean
  /** A number of things, of which there is no half. */
  readonly whole?: boolean
  /** As wide as the page. */
  readonly wide?: boolean
  /** Can be drawn on a logarithmic scale. */
  readonly logarithmic?: boolean
  readonly level?: ReferenceLine
}

/** A chart over time. */
export interface ChartSpec extends ChartStyle {
  readonly lines: readonly [Line, ...Array<Line>]
  /** The seconds that are shaded. */
  readonly shaded?: (point: ChartPoint) => boolean
  /** Left out when it has nothing to show: not everybody observes the generator. */
  readonly optional?: boolean
  /** The place of its first line in the row of colours. */
  readonly color: number
}

/** So many per second. */
export const rate =
  <Point extends Span>(counted: (point: Point) => number | null) =>
  (point: Point): number | null => {
    const count = counted(point)
    return count === null ? null : count / point.seconds
  }

type Percentile = keyof NonNullable<ChartPoint["latencyMs"]>
const latency = (percentile: Percentile): Line => ({
  label: percentile,
  value: ({ latencyMs }) => latencyMs?.[percentile] ?? null
})

/** Whether the generator was over one of its limits in a point. */
const overLimits = ({ generator }: ChartPoint): boolean => generator?.limited === true

const percentOf = (share: number | null | undefined): number | null =>
  share === null || share === undefined ? null : 100 * share

const limit = (value: number): ReferenceLine => ({ name: "limit", value, bad: true, inSight: false })

export const chartSpecs: ReadonlyArray<ChartSpec> = [
  {
    id: "operations",
    title: "Operations confirmed",
    unit: "per second",
    color: 0,
    lines: [{ label: "operations", value: rate(({ operations }) => operations) }]
  },
  {
    id: "requests",
    title: "Requests",
    unit: "per second",
    color: 1,
    lines: [{ label: "requests", value: rate(({ requests }) => requests) }]
  },
  {
    id: "latency",
    title: "Latency of whole requests",
    unit: "ms",
    color: 0,
    wide: true,
    logarithmic: true,
    lines: [latency("p50"), latency("p95"), latency("p99")]
  },
  {
    id: "users",
    title: "Users",
    unit: "users",
    color: 3,
    steps: true,
    whole: true,
    lines: [{ label: "users", value: ({ users }) => users }]
  },
  {
    id: "failures",
    title: "Failed requests",
    unit: "per second",
    color: 5,
    steps: true,
    lines: [{ label: "failures", value: rate(({ failures }) => failures) }]
  },
  {
    id: "dropped",
    title: "Iterations dropped",
    unit: "per second",
    color: 5,
    optional: true,
    steps: true,
    lines: [{ label: "dropped", value: rate(({ dropped }) => dropped ?? null) }]
  },
  {
    id: "generator-load",
    title: "Load generator: busy",
    unit: "% of one core",
    color: 2,
    optional: true,
    level: limit(100 * generatorLimits.busyShare),
    shaded: overLimits,
    lines: [
      { label: "busiest event loop", value: ({ generator }) => percentOf(generator?.busy) },
      { label: "CPU of the process", value: ({ generator }) => percentOf(generator?.cpuCores) },
      { label: "waiting for a processor", value: ({ generator }) => percentOf(generator?.processorWait) }
    ]
  },
  {
    id: "generator-delay",
    title: "Load generator: event loop late by",
    unit: "ms",
    color: 2,
    optional: true,
    level: limit(generatorLimits.loopDelayP99Millis),
    shaded: overLimits,
    lines: [{ label: "p99", value: ({ generator }) => generator?.loopDelayMs.p99 ?? null }]
  }
]

const closedSpecs = chartSpecs.filter(({ id }) => id !== "dropped")

/** The charts of a run: in the closed model nothing is due, so nothing is dropped. */
export const chartSpecsOf = (model: Model): ReadonlyArray<ChartSpec> =>
  model === "open" ? chartSpecs : closedSpecs
