/** The charts of a sweep over batch sizes, and the markers of its points. */
import type { Sweep, SweepPoint } from "../result/Sweep.ts"
import { plural } from "../result/numberFormat.ts"
import { listAxis } from "./axes.ts"
import type { ChartStyle } from "./chartSpecs.ts"
import type { ChartData, Series } from "./chartData.ts"
import { limitedMarker, type Marker } from "./markers.ts"

const outcomeMarkers: Readonly<Record<SweepPoint["outcome"], Marker | undefined>> = {
  measured: undefined,
  limited: limitedMarker,
  failing: { shape: "cross", word: "too many failed" },
  refused: { shape: "bar", word: "refused" },
  skipped: { shape: "ring", word: "not measured" }
}

/** Marks the knee, or why a point cannot be recommended. */
export const markerOf = ({ knees }: Sweep, point: SweepPoint): Marker | undefined =>
  outcomeMarkers[point.outcome] ??
  (knees.some(
    ({ batchTripleCount, clientCount }) =>
      batchTripleCount === point.batchTripleCount && clientCount === point.clientCount
  )
    ? { shape: "diamond", word: "knee" }
    : undefined)

/** The distinct user counts, in their order. */
export const clientCountsOf = ({ points }: Sweep): ReadonlyArray<number> => [
  ...new Set(points.map(({ clientCount }) => clientCount))
]

interface ChartSource {
  readonly style: ChartStyle
  readonly value: (point: SweepPoint) => number | null
  readonly spread: (point: SweepPoint) => readonly [number, number] | undefined
}

const sources: ReadonlyArray<ChartSource> = [
  {
    style: { id: "operations", title: "Operations confirmed", unit: "per second", few: true },
    value: ({ operationsPerSecond }) => operationsPerSecond?.median ?? null,
    spread: ({ operationsPerSecond: spread }) => (spread === null ? undefined : [spread.min, spread.max])
  },
  {
    style: {
      id: "latency",
      title: "Latency of whole requests, p95",
      unit: "ms",
      few: true,
      logarithmic: true
    },
    value: ({ figures }) => figures?.latencyMs?.p95 ?? null,
    spread: () => undefined
  }
]

/** Each figure over the batch size, a line per user count; sizes are evenly spaced. */
export const sweepCharts = (sweep: Sweep): ReadonlyArray<ChartData> => {
  const { points } = sweep
  const sizes = [...new Set(points.map(({ batchTripleCount }) => batchTripleCount))].sort((a, b) => a - b)
  const axis = listAxis("triple per batch", "triples per batch", sizes)
  return sources.map(({ style, spread, value }) => ({
    style,
    axis,
    columns: {
      x: sizes.map((_, place) => place),
      series: clientCountsOf(sweep).map((clientCount, place): Series => {
        const found = sizes.map((size) =>
          points.find((point) => point.batchTripleCount === size && point.clientCount === clientCount)
        )
        return {
          label: plural(clientCount, "user"),
          color: place,
          dash: place,
          values: found.map((point) => point && value(point)),
          spreads: found.map((point) => point && spread(point)),
          markers: found.map((point) => point && markerOf(sweep, point))
        }
      })
    },
    ends: [-0.3, Math.max(1, sizes.length) - 0.7]
  }))
}
