/** The charts over time of the processes of the server. */
import type { ProcessPoint, WatchedProcesses } from "../result/ProcessActivity.ts"
import { type ChartData, columnsOf, overTime, type Range, type TimedRun } from "./chartData.ts"
import type { ChartStyle, Line } from "./chartSpecs.ts"
import { byteUnits, largestFitting } from "./format.ts"

const coresStyle: ChartStyle = {
  id: "process-cores",
  title: "CPU of the server's processes",
  unit: "cores",
  wide: true
}

/** One chart per unit, because a chart keeps its style. */
const memoryStyles = byteUnits.map(({ name, size }) => ({
  size,
  style: { id: "process-memory", title: "Memory of the server's processes", unit: name, wide: true }
}))

/** Only the time of the run: charts of several lines of different readings have no warm-up. */
const timedOf = ({ label, timeline }: WatchedProcesses): TimedRun<ProcessPoint> => ({
  name: label,
  timeline: timeline.filter(({ elapsedSeconds }) => elapsedSeconds > 0)
})

const chartOf = (
  style: ChartStyle,
  value: Line<ProcessPoint>["value"],
  processes: ReadonlyArray<WatchedProcesses>,
  range: Range
): ReadonlyArray<ChartData> => {
  const runs = processes
    .map(timedOf)
    .filter(({ timeline }) => timeline.some((point) => value(point) !== null))
  const [only] = runs
  if (only === undefined || runs.every(({ timeline }) => timeline.length < 2)) return []
  const label = runs.length === 1 ? only.name : style.unit
  return [overTime(style, columnsOf({ color: 0, lines: [{ label, value }] }, runs), range)]
}

/** Cores and memory, a line for each `--watch`; fewer than two readings have no chart. */
export const processCharts = (
  processes: ReadonlyArray<WatchedProcesses>,
  range: Range
): ReadonlyArray<ChartData> => {
  const highest = Math.max(0, ...processes.map(({ memory }) => memory?.max ?? 0))
  const { size, style } = largestFitting(memoryStyles, highest)
  return [
    ...chartOf(coresStyle, ({ cores }) => cores, processes, range),
    ...chartOf(
      style,
      ({ residentBytes }) => (residentBytes === null ? null : residentBytes / size),
      processes,
      range
    )
  ]
}
