/** The charts of a search for the highest arrival rate: what each objective is about, and its bound. */
import * as Either from "effect/Either"
import { type Dimension, figures, parseThreshold } from "../domain/Threshold.ts"
import type { Capacity, CapacityStep } from "../report/Capacity.ts"
import { numberAxis } from "./axes.ts"
import type { ChartLook } from "./chartSpecs.ts"
import type { Drawing } from "./columns.ts"
import type { Sign } from "./signs.ts"

const highestSign: Sign = { shape: "diamond", word: "highest rate that kept all" }
const brokenSign: Sign = { shape: "cross", word: "not kept" }
const otherSign: Sign = { shape: "triangle", word: "another was not kept" }

const units: Readonly<Record<Dimension, string>> = {
  ms: "ms",
  ratio: "%",
  count: "in a step",
  perSecond: "per second"
}

interface Shown {
  readonly look: ChartLook
  /** `null` where it was not measured. */
  readonly value: (step: CapacityStep) => number | null
  /** Of the objective that it shows: it is not what broke. Always false of what is no objective. */
  readonly fine: (step: CapacityStep) => boolean
}

/** An objective that this page cannot read has no chart; the table has it all the same. */
const ofObjective = (expression: string, place: number): ReadonlyArray<Shown> =>
  Either.match(parseThreshold(expression), {
    onLeft: () => [],
    onRight: ({ bound, figure, name }) => {
      const dimension = figures[figure]
      const isTime = dimension === "ms"
      const scale = dimension === "ratio" ? 100 : 1
      return [
        {
          look: {
            id: `objective-${place + 1}`,
            title: name === undefined ? figure : `${name}.${figure}`,
            unit: units[dimension],
            few: true,
            wide: isTime,
            logarithmic: isTime,
            level: { name: "bound", value: scale * bound, bad: true, inSight: true }
          },
          value: ({ verdicts }) => {
            const value = verdicts[place]?.value ?? null
            return value === null ? null : scale * value
          },
          fine: ({ verdicts }) => verdicts[place]?.passed !== false
        }
      ]
    }
  })

/** Where no objective is about time. */
const latency: Shown = {
  look: { id: "latency", title: "latency.p95", unit: "ms", few: true, wide: true, logarithmic: true },
  value: ({ slice: { latencyMs, requests } }) => (requests.total === 0 ? null : latencyMs.p95),
  fine: () => false
}

const operations: Shown = {
  look: { id: "operations", title: "operations.perSecond", unit: "per second", few: true },
  value: ({ slice }) => slice.operations.perSecond,
  fine: () => false
}

/** Those of time first, as wide as the page. */
const shownOf = ({ objectives }: Capacity): ReadonlyArray<Shown> => {
  const asked = objectives.flatMap(ofObjective)
  const times = asked.filter(({ look }) => look.unit === units.ms)
  return [
    ...(times.length === 0 ? [latency] : times),
    ...asked.filter((shown) => !times.includes(shown)),
    ...(asked.some(({ look }) => look.title === operations.look.title) ? [] : [operations])
  ]
}

/** Each against the arrival rate. */
export const capacityCharts = (capacity: Capacity): ReadonlyArray<Drawing> => {
  const steps = capacity.steps.toSorted((a, b) => a.arrivalRate - b.arrivalRate)
  const x = steps.map(({ arrivalRate }) => arrivalRate)
  const axis = numberAxis("batches started per second")
  return shownOf(capacity).map(({ fine, look, value }) => ({
    look,
    axis,
    columns: {
      x,
      series: [
        {
          label: look.title,
          color: 0,
          dash: 0,
          values: steps.map(value),
          signs: steps.map((step) => {
            if (!step.kept) return fine(step) ? otherSign : brokenSign
            return step.arrivalRate === capacity.highest ? highestSign : undefined
          })
        }
      ]
    },
    ends: [0, 1.04 * Math.max(1, ...x)]
  }))
}
