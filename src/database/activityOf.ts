/** What readings come to, one after the other. */
import type { DatabaseActivity, DatabasePoint } from "../result/DatabaseActivity.ts"
import {
  addPoints,
  addWaits,
  byActivity,
  nothingCounted,
  perOperationOf,
  waitsSeen
} from "../result/databaseSums.ts"
import { difference, type Reading, tablesBetween } from "./Reading.ts"

/** What does not change while a database is watched. */
export interface Server {
  /** As it names itself: `15.18`. */
  readonly version: string
  readonly database: string
  /** After so long, sessions that have nothing to do have told all that they did. */
  readonly settleMillis: number
  /** What it does not tell, whoever asks, and why. */
  readonly missing: ReadonlyArray<string>
}

/** Readings that failed for one reason. */
interface Failed {
  readonly count: number
  readonly firstMillis: number
  readonly lastMillis: number
}

/** What was seen of a database until now. */
export interface Seen {
  readonly server: Server
  /** When the first reading was made, or had been due. */
  readonly startedMillis: number
  readonly first: Reading | undefined
  readonly last: Reading | undefined
  /** The first reading was made when it was due: before the load. */
  readonly fromStart: boolean
  readonly points: ReadonlyArray<DatabasePoint>
  readonly waits: DatabasePoint["waits"]
  /** Views that were reset. */
  readonly reset: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
  /** By reason. */
  readonly failed: ReadonlyMap<string, Failed>
}

/** An hour of readings every five seconds. */
export const maxPoints = 720

export const nothingSeen = (server: Server, startedMillis: number): Seen => ({
  server,
  startedMillis,
  first: undefined,
  last: undefined,
  fromStart: false,
  points: [],
  waits: {},
  reset: new Set(),
  missing: new Set(server.missing),
  failed: new Map()
})

/** When there are too many points every two become one. */
const halved = (points: ReadonlyArray<DatabasePoint>): ReadonlyArray<DatabasePoint> =>
  points.flatMap((point, i) => {
    if (i % 2 === 1) return []
    const next = points[i + 1]
    return [next === undefined ? point : addPoints(point, next)]
  })

export const afterReading = (seen: Seen, reading: Reading): Seen => {
  const { failed, last, missing, points, startedMillis } = seen
  const known = { ...seen, last: reading, missing: new Set([...missing, ...reading.missing]) }
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
    waits: reading.waits
  }
  return {
    ...known,
    points: [...(points.length >= maxPoints ? halved(points) : points), point],
    waits: addWaits(seen.waits, reading.waits),
    reset: new Set([...seen.reset, ...reset])
  }
}

/** After a reading that was due and could not be made. */
export const afterFailure = (seen: Seen, reason: string, atMillis: number): Seen => {
  const before = seen.failed.get(reason)
  const failed: Failed = {
    count: 1 + (before?.count ?? 0),
    firstMillis: before?.firstMillis ?? atMillis,
    lastMillis: atMillis
  }
  return { ...seen, failed: new Map([...seen.failed, [reason, failed]]) }
}

const failureTexts = ({ failed, startedMillis }: Seen): ReadonlyArray<string> => {
  const at = (millis: number) => `${Math.round((millis - startedMillis) / 1000)} s`
  return [...failed].map(([reason, { count, firstMillis, lastMillis }]) =>
    count === 1
      ? `the reading at ${at(firstMillis)}: ${reason}`
      : `${count} readings from ${at(firstMillis)} to ${at(lastMillis)}: ${reason}`
  )
}

/** How a watch came to its end. */
export interface Settled {
  /** After the load, when sessions had told what they did; `undefined` when it could not be made. */
  readonly reading: Reading | undefined
  /** That the DMS confirmed from the first reading to the end. */
  readonly operations: number
}

/**
 * What a database did, as far as it was seen.
 *
 * @param settled what is known after the end; without it the load goes on, and nothing is said per operation
 */
export const activityOf = (seen: Seen, settled?: Settled): DatabaseActivity => {
  const { first, fromStart, last, missing, points, reset, server, waits } = seen
  const final = settled?.reading ?? last
  // What was reset once cannot be told by the first and the last reading.
  const from = first && { ...first, views: first.views.filter(({ name }) => !reset.has(name)) }
  const whole = final && { ...final, views: final.views.filter(({ name }) => !reset.has(name)) }
  const all = from && whole && difference(from, whole)
  const total = all?.counts ?? nothingCounted
  const operations =
    settled === undefined || settled.reading === undefined || !fromStart ? null : settled.operations
  const { reset: tablesReset, tables } =
    first?.tables === undefined || final?.tables === undefined
      ? { tables: [], reset: 0 }
      : tablesBetween(first.tables, final.tables)
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
    missing: [
      ...new Set([...missing, ...(settled?.reading?.missing ?? [])]),
      ...[...resetViews].map((name) => `${name}: its counts were reset meanwhile`),
      ...(tablesReset === 0
        ? []
        : [`pg_stat_user_tables: ${tablesReset} of the tables were reset or made anew meanwhile`]),
      ...failureTexts(seen)
    ],
    timeline: points
  }
}
