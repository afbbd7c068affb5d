/** `capacity` for people: a row for each step, the answer, and how well it is known. */
import type { Capacity, CapacityStep } from "../result/Capacity.ts"
import { databaseComparison, studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"
import { figure, figureOrNone, plural, rateText } from "../result/numberFormat.ts"

/** What a step says of its rate: of one in which the generator was the bottleneck nothing but what was kept. */
const outcomeOf = ({ kept, slice }: CapacityStep): string =>
  slice.limited.length > 0
    ? kept
      ? "kept, generator limited"
      : "generator limited"
    : kept
      ? "kept"
      : "broke"

const again = ({ attempt }: CapacityStep): string => (attempt === 1 ? "" : ", once more")

/** A step as soon as it was judged. @example "400/s: broke, latency.p95 was 731 ms, and less than 500 ms was allowed" */
export const stepLine = (step: CapacityStep): string => {
  const [limit] = step.slice.limited
  const why = limit ?? (step.kept ? undefined : step.broke.join("; "))
  return `${rateText(step.arrivalRate)}${again(step)}: ${outcomeOf(step)}${why === undefined ? "" : `, ${why}`}`
}

const head = ["arrival rate", "seconds", "p95 ms", "failed", "dropped", "operations/s", "objectives"]

/** The last column has words. */
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

const note =
  "Latency counts from the time at which a batch was due, so waiting that a slow server causes is in it."

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
