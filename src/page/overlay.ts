/** The charts of several runs, overlaid. */
import type { ComparedRun } from "../result/Comparison.ts"
import { addChartPoints, type ChartPoint, type ChartSpec, chartSpecs } from "./chartSpecs.ts"
import { chartsWith, mergeShortPoints, type TimedRun } from "./chartData.ts"

const shown = new Set(["operations", "requests", "latency", "failures"])

/** Limits a chart to one line per run: of latency, p95. */
const oneLine = (spec: ChartSpec): ChartSpec => {
  const p95 = spec.lines.find(({ label }) => label === "p95")
  return p95 === undefined ? spec : { ...spec, title: `${spec.title}, p95`, lines: [p95] }
}

const overlaySpecs: ReadonlyArray<ChartSpec> = chartSpecs
  .filter(({ id }) => shown.has(id))
  .map((spec) => ({ ...oneLine(spec), optional: true }))

/**
 * The ends of points in whole seconds: the nearest one, or the next that no point before has.
 *
 * @example 0.998, 2.003 and 2.4 s are 1, 2 and 3
 */
const wholeSeconds = (timeline: ReadonlyArray<ChartPoint>): ReadonlyArray<ChartPoint> => {
  let before = -1
  return timeline.map((point) => {
    before = Math.max(before + 1, Math.round(point.elapsedSeconds))
    return { ...point, elapsedSeconds: before }
  })
}

/**
 * The runs as charts draw them. Seconds of two runs do not end in the same millisecond; here they end with whole
 * seconds, so that a place on the axis and a row of a table are of all runs.
 */
export const overlaid = (runs: ReadonlyArray<ComparedRun>): ReadonlyArray<TimedRun> =>
  runs.map(({ label, timeline }) => {
    const run = mergeShortPoints({ name: label, timeline }, addChartPoints)
    return { ...run, timeline: wholeSeconds(run.timeline) }
  })

/** The charts with values: Locust has no operations, and not every run has failures. */
export const overlaySpecsOf = (runs: ReadonlyArray<TimedRun>): ReadonlyArray<ChartSpec> => {
  const failed = runs.some(({ timeline }) => timeline.some(({ failures }) => failures > 0))
  return chartsWith(overlaySpecs, runs).filter(({ id }) => id !== "failures" || failed)
}
