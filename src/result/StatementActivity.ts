/** The statements that a database executed during a load, from `pg_stat_statements`. */
import * as Schema from "effect/Schema"
import { addKnown } from "../metrics/addKnown.ts"

const Statement = Schema.Struct({
  /**
   * The text as PostgreSQL normalizes it, without literals and at most 1000 characters long. Statements of one text are one
   * row, whichever login or session executed them.
   */
  text: Schema.String,
  calls: Schema.Int,
  /** Time of execution of all calls, without planning. */
  totalMillis: Schema.Finite,
  /** Rows returned or changed. */
  rows: Schema.Int,
  blocksHit: Schema.Int,
  blocksRead: Schema.Int,
  blocksDirtied: Schema.Int,
  /** Blocks of temporary files, read and written. */
  tempBlocks: Schema.Int,
  /** `null` before PostgreSQL 13. */
  walBytes: Schema.NullOr(Schema.Int)
})
export interface Statement extends Schema.Schema.Type<typeof Statement> {}

export const StatementActivity = Schema.Struct({
  /** Number of statements with at least one call. */
  count: Schema.Int,
  /** Calls and time of all of them. */
  calls: Schema.Int,
  totalMillis: Schema.Finite,
  /** Those with the most total time and those with the highest mean time, `maxStatements` of each; most total time first. */
  top: Schema.Array(Statement)
})
export interface StatementActivity extends Schema.Schema.Type<typeof StatementActivity> {}

/** Statements by total time, and by mean time, that are kept. */
export const maxStatements = 25

/** @example meanMillis({ calls: 4, totalMillis: 10 }) // 2.5 */
export const meanMillis = ({ calls, totalMillis }: Pick<Statement, "calls" | "totalMillis">): number =>
  calls === 0 ? 0 : totalMillis / calls

/** @param max how many are returned */
export const byTotalTime = (
  statements: ReadonlyArray<Statement>,
  max = maxStatements
): ReadonlyArray<Statement> => statements.toSorted((a, b) => b.totalMillis - a.totalMillis).slice(0, max)

/** @param max how many are returned */
export const byMeanTime = (
  statements: ReadonlyArray<Statement>,
  max = maxStatements
): ReadonlyArray<Statement> => statements.toSorted((a, b) => meanMillis(b) - meanMillis(a)).slice(0, max)

/** The activity of all these statements. */
export const activityOfStatements = (statements: ReadonlyArray<Statement>): StatementActivity => ({
  count: statements.length,
  calls: statements.reduce((sum, { calls }) => sum + calls, 0),
  totalMillis: statements.reduce((sum, { totalMillis }) => sum + totalMillis, 0),
  top: byTotalTime([...new Set([...byTotalTime(statements), ...byMeanTime(statements)])], 2 * maxStatements)
})

const addTwo = (a: Statement, b: Statement): Statement => ({
  text: a.text,
  calls: a.calls + b.calls,
  totalMillis: a.totalMillis + b.totalMillis,
  rows: a.rows + b.rows,
  blocksHit: a.blocksHit + b.blocksHit,
  blocksRead: a.blocksRead + b.blocksRead,
  blocksDirtied: a.blocksDirtied + b.blocksDirtied,
  tempBlocks: a.tempBlocks + b.tempBlocks,
  walBytes: addKnown(a.walBytes, b.walBytes)
})

/** Statements of one text as one. */
export const addByText = (statements: ReadonlyArray<Statement>): ReadonlyArray<Statement> => {
  const sums = new Map<string, Statement>()
  for (const one of statements) {
    const before = sums.get(one.text)
    sums.set(one.text, before === undefined ? one : addTwo(before, one))
  }
  return [...sums.values()]
}

/**
 * Of two slices of a study. A statement that only one of them kept has the figures of that one; `count` is that of the
 * slice with more statements.
 */
export const addStatements = (
  a: StatementActivity | null,
  b: StatementActivity | null
): StatementActivity | null => {
  if (a === null || b === null) return a ?? b
  const { top } = activityOfStatements(addByText([...a.top, ...b.top]))
  return {
    count: Math.max(a.count, b.count),
    calls: a.calls + b.calls,
    totalMillis: a.totalMillis + b.totalMillis,
    top
  }
}
