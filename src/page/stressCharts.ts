/** The charts of a stress study: throughput and latency over the load, and those of its soak over time. */
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { coresOf, coresOfSlices, watchedLabels } from "../result/coresUsed.ts"
import { hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { countedOf, kneeLoad, type Stress, type StressStep } from "../result/Stress.ts"
import { stressNote } from "../result/stressNote.ts"
import { timeAxis, numberAxis } from "./axes.ts"
import type { ChartData } from "./chartData.ts"
import type { ChartStyle } from "./chartSpecs.ts"
import { limitMarkerOf, limitedMarker, type Marker } from "./markers.ts"
import { curveOf } from "./sweepCharts.ts"

/** Marks the knee, or the highest load that was good, and the step that ended the study. */
export const stressMarker = ({ knee }: Pick<Stress, "knee">, step: StressStep): Marker | undefined => {
  if (step.load === kneeLoad(knee)) {
    return { shape: "diamond", word: knee._tag === "Knee" ? "knee" : "at least" }
  }
  if (step.outcome === "limited")
    return step.slices.map(limitMarkerOf).find((each) => each !== undefined) ?? limitedMarker
  if (step.outcome === "locked") return { shape: "triangle", word: stressNote(step) }
  return step.outcome === "broken" ? { shape: "cross", word: stressNote(step) } : undefined
}

const rateOf = ({ operationsPerSecond, rowsPerSecond }: StressStep) => rowsPerSecond ?? operationsPerSecond

const axisOf = ({ raised }: Pick<Stress, "raised">) =>
  raised === "users"
    ? numberAxis("user", "users")
    : numberAxis("iteration per second", "iterations per second")

const overLoad = (stress: Stress): ReadonlyArray<ChartData> => {
  const { law, steps } = stress
  const x = steps.map(({ load }) => load)
  const axis = axisOf(stress)
  const markers = steps.map((step) => stressMarker(stress, step))
  const curve = curveOf(law)
  const line = { label: "measured", color: 0, dash: 0, markers }
  const failed = hasFailures(steps.map(({ figures }) => figures))
  const throughput: ChartStyle = {
    id: "throughput",
    title: countedOf(stress) === "rows" ? "Rows read" : "Operations confirmed",
    unit: "per second",
    few: true,
    wide: true
  }
  const latency: ChartStyle = {
    id: "latency",
    title: `Latency of ${failed ? "succeeded" : "whole"} requests, p95`,
    unit: "ms",
    few: true,
    wide: true,
    logarithmic: true
  }
  const end = 1.04 * Math.max(1, ...x)
  return [
    {
      style: throughput,
      axis,
      columns: {
        x,
        series: [
          {
            ...line,
            values: steps.map((step) => rateOf(step).median),
            spreads: steps.map((step) => [rateOf(step).min, rateOf(step).max] as const)
          }
        ],
        curve
      },
      ends: [0, Math.max(end, 1.04 * (curve?.points.at(-1)?.[0] ?? 0))]
    },
    {
      style: latency,
      axis,
      columns: {
        x,
        series: [{ ...line, values: steps.map(({ figures }) => shownTimes(figures).latencyMs?.p95 ?? null) }]
      },
      ends: [0, end]
    }
  ]
}

/** The cores of the load generator and of watched processes at each step, beside the throughput; none without processes. */
const coresOverLoad = (stress: Stress): ReadonlyArray<ChartData> => {
  const used = stress.steps.map(({ slices }) => coresOfSlices(slices))
  const labels = watchedLabels(used)
  if (labels.length === 0) return []
  const x = stress.steps.map(({ load }) => load)
  const lines = [
    { label: "load generator", values: used.map(({ generator }) => generator) },
    ...labels.map((label) => ({
      label,
      values: used.map((each) => coresOf(each, label))
    }))
  ]
  return [
    {
      style: { id: "cores", title: "CPU", unit: "cores", few: true, wide: true },
      axis: axisOf(stress),
      columns: { x, series: lines.map((line, place) => ({ ...line, color: place, dash: place })) },
      ends: [0, 1.04 * Math.max(1, ...x)]
    }
  ]
}

/** Points of a chart of a soak: as many as its width can show. */
const maxSoakPoints = 600

const sampled = (timeline: ReadonlyArray<TimelinePoint>): ReadonlyArray<TimelinePoint> => {
  const every = Math.ceil(timeline.length / maxSoakPoints)
  return timeline.filter((_, place) => place % every === 0)
}

const overTime = (stress: Stress): ReadonlyArray<ChartData> => {
  const points = sampled(stress.soak?.timeline ?? [])
  if (points.length === 0) return []
  const counted = countedOf(stress)
  const x = points.map(({ elapsedSeconds }) => elapsedSeconds)
  const chart = (style: ChartStyle, value: (point: TimelinePoint) => number | null): ChartData => ({
    style,
    axis: timeAxis,
    columns: { x, series: [{ label: style.title, color: 1, dash: 0, values: points.map(value) }] },
    ends: [0, Math.max(1, x.at(-1) ?? 0)]
  })
  return [
    chart({ id: "soak-throughput", title: `Soak: ${counted}`, unit: "per second" }, (point) =>
      point.seconds > 0 ? point[counted] / point.seconds : null
    ),
    chart(
      { id: "soak-latency", title: "Soak: p95", unit: "ms", logarithmic: true },
      ({ byOutcome, latencyMs }) =>
        byOutcome === null ? (latencyMs?.p95 ?? null) : (byOutcome.succeeded?.p95 ?? null)
    )
  ]
}

export const stressCharts = (stress: Stress): ReadonlyArray<ChartData> => [
  ...overLoad(stress),
  ...coresOverLoad(stress),
  ...overTime(stress)
]
