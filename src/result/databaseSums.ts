/** Sums of database activity: points of a timeline, and slices of a study. */
import { addKnown } from "../metrics/addKnown.ts"
import { rounded } from "../metrics/rounded.ts"
import type { DatabaseActivity, DatabaseCounts, DatabasePoint, TableActivity } from "./DatabaseActivity.ts"
import { addBlocking, longerOf } from "./DatabaseLocks.ts"
import { addSizes } from "./DatabaseSizes.ts"
import { addStatements } from "./StatementActivity.ts"

/** Counts from a function of their names. */
export const countsOf = (of: (name: keyof DatabaseCounts) => number | null): DatabaseCounts => ({
  commits: of("commits"),
  rollbacks: of("rollbacks"),
  walBytes: of("walBytes"),
  walRecords: of("walRecords"),
  walWrites: of("walWrites"),
  walSyncs: of("walSyncs"),
  rowsInserted: of("rowsInserted"),
  rowsUpdated: of("rowsUpdated"),
  rowsDeleted: of("rowsDeleted"),
  blocksRead: of("blocksRead"),
  blocksHit: of("blocksHit"),
  deadlocks: of("deadlocks"),
  tempBytes: of("tempBytes"),
  blockReadMillis: of("blockReadMillis"),
  blockWriteMillis: of("blockWriteMillis"),
  walBuffersFull: of("walBuffersFull"),
  checkpointsTimed: of("checkpointsTimed"),
  checkpointsRequested: of("checkpointsRequested"),
  checkpointBlocks: of("checkpointBlocks"),
  checkpointWriteMillis: of("checkpointWriteMillis"),
  checkpointSyncMillis: of("checkpointSyncMillis"),
  backendBlocks: of("backendBlocks")
})

/** Every count unknown. */
export const nothingCounted: DatabaseCounts = countsOf(() => null)

export const addCounts = (a: DatabaseCounts, b: DatabaseCounts): DatabaseCounts =>
  countsOf((name) => addKnown(a[name], b[name]))

export type Waits = DatabasePoint["waits"]

/** @example addWaits({ running: 2 }, { running: 1, "IO:WALSync": 4 }) // { running: 3, "IO:WALSync": 4 } */
export const addWaits = (a: Waits, b: Waits): Waits => {
  const all: Record<string, number> = { ...a }
  for (const [event, seen] of Object.entries(b)) all[event] = (all[event] ?? 0) + seen
  return all
}

/** Most frequent first, then by name. */
export const waitsSeen = (waits: Waits): DatabaseActivity["waits"] =>
  Object.entries(waits)
    .map(([event, seen]) => ({ event, seen }))
    .sort((a, b) => b.seen - a.seen || (a.event < b.event ? -1 : 1))

/** Merges two consecutive points. */
export const addPoints = (a: DatabasePoint, b: DatabasePoint): DatabasePoint => ({
  elapsedSeconds: b.elapsedSeconds,
  seconds: rounded(a.seconds + b.seconds, 3),
  ...addCounts(a, b),
  readings: a.readings + b.readings,
  blocked: Math.max(a.blocked, b.blocked),
  waits: addWaits(a.waits, b.waits)
})

/**
 * Database activity per operation, to four significant digits; `null` without known operations.
 *
 * @param operations confirmed by the DMS
 * @example a batch of 10 triples in one commit: 0.03333 commits
 */
export const perOperationOf = (
  { commits, walBytes, walSyncs }: DatabaseCounts,
  operations: number | null
): DatabaseActivity["perOperation"] => {
  const each = (count: number | null) =>
    count === null || operations === null || operations === 0
      ? null
      : Number((count / operations).toPrecision(4))
  return { commits: each(commits), walBytes: each(walBytes), walSyncs: each(walSyncs) }
}

/** The schema that stands for those of all sessions with temporary tables. */
export const temporarySchema = "pg_temp"

const isTemporary = ({ name }: TableActivity): boolean => name.startsWith(`${temporarySchema}.`)

export const rowsOf = ({ rowsDeleted, rowsInserted, rowsUpdated }: TableActivity): number =>
  rowsInserted + rowsUpdated + rowsDeleted

/** Temporary tables last; otherwise busiest first, then by name. */
export const byActivity = (tables: ReadonlyArray<TableActivity>): ReadonlyArray<TableActivity> =>
  tables.toSorted(
    (a, b) =>
      Number(isTemporary(a)) - Number(isTemporary(b)) || rowsOf(b) - rowsOf(a) || (a.name < b.name ? -1 : 1)
  )

/** Both together, with the dead rows before the earlier one and after the later one. */
export const addRows = (earlier: TableActivity, later: TableActivity): TableActivity => ({
  ...later,
  deadRowsBefore: earlier.deadRowsBefore,
  rowsInserted: earlier.rowsInserted + later.rowsInserted,
  rowsUpdated: earlier.rowsUpdated + later.rowsUpdated,
  rowsDeleted: earlier.rowsDeleted + later.rowsDeleted
})

const addTables = (
  a: ReadonlyArray<TableActivity>,
  b: ReadonlyArray<TableActivity>
): ReadonlyArray<TableActivity> => {
  const byName = new Map(a.map((table) => [table.name, table]))
  for (const table of b) {
    const before = byName.get(table.name)
    byName.set(table.name, before === undefined ? table : addRows(before, table))
  }
  return byActivity([...byName.values()])
}

const addTwo = (a: DatabaseActivity, b: DatabaseActivity): DatabaseActivity => {
  const total = addCounts(a.total, b.total)
  const operations = addKnown(a.operations, b.operations)
  const waits = [...a.waits, ...b.waits].map(({ event, seen }): Waits => ({ [event]: seen }))
  return {
    version: b.version,
    database: b.database,
    seconds: rounded(a.seconds + b.seconds, 3),
    total,
    operations,
    perOperation: perOperationOf(total, operations),
    tables: addTables(a.tables, b.tables),
    waits: waitsSeen(waits.reduce(addWaits, {})),
    blocking: addBlocking(a.blocking, b.blocking),
    longestTransaction: longerOf(a.longestTransaction, b.longestTransaction),
    statements: addStatements(a.statements, b.statements),
    sizes: addSizes(a.sizes, b.sizes),
    settings: b.settings,
    contentBefore: a.contentBefore,
    uptimeSeconds: a.uptimeSeconds,
    missing: [...new Set([...a.missing, ...b.missing])],
    timeline: [
      ...a.timeline,
      ...b.timeline.map((point) => ({
        ...point,
        elapsedSeconds: rounded(a.seconds + point.elapsedSeconds, 3)
      }))
    ]
  }
}

/**
 * Database activity of several slices of a study, such as all slices of single requests. The timeline leaves out the time
 * between slices.
 *
 * @param activities in their order; `null` for slices in which the database was not watched
 * @returns `null` when the database was not watched in any slice
 * @example 2 slices with 30,000 operations in 1,000 commits each: 60,000 operations, 0.03333 commits per operation
 */
export const addActivities = (
  activities: ReadonlyArray<DatabaseActivity | null>
): DatabaseActivity | null => {
  const [first, ...rest] = activities.filter((activity) => activity !== null)
  return first === undefined ? null : rest.reduce(addTwo, first)
}
