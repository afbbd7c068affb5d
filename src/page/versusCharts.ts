/** The charts of single requests versus batches. */
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import type { Side, Versus } from "../result/Versus.ts"
import { rowAxis, timeAxis } from "./axes.ts"
import type { ChartData, Series } from "./chartData.ts"
import { limitMarkerOf } from "./markers.ts"

/** Both sides over time, which shows a drift of the server. */
const slicesChart = ({ batch, single }: Versus): ChartData => {
  const sides = [single, batch]
  const x = sides.flatMap(({ slices }) => slices.map(({ startedSeconds }) => startedSeconds))
  const places = [...new Set(x)].sort((a, b) => a - b)
  const seriesOf = ({ slices }: Side, place: number): Series => {
    const at = new Map(slices.map((slice) => [slice.startedSeconds, slice]))
    const found = places.map((seconds) => at.get(seconds))
    return {
      label: place === 0 ? "single requests" : "batches",
      color: place,
      dash: place,
      values: found.map((slice) => slice?.operations.perSecond),
      markers: found.map((slice) => slice && limitMarkerOf(slice))
    }
  }
  const endOf = ({ elapsedSeconds, startedSeconds }: MeasuredSlice) => startedSeconds + elapsedSeconds
  return {
    style: {
      id: "slices",
      title: "Operations confirmed, slice by slice",
      unit: "per second",
      few: true,
      nearest: true
    },
    axis: timeAxis,
    columns: { x: places, series: sides.map(seriesOf) },
    ends: [0, Math.max(1, ...sides.flatMap(({ slices }) => slices.map(endOf)))]
  }
}

const ratioChart = ({ pairs }: Versus): ChartData => ({
  style: {
    id: "pairs",
    title: "Batches to single requests, pair by pair",
    unit: "times the operations",
    bars: true,
    level: { name: "equal", value: 1, bad: false, inSight: true }
  },
  axis: rowAxis("pair"),
  columns: {
    x: pairs.map((_, i) => i + 1),
    series: [{ label: "ratio", color: 1, dash: 0, values: pairs.map(({ ratio }) => ratio) }]
  },
  ends: [0.5, Math.max(1, pairs.length) + 0.5]
})

export const versusCharts = (versus: Versus): ReadonlyArray<ChartData> => [
  slicesChart(versus),
  ratioChart(versus)
]
