/** The result of a capacity search in sentences. */
import type { Threshold } from "../domain/Threshold.ts"
import type { Capacity, CapacityStep } from "../result/Capacity.ts"
import { figure, rateText } from "../result/numberFormat.ts"
import { samplesNeeded } from "./capacityPrecision.ts"

type Found = Pick<Capacity, "steps" | "searchEnd" | "highest" | "lowestBroken" | "brokeFirst">

/** The step that decided on a rate: the last one at that rate. */
export const stepAt = (steps: ReadonlyArray<CapacityStep>, rate: number | null): CapacityStep | undefined =>
  steps.findLast(({ arrivalRate }) => arrivalRate === rate)

/** `480/s (14,400 operations per second)` */
const withOperations = ({ steps }: Found, rate: number): string => {
  const step = stepAt(steps, rate)
  if (step === undefined) return rateText(rate)
  return `${rateText(rate)} (${figure(step.slice.operations.perSecond)} operations per second)`
}

/** What an unfinished search found. */
const foundSoFar = (found: Found): string => {
  const { highest, lowestBroken } = found
  if (highest === null) {
    return lowestBroken === null ? "No result" : `Less than ${rateText(lowestBroken)}`
  }
  const atLeast = `At least ${withOperations(found, highest)}`
  return lowestBroken === null ? atLeast : `${atLeast} and less than ${rateText(lowestBroken)}`
}

const generatorReasons = ({ steps }: Found): string => (steps.at(-1)?.slice.limited ?? []).join("; ")

/** The result in one sentence. */
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
      return `At least ${withOperations(found, highest ?? 0)}, the maximum that --maxRate allows, kept the objectives.`
    case "floor":
      return `No arrival rate kept the objectives: even at ${rateText(lowestBroken ?? 0)}, ${broke}.`
    case "generator": {
      const reason = `the load generator was the bottleneck (${generatorReasons(found)})`
      if (highest === null) {
        return `No result: at ${rateText(steps.at(-1)?.arrivalRate ?? 0)} ${reason}.`
      }
      return lowestBroken === null
        ? `At least ${withOperations(found, highest)} kept the objectives; above that ${reason}.`
        : `At least ${withOperations(found, highest)} kept the objectives, and ${rateText(lowestBroken)} did not; in between ${reason}.`
    }
    case "maxSteps":
      return `${foundSoFar(found)}: the search ended after ${steps.length} steps (--maxSteps), before it reached a precision of ${figure(100 * precision)} %.`
    case "stopped":
      return `${foundSoFar(found)}: the search was stopped early.`
  }
}

/** `401 to 425 ms`, `401 ms or more` */
const span = (low: number, high: number | null, ofRatio: boolean): string => {
  const [shown, unit] = ofRatio
    ? [(value: number) => figure(100 * value), "%"]
    : [(value: number) => figure(value), "ms"]
  return high === null ? `${shown(low)} ${unit} or more` : `${shown(low)} to ${shown(high)} ${unit}`
}

/** Confidence intervals of the figures at the highest rate that was kept; if none was, at the lowest. */
export const precisionOf = (
  { highest, lowestBroken, steps }: Found,
  objectives: ReadonlyArray<Threshold>
): string => {
  const step = stepAt(steps, highest ?? lowestBroken)
  if (step === undefined) return "No step was completed, so there is no confidence interval."
  const sentences = objectives.flatMap((objective, at) => {
    const { bound, expression, figure: name } = objective
    const [samples, needed] = [step.samples[at] ?? 0, samplesNeeded(objective)]
    const of = samples < needed ? ` (${figure(needed)} would be needed)` : ""
    const interval = step.intervals[at] ?? null
    const { judgedBy = null, value = null } = step.verdicts[at] ?? {}
    if (interval === null || value === null) return []
    const ofRatio = name === "failures.ratio"
    const valueText = ofRatio ? `${figure(100 * value)} %` : `${figure(value)} ms`
    const { high, low } = interval
    const near = low < bound && (high === null || bound <= high)
    return [
      `${expression}: measured ${valueText}${judgedBy === null ? "" : ` of ${judgedBy} requests`} from ${figure(samples)} samples${of}, 95 % confidence interval ` +
        `${span(low, high, ofRatio)}${near && step.kept ? ", which includes the limit." : "."}`
    ]
  })
  if (sentences.length === 0) {
    return `At ${rateText(step.arrivalRate)}, ${figure(step.slice.requests.total)} samples: these objectives have no confidence interval.`
  }
  return [
    `At ${rateText(step.arrivalRate)}:`,
    ...sentences,
    "The interval covers sampling error only; another hour may differ."
  ].join(" ")
}

/** Circumstances that limit what the result means. */
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
          `Results varied: at ${unsteady.map(({ arrivalRate }) => rateText(arrivalRate)).join(", ")} the ` +
            "objectives were not kept in the first attempt, but in the second."
        ]),
    ...(cutShort === undefined ? [] : [`The step at ${rateText(cutShort)} was cut short and does not count.`])
  ]
}
