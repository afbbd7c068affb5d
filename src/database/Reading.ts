/** A reading of the statistics of a database, and the difference between two readings. */
import { addKnown } from "../metrics/addKnown.ts"
import type { DatabaseCounts, DatabasePoint, TableActivity } from "../result/DatabaseActivity.ts"
import type { BlockingPair, LongTransaction } from "../result/DatabaseLocks.ts"
import { addRows, countsOf, rowsOf, temporarySchema } from "../result/databaseSums.ts"

/** The counters of a statistics view. They only grow, until they are reset. */
export interface StatisticsView {
  /** `pg_stat_wal` */
  readonly name: string
  readonly counters: ReadonlyMap<keyof DatabaseCounts, number>
  /** The time of the last reset, as reported by the server; `null` if it is unknown. */
  readonly resetAt: string | null
}

/** The counters of a relation, and its number of dead rows; `name` is that of the table that it counts to. */
export type Table = TableActivity

/** A transaction that others wait for, and that waits for no lock itself. */
export interface Holder {
  /** Names it during a watch, and is in no report. */
  readonly transaction: string
  /** Since it began to be idle in its transaction; 0 while it runs a statement. */
  readonly idleSeconds: number
  /** `active`, `idle in transaction`. */
  readonly state: string
  /** Its current or last statement, without literals. */
  readonly statement: string
}

export interface Reading {
  readonly atMillis: number
  readonly views: ReadonlyArray<StatisticsView>
  /** By relation, also each partition and each temporary table of a session; `undefined` if they could not be read. */
  readonly tables: ReadonlyMap<string, Table> | undefined
  readonly waits: DatabasePoint["waits"]
  /** Sessions that wait for a lock, and the statements that they wait for. */
  readonly blocked: number
  readonly pairs: ReadonlyArray<BlockingPair>
  readonly holders: ReadonlyArray<Holder>
  /** The longest open transaction; `null` if none is open. */
  readonly longestTransaction: LongTransaction | null
  /** Transactions of the reader itself up to this reading, which the counts of the server include. */
  readonly own: { readonly commits: number; readonly rollbacks: number }
  /** Sessions whose latest activity may not be in the counters yet. */
  readonly unreported: {
    /** Active, or idle for less than ten seconds. */
    readonly busy: number
    /** Their state is not visible to this login. */
    readonly hidden: number
  }
  /** The statistics that could not be read, with the reason. */
  readonly missing: ReadonlyArray<string>
}

/** The activity between two readings. */
export interface Difference {
  /** `null` for counters that a reading lacks or that were reset in between. */
  readonly counts: DatabaseCounts
  /** Names of the views that were reset in between. */
  readonly reset: ReadonlyArray<string>
}

const isReset = (before: StatisticsView, after: StatisticsView): boolean =>
  before.resetAt !== after.resetAt ||
  [...after.counters].some(([name, value]) => value < (before.counters.get(name) ?? 0))

/**
 * The activity between two readings, without the transactions of the reader.
 *
 * @example 1,000 commits before and 1,107 after, 5 of them by the reader: 102
 */
export const difference = (before: Reading, after: Reading): Difference => {
  const pairs = after.views.flatMap((later) => {
    const earlier = before.views.find(({ name }) => name === later.name)
    return earlier === undefined ? [] : [{ earlier, later, reset: isReset(earlier, later) }]
  })
  const counted = (name: keyof DatabaseCounts): number | null => {
    for (const { earlier, later, reset } of pairs) {
      const [from, to] = [earlier.counters.get(name), later.counters.get(name)]
      if (!reset && from !== undefined && to !== undefined) return to - from
    }
    return null
  }
  // Before PostgreSQL 15 the latest transactions of the reader may not be counted yet, so the result could be negative.
  const others = (name: "commits" | "rollbacks"): number | null => {
    const all = counted(name)
    return all === null ? null : Math.max(0, all - (after.own[name] - before.own[name]))
  }
  return {
    counts: { ...countsOf(counted), commits: others("commits"), rollbacks: others("rollbacks") },
    reset: pairs.filter(({ reset }) => reset).map(({ later }) => later.name)
  }
}

/**
 * The name that a relation is reported by. Sessions have temporary tables in schemas of their own, `pg_temp_5`, which are
 * one row together.
 *
 * @example tableName("pg_temp_5", "reference_stage") // "pg_temp.reference_stage"
 */
export const tableName = (schema: string, table: string): string =>
  `${schema.replace(/^pg_temp_\d+$/, temporarySchema)}.${table}`

/** Adds up the relations with one name: the partitions of a table, or the temporary tables of all sessions. */
export const groupTables = (relations: ReadonlyArray<TableActivity>): ReadonlyArray<TableActivity> => {
  const byName = new Map<string, TableActivity>()
  for (const one of relations) {
    const sum = byName.get(one.name)
    byName.set(
      one.name,
      sum === undefined
        ? one
        : {
            ...addRows(sum, one),
            deadRows: sum.deadRows + one.deadRows,
            deadRowsBefore: addKnown(sum.deadRowsBefore, one.deadRowsBefore)
          }
    )
  }
  return [...byName.values()]
}

/** The tables that changed, and the number of relations that were reset in between, whose activity is unknown. */
export const tablesBetween = (
  before: ReadonlyMap<string, Table>,
  after: ReadonlyMap<string, Table>
): { readonly tables: ReadonlyArray<TableActivity>; readonly reset: number } => {
  const changes = [...after].map(([relation, later]): TableActivity => {
    const earlier = before.get(relation)
    return {
      ...later,
      rowsInserted: later.rowsInserted - (earlier?.rowsInserted ?? 0),
      rowsUpdated: later.rowsUpdated - (earlier?.rowsUpdated ?? 0),
      rowsDeleted: later.rowsDeleted - (earlier?.rowsDeleted ?? 0),
      deadRowsBefore: earlier?.deadRows ?? 0
    }
  })
  const isReset = ({ rowsDeleted, rowsInserted, rowsUpdated }: TableActivity): boolean =>
    Math.min(rowsInserted, rowsUpdated, rowsDeleted) < 0
  return {
    tables: groupTables(changes.filter((change) => !isReset(change))).filter((table) => rowsOf(table) > 0),
    reset: changes.filter(isReset).length
  }
}
