/** The charts of a search for the highest arrival rate: each objective with its bound, and the throughput. */
import * as Either from "effect/Either"
import { parseObjective } from "../domain/Objective.ts"
import { limitable } from "../domain/Threshold.ts"
import {
  type Capacity,
  type CapacityStep,
  countedIn,
  highestStep,
  outcomeOf,
  workRate
} from "../result/Capacity.ts"
import { hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { numberAxis } from "./axes.ts"
import type { ChartData } from "./chartData.ts"
import type { ChartStyle } from "./chartSpecs.ts"
import type { SliceLimit } from "../result/MeasuredSlice.ts"
import type { Marker } from "./markers.ts"

const highestMarker: Marker = { shape: "diamond", word: "highest rate kept" }
const brokenMarker: Marker = { shape: "cross", word: "not kept" }
const otherMarker: Marker = { shape: "triangle", word: "another objective not kept" }

/** Markers of steps that show nothing about the server, by what limited the load generator. */
export const unjudgedMarkers: Readonly<Record<SliceLimit, Marker>> = {
  generator: { shape: "bar", word: "not judged: limited by the generator" },
  machine: { shape: "ring", word: "not judged: no free processor" },
  suspension: { shape: "ring", word: "not judged: generator suspended" }
}

interface ChartSource {
  readonly style: ChartStyle
  /** `null` where nothing was measured. */
  readonly value: (step: CapacityStep) => number | null
  /** The 95 % confidence interval, where it is known. */
  readonly spread?: (step: CapacityStep) => readonly [number, number] | undefined
  /** In a step that was not kept: the objective of this chart was. Always false for other figures. */
  readonly otherBroke: (step: CapacityStep) => boolean
}

/** An objective that does not parse has no chart; the table of steps still shows it. */
const objectiveSource = (
  steps: Capacity["steps"],
  expression: string,
  place: number
): ReadonlyArray<ChartSource> =>
  Either.match(parseObjective(expression), {
    onLeft: () => [],
    onRight: ({ bound, figure, name }) => {
      const isTime = limitable[figure] === "ms"
      const scale = isTime ? 1 : 100
      return [
        {
          style: {
            id: `objective-${place + 1}`,
            title: `${name === undefined ? figure : `${name}.${figure}`}${judgedBy(steps, place)}`,
            unit: isTime ? "ms" : "%",
            few: true,
            wide: isTime,
            logarithmic: isTime,
            level: { name: "bound", value: scale * bound, bad: true, inSight: true }
          },
          value: ({ verdicts }) => {
            const value = verdicts[place]?.value ?? null
            return value === null ? null : scale * value
          },
          spread: ({ intervals }) => {
            const { high, low } = intervals[place] ?? { low: 0, high: null }
            return high === null ? undefined : [scale * low, scale * high]
          },
          otherBroke: ({ verdicts }) => verdicts[place]?.passed !== false
        }
      ]
    }
  })

/** Shown when no objective limits a time; the title says so where it is that of succeeded requests only. */
const latencyOf = (steps: Capacity["steps"]): ChartSource => {
  const failed = hasFailures(steps.map(({ slice }) => slice))
  const title = `latency.p95${failed ? " of succeeded requests" : ""}`
  return {
    style: { id: "latency", title, unit: "ms", few: true, wide: true, logarithmic: true },
    value: ({ slice }) => shownTimes(slice).latencyMs?.p95 ?? null,
    otherBroke: () => false
  }
}

/** Whose latency decided on an objective, where requests failed. */
const judgedBy = (steps: Capacity["steps"], place: number): string =>
  steps.some(({ verdicts }) => (verdicts[place]?.judgedBy ?? null) !== null)
    ? ", the worse of succeeded and of all requests"
    : ""

const work = (capacity: Capacity): ChartSource => ({
  style: { id: "operations", title: `${countedIn(capacity)}.perSecond`, unit: "per second", few: true },
  value: ({ slice }) => workRate(slice).perSecond,
  otherBroke: () => false
})

/** Times first, in full-width charts. */
const sourcesOf = (capacity: Capacity): ReadonlyArray<ChartSource> => {
  const { objectives, steps } = capacity
  const sources = objectives.flatMap((expression, place) => objectiveSource(steps, expression, place))
  const times = sources.filter(({ style }) => style.logarithmic)
  return [
    ...(times.length === 0 ? [latencyOf(steps)] : times),
    ...sources.filter((source) => !times.includes(source)),
    work(capacity)
  ]
}

/** One step per rate, by rate: the last one, since a repeated step replaces the first. */
export const decidingSteps = ({ steps }: Pick<Capacity, "steps">): ReadonlyArray<CapacityStep> =>
  [...new Map(steps.map((step) => [step.arrivalRate, step])).values()].toSorted(
    (a, b) => a.arrivalRate - b.arrivalRate
  )

/** Every figure over the arrival rate. */
export const capacityCharts = (capacity: Capacity): ReadonlyArray<ChartData> => {
  const steps = decidingSteps(capacity)
  const highest = highestStep(capacity)
  const x = steps.map(({ arrivalRate }) => arrivalRate)
  const axis = numberAxis("iteration started per second", "iterations started per second")
  const markerOf = (step: CapacityStep, { otherBroke }: ChartSource): Marker | undefined => {
    const outcome = outcomeOf(step)
    if (outcome === "kept") return step === highest ? highestMarker : undefined
    if (outcome !== "broken") return unjudgedMarkers[outcome]
    return otherBroke(step) ? otherMarker : brokenMarker
  }
  return sourcesOf(capacity).map((source) => ({
    style: source.style,
    axis,
    columns: {
      x,
      series: [
        {
          label: source.style.title,
          color: 0,
          dash: 0,
          values: steps.map(source.value),
          ...(source.spread === undefined ? {} : { spreads: steps.map(source.spread) }),
          markers: steps.map((step) => markerOf(step, source))
        }
      ]
    },
    ends: [0, 1.04 * Math.max(1, ...x)]
  }))
}
