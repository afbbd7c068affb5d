/** The search for the capacity as people read it in a terminal. */
import type { Capacity, CapacityStep } from "../report/Capacity.ts"
import { figure, type Rows, table } from "../report/text.ts"
import { rateText } from "./capacityWords.ts"

/** What a step says of its rate: of one in which the generator was the bottleneck nothing but what was kept. */
export const outcomeOf = ({ kept, slice }: CapacityStep): string =>
  slice.limited.length > 0
    ? kept
      ? "kept, generator limited"
      : "generator limited"
    : kept
      ? "kept"
      : "broke"

/** A step as soon as it was judged. @example "400/s: broke, latency.p95 was 731 ms, and less than 500 ms was allowed" */
export const stepLine = (step: CapacityStep): string => {
  const rate = `${rateText(step.arrivalRate)}${step.attempt === 1 ? "" : ", once more"}`
  const broke = step.slice.limited.length > 0 ? [] : step.broke
  return `${rate}: ${[outcomeOf(step), ...(broke.length === 0 ? [] : [broke.join("; ")])].join(", ")}`
}

/** A head, and a row for each step. */
export const stepRows = ({ steps }: Pick<Capacity, "steps">): Rows => [
  ["rate", "seconds", "p95 ms", "failed", "dropped", "operations/s", "outcome"],
  ...steps.map((step) => {
    const { arrivalRate, attempt, dropped, seconds, slice } = step
    return [
      rateText(arrivalRate),
      figure(seconds),
      figure(slice.latencyMs.p95),
      figure(slice.requests.failed),
      figure(dropped),
      figure(slice.operations.perSecond),
      attempt === 1 ? outcomeOf(step) : `${outcomeOf(step)}, once more`
    ]
  })
]

const outcomeColumn = 6

/** Steps, the answer, and how well it is known. */
export const capacityText = (document: Capacity): string =>
  [
    table(stepRows(document), new Set([outcomeColumn])),
    "",
    document.verdict,
    document.precision,
    ...document.warnings
  ].join("\n")
