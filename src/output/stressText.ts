/** The text and Markdown of `stress`: a row per step with the knee marked, the drift of the soak, and the result. */
import { addActivities } from "../result/databaseSums.ts"
import { driftRows } from "../result/driftText.ts"
import { stressLimitLines } from "../result/limitLines.ts"
import { stressLoads } from "../result/studyLoads.ts"
import { lawText } from "../result/lawText.ts"
import { heldUpText } from "../result/heldUp.ts"
import { limitText } from "../result/limitText.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { failedRows, hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { studyLatencyNote } from "../result/sentences.ts"
import { countedOf, kneeLoad, loadText, type Raised, type Stress, type StressStep } from "../result/Stress.ts"
import { soakSentence } from "../result/soakText.ts"
import { stressNote } from "../result/stressNote.ts"
import { databaseComparison, studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"

const percentText = (share: number | null | undefined): string =>
  share === null || share === undefined
    ? ""
    : `${share > 0 ? "+" : ""}${(100 * share).toFixed(0).replace(/^-0$/, "0")} %`

/** The progress line of a judged step. @example "8 users: throughput falls, 500 operations per second, p95 790 ms" */
export const stressStepLine = (step: StressStep, raised: Raised): string => {
  const rate = step.rowsPerSecond ?? step.operationsPerSecond
  const counted = step.rowsPerSecond === null ? "operations" : "rows"
  return (
    `${loadText(raised, step.load)}: ${stressNote(step)}, ${figure(rate.median)} ${counted} per second, ` +
    `p95 ${figureOrNone(shownTimes(step.figures).latencyMs?.p95)} ms`
  )
}

const headOf = (stress: Stress) => [
  stress.raised === "users" ? "users" : "rate/s",
  `${countedOf(stress)}/s`,
  "from",
  "to",
  "change",
  "p50 ms",
  "p95 ms",
  "p95 change",
  "p99 ms",
  "failed",
  ...(stress.raised === "rate" ? ["dropped"] : []),
  "note"
]

const noteOf = ({ knee }: Stress, step: StressStep): string => {
  const mark = step.load === kneeLoad(knee) ? [knee._tag === "Knee" ? "<- the knee" : "<- at least"] : []
  const note = stressNote(step)
  const limits =
    step.outcome === "limited"
      ? [limitText(step.slices)]
      : step.heldUp === null
        ? []
        : [heldUpText(step.heldUp, step.slices.length)]
  return [...mark, ...(step.outcome === "good" ? [] : [note]), ...limits].join(": ")
}

const rowsOf = (stress: Stress): Rows => {
  const head = headOf(stress)
  return [
    head,
    ...stress.steps.flatMap((step) => {
      const { change, dropped, figures, load } = step
      const rate = step.rowsPerSecond ?? step.operationsPerSecond
      const { latencyMs } = shownTimes(figures)
      const noise = change?.differs === false ? " (noise)" : ""
      return [
        [
          figure(load),
          ...[rate.median, rate.min, rate.max].map(figure),
          change === null ? "" : `${percentText(change.throughput)}${noise}`,
          figureOrNone(latencyMs?.p50),
          figureOrNone(latencyMs?.p95),
          percentText(change?.p95),
          figureOrNone(latencyMs?.p99),
          figure(figures.requests.failed),
          ...(stress.raised === "rate" ? [figure(dropped)] : []),
          noteOf(stress, step)
        ],
        ...failedRows(figures).map((failed) => [
          "",
          "",
          "",
          "",
          "",
          figureOrNone(failed.latencyMs?.p50),
          figureOrNone(failed.latencyMs?.p95),
          "",
          figureOrNone(failed.latencyMs?.p99),
          "",
          ...(stress.raised === "rate" ? [""] : []),
          failed.name
        ])
      ]
    })
  ]
}

const soakRows = ({ soak }: Stress): ReadonlyArray<Rows> =>
  soak === null || soak.drift === null ? [] : [driftRows(soak.drift)]

const databaseOf = (stress: Stress): Rows =>
  databaseComparison(
    stressLoads(stress).map(({ name, slices }) => ({
      name,
      database: addActivities(slices.map(({ database }) => database))
    }))
  )

const titleOf = ({ steps, testType }: Stress): string =>
  `stress  ${testType}  ${plural(steps.length, "step")}`

const sentencesOf = (stress: Stress) => ({
  ...stress,
  loads: stressLoads(stress),
  details: [
    ...stressLimitLines(stress),
    ...(stress.raised === "users" ? [lawText(stress.law, countedOf(stress))] : []),
    ...soakSentence(stress)
  ],
  note: studyLatencyNote(
    hasFailures(stress.steps.map(({ figures }) => figures)),
    ...(stress.raised === "rate"
      ? ["Latency counts from the time an iteration was due, so it includes waiting caused by a slow server."]
      : [])
  )
})

const tablesOf = (stress: Stress): ReadonlyArray<Rows> => [
  rowsOf(stress),
  ...soakRows(stress),
  databaseOf(stress)
]

export const stressText = (stress: Stress): string =>
  studyText(titleOf(stress), tablesOf(stress), sentencesOf(stress), new Set([headOf(stress).length - 1]))

export const stressMarkdown = (stress: Stress): string =>
  studyMarkdown(titleOf(stress), tablesOf(stress), sentencesOf(stress))
