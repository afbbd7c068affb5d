/** The columns of numbers that a chart draws. */
import { figure } from "../result/numberFormat.ts"
import { type Axis, timeAxis } from "./axes.ts"
import type { ChartStyle, ChartPoint, ChartSpec, Line, Span } from "./chartSpecs.ts"
import type { Marker } from "./markers.ts"

/** A run whose seconds are drawn. */
export interface TimedRun<Point extends Span = ChartPoint> {
  /** Tells runs apart where there are several. */
  readonly name: string
  readonly timeline: ReadonlyArray<Point>
  /** The last point holds a rest of the run as well. */
  readonly withRest?: boolean
}

export interface Series {
  readonly label: string
  /** Places in the rows of colours and of dashes. */
  readonly color: number
  readonly dash: number
  /** One for each x: `null` is a gap, `undefined` a place at which only another series has a point. */
  readonly values: Array<number | null | undefined>
  /** How far each value may be off: from where to where it was measured. */
  readonly spreads?: ReadonlyArray<readonly [number, number] | undefined>
  /** What there is to know of each; one without a value stands at the foot of the chart. */
  readonly markers?: ReadonlyArray<Marker | undefined>
}

export interface Columns {
  /** Places on the x axis, ascending: seconds since the start of each run. */
  readonly x: Array<number>
  readonly series: ReadonlyArray<Series>
  /** The last place of a run holds its rest as well, a point too short for a place of its own. */
  readonly withRest?: boolean
}

/** What a chart draws. */
export interface ChartData {
  /** Always the same for the same chart, which is made anew with another one. */
  readonly style: ChartStyle
  readonly axis: Axis
  readonly columns: Columns
  /** Of the x axis. */
  readonly ends: readonly [number, number]
  /** What is shaded of the x axis, from where to where; left out where nothing ever is. */
  readonly shaded?: ReadonlyArray<readonly [number, number]> | undefined
}

/**
 * A point much shorter than a second, such as the last one of a run, says how many requests ended in it and not how
 * many would have in a second: three requests in 4 ms are no 750 per second.
 */
const shortestSeconds = 0.25

const isShort = ({ seconds }: Span): boolean => seconds < shortestSeconds

/**
 * A run as charts draw it: a point too short for a place of its own is put together with the one before, so that all
 * that was counted is drawn, up to the failures at which a run ended. Of a run of short points alone, each is drawn.
 *
 * @param add how two points, one after the other, are one; percentiles of a rest alone are in no chart
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

/** Says so of columns only where it is so. */
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

/** The seconds of a run that a chart shades; `undefined` where it never does, as of several runs. */
export const shadedOf = (
  { shaded }: ChartSpec,
  [run, another]: ReadonlyArray<TimedRun>
): ReadonlyArray<readonly [number, number]> | undefined =>
  shaded === undefined || run === undefined || another !== undefined
    ? undefined
    : run.timeline
        .filter(shaded)
        .map(({ elapsedSeconds, seconds }) => [elapsedSeconds - seconds, elapsedSeconds])

/** The charts that have something to show of these runs. */
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
 * The places of values between two gaps, which no line leads to.
 *
 * @example [1, null, 2, null, 3, 4] has them at 0 and 2
 */
export const isolatedPoints = (values: ArrayLike<number | null | undefined>): Array<number> => {
  const places = Array.from(values, (_, place) => place).filter((place) => values[place] !== undefined)
  const isGap = (place: number | undefined) => place === undefined || values[place] === null
  return places.filter((place, i) => !isGap(place) && isGap(places[i - 1]) && isGap(places[i + 1]))
}

/** What stands at a point besides its value: `1,010 to 1,100, knee`; nothing where there is nothing to say. */
export const remarkOf = ({ markers, spreads }: Series, i: number): string | undefined => {
  const [spread, marker] = [spreads?.[i], markers?.[i]]
  const parts = [
    ...(spread === undefined ? [] : [`${figure(spread[0])} to ${figure(spread[1])}`]),
    ...(marker === undefined ? [] : [marker.word])
  ]
  return parts.length === 0 ? undefined : parts.join(", ")
}

/** Every sign of a chart, once. */
export const markersOf = ({ series }: Columns): ReadonlyArray<Marker> => {
  const all = series.flatMap(({ markers = [] }) => markers.filter((marker) => marker !== undefined))
  return [...new Map(all.map((marker) => [marker.word, marker])).values()]
}

/** A chart in words, for those who do not see it. No mean: that of percentiles of seconds is no figure of the run. */
export const describeChart = (
  { level, title, unit }: ChartStyle,
  axis: Axis,
  { series, x }: Columns
): string => {
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
  return `${title}, ${unit}, ${axis.over(x)}. ${[...lines, ...markers, ...levels].join("; ")}.`
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

/** A chart over time, as much of it as is to be seen. */
export const overTime = (style: ChartStyle, columns: Columns, range: Range): ChartData => ({
  style,
  axis: timeAxis,
  columns,
  ends: rangeEnds(range, columns.x.at(-1) ?? 1)
})
