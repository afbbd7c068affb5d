/** What the text and the Markdown of every study have in common. */
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import type { StudyHead } from "../result/MeasuredSlice.ts"
import { escapedMarkdown, markdownTable } from "./markdown.ts"
import { type Rows, table } from "./textTable.ts"
import { figure } from "../result/numberFormat.ts"
import { closedModelNote } from "../result/sentences.ts"

/** Three digits, also of little: `1,009`, `0.61`, `0.0333`. */
const small = (value: number): string => (value < 1 ? String(Number(value.toPrecision(3))) : figure(value))

/** What the database took for an operation, of each that was watched; nothing when none was. */
export const databaseComparison = (
  watched: ReadonlyArray<{ readonly name: string; readonly database: DatabaseActivity | null }>
): Rows => {
  const rows = watched.flatMap(({ database, name }) => {
    if (database === null) return []
    const { commits, walBytes, walSyncs } = database.perOperation
    return [[name, ...[commits, walBytes, walSyncs].map((each) => (each === null ? "-" : small(each)))]]
  })
  return rows.length === 0 ? [] : [["database, per operation", "commits", "log bytes", "log syncs"], ...rows]
}

/** What there is to tell of a study apart from its figures. */
interface Told extends Pick<StudyHead, "warnings"> {
  readonly verdict: string
  /** How its latencies are to be read; as those of the closed model when left out. */
  readonly note?: string
}

/** A study as a terminal shows it: tables, what has to be known of them, and the answer. */
export const studyText = (
  title: string,
  tables: ReadonlyArray<Rows>,
  { note = closedModelNote, verdict, warnings }: Told,
  texts?: ReadonlySet<number>
): string =>
  [
    title,
    ...tables.flatMap((rows) => (rows.length === 0 ? [] : ["", table(rows, texts)])),
    ...(warnings.length === 0 ? [] : ["", "before you believe it", ...warnings.map((each) => `  ${each}`)]),
    "",
    verdict,
    note
  ].join("\n")

/** The same for a pull request: the answer comes first. */
export const studyMarkdown = (
  title: string,
  tables: ReadonlyArray<Rows>,
  { note = closedModelNote, verdict, warnings }: Told
): string =>
  [
    `**${escapedMarkdown(title)}**: ${escapedMarkdown(verdict)}`,
    ...tables.flatMap((rows) => (rows.length === 0 ? [] : ["", ...markdownTable(rows)])),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((each) => `- ⚠️ ${escapedMarkdown(each)}`)]),
    "",
    escapedMarkdown(note),
    ""
  ].join("\n")
