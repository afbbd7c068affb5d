/** A comparison as text, Markdown and CSV. */
import { type ComparedGroup, type ComparedRun, type Comparison, verdictsOf } from "../result/Comparison.ts"
import {
  cellText,
  legend,
  marksOf,
  noiseTitle,
  rowName,
  shownRows,
  warningsOf
} from "../result/comparisonTable.ts"
import { lines } from "./csv.ts"
import { escapedMarkdown, markdownTable } from "./markdown.ts"
import { type Rows, table } from "./textTable.ts"
import { figure, plural } from "../result/numberFormat.ts"

/** A heading and a row per figure: the baseline, then each other run with its change. */
const groupRows = (group: ComparedGroup, labels: ReadonlyArray<string>): Rows => [
  [group.name ?? "all requests", ...labels.flatMap((label, i) => (i === 0 ? [label] : [label, "change"]))],
  ...shownRows(group).map((row) => [
    rowName(row),
    ...row.cells.flatMap((cell, i) =>
      i === 0 ? [cellText(cell, row)] : [cellText(cell, row), cell.change?.words ?? ""]
    )
  ])
]

/** `b (generator limited)` */
const markedLabel = (run: ComparedRun): string =>
  [run.label, ...marksOf(run).map((mark) => `(${mark})`)].join(" ")

const runLine = (run: ComparedRun, i: number): string => {
  const { elapsedSeconds, path, testType, users } = run
  const parts = [
    ...(testType === null ? [] : [testType]),
    ...(users === null ? [] : [plural(users, "user")]),
    ...(elapsedSeconds === null ? [] : [`${figure(elapsedSeconds)} s`]),
    ...marksOf(run)
  ]
  return `${run.label}${i === 0 ? " (baseline)" : ""}: ${parts.join(", ")}, from ${path}`
}

/** For a terminal. */
export const textOf = (comparison: Comparison): string => {
  const { groups, noise, runs } = comparison
  const verdicts = verdictsOf(comparison)
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

const bullets = (title: string, items: ReadonlyArray<string>): ReadonlyArray<string> =>
  items.length === 0 ? [] : ["", `**${title}**`, "", ...items.map((item) => `- ${escapedMarkdown(item)}`)]

/** For a pull request. */
export const markdownOf = (comparison: Comparison): string => {
  const { groups, noise, runs } = comparison
  const verdicts = verdictsOf(comparison)
  const labels = runs.map(markedLabel)
  return [
    "### Comparison of runs",
    "",
    ...runs.map((run, i) => `- ${escapedMarkdown(runLine(run, i))}`),
    ...groups.flatMap((group) => ["", ...markdownTable(groupRows(group, labels))]),
    ...bullets("Legend", legend(comparison)),
    ...bullets("Notes", warningsOf(comparison)),
    ...bullets(noiseTitle(comparison), noise.sentences),
    ...bullets(
      "Limits",
      verdicts.map(({ sentence }) => sentence)
    )
  ].join("\n")
}

/** For spreadsheets: a line per request name, figure and run, with the reason for a missing value in the last column. */
export const csvOf = ({ groups, runs }: Comparison): string =>
  lines([
    ["Request", "Figure", "Unit", "Run", "Value", "Change %", "Change", "No value because"],
    ...groups.flatMap(({ name, rows }) =>
      rows.flatMap(({ cells, dimension, figure, of }) =>
        cells.map(({ absent, change, value }, i) => [
          name ?? "",
          of === "all" ? figure : `${figure}, ${of}`,
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
