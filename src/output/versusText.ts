/** The text and Markdown of `versus`: a row per side, and the result. */
import { operationsText } from "../result/batchSize.ts"
import { versusLoads } from "../result/studyLoads.ts"
import type { Latency } from "../result/Figures.ts"
import { databaseComparison, studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { failedRows, hasFailures, shownTimes } from "../result/outcomeRows.ts"
import { studyLatencyNote } from "../result/sentences.ts"
import { batchOperationsOf, medianPair, type Side, subjectOf, type Versus } from "../result/Versus.ts"

/** Both sides, with their operations per second in the pair whose ratio is the result. */
const sidesOf = (versus: Versus) => {
  const { batch, pairs, single } = versus
  const middle = medianPair(pairs)
  return [
    { name: "single requests", inMedianPair: middle?.single, ...single },
    { name: `batches of ${operationsText(batchOperationsOf(versus))}`, inMedianPair: middle?.batch, ...batch }
  ]
}

const percentilesOf = (latency: Latency | null): ReadonlyArray<string> =>
  [latency?.p50, latency?.p95, latency?.p99].map(figureOrNone)

/** A side, and its failed requests below it. */
const sideRows = (
  side: Side & { readonly name: string; readonly inMedianPair: number | undefined }
): Rows => {
  const { elapsedSeconds, inMedianPair, name, operationMs, operations, requests } = side
  return [
    [
      name,
      figureOrNone(elapsedSeconds === 0 ? null : operations.perSecond),
      figureOrNone(inMedianPair),
      figureOrNone(elapsedSeconds === 0 ? null : requests.perSecond),
      figure(requests.total),
      figure(requests.failed),
      ...percentilesOf(shownTimes(side).latencyMs),
      figureOrNone(operationMs?.p50)
    ],
    ...failedRows(side).map((failed) => [
      `  ${failed.name}`,
      "",
      "",
      "",
      figure(failed.requests),
      "",
      ...percentilesOf(failed.latencyMs),
      ""
    ])
  ]
}

const tablesOf = (versus: Versus): ReadonlyArray<Rows> => {
  const sides = sidesOf(versus)
  return [
    [
      [
        "",
        "operations/s",
        "median pair",
        "requests/s",
        "requests",
        "failed",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "p50 ms per operation"
      ],
      ...sides.flatMap(sideRows)
    ],
    databaseComparison(sides)
  ]
}

const titleOf = (versus: Versus): string => {
  const { batch, clientCount, single } = versus
  return `versus  ${subjectOf(versus)}  ${plural(clientCount, "user")}  ${single.slices.length} and ${batch.slices.length} slices`
}

const sentencesOf = (versus: Versus) => ({
  ...versus,
  loads: versusLoads(versus),
  note: studyLatencyNote(hasFailures([versus.single, versus.batch]))
})

export const versusText = (versus: Versus): string =>
  studyText(titleOf(versus), tablesOf(versus), sentencesOf(versus))

export const versusMarkdown = (versus: Versus): string =>
  studyMarkdown(titleOf(versus), tablesOf(versus), sentencesOf(versus))
