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

/** The tables of agents and of watched processes: cores of each load, and memory over the whole study. */
const commonTables = ({
  loads,
  processes
}: StudySentences): ReadonlyArray<{ readonly rows: Rows; readonly texts?: ReadonlySet<number> }> => [
  { rows: studyAgentRows(loads), texts: studyAgentTexts },
  { rows: coresRows(loads) },
  { rows: processRows({ processes }, ", whole study") }
]

const commonNotes = ({ loads, processes }: StudySentences): ReadonlyArray<string> => [
  ...studyAgentNotes(loads),
  ...(coresRows(loads).length === 0 ? [] : [coresNote]),
  ...processNotes({ processes })
]

/** A study in the terminal: tables, caveats, and the result. */
export const studyText = (
  title: string,
  tables: ReadonlyArray<Rows>,
  sentences: StudySentences,
  texts?: ReadonlySet<number>
): string => {
  const { details = [], note, verdict, warnings } = sentences
  return [
    title,
    ...tables.flatMap((rows) => (rows.length === 0 ? [] : ["", table(rows, texts)])),
    ...commonTables(sentences).flatMap(({ rows, texts: own }) =>
      rows.length === 0 ? [] : ["", table(rows, own)]
    ),
    ...(warnings.length === 0
      ? []
      : ["", "before you rely on these figures", ...warnings.map((each) => `  ${each}`)]),
    "",
    verdict,
    ...details,
    note,
    ...commonNotes(sentences)
  ].join("\n")
}

/** A study in a pull request, with the result first. */
export const studyMarkdown = (
  title: string,
  tables: ReadonlyArray<Rows>,
  sentences: StudySentences
): string => {
  const { details = [], note, verdict, warnings } = sentences
  return [
    `**${escapedMarkdown(title)}**: ${escapedMarkdown(verdict)}`,
    ...[...tables, ...commonTables(sentences).map(({ rows }) => rows)].flatMap((rows) =>
      rows.length === 0 ? [] : ["", ...markdownTable(rows)]
    ),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((each) => `- ⚠️ ${escapedMarkdown(each)}`)]),
    "",
    ...details.flatMap((detail) => [escapedMarkdown(detail), ""]),
    escapedMarkdown(note),
    ...commonNotes(sentences).flatMap((each) => ["", escapedMarkdown(each)]),
    ""
  ].join("\n")
}
