/**
 * What is asked of the server, and what its answers mean. Rows of counters come as JSON, with the columns that the
 * server's version has.
 *
 * @see https://www.postgresql.org/docs/current/monitoring-stats.html
 */
import * as Schema from "effect/Schema"
import type { DatabaseCounts } from "../result/DatabaseActivity.ts"
import { addWaits, type Waits } from "../result/databaseSums.ts"
import type { Server } from "./activityOf.ts"
import type { Reading, Table, View } from "./Reading.ts"

/** Asked once: the version, and settings that decide what is counted. */
export const settingsQuery = `
  SELECT current_database() AS database, jsonb_object_agg(name, setting) AS settings FROM pg_settings
  WHERE name IN ('server_version', 'server_version_num', 'fsync', 'wal_sync_method', 'track_counts',
    'track_activities')`

export const Settings = Schema.Struct({
  database: Schema.String,
  settings: Schema.Struct({
    server_version: Schema.String,
    server_version_num: Schema.NumberFromString,
    fsync: Schema.String,
    wal_sync_method: Schema.String,
    track_counts: Schema.String,
    track_activities: Schema.String
  })
})
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

const versionOf = ({ settings }: Settings): number => settings.server_version_num

/** Before PostgreSQL 14 there is no `pg_stat_wal`. */
const hasWalView = (given: Settings): boolean => versionOf(given) >= 140_000
/** From PostgreSQL 15 on a session that has nothing to do tells within 10 s what it has not told yet. */
export const idleTells = (given: Settings): boolean => versionOf(given) >= 150_000
/** From PostgreSQL 18 on writes and syncs of the log are in `pg_stat_io`. */
const hasWalInIo = (given: Settings): boolean => versionOf(given) >= 180_000

/** Why syncs of the log are not counted; `undefined` when they are. */
const syncsUncounted = ({ settings: { fsync, wal_sync_method: method } }: Settings): string | undefined => {
  if (fsync === "off") return "fsync = off"
  return method.startsWith("open_") ? `wal_sync_method = ${method}` : undefined
}

/** What is known of a server before anything is counted. */
export const serverOf = (given: Settings): Server => {
  const { server_version, track_activities, track_counts } = given.settings
  const syncs = syncsUncounted(given)
  return {
    // Packagers put their own after it: `15.18 (Debian 15.18-0+deb12u1)`.
    version: server_version.split(" ")[0] ?? server_version,
    database: given.database,
    settleMillis: idleTells(given) ? 11_000 : 2000,
    missing: [
      ...(hasWalView(given) ? [] : ["pg_stat_wal: there is none before PostgreSQL 14"]),
      ...(idleTells(given)
        ? []
        : [
            "what sessions did in their last half second: before PostgreSQL 15 idle ones keep it to themselves"
          ]),
      ...(syncs === undefined ? [] : [`syncs of the log: they are not counted with ${syncs}`]),
      ...(track_counts === "off" ? ["rows and tables: they are not counted with track_counts = off"] : []),
      ...(track_activities === "off" ? ["waits: they are not told with track_activities = off"] : [])
    ]
  }
}

const Counter = Schema.optional(Schema.NullOr(Schema.Number))

/** A row of any view that has counters. */
export const CounterRow = Schema.Struct({
  row: Schema.Struct({
    stats_reset: Schema.optional(Schema.NullOr(Schema.String)),
    xact_commit: Counter,
    xact_rollback: Counter,
    tup_inserted: Counter,
    tup_updated: Counter,
    tup_deleted: Counter,
    blks_read: Counter,
    blks_hit: Counter,
    deadlocks: Counter,
    wal_bytes: Counter,
    wal_records: Counter,
    wal_write: Counter,
    wal_sync: Counter
  })
})

const figures = [
  ["xact_commit", "commits"],
  ["xact_rollback", "rollbacks"],
  ["tup_inserted", "rowsInserted"],
  ["tup_updated", "rowsUpdated"],
  ["tup_deleted", "rowsDeleted"],
  ["blks_read", "blocksRead"],
  ["blks_hit", "blocksHit"],
  ["deadlocks", "deadlocks"],
  ["wal_bytes", "walBytes"],
  ["wal_records", "walRecords"],
  ["wal_write", "walWrites"],
  ["wal_sync", "walSyncs"]
] as const

/** What a server has a column for and does not count. */
const uncounted = (given: Settings): ReadonlySet<keyof DatabaseCounts> =>
  new Set([
    ...(syncsUncounted(given) === undefined ? [] : (["walSyncs"] as const)),
    ...(given.settings.track_counts === "off"
      ? (["rowsInserted", "rowsUpdated", "rowsDeleted"] as const)
      : [])
  ])

export const viewOf = (given: Settings, name: string, { row }: typeof CounterRow.Type): View => {
  const left = uncounted(given)
  const counters = figures.flatMap(([column, figure]) => {
    const value = row[column] ?? null
    return value === null || left.has(figure) ? [] : [[figure, value] as const]
  })
  return { name, counters: new Map(counters), resetAt: row.stats_reset ?? null }
}

/** The views that have counters, by name, as this server has them. */
export const viewQueries = (given: Settings): ReadonlyArray<readonly [name: string, query: string]> => [
  [
    "pg_stat_database",
    "SELECT to_jsonb(d) AS row FROM pg_stat_database d WHERE datname = current_database()"
  ],
  ...(hasWalView(given) ? [["pg_stat_wal", "SELECT to_jsonb(w) AS row FROM pg_stat_wal w"] as const] : []),
  ...(hasWalInIo(given)
    ? [
        [
          "pg_stat_io",
          // The context init makes files of the log ready, which the columns of pg_stat_wal never counted.
          `SELECT jsonb_build_object('wal_write', sum(writes), 'wal_sync', sum(fsyncs), 'stats_reset', max(stats_reset))
            AS row FROM pg_stat_io WHERE object = 'wal' AND context = 'normal'`
        ] as const
      ]
    : [])
]

export const sessionsQuery = `
  SELECT state, wait_event_type AS type, wait_event AS event, query = '<insufficient privilege>' AS hidden,
    coalesce(clock_timestamp() - state_change > interval '10.5 seconds', false) AS rested, count(*)::integer AS sessions
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND coalesce(backend_type, 'client backend') = 'client backend'
  GROUP BY 1, 2, 3, 4, 5`

export const SessionRow = Schema.Struct({
  state: Schema.NullOr(Schema.String),
  type: Schema.NullOr(Schema.String),
  event: Schema.NullOr(Schema.String),
  hidden: Schema.NullOr(Schema.Boolean),
  /** In its state for so long that it has told what it did, if it has nothing to do. */
  rested: Schema.Boolean,
  sessions: Schema.Int
})

const isIdle = ({ state }: typeof SessionRow.Type): boolean => state === "idle"

/** At work, or in a transaction and waiting for the next statement. */
const isAtWork = ({ state }: typeof SessionRow.Type): boolean =>
  state === "active" || (state?.startsWith("idle in transaction") ?? false)

/** What sessions wait for, and who has not told all that it did. */
export const sessionsOf = (
  given: Settings,
  rows: ReadonlyArray<typeof SessionRow.Type>
): Pick<Reading, "missing" | "untold" | "waits"> => {
  const countOf = (some: (row: typeof SessionRow.Type) => boolean): number =>
    rows.filter(some).reduce((sum, { sessions }) => sum + sessions, 0)
  const shown = rows.filter(({ hidden }) => hidden !== true)
  const hidden = countOf((row) => row.hidden === true)
  return {
    waits: shown
      .filter(isAtWork)
      .map(({ event, sessions, type }): Waits => ({
        [type === null ? "running" : `${type}:${event}`]: sessions
      }))
      .reduce(addWaits, {}),
    untold: {
      hidden,
      busy: countOf((row) => row.hidden !== true && !(isIdle(row) && (row.rested || !idleTells(given))))
    },
    missing:
      hidden === 0
        ? []
        : ["waits of sessions of other logins: this one is not shown them (GRANT pg_monitor shows them)"]
  }
}

export const tablesQuery = `
  SELECT schemaname || '.' || relname AS name, n_tup_ins::float8 AS "rowsInserted",
    n_tup_upd::float8 AS "rowsUpdated", n_tup_del::float8 AS "rowsDeleted", n_dead_tup::float8 AS "deadRows"
  FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0`

export const TableRow = Schema.Struct({
  name: Schema.String,
  rowsInserted: Schema.Int,
  rowsUpdated: Schema.Int,
  rowsDeleted: Schema.Int,
  deadRows: Schema.Int
})

export const tablesOf = (rows: ReadonlyArray<typeof TableRow.Type>): ReadonlyMap<string, Table> =>
  new Map(rows.map(({ name, ...table }) => [name, table]))
