/** The text and Markdown of `capacity`: a row per step, the result, and its precision. */
import type { Capacity, CapacityStep } from "../result/Capacity.ts"
import { databaseComparison, studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"
import { figure, figureOrNone, plural, rateText } from "../result/numberFormat.ts"

/** The outcome of a step. One limited by the generator can only show that a rate was kept. */
const outcomeOf = ({ kept, slice }: CapacityStep): string =>
  slice.limited.length > 0
    ? kept
      ? "kept, generator limited"
      : "generator limited"
    : kept
      ? "kept"
      : "not kept"

const again = ({ attempt }: CapacityStep): string => (attempt === 1 ? "" : ", repeated")

/** The progress line of a judged step. @example "400/s: not kept, latency.p95 was 731 ms (limit: below 500 ms)" */
export const stepLine = (step: CapacityStep): string => {
  const [limit] = step.slice.limited
  const reason = limit ?? (step.kept ? undefined : step.broke.join("; "))
  return `${rateText(step.arrivalRate)}${again(step)}: ${outcomeOf(step)}${reason === undefined ? "" : `, ${reason}`}`
}

const head = ["arrival rate", "seconds", "p95 ms", "failed", "dropped", "operations/s", "objectives"]

/** The last column is text. */
const texts = new Set([head.length - 1])

const stepRows = (steps: Capacity["steps"]): Rows => [
  head,
  ...steps.map((step) => {
    const { arrivalRate, dropped, seconds, slice } = step
    return [
      rateText(arrivalRate),
      figure(seconds),
      figureOrNone(slice.latencyMs?.p95),
      figure(slice.requests.failed),
      figure(dropped),
      figure(slice.operations.perSecond),
      `${outcomeOf(step)}${again(step)}`
    ]
  })
]

const tablesOf = ({ steps }: Capacity): ReadonlyArray<Rows> => [
  stepRows(steps),
  databaseComparison(
    steps.map((step) => ({
      name: `${rateText(step.arrivalRate)}${again(step)}`,
      database: step.slice.database
    }))
  )
]

const note = "Latency counts from the time a batch was due, so it includes waiting caused by a slow server."

const titleOf = ({ objectives, steps }: Capacity): string =>
  `capacity  ${objectives.join(", ")}  ${plural(steps.length, "step")}`

export const capacityText = (capacity: Capacity): string =>
  studyText(
    titleOf(capacity),
    tablesOf(capacity),
    { ...capacity, verdict: `${capacity.verdict}\n\n${capacity.precision}`, note },
    texts
  )

export const capacityMarkdown = (capacity: Capacity): string =>
  studyMarkdown(titleOf(capacity), tablesOf(capacity), { ...capacity, note: `${capacity.precision} ${note}` })
