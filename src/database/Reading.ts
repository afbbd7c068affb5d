/** A reading of the statistics of a database, and the difference between two readings. */
import type { DatabaseCounts, DatabasePoint, TableActivity } from "../result/DatabaseActivity.ts"
import { countsOf } from "../result/databaseSums.ts"

/** The counters of a statistics view. They only grow, until they are reset. */
export interface StatisticsView {
  /** `pg_stat_wal` */
  readonly name: string
  readonly counters: ReadonlyMap<keyof DatabaseCounts, number>
  /** The time of the last reset, as reported by the server; `null` if it is unknown. */
  readonly resetAt: string | null
}

/** The counters of a table, and its number of dead rows. */
export type Table = Omit<TableActivity, "name">

export interface Reading {
  readonly atMillis: number
  readonly views: ReadonlyArray<StatisticsView>
  /** By name including the schema; `undefined` if they could not be read. */
  readonly tables: ReadonlyMap<string, Table> | undefined
  readonly waits: DatabasePoint["waits"]
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

/** The tables that changed, and the number of tables that were reset or recreated in between, whose activity is unknown. */
export const tablesBetween = (
  before: ReadonlyMap<string, Table>,
  after: ReadonlyMap<string, Table>
): { readonly tables: ReadonlyArray<TableActivity>; readonly reset: number } => {
  const changed = [...after].map(([name, later]): TableActivity => {
    const earlier = before.get(name)
    return {
      name,
      rowsInserted: later.rowsInserted - (earlier?.rowsInserted ?? 0),
      rowsUpdated: later.rowsUpdated - (earlier?.rowsUpdated ?? 0),
      rowsDeleted: later.rowsDeleted - (earlier?.rowsDeleted ?? 0),
      deadRows: later.deadRows
    }
  })
  const min = ({ rowsDeleted, rowsInserted, rowsUpdated }: TableActivity) =>
    Math.min(rowsInserted, rowsUpdated, rowsDeleted)
  return {
    tables: changed.filter(
      (table) => min(table) >= 0 && table.rowsInserted + table.rowsUpdated + table.rowsDeleted > 0
    ),
    reset: changed.filter((table) => min(table) < 0).length
  }
}
