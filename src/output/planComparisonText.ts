/** Two plans compared, as text, Markdown and CSV: first every phase in a line, then its comparison. */
import type { FigureName } from "../domain/Threshold.ts"
import type { Comparison } from "../result/Comparison.ts"
import { cellText } from "../result/comparisonTable.ts"
import { phaseVerdicts, type PlanComparison } from "../result/PlanComparison.ts"
import { csvOf, markdownOf, textOf } from "./comparisonText.ts"
import { escapedMarkdown, markdownTable } from "./markdown.ts"
import { type Rows, table } from "./textTable.ts"

/** Operations, or rows where a phase only reads. */
const throughputOf = ({ groups: [total] }: Comparison): FigureName => {
  const row = total?.rows.find(({ figure }) => figure === "operations.perSecond")
  return row?.cells.some(({ value }) => value !== null && value > 0) === true
    ? "operations.perSecond"
    : "rows.perSecond"
}

const cellsOf = ({ groups: [total] }: Comparison, name: FigureName): ReadonlyArray<string> => {
  const rows = total?.rows.filter(({ figure }) => figure === name) ?? []
  const row = rows.find(({ of }) => of === "succeeded") ?? rows[0]
  const [before, after] = row?.cells ?? []
  if (row === undefined || before === undefined || after === undefined) return ["-", "-", ""]
  return [cellText(before, row), cellText(after, row), after.change?.words ?? ""]
}

/** A phase in a line: throughput and p95 of both plans. */
const overview = ({ phases }: PlanComparison): Rows => [
  ["phase", "per second", "now", "change", "p95", "now", "change"],
  ...phases.map(({ comparison, name }) => [
    name,
    ...cellsOf(comparison, throughputOf(comparison)),
    ...cellsOf(comparison, "latency.p95")
  ])
]

const notesOf = ({ notCompared }: PlanComparison): ReadonlyArray<string> =>
  notCompared.map(({ name, reason }) => `not compared: ${name}, because ${reason}`)

export const planComparisonText = (comparison: PlanComparison): string =>
  [
    `plans: ${comparison.plans.join(" (baseline) and ")}`,
    "",
    table(overview(comparison)),
    ...notesOf(comparison).flatMap((note, index) => (index === 0 ? ["", note] : [note])),
    ...phaseVerdicts(comparison).flatMap(({ sentence }, index) =>
      index === 0 ? ["", sentence] : [sentence]
    ),
    ...comparison.phases.flatMap(({ comparison: of, name }) => ["", `phase ${name}`, "", textOf(of)])
  ].join("\n")

export const planComparisonMarkdown = (comparison: PlanComparison): string =>
  [
    "## Comparison of plans",
    "",
    ...markdownTable(overview(comparison)),
    "",
    ...[...notesOf(comparison), ...phaseVerdicts(comparison).map(({ sentence }) => sentence)].map(
      (line) => `- ${escapedMarkdown(line)}`
    ),
    ...comparison.phases.flatMap(({ comparison: of, name }) => [
      "",
      `## Phase ${escapedMarkdown(name)}`,
      "",
      markdownOf(of)
    ])
  ].join("\n")

/** The lines of all phases, with the phase in the first column. */
export const planComparisonCsv = ({ phases }: PlanComparison): string =>
  phases
    .flatMap(({ comparison, name }, index) => {
      const [head = "", ...lines] = csvOf(comparison).trimEnd().split("\n")
      return [...(index === 0 ? [`Phase,${head}`] : []), ...lines.map((line) => `${name},${line}`)]
    })
    .join("\n")
