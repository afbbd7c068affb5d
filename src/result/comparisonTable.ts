/** Rows, notes and legend of a comparison, for the terminal, for Markdown and for its page. */
import type { FigureName } from "../domain/Threshold.ts"
import {
  type ComparedCell,
  type ComparedGroup,
  type ComparedRow,
  type ComparedRun,
  type Comparison,
  noteMarks
} from "./Comparison.ts"
import { figure } from "./numberFormat.ts"

/** Figures per request name and in total, in this order, after those of their work. */
const shownByName: ReadonlyArray<FigureName> = [
  "requests.perSecond",
  "latency.p50",
  "latency.p95",
  "latency.p99",
  "failures.count",
  "failures.ratio"
]
const shownInTotal: ReadonlyArray<FigureName> = [
  "requests.perSecond",
  "latency.p50",
  "latency.p90",
  "latency.p95",
  "latency.p99",
  "latency.p999",
  "latency.max",
  "requests.total",
  "failures.count",
  "failures.ratio"
]
const shownWhereOther: ReadonlyArray<readonly [FigureName, than: FigureName]> = [
  ["service.p50", "latency.p50"],
  ["service.p95", "latency.p95"],
  ["service.p99", "latency.p99"]
]
const shownWhereAny: ReadonlyArray<FigureName> = [
  "starts.dropped",
  "operations.rolledBack",
  "operations.refused",
  "operations.unknown"
]

const isPositive = ({ value }: ComparedCell): boolean => value !== null && value > 0

/** Operations per second, unless only rows were read, and rows per second where any were. */
const rowsOfWork = (rows: ReadonlyArray<ComparedRow>): ReadonlyArray<ComparedRow> => {
  const rowOf = (name: FigureName) => rows.filter(({ figure }) => figure === name)
  const [operations, read] = [rowOf("operations.perSecond"), rowOf("rows.perSecond")]
  const isAny = (of: ReadonlyArray<ComparedRow>) => of.some(({ cells }) => cells.some(isPositive))
  return [...(isAny(read) && !isAny(operations) ? [] : operations), ...(isAny(read) ? read : [])]
}

/**
 * The rows to show: lost operations only where there are any, service times only where they differ from the latency,
 * as in the open model.
 */
export const shownRows = ({ name, rows }: ComparedGroup): ReadonlyArray<ComparedRow> => {
  const rowsOf = (names: ReadonlyArray<FigureName>) =>
    names.flatMap((figure) => rows.filter((row) => row.figure === figure))
  return name === null
    ? [
        ...rowsOfWork(rows),
        ...rowsOf(shownInTotal),
        ...shownWhereOther.flatMap(([figure, than]) => {
          const latencies = rowsOf([than])
          return rowsOf([figure]).filter(({ cells, of }) => {
            const latency = latencies.find((row) => row.of === of)
            return cells.some(({ value }, i) => value !== null && value !== latency?.cells[i]?.value)
          })
        }),
        ...rowsOf(shownWhereAny).filter(({ cells }) => cells.some(isPositive))
      ]
    : [...rowsOfWork(rows), ...rowsOf(shownByName)]
}

const absentWords = { missing: "missing", unknown: "-", noRequests: "-" } as const

/** A value without its unit, or what stands in its place. */
export const cellText = ({ absent, value }: ComparedCell, { dimension }: ComparedRow): string => {
  if (value === null) return absentWords[absent ?? "unknown"]
  return dimension === "ratio" ? `${(100 * value).toFixed(2)} %` : figure(value)
}

/** The name of a figure as `--failOn` takes it, with the unit if it is milliseconds: `latency.p95 ms, succeeded`. */
export const rowName = ({ dimension, figure, of }: ComparedRow): string =>
  `${figure}${dimension === "ms" ? " ms" : ""}${of === "succeeded" ? ", succeeded" : ""}`

/** The marks of a run: `generator limited`. */
export const marksOf = ({ notes }: ComparedRun): ReadonlyArray<string> =>
  notes.map(({ kind }) => noteMarks[kind]).filter((mark) => mark !== null)

const otherModels =
  "Different models: latency.* starts at the due time of an iteration in the open model, and at sending in the closed " +
  "model. service.* starts at sending in both."

/** The files of older versions, and of Locust, have the latencies of all requests only. */
const unknownOutcomes = (runs: Comparison["runs"]): ReadonlyArray<string> => {
  const labels = runs.flatMap(({ label, succeeded, total }) =>
    succeeded === null && (total["failures.count"] ?? 0) > 0 ? [label] : []
  )
  return labels.length === 0
    ? []
    : [
        `${labels.join(", ")}: requests failed, and the files do not contain the latencies of the succeeded ones alone. ` +
          "Latencies are compared with those of other runs over all requests, failed ones included."
      ]
}

/** Notes on runs; a note on several is shown once: `a, b: ...`. */
export const notesOf = (runs: Comparison["runs"]): ReadonlyArray<string> => {
  const labels = new Map<string, Array<string>>()
  for (const { label, notes } of runs) {
    for (const { sentence } of notes) labels.set(sentence, [...(labels.get(sentence) ?? []), label])
  }
  return [
    ...(new Set(runs.map(({ model }) => model)).size > 1 ? [otherModels] : []),
    ...unknownOutcomes(runs),
    ...[...labels].map(([sentence, of]) => `${of.join(", ")}: ${sentence}`)
  ]
}

/** Differences between the runs, and notes on them. */
export const warningsOf = ({ differences, runs }: Comparison): ReadonlyArray<string> => [
  ...differences.map(
    ({ changesLoad, setting, values }) =>
      `${changesLoad ? "not the same load" : "also different"}: ${setting} ${values.map((value) => value ?? "-").join(" / ")}`
  ),
  ...notesOf(runs)
]

/** The meaning of what stands in place of figures, as far as it occurs. */
export const legend = ({ groups }: Comparison): ReadonlyArray<string> => {
  const absent = new Set(
    groups.flatMap((group) => shownRows(group).flatMap(({ cells }) => cells.map((cell) => cell.absent)))
  )
  const reasons = [
    ...(absent.has("unknown") ? ["not in the files of the run"] : []),
    ...(absent.has("noRequests") ? ["no request to describe"] : [])
  ]
  return [
    ...(reasons.length === 0 ? [] : [`- : ${reasons.join(", or ")}`]),
    ...(absent.has("missing") ? ["missing: the run has no request of this name"] : [])
  ]
}

export const noiseTitle = ({ noise }: Comparison): string => `How much ${noise.figure} varies within a run`
