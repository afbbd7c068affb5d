/** Turns a sequence of readings into the activity of a database. */
import type { ContentBefore, DatabaseActivity, DatabasePoint } from "../result/DatabaseActivity.ts"
import { addPoint, type BoundedPoints, noPoints } from "../metrics/boundedPoints.ts"
import {
  addPoints,
  addWaits,
  byActivity,
  nothingCounted,
  perOperationOf,
  waitsSeen
} from "../result/databaseSums.ts"
import { longerOf, type LongTransaction } from "../result/DatabaseLocks.ts"
import { plural } from "../result/numberFormat.ts"
import { afterSample, blockingOf, type BlockingSeen, nothingBlocked } from "./blocking.ts"
import { inspectedBetween, type Inspection } from "./Inspection.ts"
import { difference, type Reading, tablesBetween } from "./Reading.ts"

/** The properties of a database server that do not change during a watch. */
export interface Server {
  /** As reported by the server: `15.18`. */
  readonly version: string
  readonly database: string
  /** After this time all idle sessions have reported their counts. */
  readonly settleMillis: number
  /** Those that decide its speed, with units. */
  readonly settings: Readonly<Record<string, string>>
  readonly uptimeSeconds: number
  /** What was in it before this command wrote anything; not known if left out. */
  readonly contentBefore?: ContentBefore | undefined
  /** Statistics that this server does not have, with the reason. */
  readonly missing: ReadonlyArray<string>
}

/** Readings that failed for the same reason. */
interface Failed {
  readonly count: number
  readonly firstMillis: number
  readonly lastMillis: number
}

/** The readings of a database so far. */
export interface Observed {
  readonly server: Server
  /** The time of the first reading, or when it was due. */
  readonly startedMillis: number
  readonly first: Reading | undefined
  readonly last: Reading | undefined
  /** The first reading succeeded before the load. */
  readonly fromStart: boolean
  readonly points: BoundedPoints<DatabasePoint>
  readonly waits: DatabasePoint["waits"]
  readonly blocking: BlockingSeen
  readonly longestTransaction: LongTransaction | null
  /** Views that were reset. */
  readonly reset: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
  /** By reason. */
  readonly failed: ReadonlyMap<string, Failed>
}

/** 40 minutes at a reading every five seconds; then points cover two, four, ... */
export const maxPoints = 480

export const nothingObserved = (server: Server, startedMillis: number): Observed => ({
  server,
  startedMillis,
  first: undefined,
  last: undefined,
  fromStart: false,
  points: noPoints,
  waits: {},
  blocking: nothingBlocked,
  longestTransaction: null,
  reset: new Set(),
  missing: new Set(server.missing),
  failed: new Map()
})

export const afterReading = (seen: Observed, reading: Reading): Observed => {
  const { failed, last, missing, points, startedMillis } = seen
  const known = {
    ...seen,
    last: reading,
    missing: new Set([...missing, ...reading.missing]),
    blocking: afterSample(seen.blocking, reading),
    longestTransaction: longerOf(seen.longestTransaction, reading.longestTransaction)
  }
  if (last === undefined) {
    const fromStart = failed.size === 0
    return {
      ...known,
      first: reading,
      fromStart,
      startedMillis: fromStart ? reading.atMillis : startedMillis
    }
  }
  const { counts, reset } = difference(last, reading)
  const point: DatabasePoint = {
    elapsedSeconds: (reading.atMillis - startedMillis) / 1000,
    seconds: (reading.atMillis - last.atMillis) / 1000,
    ...counts,
    readings: 1,
    blocked: reading.blocked,
    waits: reading.waits
  }
  return {
    ...known,
    points: addPoint(points, point, maxPoints, addPoints),
    waits: addWaits(seen.waits, reading.waits),
    reset: new Set([...seen.reset, ...reset])
  }
}

/** After a failed reading. */
export const afterFailure = (seen: Observed, reason: string, atMillis: number): Observed => {
  const before = seen.failed.get(reason)
  const failed: Failed = {
    count: 1 + (before?.count ?? 0),
    firstMillis: before?.firstMillis ?? atMillis,
    lastMillis: atMillis
  }
  return { ...seen, failed: new Map([...seen.failed, [reason, failed]]) }
}

const failureTexts = ({ failed, startedMillis }: Observed): ReadonlyArray<string> => {
  const at = (millis: number) => `${Math.round((millis - startedMillis) / 1000)} s`
  return [...failed].map(([reason, { count, firstMillis, lastMillis }]) =>
    count === 1
      ? `the reading at ${at(firstMillis)} failed: ${reason}`
      : `${count} readings from ${at(firstMillis)} to ${at(lastMillis)} failed: ${reason}`
  )
}

/** The end of a watch. */
export interface Settled {
  /** The reading after the load, when the sessions had reported their counts; `undefined` if it failed. */
  readonly reading: Reading | undefined
  /** What was read once before and once after the load; left out if one of them failed. */
  readonly inspections?: { readonly before: Inspection; readonly after: Inspection }
  /** Operations confirmed by the DMS between the first reading and the end. */
  readonly operations: number
}

/**
 * The activity of a database over the readings so far.
 *
 * @param settled the end of the watch; during the load it is left out, and no figures per operation are given
 */
export const activityOf = (seen: Observed, settled?: Settled): DatabaseActivity => {
  const { first, fromStart, last, missing, points, reset, server, waits } = seen
  const final = settled?.reading ?? last
  // For a view that was reset, the first and the last reading do not give the total.
  const from = first && { ...first, views: first.views.filter(({ name }) => !reset.has(name)) }
  const to = final && { ...final, views: final.views.filter(({ name }) => !reset.has(name)) }
  const all = from && to && difference(from, to)
  const total = all?.counts ?? nothingCounted
  const operations =
    settled === undefined || settled.reading === undefined || !fromStart ? null : settled.operations
  const { reset: tablesReset, tables } =
    first?.tables === undefined || final?.tables === undefined
      ? { tables: [], reset: 0 }
      : tablesBetween(first.tables, final.tables)
  const { inspections } = settled ?? {}
  const inspected = inspections && inspectedBetween(inspections.before, inspections.after)
  const resetViews = new Set([...reset, ...(all?.reset ?? [])])
  return {
    version: server.version,
    database: server.database,
    seconds: first === undefined || last === undefined ? 0 : (last.atMillis - first.atMillis) / 1000,
    total,
    operations,
    perOperation: perOperationOf(total, operations),
    tables: byActivity(tables),
    waits: waitsSeen(waits),
    blocking: blockingOf(seen.blocking),
    longestTransaction: seen.longestTransaction,
    statements: inspected?.statements ?? null,
    sizes: inspected?.sizes ?? null,
    settings: server.settings,
    uptimeSeconds: server.uptimeSeconds,
    contentBefore: server.contentBefore ?? null,
    missing: [
      ...new Set([...missing, ...(inspected?.notes ?? []), ...(settled?.reading?.missing ?? [])]),
      ...[...resetViews].map((name) => `${name}: its counters were reset during the run`),
      ...(tablesReset === 0
        ? []
        : [`pg_stat_user_tables: ${plural(tablesReset, "table")} reset during the run`]),
      ...failureTexts(seen)
    ],
    timeline: points.points
  }
}
