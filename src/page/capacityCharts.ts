/** The charts of a search for the highest arrival rate: what each objective is about, and its bound. */
import * as Either from "effect/Either"
import { parseObjective } from "../domain/Objective.ts"
import { figures } from "../domain/Threshold.ts"
import type { Capacity, CapacityStep } from "../result/Capacity.ts"
import { numberAxis } from "./axes.ts"
import type { ChartLook } from "./chartSpecs.ts"
import type { Drawing } from "./columns.ts"
import type { Sign } from "./signs.ts"

const highestSign: Sign = { shape: "diamond", word: "highest rate that kept all" }
const brokenSign: Sign = { shape: "cross", word: "not kept" }
const otherSign: Sign = { shape: "triangle", word: "another was not kept" }

interface Shown {
  readonly look: ChartLook
  /** `null` where it was not measured. */
  readonly value: (step: CapacityStep) => number | null
  /** Where it lies with 95 % confidence, as far as that is known. */
  readonly spread?: (step: CapacityStep) => readonly [number, number] | undefined
  /** Of the objective that it shows: it is not what broke. Always false of what is no objective. */
  readonly fine: (step: CapacityStep) => boolean
}

/** An objective that this page cannot read has no chart; the table has it all the same. */
const ofObjective = (expression: string, place: number): ReadonlyArray<Shown> =>
  Either.match(parseObjective(expression), {
    onLeft: () => [],
    onRight: ({ bound, figure, name }) => {
      const isTime = figures[figure] === "ms"
      const scale = isTime ? 1 : 100
      return [
        {
          look: {
            id: `objective-${place + 1}`,
            title: name === undefined ? figure : `${name}.${figure}`,
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
          fine: ({ verdicts }) => verdicts[place]?.passed !== false
        }
      ]
    }
  })

/** Where no objective is about time. */
const latency: Shown = {
  look: { id: "latency", title: "latency.p95", unit: "ms", few: true, wide: true, logarithmic: true },
  value: ({ slice: { latencyMs } }) => latencyMs?.p95 ?? null,
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
  const times = asked.filter(({ look }) => look.logarithmic)
  return [
    ...(times.length === 0 ? [latency] : times),
    ...asked.filter((shown) => !times.includes(shown)),
    operations
  ]
}

/** The steps that decided: of a rate that was tried twice the second. */
export const decidingSteps = ({ steps }: Pick<Capacity, "steps">): ReadonlyArray<CapacityStep> =>
  [...new Map(steps.map((step) => [step.arrivalRate, step])).values()].toSorted(
    (a, b) => a.arrivalRate - b.arrivalRate
  )

/** Each against the arrival rate. */
export const capacityCharts = (capacity: Capacity): ReadonlyArray<Drawing> => {
  const steps = decidingSteps(capacity)
  const x = steps.map(({ arrivalRate }) => arrivalRate)
  const axis = numberAxis("batch started per second", "batches started per second")
  return shownOf(capacity).map(({ fine, look, spread, value }) => ({
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
          ...(spread === undefined ? {} : { spreads: steps.map(spread) }),
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
