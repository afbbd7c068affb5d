/** A comparison as text, as Markdown and as CSV. */
import type { FigureName } from "../domain/Threshold.ts"
import { amount } from "../report/amount.ts"
import {
  type ComparedCell,
  type ComparedGroup,
  type ComparedRow,
  type ComparedRun,
  type Comparison,
  noteMarks
} from "../report/Comparison.ts"
import { lines } from "../report/csv.ts"
import { figure, type Rows, table } from "../report/text.ts"

/** What people are shown of each request name, and of all requests, in this order. */
const shownByName: ReadonlyArray<FigureName> = [
  "operations.perSecond",
  "requests.perSecond",
  "latency.p50",
  "latency.p95",
  "latency.p99",
  "failures.count",
  "failures.ratio"
]
const shownInTotal: ReadonlyArray<FigureName> = [
  "operations.perSecond",
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
const shownWhereAny: ReadonlyArray<FigureName> = [
  "operations.rolledBack",
  "operations.refused",
  "operations.unknown"
]

/** The rows that are shown to people; operations that were lost only where there are any. */
export const shownRows = ({ name, rows }: ComparedGroup): ReadonlyArray<ComparedRow> => {
  const rowsOf = (names: ReadonlyArray<FigureName>) =>
    names.flatMap((figure) => rows.filter((row) => row.figure === figure))
  return name === null
    ? [
        ...rowsOf(shownInTotal),
        ...rowsOf(shownWhereAny).filter(({ cells }) => cells.some(({ value }) => value !== null && value > 0))
      ]
    : rowsOf(shownByName)
}

const absentWords = { missing: "missing", unknown: "-", noRequests: "none" } as const

const valueText = ({ absent, value }: ComparedCell, { dimension }: ComparedRow): string => {
  if (value === null) return absentWords[absent ?? "unknown"]
  return dimension === "ratio" ? amount(value, dimension) : figure(value)
}

const rowName = ({ dimension, figure }: ComparedRow): string => (dimension === "ms" ? `${figure} ms` : figure)

/** A heading, then a row per figure: the baseline, then every other run with its change. */
const groupRows = (group: ComparedGroup, labels: ReadonlyArray<string>): Rows => [
  [group.name ?? "all requests", ...labels.flatMap((label, i) => (i === 0 ? [label] : [label, "change"]))],
  ...shownRows(group).map((row) => [
    rowName(row),
    ...row.cells.flatMap((cell, i) =>
      i === 0 ? [valueText(cell, row)] : [valueText(cell, row), cell.change?.words ?? ""]
    )
  ])
]

const marks = ({ notes }: ComparedRun): ReadonlyArray<string> => notes.map(({ kind }) => noteMarks[kind])

/** `b (generator limited)` */
const markedLabel = (run: ComparedRun): string =>
  [run.label, ...marks(run).map((mark) => `(${mark})`)].join(" ")

const runLine = (run: ComparedRun, i: number): string => {
  const { elapsedSeconds, path, testType, users } = run
  const parts = [
    ...(testType === null ? [] : [testType]),
    ...(users === null ? [] : [`${figure(users)} users`]),
    ...(elapsedSeconds === null ? [] : [`${figure(elapsedSeconds)} s`]),
    ...marks(run)
  ]
  return `${run.label}${i === 0 ? " (baseline)" : ""}: ${parts.join(", ")}, from ${path}`
}

/** Notes on runs; what holds for several is told once: `a, b: ...`. */
const notesOf = (runs: Comparison["runs"]): ReadonlyArray<string> => {
  const labels = new Map<string, Array<string>>()
  for (const { label, notes } of runs) {
    for (const { sentence } of notes) labels.set(sentence, [...(labels.get(sentence) ?? []), label])
  }
  return [...labels].map(([sentence, of]) => `${of.join(", ")}: ${sentence}`)
}

/** What a reader has to know before the figures: in what the runs are not alike, and notes on them. */
export const warningsOf = ({ differences, runs }: Comparison): ReadonlyArray<string> => [
  ...differences.map(
    ({ changesLoad, setting, values }) =>
      `${changesLoad ? "not the same load" : "also different"}: ${setting} ${values.map((value) => value ?? "-").join(" / ")}`
  ),
  ...notesOf(runs)
]

/** What the words in place of figures mean, where there are such words. */
const legend = ({ groups }: Comparison): ReadonlyArray<string> => {
  const absent = new Set(
    groups.flatMap((group) => shownRows(group).flatMap(({ cells }) => cells.map((cell) => cell.absent)))
  )
  return [
    ...(absent.has("unknown") ? ["- : the files of the run do not tell it"] : []),
    ...(absent.has("missing") ? ["missing: the run has no request of this name"] : []),
    ...(absent.has("noRequests") ? ["none: no request was made that the figure could describe"] : [])
  ]
}

const noiseTitle = ({ noise }: Comparison): string => `How much ${noise.figure} varies within a run`

/** For a terminal. */
export const textOf = (comparison: Comparison): string => {
  const { groups, noise, runs, verdicts } = comparison
  const labels = runs.map(({ label }) => label)
  const warnings = warningsOf(comparison)
  const explained = legend(comparison)
  return [
    ...runs.map(runLine),
    ...groups.flatMap((group) => ["", table(groupRows(group, labels))]),
    ...(explained.length === 0 ? [] : ["", ...explained]),
    ...(warnings.length === 0 ? [] : ["", ...warnings]),
    "",
    noiseTitle(comparison),
    ...noise.sentences.map((sentence) => `  ${sentence}`),
    ...(verdicts.length === 0 ? [] : ["", ...verdicts.map(({ sentence }) => sentence)])
  ].join("\n")
}

/** Request names and labels are others' text: nothing in them may be read as Markdown or HTML. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>|#~&]/g, (sign) => `\\${sign}`)

const bullets = (title: string, items: ReadonlyArray<string>): ReadonlyArray<string> =>
  items.length === 0 ? [] : ["", `**${title}**`, "", ...items.map((item) => `- ${escaped(item)}`)]

const markdownTable = (rows: Rows): ReadonlyArray<string> => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const [head = [], ...body] = rows.map((row) => row.map(escaped))
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...body.map(line)]
}

/** For a pull request. */
export const markdownOf = (comparison: Comparison): string => {
  const { groups, noise, runs, verdicts } = comparison
  const labels = runs.map(markedLabel)
  return [
    "### Comparison of runs",
    "",
    ...runs.map((run, i) => `- ${escaped(runLine(run, i))}`),
    ...groups.flatMap((group) => ["", ...markdownTable(groupRows(group, labels))]),
    ...bullets("What the words mean", legend(comparison)),
    ...bullets("Before you compare", warningsOf(comparison)),
    ...bullets(noiseTitle(comparison), noise.sentences),
    ...bullets(
      "Limits",
      verdicts.map(({ sentence }) => sentence)
    )
  ].join("\n")
}

/** For spreadsheets: a line per request name, figure and run; cells without a value say why in the last column. */
export const csvOf = ({ groups, runs }: Comparison): string =>
  lines([
    ["Request", "Figure", "Unit", "Run", "Value", "Change %", "Change", "No value because"],
    ...groups.flatMap(({ name, rows }) =>
      rows.flatMap(({ cells, dimension, figure }) =>
        cells.map(({ absent, change, value }, i) => [
          name ?? "",
          figure,
          dimension,
          runs[i]?.label ?? "",
          value ?? "",
          change?.percent ?? "",
          change?.words ?? "",
          absent ?? ""
        ])
      )
    )
  ])
