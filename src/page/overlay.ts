/** The charts of several runs, overlaid. */
import type { ComparedRun } from "../result/Comparison.ts"
import { addChartPoints, type ChartPoint, type ChartSpec, chartSpecs, splitByOutcome } from "./chartSpecs.ts"
import { chartsWith, mergeShortPoints, type TimedRun } from "./chartData.ts"

/** Limits a chart to one line per run: of latency, p95. */
const oneLine = (spec: ChartSpec): ChartSpec => {
  const p95 = spec.lines.find(({ label }) => label === "p95")
  return p95 === undefined ? spec : { ...spec, title: `${spec.title}, p95`, lines: [p95] }
}

const shown = new Set(["operations", "rows", "requests", "latency", "failures"])

const overlayOf = (specs: ReadonlyArray<ChartSpec>): ReadonlyArray<ChartSpec> =>
  specs.filter(({ id }) => shown.has(id)).map((spec) => ({ ...oneLine(spec), optional: true }))

const overlaySpecs = overlayOf(chartSpecs)
const succeededSpecs = overlayOf(splitByOutcome(chartSpecs))

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

/** Whether a run with latencies has those of succeeded requests, too: without a failure they are those of all. */
const knowsSucceeded = ({ timeline }: ComparedRun): boolean =>
  timeline.every(
    ({ byOutcome, failures, latencyMs }) => failures === 0 || latencyMs === null || byOutcome !== null
  )

/**
 * The charts with values: Locust has no operations, and not every run has failures or reads. Latency is that of succeeded requests
 * where requests failed and every run with latencies has it, else that of all requests.
 *
 * @param timed the runs as charts draw them
 */
export const overlaySpecsOf = (
  runs: ReadonlyArray<ComparedRun>,
  timed: ReadonlyArray<TimedRun>
): ReadonlyArray<ChartSpec> => {
  const failed = runs.some(({ timeline }) => timeline.some(({ failures }) => failures > 0))
  const specs = failed && runs.every(knowsSucceeded) ? succeededSpecs : overlaySpecs
  const sum = (of: "operations" | "rows") =>
    runs.flatMap(({ timeline }) => timeline).reduce((all, point) => all + (point[of] ?? 0), 0)
  const [isRead, isWritten] = [sum("rows") > 0, sum("operations") > 0]
  const isShown: Readonly<Record<string, boolean>> = {
    failures: failed,
    rows: isRead,
    operations: isWritten || !isRead
  }
  return chartsWith(specs, timed).filter(({ id }) => isShown[id] ?? true)
}
