/** The text and Markdown of `sweep`: a row per point with the one that answers the question marked, and the result. */
import { rangeText, recordNoun, timesRange } from "../result/batchSize.ts"
import { sweepLoads } from "../result/studyLoads.ts"
import { lawText } from "../result/lawText.ts"
import { figure, figureOrNone, plural } from "../result/numberFormat.ts"
import { failedRows, hasFailures, type OutcomeRow, shownTimes } from "../result/outcomeRows.ts"
import { studyLatencyNote } from "../result/sentences.ts"
import {
  isSamePlace,
  markedPlace,
  msPerThousandRows,
  rateOf,
  type Sweep,
  type SweepPoint,
  type SweepTerms,
  termsOf
} from "../result/Sweep.ts"
import { stepTo } from "../result/userSteps.ts"
import { studyMarkdown, studyText } from "./studyText.ts"
import type { Rows } from "./textTable.ts"

/** A column of the table. */
interface Column {
  readonly head: string
  readonly cell: (point: SweepPoint) => string
  /** In the row of the failed requests; empty if left out. */
  readonly failedCell?: (failed: OutcomeRow) => string
}

const batchColumns = ({ operationsPerRecord: each }: Sweep): ReadonlyArray<Column> => [
  { head: `${recordNoun(each)}s`, cell: ({ batchTripleCount }) => figureOrNone(batchTripleCount) },
  {
    head: "operations",
    cell: ({ batchTripleCount }) =>
      batchTripleCount === null ? figureOrNone(null) : rangeText(timesRange(batchTripleCount, each))
  }
]

const pageColumn: Column = { head: "rows/page", cell: ({ pageSize }) => figureOrNone(pageSize) }

/** None for single requests. */
const sizeColumns = (sweep: Sweep): ReadonlyArray<Column> => {
  const { unit } = termsOf(sweep)
  if (unit === undefined) return []
  return unit === "row" ? [pageColumn] : batchColumns(sweep)
}

const rateColumns = ({ counted }: SweepTerms): ReadonlyArray<Column> => [
  { head: `${counted}/s`, cell: (point) => figureOrNone(rateOf(point)?.median) },
  { head: "from", cell: (point) => figureOrNone(rateOf(point)?.min) },
  { head: "to", cell: (point) => figureOrNone(rateOf(point)?.max) },
  ...(counted === "rows"
    ? [{ head: "ms/1,000 rows", cell: (point: SweepPoint) => figureOrNone(msPerThousandRows(point)) }]
    : [])
]

const latencyColumn = (percentile: "p50" | "p95" | "p99"): Column => ({
  head: `${percentile} ms`,
  cell: ({ figures }) => figureOrNone(figures && shownTimes(figures).latencyMs?.[percentile]),
  failedCell: ({ latencyMs }) => figureOrNone(latencyMs?.[percentile])
})

const requestColumns: ReadonlyArray<Column> = [
  { head: "requests/s", cell: ({ figures }) => figureOrNone(figures?.requests.perSecond) },
  latencyColumn("p50"),
  latencyColumn("p95"),
  latencyColumn("p99"),
  { head: "failed", cell: ({ figures }) => figureOrNone(figures?.requests.failed) }
]

/** The mark of the answer, the outcome unless the point was measured, and its note. */
const noteOf = ({ answer }: Sweep, point: SweepPoint): string => {
  const marked = markedPlace(answer)
  const mark = marked !== undefined && isSamePlace(marked.place, point) ? [`<- the ${marked.name}`] : []
  const outcomes = point.outcome === "measured" ? [] : [point.outcome]
  return [...mark, ...outcomes, ...(point.note === null ? [] : [point.note])].join(": ")
}

/** Sizes only for batches and pages, and steps only in a study over users. */
const columnsOf = (sweep: Sweep): ReadonlyArray<Column> => {
  const { answer } = sweep
  return [
    { head: "users", cell: ({ clientCount }) => figure(clientCount) },
    ...sizeColumns(sweep),
    ...rateColumns(termsOf(sweep)),
    ...(answer._tag === "Users"
      ? [{ head: "step", cell: ({ clientCount }: SweepPoint) => stepTo(answer, clientCount) }]
      : []),
    ...requestColumns,
    { head: "note", cell: (point) => noteOf(sweep, point), failedCell: ({ name }) => name }
  ]
}

const rowsOf = (sweep: Sweep): Rows => {
  const columns = columnsOf(sweep)
  return [
    columns.map(({ head }) => head),
    ...sweep.points.flatMap((point) => [
      columns.map(({ cell }) => cell(point)),
      ...(point.figures === null ? [] : failedRows(point.figures)).map((failed) =>
        columns.map(({ failedCell }) => failedCell?.(failed) ?? "")
      )
    ])
  ]
}

const titleOf = ({ points }: Sweep): string =>
  `sweep  ${plural(points.length, "point")}  ${plural(
    points.reduce((sum, { slices }) => sum + slices.length, 0),
    "slice"
  )}`

const sentencesOf = (sweep: Sweep) => ({
  ...sweep,
  loads: sweepLoads(sweep),
  details: sweep.answer._tag === "Users" ? [lawText(sweep.answer.law, termsOf(sweep).counted)] : [],
  note: studyLatencyNote(hasFailures(sweep.points.flatMap(({ figures }) => figures ?? [])))
})

export const sweepText = (sweep: Sweep): string => {
  const rows = rowsOf(sweep)
  // The note is text; all other columns are numbers.
  const texts = new Set([(rows[0]?.length ?? 0) - 1])
  return studyText(titleOf(sweep), [rows], sentencesOf(sweep), texts)
}

export const sweepMarkdown = (sweep: Sweep): string =>
  studyMarkdown(titleOf(sweep), [rowsOf(sweep)], sentencesOf(sweep))
