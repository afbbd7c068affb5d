/** The text and Markdown of `versus`: a row per side, and the result. */
import { databaseComparison, studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { medianPair, type Versus } from "../result/Versus.ts"

/** Both sides, with their operations per second in the pair whose ratio is the result. */
const sidesOf = ({ batch, batchTripleCount, pairs, single }: Versus) => {
  const middle = medianPair(pairs)
  return [
    { name: "single requests", inMedianPair: middle?.single, ...single },
    { name: `batches of ${3 * batchTripleCount} operations`, inMedianPair: middle?.batch, ...batch }
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
      ...sides.map(({ elapsedSeconds, inMedianPair, latencyMs, name, operationMs, operations, requests }) => [
        name,
        figureOrNone(elapsedSeconds === 0 ? null : operations.perSecond),
        figureOrNone(inMedianPair),
        figureOrNone(elapsedSeconds === 0 ? null : requests.perSecond),
        figure(requests.total),
        figure(requests.failed),
        ...[latencyMs?.p50, latencyMs?.p95, latencyMs?.p99, operationMs?.p50].map(figureOrNone)
      ])
    ],
    databaseComparison(sides)
  ]
}

const titleOf = ({ batch, clientCount, records, single }: Versus): string =>
  `versus  ${records.join(" and ")}  ${plural(clientCount, "user")}  ${single.slices.length} and ${batch.slices.length} slices`

export const versusText = (versus: Versus): string => studyText(titleOf(versus), tablesOf(versus), versus)

export const versusMarkdown = (versus: Versus): string =>
  studyMarkdown(titleOf(versus), tablesOf(versus), versus)
