/** The charts of a sweep over batch sizes or numbers of users, and the markers of its points. */
import { plural } from "../result/numberFormat.ts"
import { hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { maxExtrapolation, type ScalabilityFit, throughputAt } from "../result/ScalabilityLaw.ts"
import {
  markedPlace,
  isSamePlace,
  rateOf,
  sizeOf,
  type Sweep,
  type SweepPoint,
  termsOf
} from "../result/Sweep.ts"
import { listAxis, numberAxis } from "./axes.ts"
import type { ChartStyle } from "./chartSpecs.ts"
import type { ChartData, Curve, Series } from "./chartData.ts"
import { limitedMarker, limitMarkerOf, type Marker } from "./markers.ts"

/** Limited by whatever limited most of its limited slices. */
const limitedPoint = ({ slices }: SweepPoint): Marker => {
  const markers = slices.flatMap((slice) => limitMarkerOf(slice) ?? [])
  const count = (marker: Marker) => markers.filter((each) => each === marker).length
  return markers.reduce(
    (most, each) => (count(each) > count(most) ? each : most),
    markers[0] ?? limitedMarker
  )
}

const outcomeMarkers: Readonly<Record<Exclude<SweepPoint["outcome"], "limited">, Marker | undefined>> = {
  measured: undefined,
  failing: { shape: "cross", word: "too many failed" },
  refused: { shape: "bar", word: "refused" },
  skipped: { shape: "ring", word: "not measured" }
}

/** Whether a point is the answer. */
export const isMarked = ({ answer }: Sweep, point: SweepPoint): boolean => {
  const marked = markedPlace(answer)
  return marked !== undefined && point.outcome === "measured" && isSamePlace(marked.place, point)
}

/** Marks the answer, or why a point cannot be recommended. */
export const markerOf = (sweep: Sweep, point: SweepPoint): Marker | undefined => {
  if (point.outcome === "limited") return limitedPoint(point)
  const word = markedPlace(sweep.answer)?.name
  return word !== undefined && isMarked(sweep, point)
    ? { shape: "diamond", word }
    : outcomeMarkers[point.outcome]
}

/** The distinct user counts, in their order. */
export const clientCountsOf = ({ points }: Pick<Sweep, "points">): ReadonlyArray<number> => [
  ...new Set(points.map(({ clientCount }) => clientCount))
]

interface ChartSource {
  readonly style: ChartStyle
  readonly value: (point: SweepPoint) => number | null
  readonly spread: (point: SweepPoint) => readonly [number, number] | undefined
}

/** Operations, or rows of a sweep of reads. */
const throughputOf = (sweep: Sweep): ChartSource => ({
  style: {
    ...(termsOf(sweep).counted === "rows"
      ? { id: "rows", title: "Rows read" }
      : { id: "operations", title: "Operations confirmed" }),
    unit: "per second",
    few: true
  },
  value: (point) => rateOf(point)?.median ?? null,
  spread: (point) => {
    const rate = rateOf(point)
    return rate === null ? undefined : [rate.min, rate.max]
  }
})

/** Of the succeeded requests; the title says so where any failed. */
const latencyOf = ({ points }: Sweep): ChartSource => {
  const failed = hasFailures(points.flatMap(({ figures }) => figures ?? []))
  return {
    style: {
      id: "latency",
      title: `Latency of ${failed ? "succeeded" : "whole"} requests, p95`,
      unit: "ms",
      few: true,
      logarithmic: true
    },
    value: ({ figures }) => (figures && shownTimes(figures).latencyMs?.p95) ?? null,
    spread: () => undefined
  }
}

/** A line through some points; `undefined` is a place without one. */
const seriesOf = (
  sweep: Sweep,
  { spread, value }: ChartSource,
  points: ReadonlyArray<SweepPoint | undefined>,
  line: Pick<Series, "label" | "color" | "dash">
): Series => ({
  ...line,
  values: points.map((point) => point && value(point)),
  spreads: points.map((point) => point && spread(point)),
  markers: points.map((point) => point && markerOf(sweep, point))
})

/** Over the size of batches or pages, a line per user count; sizes are evenly spaced. */
const overSizes = (sweep: Sweep): ReadonlyArray<ChartData> => {
  const { points } = sweep
  const { sized, unit } = termsOf(sweep)
  const sizes = [...new Set(points.map((point) => sizeOf(point) ?? 0))].sort((a, b) => a - b)
  const axis = listAxis(`${unit} per ${sized}`, `${unit}s per ${sized}`, sizes)
  return [throughputOf(sweep), latencyOf(sweep)].map((source) => ({
    style: source.style,
    axis,
    columns: {
      x: sizes.map((_, place) => place),
      series: clientCountsOf(sweep).map((clientCount, place) =>
        seriesOf(
          sweep,
          source,
          sizes.map((size) =>
            points.find((point) => point.clientCount === clientCount && (sizeOf(point) ?? 0) === size)
          ),
          { label: plural(clientCount, "user"), color: place, dash: place }
        )
      )
    },
    ends: [-0.3, Math.max(1, sizes.length) - 0.7]
  }))
}

/** The points of a curve. */
const curveSteps = 80

/**
 * The fitted law from one user over the measured range, and on to just beyond its predicted peak; never beyond twice the
 * range.
 */
export const curveOf = (law: ScalabilityFit): Curve | undefined => {
  if (law._tag === "NotFitted") return undefined
  const largest = law.residuals.at(-1)?.users ?? 1
  const end = Math.min(maxExtrapolation * largest, Math.max(largest, 1.15 * (law.peak?.users ?? 0)))
  return {
    label: "scalability law",
    points: Array.from({ length: curveSteps + 1 }, (_, i) => {
      const users = 1 + ((end - 1) * i) / curveSteps
      return [users, throughputAt(law, users)]
    })
  }
}

export const lawCurve = ({ answer }: Pick<Sweep, "answer">): Curve | undefined =>
  answer._tag === "Users" ? curveOf(answer.law) : undefined

/** Over the number of users, throughput with the fitted law. */
const overUsers = (sweep: Sweep): ReadonlyArray<ChartData> => {
  const { points } = sweep
  const x = points.map(({ clientCount }) => clientCount)
  const axis = numberAxis("user", "users")
  const throughput = throughputOf(sweep)
  return [throughput, latencyOf(sweep)].map((source) => {
    const curve = source === throughput ? lawCurve(sweep) : undefined
    return {
      style: { ...source.style, ...(source === throughput ? { wide: true } : {}) },
      axis,
      columns: {
        x,
        series: [seriesOf(sweep, source, points, { label: "measured", color: 0, dash: 0 })],
        curve
      },
      ends: [0, 1.04 * Math.max(1, ...x, curve?.points.at(-1)?.[0] ?? 0)]
    }
  })
}

/** Each figure over what was varied. */
export const sweepCharts = (sweep: Sweep): ReadonlyArray<ChartData> => {
  const sizes = new Set(sweep.points.map(sizeOf)).size
  const isOverUsers = termsOf(sweep).unit === undefined || (sizes === 1 && clientCountsOf(sweep).length > 1)
  return isOverUsers ? overUsers(sweep) : overSizes(sweep)
}
