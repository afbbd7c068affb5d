/** The database in terminal and Markdown: figures, statements, and sentences. */
import { byTotalTime, meanMillis } from "../result/StatementActivity.ts"
import type { DatabaseActivity } from "../result/DatabaseActivity.ts"
import { type BeforeAndAfter, growthOf } from "../result/DatabaseSizes.ts"
import { figure, plural, smallFigure } from "../result/numberFormat.ts"
import type { Summary } from "../result/Summary.ts"
import { type Rows, table } from "./textTable.ts"

const orUnknown = (value: number | null, write: (value: number) => string): string =>
  value === null ? "unknown" : write(value)

/** A header and a row per figure: the activity of the database in total and per confirmed operation. */
export const databaseRows = ({ operations, perOperation, total }: DatabaseActivity): Rows => {
  const each = (value: number | null) => (operations === null ? "" : orUnknown(value, smallFigure))
  return [
    ["database", "total", operations === null ? "" : "per operation"],
    ["commits", orUnknown(total.commits, figure), each(perOperation.commits)],
    ["log bytes", orUnknown(total.walBytes, figure), each(perOperation.walBytes)],
    ["log syncs", orUnknown(total.walSyncs, figure), each(perOperation.walSyncs)],
    ["rollbacks", orUnknown(total.rollbacks, figure), ""],
    ["deadlocks", orUnknown(total.deadlocks, figure), ""]
  ]
}

/** Tables and waits named in a sentence; `summary.json` has all of them. */
const maxNamed = 4

/** The length of a statement in a table. */
const maxStatementLength = 80

const shortened = (text: string): string =>
  text.length <= maxStatementLength ? text : `${text.slice(0, maxStatementLength)}...`

/**
 * A header and a row per statement, most total time first; empty where statements are not known.
 *
 * @param max statements
 */
export const statementRows = ({ statements }: DatabaseActivity, max: number): Rows => {
  if (statements === null || statements.count === 0) return []
  return [
    ["statements by total time", "calls", "total ms", "mean ms", "share", "rows", "blocks read", "log bytes"],
    ...byTotalTime(statements.top, max).map((one) => [
      shortened(one.text),
      figure(one.calls),
      figure(one.totalMillis),
      smallFigure(meanMillis(one)),
      statements.totalMillis === 0 ? "" : `${figure((100 * one.totalMillis) / statements.totalMillis)} %`,
      figure(one.rows),
      figure(one.blocksRead),
      orUnknown(one.walBytes, figure)
    ])
  ]
}

/** Who waited for whom. */
const lockNotes = ({ blocking, longestTransaction }: DatabaseActivity): ReadonlyArray<string> => {
  const { longestSeconds, maxWaiting, pairs, readings, sustainedSeconds } = blocking
  const [pair] = pairs
  const blocker =
    pair === undefined
      ? ""
      : ` Most often "${shortened(pair.blocked)}" waited for ` +
        (pair.blocking === null
          ? "a session that this login does not see"
          : `"${shortened(pair.blocking)}" (${pair.blockingState ?? "state unknown"})`) +
        `, ${plural(pair.seen, "time")}.`
  return [
    ...(readings === 0
      ? []
      : [
          `Sessions that waited for a lock: at ${plural(readings, "reading")}, at most ${figure(maxWaiting)} at once, ` +
            `the longest for ${figure(longestSeconds)} s, without a pause for ${figure(sustainedSeconds)} s.${blocker}`
        ]),
    ...(longestTransaction === null || longestTransaction.seconds < 1
      ? []
      : [
          `Longest open transaction: ${figure(longestTransaction.seconds)} s, ${longestTransaction.state}, ` +
            `"${shortened(longestTransaction.statement)}".`
        ])
  ]
}

const checkpointNotes = ({ total }: DatabaseActivity): ReadonlyArray<string> => {
  const { backendBlocks, checkpointBlocks, checkpointsRequested, checkpointsTimed } = total
  if ((checkpointsTimed ?? 0) + (checkpointsRequested ?? 0) === 0) return []
  return [
    `Checkpoints: ${orUnknown(checkpointsTimed, figure)} by time, ${orUnknown(checkpointsRequested, figure)} on request; ` +
      `${orUnknown(checkpointBlocks, figure)} blocks written by them, ${orUnknown(backendBlocks, figure)} by sessions.`
  ]
}

const sizeText = (of: BeforeAndAfter): string =>
  `${figure(of.after)} (${growthOf(of) < 0 ? "" : "+"}${figure(growthOf(of))})`

const sizeNotes = ({ sizes }: DatabaseActivity): ReadonlyArray<string> => {
  if (sizes === null) return []
  const parts = [
    ...(sizes.database === null ? [] : [`database ${sizeText(sizes.database)}`]),
    `tables ${sizeText(sizes.allTables)}`,
    `indexes ${sizeText(sizes.allIndexes)}`
  ]
  return [`Bytes after the load, and growth: ${parts.join(", ")}.`]
}

/** Sentences about the tables that changed most, the waits of sessions, and what is missing. */
export const databaseNotes = (activity: DatabaseActivity): ReadonlyArray<string> => {
  const { missing, tables, waits } = activity
  const sentence = (start: string, parts: ReadonlyArray<string>, mark: string) =>
    parts.length === 0
      ? []
      : [
          `${start}: ${parts.slice(0, maxNamed).join(mark)}` +
            `${parts.length > maxNamed ? ` and ${parts.length - maxNamed} more` : ""}.`
        ]
  return [
    ...sentence(
      "Rows inserted, updated, deleted, dead at the end",
      tables.map(
        ({ deadRows, name, rowsDeleted, rowsInserted, rowsUpdated }) =>
          `${name} ${[rowsInserted, rowsUpdated, rowsDeleted, deadRows].map(figure).join(" / ")}`
      ),
      "; "
    ),
    ...sentence(
      "Sessions seen running or waiting",
      waits.map(({ event, seen }) => `${event} ${figure(seen)}`),
      ", "
    ),
    ...lockNotes(activity),
    ...checkpointNotes(activity),
    ...sizeNotes(activity),
    ...missing.map((one) => `Not available from the database: ${one}.`)
  ]
}

/** Statements in the terminal; `summary.json` has more. */
const maxStatements = 5

export const databaseLines = ({ database }: Pick<Summary, "database">): ReadonlyArray<string> => {
  if (database === null) return []
  const statements = statementRows(database, maxStatements)
  return [
    "",
    table(databaseRows(database)),
    `PostgreSQL ${database.version}, database ${database.database}: counts cover all of its clients, log figures the whole server.`,
    ...databaseNotes(database),
    ...(statements.length === 0 ? [] : ["", table(statements)])
  ]
}
