/** The text and Markdown of `sweep`: a row per point with the knee marked, and the result. */
import { studyMarkdown, studyText } from "./studyText.ts"
import type { Sweep } from "../result/Sweep.ts"
import type { Rows } from "./textTable.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"

const head = [
  "users",
  "triples",
  "operations",
  "operations/s",
  "from",
  "to",
  "requests/s",
  "p50 ms",
  "p95 ms",
  "p99 ms",
  "failed",
  "note"
]

/** The last column is text. */
const texts = new Set([head.length - 1])

const rowsOf = ({ knees, points }: Sweep): Rows => [
  head,
  ...points.map(({ batchTripleCount, clientCount, figures, note, operationsPerSecond: rate, outcome }) => {
    const isKnee = knees.some(
      (knee) => knee.clientCount === clientCount && knee.batchTripleCount === batchTripleCount
    )
    const outcomes = outcome === "measured" ? [] : [outcome]
    return [
      figure(clientCount),
      figure(batchTripleCount),
      figure(3 * batchTripleCount),
      ...[rate?.median, rate?.min, rate?.max, figures?.requests.perSecond].map(figureOrNone),
      ...[figures?.latencyMs?.p50, figures?.latencyMs?.p95, figures?.latencyMs?.p99].map(figureOrNone),
      figureOrNone(figures?.requests.failed),
      [...(isKnee ? ["<- the knee"] : []), ...outcomes, ...(note === null ? [] : [note])].join(": ")
    ]
  })
]

const titleOf = ({ points }: Sweep): string =>
  `sweep  ${plural(points.length, "point")}  ${plural(
    points.reduce((sum, { slices }) => sum + slices.length, 0),
    "slice"
  )}`

export const sweepText = (sweep: Sweep): string => {
  const { knees, points } = sweep
  const counts = new Set(points.map(({ clientCount }) => clientCount)).size
  // With a single user count the verdict includes the evidence.
  const evidence =
    counts === 1 ? [] : knees.map((knee) => `  ${plural(knee.clientCount, "user")}: ${knee.evidence}`)
  const verdict = [...evidence, ...(evidence.length === 0 ? [] : [""]), sweep.verdict].join("\n")
  return studyText(titleOf(sweep), [rowsOf(sweep)], { ...sweep, verdict }, texts)
}

export const sweepMarkdown = (sweep: Sweep): string => studyMarkdown(titleOf(sweep), [rowsOf(sweep)], sweep)
