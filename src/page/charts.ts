/** Which charts there are, and the columns of numbers that they draw. */
import { generatorLimits } from "../metrics/GeneratorHealth.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { figure } from "../report/text.ts"
import { clock } from "./format.ts"

/** A run whose seconds are drawn. */
export interface Timed {
  /** Tells runs apart where there are several. */
  readonly name: string
  readonly timeline: ReadonlyArray<TimelinePoint>
}

export interface Line {
  readonly label: string
  /** `null` leaves a gap. */
  readonly value: (point: TimelinePoint) => number | null
}

export interface ChartSpec {
  readonly id: string
  readonly title: string
  /** Of all its lines. */
  readonly unit: string
  readonly lines: readonly [Line, ...Array<Line>]
  /** A value that holds for its whole second, as a number of users does. */
  readonly steps?: boolean
  /** As wide as the page. */
  readonly wide?: boolean
  /** Can be drawn on a logarithmic scale. */
  readonly logarithmic?: boolean
  /** A value that should not be exceeded. */
  readonly limit?: number
  /** The seconds that are shaded. */
  readonly shaded?: (point: TimelinePoint) => boolean
  /** The place of its first line in the row of colours. */
  readonly color: number
}

/**
 * A point much shorter than a second, such as the last one of a run, says how many requests ended in it and not how
 * many would have in a second: three requests in 4 ms are no 750 per second.
 */
const shortestSeconds = 0.25

const rate =
  (count: (point: TimelinePoint) => number) =>
  (point: TimelinePoint): number | null =>
    point.seconds < shortestSeconds ? null : count(point) / point.seconds

type Percentile = keyof NonNullable<TimelinePoint["latencyMs"]>
const latency = (percentile: Percentile): Line => ({
  label: percentile,
  value: ({ latencyMs }) => latencyMs?.[percentile] ?? null
})

/** Whether the generator was over one of its limits in a point. */
export const overLimits = ({ generator }: TimelinePoint): boolean =>
  generator !== null &&
  (generator.busy > generatorLimits.busyShare ||
    generator.loopDelayMs.p99 > generatorLimits.loopDelayP99Millis)

const percentOf = (share: number | undefined): number | null => (share === undefined ? null : 100 * share)

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
    title: "Latency of whole batches",
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
    id: "generator-load",
    title: "Load generator: busy",
    unit: "% of one core",
    color: 2,
    limit: 100 * generatorLimits.busyShare,
    shaded: overLimits,
    lines: [
      { label: "busiest event loop", value: ({ generator }) => percentOf(generator?.busy) },
      { label: "CPU of the process", value: ({ generator }) => percentOf(generator?.cpuCores) }
    ]
  },
  {
    id: "generator-delay",
    title: "Load generator: event loop late by",
    unit: "ms",
    color: 2,
    limit: generatorLimits.loopDelayP99Millis,
    shaded: overLimits,
    lines: [{ label: "p99", value: ({ generator }) => generator?.loopDelayMs.p99 ?? null }]
  }
]

export interface Series {
  readonly label: string
  /** Places in the rows of colours and of dashes. */
  readonly color: number
  readonly dash: number
  /** One for each x: `null` is a gap, `undefined` a time at which only another run has a point. */
  readonly values: Array<number | null | undefined>
}

export interface Columns {
  /** Seconds since the start of each run, ascending. */
  readonly x: Array<number>
  readonly series: ReadonlyArray<Series>
}

/**
 * The columns of a chart. Of one run, the lines have their own colours and dashes; of several, a run has its colour in
 * all charts and a line its dash.
 */
export const columnsOf = ({ color, lines }: ChartSpec, runs: ReadonlyArray<Timed>): Columns => {
  const [only] = runs
  if (only !== undefined && runs.length === 1) {
    return {
      x: only.timeline.map(({ elapsedSeconds }) => elapsedSeconds),
      series: lines.map(({ label, value }, i) => ({
        label,
        color: color + i,
        dash: i,
        values: only.timeline.map(value)
      }))
    }
  }
  const x = [...new Set(runs.flatMap(({ timeline }) => timeline.map(({ elapsedSeconds }) => elapsedSeconds)))]
  x.sort((a, b) => a - b)
  return {
    x,
    series: runs.flatMap(({ name, timeline }, run) => {
      const points = new Map(timeline.map((point) => [point.elapsedSeconds, point]))
      return lines.map(({ label, value }, i) => ({
        label: lines.length === 1 ? name : `${name}, ${label}`,
        color: run,
        dash: lines.length === 1 ? run : i,
        values: x.map((at) => {
          const point = points.get(at)
          return point && value(point)
        })
      }))
    })
  }
}

/** A chart in words, for those who do not see it. */
export const describe = ({ title, unit }: ChartSpec, { series, x }: Columns): string => {
  const lines = series.map(({ label, values }) => {
    const known = values.filter((value) => typeof value === "number")
    if (known.length === 0) return `${label}: nothing was measured`
    const sum = known.reduce((all, value) => all + value, 0)
    const least = known.reduce((a, b) => Math.min(a, b))
    const most = known.reduce((a, b) => Math.max(a, b))
    return `${label}: least ${figure(least)}, mean ${figure(sum / known.length)}, most ${figure(most)}`
  })
  return `${title}, ${unit}, over ${clock(x.at(-1) ?? 0)}. ${lines.join("; ")}.`
}

/** The part of the x axis that is drawn: all of it, its last seconds, or from one second to another. */
export type Range = "all" | { readonly last: number } | { readonly from: number; readonly to: number }

/** The ends of a range, in seconds since the start. */
export const rangeEnds = (range: Range, lastSeconds: number): readonly [number, number] => {
  if (range === "all") return [0, Math.max(1, lastSeconds)]
  return "last" in range
    ? [Math.max(0, lastSeconds - range.last), Math.max(1, lastSeconds)]
    : [range.from, range.to]
}
