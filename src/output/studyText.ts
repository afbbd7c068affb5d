/** The common frame of the text and Markdown of every study. */
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { coresNote, coresRows, type LoadSlices } from "../result/coresTable.ts"
import { escapedMarkdown, markdownTable } from "./markdown.ts"
import { processNotes, processRows } from "./processText.ts"
import { type Rows, table } from "./textTable.ts"
import { figure } from "../result/numberFormat.ts"
import { studyAgentNotes, studyAgentRows, studyAgentTexts } from "../result/studyAgentsText.ts"

/** Three significant digits, also below 1: `1,009`, `0.61`, `0.0333`. */
const small = (value: number): string => (value < 1 ? String(Number(value.toPrecision(3))) : figure(value))

/** The database figures per operation, a row for each side that was observed; empty when none was. */
export const databaseComparison = (
  sides: ReadonlyArray<{ readonly name: string; readonly database: DatabaseActivity | null }>
): Rows => {
  const rows = sides.flatMap(({ database, name }) => {
    if (database === null) return []
    const { commits, walBytes, walSyncs } = database.perOperation
    return [[name, ...[commits, walBytes, walSyncs].map((each) => (each === null ? "-" : small(each)))]]
  })
  return rows.length === 0 ? [] : [["database, per operation", "commits", "log bytes", "log syncs"], ...rows]
}

/** The sentences of a study, and what its reports have in common. */
interface StudySentences extends Pick<StudyHead, "processes" | "warnings"> {
  /** Its loads, for the tables of its agents and of the cores that they took. */
  readonly loads: ReadonlyArray<LoadSlices>
  readonly verdict: string
  /** Details of the result, a line each. */
  readonly details?: ReadonlyArray<string>
  /** How to read its latencies. */
  readonly note: string
}

/** Agents and watched processes: the cores of each load, memory over the whole study, and how to read the tables. */
const commonParts = ({ loads, processes }: StudySentences) => {
  const cores = coresRows(loads)
  const tables: ReadonlyArray<{ readonly rows: Rows; readonly texts?: ReadonlySet<number> }> = [
    { rows: studyAgentRows(loads), texts: studyAgentTexts },
    { rows: cores },
    { rows: processRows({ processes }, ", whole study") }
  ]
  const notes = [
    ...studyAgentNotes(loads),
    ...(cores.length === 0 ? [] : [coresNote]),
    ...processNotes({ processes })
  ]
  return { tables, notes }
}

/** A study in the terminal: tables, caveats, and the result. */
export const studyText = (
  title: string,
  tables: ReadonlyArray<Rows>,
  sentences: StudySentences,
  texts?: ReadonlySet<number>
): string => {
  const { details = [], note, verdict, warnings } = sentences
  const common = commonParts(sentences)
  return [
    title,
    ...tables.flatMap((rows) => (rows.length === 0 ? [] : ["", table(rows, texts)])),
    ...common.tables.flatMap(({ rows, texts: own }) => (rows.length === 0 ? [] : ["", table(rows, own)])),
    ...(warnings.length === 0
      ? []
      : ["", "before you rely on these figures", ...warnings.map((each) => `  ${each}`)]),
    "",
    verdict,
    ...details,
    note,
    ...common.notes
  ].join("\n")
}

/** A study in a pull request, with the result first. */
export const studyMarkdown = (
  title: string,
  tables: ReadonlyArray<Rows>,
  sentences: StudySentences
): string => {
  const { details = [], note, verdict, warnings } = sentences
  const common = commonParts(sentences)
  return [
    `**${escapedMarkdown(title)}**: ${escapedMarkdown(verdict)}`,
    ...[...tables, ...common.tables.map(({ rows }) => rows)].flatMap((rows) =>
      rows.length === 0 ? [] : ["", ...markdownTable(rows)]
    ),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((each) => `- ⚠️ ${escapedMarkdown(each)}`)]),
    "",
    ...details.flatMap((detail) => [escapedMarkdown(detail), ""]),
    escapedMarkdown(note),
    ...common.notes.flatMap((each) => ["", escapedMarkdown(each)]),
    ""
  ].join("\n")
}
