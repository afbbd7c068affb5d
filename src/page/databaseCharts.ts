/** The charts over time of the database activity. */
import type { DatabasePoint } from "../result/DatabaseActivity.ts"
import { addPoints, addWaits, waitsSeen } from "../result/databaseSums.ts"
import { type ChartStyle, type Line, rate } from "./chartSpecs.ts"
import { columnsOf, type ChartData, mergeShortPoints, overTime, type Range } from "./chartData.ts"
import { byteUnits, largestFitting } from "./format.ts"

type Points = ReadonlyArray<DatabasePoint>

interface ChartSource {
  readonly style: ChartStyle
  /** The colour index of its first line. */
  readonly color: number
  readonly lines: ReadonlyArray<Line<DatabasePoint>>
}

const transactions: ChartSource = {
  style: { id: "database-transactions", title: "Transactions", unit: "per second", wide: true },
  color: 0,
  lines: [
    { label: "commits", value: rate(({ commits }) => commits) },
    { label: "rollbacks", value: rate(({ rollbacks }) => rollbacks) }
  ]
}

/** One chart per unit. */
const logs = byteUnits.map(({ name, size }) => ({
  size,
  style: { id: "database-log", title: "Write-ahead log", unit: `${name} per second` },
  color: 3,
  lines: [
    {
      label: "log",
      value: rate(({ walBytes }: DatabasePoint) => (walBytes === null ? null : walBytes / size))
    }
  ]
}))

/** In the unit of its highest value. */
const logOf = (points: Points): ChartSource =>
  largestFitting(logs, Math.max(0, ...points.map(({ seconds, walBytes }) => (walBytes ?? 0) / seconds)))

const syncs: ChartSource = {
  style: { id: "database-log-syncs", title: "Syncs of the write-ahead log", unit: "per second" },
  color: 3,
  lines: [{ label: "syncs", value: rate(({ walSyncs }) => walSyncs) }]
}

const blocked: ChartSource = {
  style: { id: "database-blocked", title: "Sessions waiting for a lock", unit: "sessions", whole: true },
  color: 3,
  lines: [{ label: "waiting", value: ({ blocked: sessions }) => sessions }]
}

const waitsStyle: ChartStyle = {
  id: "database-waits",
  title: "Active sessions by wait event",
  unit: "sessions",
  wide: true,
  whole: true
}

/** The maximum of wait events in the chart, in addition to running sessions. */
const maxWaits = 4
const running = "running"

/**
 * Sessions per reading by the most frequent wait events, ordered by name so that each keeps its colour while counts
 * change.
 */
const waitsOf = (points: Points): ChartSource => {
  const seen = waitsSeen(points.map(({ waits }) => waits).reduce(addWaits, {})).map(({ event }) => event)
  const waits = seen.filter((event) => event !== running).slice(0, maxWaits)
  return {
    style: waitsStyle,
    color: 0,
    lines: [...waits.toSorted(), ...seen.filter((event) => event === running)].map((event) => ({
      label: event,
      value: (point) => (point.waits[event] ?? 0) / point.readings
    }))
  }
}

/** In the time of the run, which begins after the warm-up. */
const shifted = (timeline: Points, warmUpSeconds: number): Points =>
  timeline.map((point) => ({ ...point, elapsedSeconds: point.elapsedSeconds - warmUpSeconds }))

/**
 * The charts with values. A statistic that the server does not provide has no line; fewer than two points have no chart.
 *
 * @param warmUpSeconds the length of the warm-up, which the readings include; `undefined` without one
 */
export const databaseCharts = (
  timeline: Points,
  range: Range,
  warmUpSeconds?: number
): ReadonlyArray<ChartData> => {
  const merged = mergeShortPoints({ name: "database", timeline }, addPoints)
  const run =
    warmUpSeconds === undefined
      ? merged
      : { ...merged, timeline: shifted(merged.timeline, warmUpSeconds), warmUpSeconds }
  const points = run.timeline
  if (points.length < 2) return []
  // Without a wait the chart would be a line at zero.
  const locks = points.some((point) => point.blocked > 0) ? [blocked] : []
  return [transactions, logOf(points), syncs, ...locks, waitsOf(points)].flatMap(
    ({ color, lines, style }) => {
      const known = lines.filter(({ value }) => points.some((point) => value(point) !== null))
      if (known.length === 0) return []
      return [overTime(style, columnsOf({ color, lines: known }, [run]), range)]
    }
  )
}
