/** The text and Markdown of `sweep`: a row per point with the one that answers the question marked, and the result. */
import { lawText } from "../result/lawText.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { isSamePlace, markedPlace, type Sweep, type SweepPoint } from "../result/Sweep.ts"
import { stepTo } from "../result/userSteps.ts"
import { studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"

/** A column of the table. */
interface Column {
  readonly head: string
  readonly cell: (point: SweepPoint) => string
}

const sizeColumns: ReadonlyArray<Column> = [
  { head: "triples", cell: ({ batchTripleCount }) => figureOrNone(batchTripleCount) },
  {
    head: "operations",
    cell: ({ batchTripleCount }) => figureOrNone(batchTripleCount === null ? null : 3 * batchTripleCount)
  }
]

const rateColumns: ReadonlyArray<Column> = [
  { head: "operations/s", cell: ({ operationsPerSecond }) => figureOrNone(operationsPerSecond?.median) },
  { head: "from", cell: ({ operationsPerSecond }) => figureOrNone(operationsPerSecond?.min) },
  { head: "to", cell: ({ operationsPerSecond }) => figureOrNone(operationsPerSecond?.max) }
]

const requestColumns: ReadonlyArray<Column> = [
  { head: "requests/s", cell: ({ figures }) => figureOrNone(figures?.requests.perSecond) },
  { head: "p50 ms", cell: ({ figures }) => figureOrNone(figures?.latencyMs?.p50) },
  { head: "p95 ms", cell: ({ figures }) => figureOrNone(figures?.latencyMs?.p95) },
  { head: "p99 ms", cell: ({ figures }) => figureOrNone(figures?.latencyMs?.p99) },
  { head: "failed", cell: ({ figures }) => figureOrNone(figures?.requests.failed) }
]

/** The mark of the answer, the outcome unless the point was measured, and its note. */
const noteOf = ({ answer }: Sweep, point: SweepPoint): string => {
  const marked = markedPlace(answer)
  const mark = marked !== undefined && isSamePlace(marked.place, point) ? [`<- the ${marked.name}`] : []
  const outcomes = point.outcome === "measured" ? [] : [point.outcome]
  return [...mark, ...outcomes, ...(point.note === null ? [] : [point.note])].join(": ")
}

/** Sizes only for batches, and steps only in a study over users. */
const columnsOf = (sweep: Sweep): ReadonlyArray<Column> => {
  const { answer, testType } = sweep
  return [
    { head: "users", cell: ({ clientCount }) => figure(clientCount) },
    ...(testType === "VOLUME" ? [] : sizeColumns),
    ...rateColumns,
    ...(answer._tag === "Users"
      ? [{ head: "step", cell: ({ clientCount }: SweepPoint) => stepTo(answer, clientCount) }]
      : []),
    ...requestColumns,
    { head: "note", cell: (point) => noteOf(sweep, point) }
  ]
}

const rowsOf = (sweep: Sweep): Rows => {
  const columns = columnsOf(sweep)
  return [
    columns.map(({ head }) => head),
    ...sweep.points.map((point) => columns.map(({ cell }) => cell(point)))
  ]
}

const titleOf = ({ points }: Sweep): string =>
  `sweep  ${plural(points.length, "point")}  ${plural(
    points.reduce((sum, { slices }) => sum + slices.length, 0),
    "slice"
  )}`

const sentencesOf = (sweep: Sweep) => ({
  ...sweep,
  details: sweep.answer._tag === "Users" ? [lawText(sweep.answer.law)] : []
})

export const sweepText = (sweep: Sweep): string => {
  const rows = rowsOf(sweep)
  // The note is text; all other columns are numbers.
  const texts = new Set([(rows[0]?.length ?? 0) - 1])
  return studyText(titleOf(sweep), [rows], sentencesOf(sweep), texts)
}

export const sweepMarkdown = (sweep: Sweep): string =>
  studyMarkdown(titleOf(sweep), [rowsOf(sweep)], sentencesOf(sweep))
