/** The report of a plan for the terminal and as `report.md`, with the answer first. */
import { clock } from "../result/numberFormat.ts"
import type { PlanReport } from "../result/PlanReport.ts"
import { planSections, throughputRows, throughputTexts } from "../result/planTable.ts"
import { escapedMarkdown, markdownTable } from "./markdown.ts"
import { table } from "./textTable.ts"

export const planText = (report: PlanReport): string =>
  [
    `plan ${report.name}, ${report.state}`,
    "",
    report.answer,
    "",
    table(throughputRows(report), throughputTexts),
    ...planSections(report).flatMap(({ lines, title }) => ["", title, ...lines.map((line) => `  ${line}`)])
  ].join("\n")

/** The pages of phases, where there are. */
const pageLinks = ({ phases }: PlanReport): ReadonlyArray<string> => {
  const links = phases.flatMap(({ name, page }) => (page === null ? [] : [`[${name}](${page})`]))
  return links.length === 0 ? [] : ["", `Details: ${links.join(", ")}.`]
}

/** The text of `report.md`. */
export const planMarkdown = (report: PlanReport): string => {
  const { answer, endedAt, name, source, startedAt, state, target } = report
  const where = target["baseUrl"] ?? "the local DMS"
  return `${[
    `# Plan ${escapedMarkdown(name)}: ${state}`,
    "",
    escapedMarkdown(answer),
    "",
    ...markdownTable(throughputRows(report)),
    ...planSections(report).flatMap(({ lines, title }) => [
      "",
      `## ${title}`,
      "",
      ...lines.map((line) => `- ${escapedMarkdown(line)}`)
    ]),
    ...pageLinks(report),
    "",
    `<sub>edfi-perf plan ${escapedMarkdown(source)} against ${escapedMarkdown(where)}, started ${startedAt}` +
      `${endedAt === null ? "" : `, ended ${endedAt}`}</sub>`
  ].join("\n")}\n`
}

/** A phase before it is carried out. */
export interface PreviewedPhase {
  readonly name: string
  readonly command: string
  readonly work: string
  readonly load: string
  /** `null` where it depends on the server. */
  readonly seconds: number | null
  readonly isUpperBound: boolean
}

const durationText = ({ isUpperBound, seconds }: PreviewedPhase): string =>
  seconds === null ? "unknown" : `${isUpperBound ? "at most " : ""}${clock(seconds)}`

/** What a plan would do. */
export const previewText = (name: string, phases: ReadonlyArray<PreviewedPhase>): string => {
  const unknown = phases.filter(({ seconds }) => seconds === null)
  const total = phases.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)
  return [
    `plan ${name}, ${phases.length} phases; nothing was sent`,
    "",
    table(
      [
        ["phase", "command", "sends", "load", "duration"],
        ...phases.map((phase) => [phase.name, phase.command, phase.work, phase.load, durationText(phase)])
      ],
      new Set([0, 1, 2, 3])
    ),
    "",
    `Measurements: ${phases.some(({ isUpperBound }) => isUpperBound) ? "at most" : "about"} ${clock(total)}` +
      (unknown.length === 0
        ? "."
        : `, and the phases of unknown duration: ${unknown.map((each) => each.name).join(", ")}.`),
    "Not included: logging in, creating records before a load, and waiting for requests in flight after it."
  ].join("\n")
}
