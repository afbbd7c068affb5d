/** The text and Markdown of `capacity`: a row per step, the result, and its precision. */
import {
  type Capacity,
  type CapacityStep,
  countedIn,
  outcomeOf,
  type StepOutcome,
  workRate
} from "../result/Capacity.ts"
import { capacityLimitLines } from "../result/limitLines.ts"
import { again, capacityLoads } from "../result/studyLoads.ts"
import { limitOf } from "../result/limitText.ts"
import type { SliceLimit } from "../result/MeasuredSlice.ts"
import { databaseComparison, studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"
import { figure, figureOrNone, plural, rateText } from "../result/numberFormat.ts"
import { failedRows, hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { studyLatencyNote } from "../result/sentences.ts"

const outcomes: Readonly<Record<StepOutcome, string>> = {
  kept: "kept",
  broken: "not kept",
  generator: "not judged: generator limited",
  machine: "not judged: no free processor",
  suspension: "not judged: generator suspended"
}

/** Of steps that were kept in spite of a limit. */
const keptOutcomes: Readonly<Record<SliceLimit, string>> = {
  generator: "kept, generator limited",
  machine: "kept, processors shared",
  suspension: "kept, generator suspended"
}

/** The outcome of a step. One that could not be judged shows nothing about the server. */
const outcomeText = (step: CapacityStep): string => {
  const { kept, slice } = step
  const limit = limitOf(slice)
  return kept && limit !== null ? keptOutcomes[limit] : outcomes[outcomeOf(step)]
}

/** @example "12.0", "61.0, not recovered" */
const waitText = ({ recovery }: CapacityStep): string =>
  recovery === null ? "-" : `${figure(recovery.seconds)}${recovery.recovered ? "" : ", not recovered"}`

/** The wait before a step. */
const waitNote = ({ recovery }: CapacityStep): string => {
  if (recovery === null) return ""
  return recovery.recovered
    ? ` (the server recovered within ${figure(recovery.seconds)} s before it)`
    : ` (the server did not recover within ${figure(recovery.seconds)} s before it)`
}

/** The progress line of a judged step. @example "400/s: not kept, latency.p95 was 731 ms (limit: below 500 ms)" */
export const stepLine = (step: CapacityStep): string => {
  const [limit] = step.slice.limited
  const reason = limit ?? (step.kept ? undefined : step.broke.join("; "))
  return (
    `${rateText(step.arrivalRate)}${again(step)}: ${outcomeText(step)}` +
    `${reason === undefined ? "" : `, ${reason}`}${waitNote(step)}`
  )
}

/** The last column is text. */
const headOf = (counted: string) => [
  "arrival rate",
  "seconds",
  "p95 ms",
  "failed",
  "dropped",
  `${counted}/s`,
  "waited s",
  "objectives"
]

const texts = new Set([7])

/** A step, and its failed requests below it. */
const stepRows = (step: CapacityStep): Rows => {
  const { arrivalRate, dropped, seconds, slice } = step
  return [
    [
      rateText(arrivalRate),
      figure(seconds),
      figureOrNone(shownTimes(slice).latencyMs?.p95),
      figure(slice.requests.failed),
      figure(dropped),
      figure(workRate(slice).perSecond),
      waitText(step),
      `${outcomeText(step)}${again(step)}`
    ],
    ...failedRows(slice).map(({ latencyMs, name }) => [
      "",
      "",
      figureOrNone(latencyMs?.p95),
      "",
      "",
      "",
      "",
      name
    ])
  ]
}

const tablesOf = ({ steps }: Capacity): ReadonlyArray<Rows> => [
  [headOf(countedIn({ steps })), ...steps.flatMap(stepRows)],
  databaseComparison(
    capacityLoads({ steps }).map(({ name, slices: [slice] }) => ({
      name,
      database: slice?.database ?? null
    }))
  )
]

const noteOf = ({ steps }: Capacity): string =>
  studyLatencyNote(
    hasFailures(steps.map(({ slice }) => slice)),
    "Latency counts from the time a batch was due, so it includes waiting caused by a slow server."
  )

const titleOf = ({ objectives, steps }: Capacity): string =>
  `capacity  ${objectives.join(", ")}  ${plural(steps.length, "step")}`

const sentencesOf = (capacity: Capacity) => ({
  ...capacity,
  loads: capacityLoads(capacity),
  details: capacityLimitLines(capacity)
})

export const capacityText = (capacity: Capacity): string =>
  studyText(
    titleOf(capacity),
    tablesOf(capacity),
    {
      ...sentencesOf(capacity),
      verdict: `${capacity.verdict}\n\n${capacity.precision}`,
      note: noteOf(capacity)
    },
    texts
  )

export const capacityMarkdown = (capacity: Capacity): string =>
  studyMarkdown(titleOf(capacity), tablesOf(capacity), {
    ...sentencesOf(capacity),
    note: `${capacity.precision} ${noteOf(capacity)}`
  })
