/** The charts over time, and the values that they show for a point. */
import { addKnown } from "../metrics/addKnown.ts"
import { generatorLimits } from "../metrics/generatorLimits.ts"
import { rounded } from "../metrics/rounded.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { hasOperations, hasReads } from "../result/kindsOfWork.ts"
import type { RunState } from "../result/Summary.ts"

type Millis = number | null
interface Percentiles {
  readonly p50: Millis
  readonly p95: Millis
  readonly p99: Millis
}

/** A part of a run: its end and its length. */
export interface Span {
  readonly elapsedSeconds: number
  readonly seconds: number
}

/** The figures of a point; files of other tools have only some. */
export interface ChartPoint extends Span, Pick<TimelinePoint, "users" | "requests" | "failures"> {
  readonly operations: number | null
  readonly rows?: number
  readonly latencyMs: Percentiles | null
  /** Of succeeded and of failed requests, where any failed. */
  readonly byOutcome?: TimelinePoint["byOutcome"]
  readonly generator?: TimelinePoint["generator"]
  readonly dropped?: number
}

/**
 * Merges two consecutive points. Counts add up, users are the maximum. Percentiles and the health of the generator do
 * not add up: those of the longer point stay.
 *
 * @example 10 requests in 1 s and 5, of which 4 failed, in 0.25 s: 15 requests in 1.25 s, of which 4 failed
 */
export const addChartPoints = (a: ChartPoint, b: ChartPoint): ChartPoint => {
  const { byOutcome, generator, latencyMs } = a.seconds < b.seconds ? b : a
  return {
    elapsedSeconds: b.elapsedSeconds,
    seconds: rounded(a.seconds + b.seconds, 6),
    users: Math.max(a.users, b.users),
    requests: a.requests + b.requests,
    failures: a.failures + b.failures,
    operations: addKnown(a.operations, b.operations),
    ...(a.rows === undefined || b.rows === undefined ? {} : { rows: a.rows + b.rows }),
    latencyMs,
    ...(byOutcome === undefined ? {} : { byOutcome }),
    ...(generator === undefined ? {} : { generator }),
    ...(a.dropped === undefined || b.dropped === undefined ? {} : { dropped: a.dropped + b.dropped })
  }
}

export interface Line<Point = ChartPoint> {
  readonly label: string
  /** `null` leaves a gap. */
  readonly value: (point: Point) => number | null
}

/** A horizontal line across a chart. */
export interface ReferenceLine {
  /** `limit`. */
  readonly name: string
  readonly value: number
  /** It is a limit. */
  readonly bad: boolean
  /** The y scale includes it even when all values are far below. */
  readonly inSight: boolean
}

/** The title and the kind of a chart. */
export interface ChartStyle {
  readonly id: string
  readonly title: string
  /** Of all its lines. */
  readonly unit: string
  /** Steps instead of lines, for values that hold for a whole second such as users. */
  readonly steps?: boolean
  /** Bars instead of lines. */
  readonly bars?: boolean
  /** Few points: each is drawn as a dot. */
  readonly few?: boolean
  /** Series have different x values: the readout shows the nearest point of each. */
  readonly nearest?: boolean
  /** Integer ticks only. */
  readonly whole?: boolean
  /** Spans the width of the page. */
  readonly wide?: boolean
  /** Supports a logarithmic scale. */
  readonly logarithmic?: boolean
  readonly level?: ReferenceLine
}

/** A chart over time. */
export interface ChartSpec extends ChartStyle {
  readonly lines: readonly [Line, ...Array<Line>]
  /** Selects the points to shade. */
  readonly shaded?: (point: ChartPoint) => boolean
  /** Left out when it has no value. */
  readonly optional?: boolean
  /** The colour index of its first line. */
  readonly color: number
}

/** A count as a rate per second. */
export const rate =
  <Point extends Span>(counted: (point: Point) => number | null) =>
  (point: Point): number | null => {
    const count = counted(point)
    return count === null ? null : count / point.seconds
  }

/** The lines of a chart of latencies. */
const percentileLines = (of: (point: ChartPoint) => Percentiles | null): ChartSpec["lines"] => {
  const line = (percentile: keyof Percentiles): Line => ({
    label: percentile,
    value: (point) => of(point)?.[percentile] ?? null
  })
  return [line("p50"), line("p95"), line("p99")]
}

/** Whether the load generator exceeded a limit. */
const overLimits = ({ generator }: ChartPoint): boolean => generator?.limited === true

const percentOf = (share: number | null | undefined): number | null =>
  share === null || share === undefined ? null : 100 * share

const limit = (value: number): ReferenceLine => ({ name: "limit", value, bad: true, inSight: false })

const latencyChart: ChartSpec = {
  id: "latency",
  title: "Latency of whole requests",
  unit: "ms",
  color: 0,
  wide: true,
  logarithmic: true,
  lines: percentileLines(({ latencyMs }) => latencyMs)
}

/** Of runs in which requests failed: refusals in a millisecond are no batches. */
const succeededLatencyChart: ChartSpec = {
  ...latencyChart,
  title: "Latency of succeeded requests",
  lines: percentileLines(({ byOutcome, latencyMs }) =>
    byOutcome === null || byOutcome === undefined ? latencyMs : byOutcome.succeeded
  )
}

/** The charts of latency of a run in which requests failed. */
const latencyChartsByOutcome: ReadonlyArray<ChartSpec> = [
  succeededLatencyChart,
  {
    ...latencyChart,
    id: "latency-failed",
    title: "Latency of failed requests",
    optional: true,
    lines: percentileLines(({ byOutcome }) => byOutcome?.failed ?? null)
  }
]

export const chartSpecs: ReadonlyArray<ChartSpec> = [
  {
    id: "operations",
    title: "Operations confirmed",
    unit: "per second",
    color: 0,
    lines: [{ label: "operations", value: rate(({ operations }) => operations) }]
  },
  {
    id: "rows",
    title: "Rows read",
    unit: "per second",
    color: 0,
    optional: true,
    lines: [{ label: "rows", value: rate(({ rows }) => rows ?? null) }]
  },
  {
    id: "requests",
    title: "Requests",
    unit: "per second",
    color: 1,
    lines: [{ label: "requests", value: rate(({ requests }) => requests) }]
  },
  latencyChart,
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
    title: "Load generator: event loop delay",
    unit: "ms",
    color: 2,
    optional: true,
    level: limit(generatorLimits.loopDelayP99Millis),
    shaded: overLimits,
    lines: [{ label: "p99", value: ({ generator }) => generator?.loopDelayMs.p99 ?? null }]
  }
]

/** With the chart of latency as two: of succeeded and of failed requests. */
export const splitByOutcome = (specs: ReadonlyArray<ChartSpec>): ReadonlyArray<ChartSpec> =>
  specs.flatMap((spec) => (spec === latencyChart ? latencyChartsByOutcome : [spec]))

/** The charts that a run has no values for. */
const hiddenIn = (run: Pick<RunState, "byName" | "model">): ReadonlyArray<string> => [
  ...(run.model === "closed" ? ["dropped"] : []),
  ...(hasReads(run) ? [] : ["rows"]),
  ...(hasOperations(run) ? [] : ["operations"])
]

const known = new Map<string, ReadonlyArray<ChartSpec>>()

/**
 * The charts of a run; the same ones for the same run. The closed model drops nothing. Where requests failed, the latencies
 * of succeeded and of failed ones are two charts. Runs that write have a chart of operations, runs that read one of rows.
 */
export const chartSpecsOf = (
  run: Pick<RunState, "byName" | "byOutcome" | "model">
): ReadonlyArray<ChartSpec> => {
  const hidden = hiddenIn(run)
  const key = `${run.byOutcome === null ? "all" : "by outcome"} ${hidden.join(" ")}`
  const before = known.get(key)
  if (before !== undefined) return before
  const shown = chartSpecs.filter(({ id }) => !hidden.includes(id))
  const made = run.byOutcome === null ? shown : splitByOutcome(shown)
  known.set(key, made)
  return made
}
