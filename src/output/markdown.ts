/** `summary.md`: the run for a pull request, in GitHub's Markdown. */
import { agentNotes, agentRows } from "../result/agentsText.ts"
import { caveatsOf } from "../result/caveats.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { driftRows } from "../result/driftText.ts"
import { findingsFailure, findingTable } from "../result/Findings.ts"
import { type Work, workCount, worksOf } from "../result/kindsOfWork.ts"
import type { Summary } from "../result/Summary.ts"
import { databaseNotes, databaseRows, statementRows } from "./databaseText.ts"
import { processNotes, processRows } from "./processText.ts"
import { requestRows } from "./text.ts"
import type { Rows } from "./textTable.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { failureText, fixedWorkNotes, warmUpNotes } from "../result/sentences.ts"
import { endedInWarmUp, hasThroughput } from "../result/throughput.ts"
import { measuredText } from "../result/thresholds.ts"
import { limitedFailure, passed, runFailure } from "../result/verdict.ts"

/** The maximum of listed kinds of failure; `summary.json` has all. */
const maxFailures = 5

/**
 * Escapes text so that it renders literally on one line: no markup, HTML, mentions, links or ends of a table cell. Names
 * and failures come from the server.
 */
export const escapedMarkdown = (text: string): string =>
  text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_[\]#|~$]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    // GitHub links mentions and addresses in plain text; a zero-width space prevents it invisibly.
    .replaceAll(/@|:\/\/|\bwww(?=\.)/gi, "$&&#8203;")

/** A table with literal cells; the first row is the header, all columns but the first are right-aligned. */
export const markdownTable = (rows: Rows): ReadonlyArray<string> => {
  const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  const [head = [], ...body] = rows.map((row) => row.map((cell) => escapedMarkdown(cell.trim())))
  return [line(head), `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`, ...body.map(line)]
}

const verdictLine = (summary: Summary): string => {
  const { requests, testType, thresholds } = summary
  const missed = thresholds.filter(({ passed }) => !passed).length
  const reasons = [
    runFailure(summary)?.sentence,
    limitedFailure(summary),
    findingsFailure(summary),
    missed === 0 ? undefined : `${missed} of ${thresholds.length} thresholds not kept.`
  ].filter((reason) => reason !== undefined)
  const works = (shown: (work: Work) => string) => worksOf(summary).map(shown).join(" and ")
  const rates = hasThroughput(summary)
    ? `${works((work) => `${figure(summary[work].perSecond)} ${work} per second`)} in ${figure(requests.perSecond)} requests per second`
    : `debug mode, no throughput: ${works((work) => `${figure(workCount(summary, work))} ${work}`)} in ${figure(requests.total)} requests`
  const figures = endedInWarmUp(summary)
    ? "Nothing was measured"
    : `${rates}, ${figure(requests.failed)} failed`
  return passed(summary)
    ? `**✅ ${escapedMarkdown(testType)} passed**: ${figures}.`
    : `**❌ ${escapedMarkdown(testType)} failed**: ${escapedMarkdown(reasons.join(" "))} ${figures}.`
}

const thresholdTable = ({ thresholds }: Summary): ReadonlyArray<string> =>
  thresholds.length === 0
    ? []
    : [
        "",
        ...markdownTable([
          ["threshold", "measured", ""],
          ...thresholds.map((verdict) => [
            verdict.expression,
            measuredText(verdict),
            verdict.passed ? "✅ kept" : "❌ not kept"
          ])
        ])
      ]

const findings = (summary: Summary): ReadonlyArray<string> => {
  const found = findingTable(summary)
  return found === undefined
    ? []
    : ["", escapedMarkdown(found.sentence), "", ...markdownTable([found.head, ...found.rows])]
}

const failureList = ({ failures }: Summary): ReadonlyArray<string> =>
  failures.length === 0
    ? []
    : [
        "",
        "Failures:",
        "",
        ...failures.slice(0, maxFailures).map((failure) => `- ${escapedMarkdown(failureText(failure))}`),
        ...(failures.length > maxFailures ? [`- and ${failures.length - maxFailures} more kinds`] : [])
      ]

/** Statements in the table. */
const maxStatements = 10

const statementTable = (database: DatabaseActivity): ReadonlyArray<string> => {
  const rows = statementRows(database, maxStatements)
  return rows.length === 0 ? [] : ["", ...markdownTable(rows)]
}

/** Nothing without rows. */
const tableWithNotes = (rows: Rows, notes: ReadonlyArray<string>): ReadonlyArray<string> =>
  rows.length === 0
    ? []
    : ["", ...markdownTable(rows), "", ...notes.map((note) => `- ${escapedMarkdown(note)}`)]

const databaseTable = ({ database }: Summary): ReadonlyArray<string> =>
  database === null
    ? []
    : [...tableWithNotes(databaseRows(database), databaseNotes(database)), ...statementTable(database)]

const processTable = (summary: Summary): ReadonlyArray<string> =>
  tableWithNotes(processRows(summary), processNotes(summary))

const agentTable = ({ agents }: Summary): ReadonlyArray<string> =>
  agents === null ? [] : tableWithNotes(agentRows(agents), agentNotes(agents))

const driftTable = ({ drift }: Summary): ReadonlyArray<string> =>
  drift === null ? [] : ["", ...markdownTable(driftRows(drift))]

const caveatNotes = (summary: Summary): ReadonlyArray<string> =>
  caveatsOf(summary).flatMap(({ sentence }) => ["", `⚠️ ${escapedMarkdown(sentence)}`])

/** The text of `summary.md`; the first line is the verdict. */
export const markdownReport = (summary: Summary): string => {
  const { config, elapsedSeconds, model, startedAt, users } = summary
  const seed = config["seed"]
  const about = [
    model === "open" ? `open model, max ${figure(users)} in flight` : plural(users, "user"),
    `${figure(elapsedSeconds)} s`,
    ...(typeof config["baseUrl"] === "string" ? [`against ${escapedMarkdown(config["baseUrl"])}`] : []),
    `started ${startedAt}`,
    ...(seed === undefined ? [] : [`seed ${String(seed)}`])
  ]
  return `${[
    verdictLine(summary),
    ...fixedWorkNotes(summary).flatMap((note) => ["", escapedMarkdown(note)]),
    ...caveatNotes(summary),
    ...findings(summary),
    ...thresholdTable(summary),
    "",
    ...markdownTable(requestRows(summary)),
    ...failureList(summary),
    ...warmUpNotes(summary).flatMap((note) => ["", escapedMarkdown(note)]),
    ...databaseTable(summary),
    ...processTable(summary),
    ...agentTable(summary),
    ...driftTable(summary),
    "",
    `<sub>edfi-perf, ${about.join(", ")}. ${model === "open" ? "Latency is that of whole requests, from their due time." : "Latency is that of whole requests."}</sub>`
  ].join("\n")}\n`
}
