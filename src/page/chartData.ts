/** The columns of numbers that a chart draws. */
import { figure } from "../result/numberFormat.ts"
import { type Axis, timeAxis } from "./axes.ts"
import type { ChartStyle, ChartPoint, ChartSpec, Line, Span } from "./chartSpecs.ts"
import type { Marker } from "./markers.ts"

/** A named timeline. */
export interface TimedRun<Point extends Span = ChartPoint> {
  /** Distinguishes several runs. */
  readonly name: string
  readonly timeline: ReadonlyArray<Point>
  /** The last point includes a final fraction of a second. */
  readonly withRest?: boolean
  /** The length of the warm-up, whose points are before 0. */
  readonly warmUpSeconds?: number
}

export interface Series {
  readonly label: string
  /** Indices into the colours and the dashes. */
  readonly color: number
  readonly dash: number
  /** One per x: `null` is a gap, `undefined` an x of another series only. */
  readonly values: Array<number | null | undefined>
  /** The range of each value, low and high. */
  readonly spreads?: ReadonlyArray<readonly [number, number] | undefined>
  /** The marker of each value; one without a value is drawn at the foot of the chart. */
  readonly markers?: ReadonlyArray<Marker | undefined>
}

/** A curve through the points of a chart, which is no measurement. */
export interface Curve {
  readonly label: string
  /** X and y, ascending. */
  readonly points: ReadonlyArray<readonly [number, number]>
}

export interface Columns {
  /** X values, ascending; seconds since the start for charts over time. */
  readonly x: Array<number>
  readonly series: ReadonlyArray<Series>
  readonly curve?: Curve | undefined
  /** The last point of a run includes its final fraction of a second. */
  readonly withRest?: boolean
  /** The length of the warm-up, whose values are before 0: they are drawn greyed, and are in no table. */
  readonly warmUpSeconds?: number
}

/** Everything that a chart draws. */
export interface ChartData {
  /** Must be the same object for the same chart: another one rebuilds it. */
  readonly style: ChartStyle
  readonly axis: Axis
  readonly columns: Columns
  /** The ends of the x axis. */
  readonly ends: readonly [number, number]
  /** The shaded intervals of the x axis; left out for charts without shading. */
  readonly shaded?: ReadonlyArray<readonly [number, number]> | undefined
}

/**
 * The rate of a point much shorter than a second, such as the last one of a run, is meaningless: three requests in 4 ms
 * are not 750 per second.
 */
const shortestSeconds = 0.25

const isShort = ({ seconds }: Span): boolean => seconds < shortestSeconds

/**
 * Merges every short point with the one before, so that charts show all counts, including the failures that ended a run.
 * A run of short points only stays as it is.
 *
 * @param add merges two consecutive points
 * @example points of 1, 1 and 0.18 s are drawn as 1 and 1.18 s
 */
export const mergeShortPoints = <Point extends Span>(
  run: TimedRun<Point>,
  add: (a: Point, b: Point) => Point
): TimedRun<Point> => {
  const { timeline } = run
  if (timeline.every(isShort)) return run
  const points: Array<Point> = []
  for (const point of timeline) {
    const before = points.at(-1)
    if (before !== undefined && (isShort(before) || isShort(point))) points.splice(-1, 1, add(before, point))
    else points.push(point)
  }
  return { ...run, timeline: points, withRest: timeline.slice(-1).some(isShort) }
}

/** Present only when true. */
const restOf = (runs: ReadonlyArray<Pick<TimedRun<Span>, "withRest">>): Pick<Columns, "withRest"> =>
  runs.some(({ withRest }) => withRest === true) ? { withRest: true } : {}

/**
 * The columns of a chart, of runs as they are drawn. Of one run, the lines have their own colours and dashes; of
 * several, a run has its colour in all charts and a line its dash.
 */
export const columnsOf = <Point extends Span>(
  { color, lines }: { readonly color: number; readonly lines: ReadonlyArray<Line<Point>> },
  runs: ReadonlyArray<TimedRun<Point>>
): Columns => {
  const [only] = runs
  if (only !== undefined && runs.length === 1) {
    const points = only.timeline
    return {
      ...restOf(runs),
      ...(only.warmUpSeconds === undefined ? {} : { warmUpSeconds: only.warmUpSeconds }),
      x: points.map(({ elapsedSeconds }) => elapsedSeconds),
      series: lines.map(({ label, value }, i) => ({
        label,
        color: color + i,
        dash: i,
        values: points.map(value)
      }))
    }
  }
  const timelines = runs.map((run) => ({
    name: run.name,
    points: new Map(run.timeline.map((point) => [point.elapsedSeconds, point]))
  }))
  const x = [...new Set(timelines.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b)
  return {
    ...restOf(runs),
    x,
    series: timelines.flatMap(({ name, points }, run) =>
      lines.map(({ label, value }, i) => ({
        label: lines.length === 1 ? name : `${name}, ${label}`,
        color: run,
        dash: lines.length === 1 ? run : i,
        values: x.map((at) => {
          const point = points.get(at)
          return point && value(point)
        })
      }))
    )
  }
}

/** The columns without the values of the warm-up. */
export const withoutWarmUp = (columns: Columns): Columns => {
  if (columns.warmUpSeconds === undefined) return columns
  const isOfRun = (_: unknown, i: number) => (columns.x[i] ?? 0) > 0
  return {
    ...columns,
    x: columns.x.filter(isOfRun),
    series: columns.series.map((series) => ({ ...series, values: series.values.filter(isOfRun) }))
  }
}

/** The shaded seconds of a run; `undefined` for charts without shading and for several runs. */
export const shadedOf = (
  { shaded }: ChartSpec,
  [run, another]: ReadonlyArray<TimedRun>
): ReadonlyArray<readonly [number, number]> | undefined =>
  shaded === undefined || run === undefined || another !== undefined
    ? undefined
    : run.timeline
        .filter(shaded)
        .map(({ elapsedSeconds, seconds }) => [elapsedSeconds - seconds, elapsedSeconds])

/** The charts with at least one value; only optional ones are left out. */
export const chartsWith = (
  specs: ReadonlyArray<ChartSpec>,
  runs: ReadonlyArray<TimedRun>
): ReadonlyArray<ChartSpec> =>
  specs.filter(
    ({ lines, optional }) =>
      optional !== true ||
      runs.some(({ timeline }) => timeline.some((point) => lines.some(({ value }) => value(point) !== null)))
  )

/**
 * The indices of values between two gaps, to which no line is drawn.
 *
 * @example [1, null, 2, null, 3, 4] has them at 0 and 2
 */
export const isolatedPoints = (values: ArrayLike<number | null | undefined>): Array<number> => {
  const places = Array.from(values, (_, place) => place).filter((place) => values[place] !== undefined)
  const isGap = (place: number | undefined) => place === undefined || values[place] === null
  return places.filter((place, i) => !isGap(place) && isGap(places[i - 1]) && isGap(places[i + 1]))
}

/** The range and the marker of a value: `1,010 to 1,100, knee`; `undefined` without either. */
export const remarkOf = ({ markers, spreads }: Series, i: number): string | undefined => {
  const [spread, marker] = [spreads?.[i], markers?.[i]]
  const parts = [
    ...(spread === undefined ? [] : [`${figure(spread[0])} to ${figure(spread[1])}`]),
    ...(marker === undefined ? [] : [marker.word])
  ]
  return parts.length === 0 ? undefined : parts.join(", ")
}

/** The distinct markers of a chart. */
export const markersOf = ({ series }: Columns): ReadonlyArray<Marker> => {
  const all = series.flatMap(({ markers = [] }) => markers.filter((marker) => marker !== undefined))
  return [...new Map(all.map((marker) => [marker.word, marker])).values()]
}

/** The accessible name of a chart. Without means: the mean of percentiles of seconds is no figure of the run. */
export const describeChart = ({ level, title, unit }: ChartStyle, axis: Axis, columns: Columns): string => {
  const { curve, series, x } = withoutWarmUp(columns)
  const curves = curve === undefined ? [] : [`${curve.label}: drawn as a curve`]
  const lines = series.map(({ label, values }) => {
    const known = values.filter((value) => typeof value === "number")
    if (known.length === 0) return `${label}: nothing was measured`
    const min = known.reduce((a, b) => Math.min(a, b))
    const max = known.reduce((a, b) => Math.max(a, b))
    return `${label}: min ${figure(min)}, max ${figure(max)}`
  })
  const markers = series.flatMap(({ label, markers: ofSeries = [] }) =>
    ofSeries.flatMap((marker, i) =>
      marker === undefined ? [] : [`${label} ${axis.at(x[i] ?? 0)}: ${marker.word}`]
    )
  )
  const levels = level === undefined ? [] : [`${level.name} ${figure(level.value)}`]
  return `${title}, ${unit}, ${axis.over(x)}. ${[...lines, ...curves, ...markers, ...levels].join("; ")}.`
}

/** The visible part of the x axis: all, the last seconds, or an interval. */
export type Range = "all" | { readonly last: number } | { readonly from: number; readonly to: number }

/** The ends of a range, in seconds since the start of the run. @param warmUpSeconds before it */
export const rangeEnds = (
  range: Range,
  lastSeconds: number,
  warmUpSeconds = 0
): readonly [number, number] => {
  if (range === "all") return [0 - warmUpSeconds, Math.max(1, lastSeconds)]
  return "last" in range
    ? [Math.max(0 - warmUpSeconds, lastSeconds - range.last), Math.max(1, lastSeconds)]
    : [range.from, range.to]
}

/** A chart over the visible part of the time. */
export const overTime = (style: ChartStyle, columns: Columns, range: Range): ChartData => ({
  style,
  axis: timeAxis,
  columns,
  ends: rangeEnds(range, columns.x.at(-1) ?? 1, columns.warmUpSeconds)
})
