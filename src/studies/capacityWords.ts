/** What a search for the capacity found out, in sentences. */
import type { Threshold } from "../domain/Threshold.ts"
import type { Capacity, CapacityStep } from "../result/Capacity.ts"
import { figure, rateText } from "../result/numberFormat.ts"
import { samplesNeeded } from "./capacityPrecision.ts"

type Found = Pick<Capacity, "steps" | "searchEnd" | "highest" | "lowestBroken" | "brokeFirst">

/** The step that decided on a rate: the last of it. */
export const stepAt = (steps: ReadonlyArray<CapacityStep>, rate: number | null): CapacityStep | undefined =>
  steps.findLast(({ arrivalRate }) => arrivalRate === rate)

/** `480/s (14,400 operations per second)` */
const withOperations = ({ steps }: Found, rate: number): string => {
  const step = stepAt(steps, rate)
  if (step === undefined) return rateText(rate)
  return `${rateText(rate)} (${figure(step.slice.operations.perSecond)} operations per second)`
}

/** What is known when the search ended before it was done. */
const sofar = (found: Found): string => {
  const { highest, lowestBroken } = found
  if (highest === null) {
    return lowestBroken === null ? "Nothing is known" : `Less than ${rateText(lowestBroken)}`
  }
  const atLeast = `At least ${withOperations(found, highest)}`
  return lowestBroken === null ? atLeast : `${atLeast} and less than ${rateText(lowestBroken)}`
}

const generatorReasons = ({ steps }: Found): string => (steps.at(-1)?.slice.limited ?? []).join(", and ")

/** The answer in one sentence. */
export const verdictOf = (found: Found, precision: number): string => {
  const { brokeFirst, highest, lowestBroken, searchEnd, steps } = found
  const broke = brokeFirst.join("; ")
  switch (searchEnd) {
    case "precise":
      return (
        `${withOperations(found, highest ?? 0)} is the highest arrival rate that kept the objectives; ` +
        `at ${rateText(lowestBroken ?? 0)}, ${broke}.`
      )
    case "maxRate":
      return `At least ${withOperations(found, highest ?? 0)}, the most that was asked for (--maxRate), kept the objectives.`
    case "floor":
      return `No arrival rate kept the objectives: even at ${rateText(lowestBroken ?? 0)}, ${broke}.`
    case "generator": {
      const why = `the load generator was the bottleneck: ${generatorReasons(found)}`
      if (highest === null) {
        return `Nothing is known of this installation: already at ${rateText(steps.at(-1)?.arrivalRate ?? 0)} ${why}.`
      }
      return lowestBroken === null
        ? `At least ${withOperations(found, highest)} kept the objectives; beyond that ${why}.`
        : `At least ${withOperations(found, highest)} kept the objectives, and ${rateText(lowestBroken)} did not; in between ${why}.`
    }
    case "maxSteps":
      return `${sofar(found)}: the search ended after ${steps.length} steps (--maxSteps), before that was known to within ${figure(100 * precision)} %.`
    case "stopped":
      return `${sofar(found)}: the search was ended before it was done.`
  }
}

/** `between 401 and 425 ms`, `at least 401 ms` */
const span = (low: number, high: number | null, ofRatio: boolean): string => {
  const [shown, unit] = ofRatio
    ? [(value: number) => figure(100 * value), "%"]
    : [(value: number) => figure(value), "ms"]
  return high === null ? `at least ${shown(low)} ${unit}` : `between ${shown(low)} and ${shown(high)} ${unit}`
}

/**
 * How well the figures of the deciding step are known: that of the highest rate that was kept, or when none was, of
 * the lowest.
 */
export const precisionOf = (
  { highest, lowestBroken, steps }: Found,
  objectives: ReadonlyArray<Threshold>
): string => {
  const step = stepAt(steps, highest ?? lowestBroken)
  if (step === undefined) return "No rate was decided on, so there is no error to tell."
  const sentences = objectives.flatMap((objective, at) => {
    const { bound, expression, figure: name } = objective
    const [samples, needed] = [step.samples[at] ?? 0, samplesNeeded(objective)]
    const of = samples < needed ? ` of the ${figure(needed)} that were aimed at` : ""
    const interval = step.intervals[at] ?? null
    const value = step.verdicts[at]?.value ?? null
    if (interval === null || value === null) return []
    const ofRatio = name === "failures.ratio"
    const own = ofRatio ? `${figure(100 * value)} %` : `${figure(value)} ms`
    const { high, low } = interval
    const near = low < bound && (high === null || bound <= high)
    return [
      `${expression}: it was ${own} from ${figure(samples)} samples${of}, with 95 % confidence ${span(low, high, ofRatio)}` +
        (near && step.kept ? "; the limit lies within that error." : ".")
    ]
  })
  if (sentences.length === 0) {
    return `At ${rateText(step.arrivalRate)}, ${figure(step.slice.requests.total)} samples: of these objectives a number of samples tells no error.`
  }
  return [
    `At ${rateText(step.arrivalRate)}:`,
    ...sentences,
    "That is the error of counting, not of the server's mood: requests that wait in one queue are alike, and another hour may be another."
  ].join(" ")
}

/** What has to be known before the figures are believed. */
export const warningsOf = ({ steps }: Found, cutShort: number | undefined): ReadonlyArray<string> => {
  const unsteady = steps.filter((step, at) => {
    const before = steps[at - 1]
    const brokeBefore = before !== undefined && !before.kept && before.slice.limited.length === 0
    return step.attempt === 2 && step.kept && brokeBefore
  })
  return [
    ...(unsteady.length === 0
      ? []
      : [
          `The server was not steady: at ${unsteady.map(({ arrivalRate }) => rateText(arrivalRate)).join(", ")} the ` +
            "objectives were not kept at first, and were when the step was repeated."
        ]),
    ...(cutShort === undefined
      ? []
      : [`The step at ${rateText(cutShort)} was cut short; it is not judged and not in the table.`])
  ]
}
