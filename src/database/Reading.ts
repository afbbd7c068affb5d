/** One look at the statistics of a database, and what was done between two of them. */
import type { DatabaseCounts, DatabasePoint, TableActivity } from "../result/DatabaseActivity.ts"
import { countsOf } from "../result/databaseSums.ts"

/** Counters of one view of the server, which only grow until somebody resets them. */
export interface View {
  /** `pg_stat_wal` */
  readonly name: string
  readonly counters: ReadonlyMap<keyof DatabaseCounts, number>
  /** When they began at 0, as the server writes it; `null` where it does not say. */
  readonly resetAt: string | null
}

/** Counters of one table, and the dead rows that it has. */
export type Table = Omit<TableActivity, "name">

export interface Reading {
  readonly atMillis: number
  readonly views: ReadonlyArray<View>
  /** By name with its schema; `undefined` when they could not be read. */
  readonly tables: ReadonlyMap<string, Table> | undefined
  readonly waits: DatabasePoint["waits"]
  /** Transactions of the reader itself until then, which the server counts as everybody's. */
  readonly own: { readonly commits: number; readonly rollbacks: number }
  /** Sessions that may not have told all that they did. */
  readonly untold: {
    /** They were at work, or have been idle for less than ten seconds. */
    readonly busy: number
    /** What they do is not shown to this login. */
    readonly hidden: number
  }
  /** What could not be read, and why. */
  readonly missing: ReadonlyArray<string>
}

/** What was done between two readings. */
export interface Difference {
  /** `null` where a reading does not have it, and where it was reset meanwhile. */
  readonly counts: DatabaseCounts
  /** Names of the views that were reset meanwhile. */
  readonly reset: ReadonlyArray<string>
}

const isReset = (before: View, after: View): boolean =>
  before.resetAt !== after.resetAt ||
  [...after.counters].some(([name, value]) => value < (before.counters.get(name) ?? 0))

/**
 * What was done from one reading to another.
 *
 * @example 1,000 commits then and 1,107 now, 5 of them of the reader: 102
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
  // Before PostgreSQL 15 the server may not have counted all of the reader's yet: less than nothing is nothing.
  const others = (name: "commits" | "rollbacks"): number | null => {
    const all = counted(name)
    return all === null ? null : Math.max(0, all - (after.own[name] - before.own[name]))
  }
  return {
    counts: { ...countsOf(counted), commits: others("commits"), rollbacks: others("rollbacks") },
    reset: pairs.filter(({ reset }) => reset).map(({ later }) => later.name)
  }
}

/** Which tables changed, and how many were reset or made anew meanwhile, of which nothing can be said. */
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
  const least = ({ rowsDeleted, rowsInserted, rowsUpdated }: TableActivity) =>
    Math.min(rowsInserted, rowsUpdated, rowsDeleted)
  return {
    tables: changed.filter(
      (table) => least(table) >= 0 && table.rowsInserted + table.rowsUpdated + table.rowsDeleted > 0
    ),
    reset: changed.filter((table) => least(table) < 0).length
  }
}
