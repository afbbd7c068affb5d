/**
 * The queries for the statistics, and the meaning of their results. Counters are read as JSON, because the columns
 * depend on the version of the server.
 *
 * @see https://www.postgresql.org/docs/current/monitoring-stats.html
 */
import * as Schema from "effect/Schema"
import type { DatabaseCounts } from "../result/DatabaseActivity.ts"
import { addWaits, type Waits } from "../result/databaseSums.ts"
import type { Server } from "./activityOf.ts"
import { type Reading, type StatisticsView, type Table, tableName } from "./Reading.ts"

/** Read once per connection: the version, and the settings that decide what the server counts. */
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

/** PostgreSQL 14 introduced `pg_stat_wal`. */
const hasWalView = (given: Settings): boolean => versionOf(given) >= 140_000
/** Since PostgreSQL 15 an idle session reports its pending counts within 10 s. */
export const idleSessionsReport = (given: Settings): boolean => versionOf(given) >= 150_000
/** Since PostgreSQL 18 writes and syncs of the WAL are in `pg_stat_io`. */
const hasWalInIo = (given: Settings): boolean => versionOf(given) >= 180_000

/** The setting with which syncs of the WAL are not counted; `undefined` if they are counted. */
const syncsUncounted = ({ settings: { fsync, wal_sync_method: method } }: Settings): string | undefined => {
  if (fsync === "off") return "fsync = off"
  return method.startsWith("open_") ? `wal_sync_method = ${method}` : undefined
}

/** The properties of the server that its settings decide. */
export const serverOf = (given: Settings): Server => {
  const { server_version, track_activities, track_counts } = given.settings
  const syncs = syncsUncounted(given)
  return {
    // Packages append their own version: `15.18 (Debian 15.18-0+deb12u1)`.
    version: server_version.split(" ")[0] ?? server_version,
    database: given.database,
    settleMillis: idleSessionsReport(given) ? 11_000 : 2000,
    missing: [
      ...(hasWalView(given) ? [] : ["pg_stat_wal: introduced in PostgreSQL 14"]),
      ...(idleSessionsReport(given)
        ? []
        : ["the last half second of each session: idle sessions report it only since PostgreSQL 15"]),
      ...(syncs === undefined ? [] : [`WAL syncs: not counted with ${syncs}`]),
      ...(track_counts === "off" ? ["rows and tables: not counted with track_counts = off"] : []),
      ...(track_activities === "off" ? ["waits: not available with track_activities = off"] : [])
    ]
  }
}

const Counter = Schema.optional(Schema.NullOr(Schema.Number))

/** A row of a view with counters. */
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

/** Figures that the server has a column for but does not count. */
const uncounted = (given: Settings): ReadonlySet<keyof DatabaseCounts> =>
  new Set([
    ...(syncsUncounted(given) === undefined ? [] : (["walSyncs"] as const)),
    ...(given.settings.track_counts === "off"
      ? (["rowsInserted", "rowsUpdated", "rowsDeleted"] as const)
      : [])
  ])

export const viewOf = (given: Settings, name: string, { row }: typeof CounterRow.Type): StatisticsView => {
  const excluded = uncounted(given)
  const counters = figures.flatMap(([column, figure]) => {
    const value = row[column] ?? null
    return value === null || excluded.has(figure) ? [] : [[figure, value] as const]
  })
  return { name, counters: new Map(counters), resetAt: row.stats_reset ?? null }
}

/** The views with counters that this server has, by name. */
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
          // The context init creates WAL files, which the columns of pg_stat_wal did not count.
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
  /** In this state for so long that, if it is idle, it has reported its counts. */
  rested: Schema.Boolean,
  sessions: Schema.Int
})

const isIdle = ({ state }: typeof SessionRow.Type): boolean => state === "idle"

/** Running a statement, or in a transaction between statements. */
const isActive = ({ state }: typeof SessionRow.Type): boolean =>
  state === "active" || (state?.startsWith("idle in transaction") ?? false)

/** The wait events of sessions, and the sessions whose counts are not complete yet. */
export const sessionsOf = (
  given: Settings,
  rows: ReadonlyArray<typeof SessionRow.Type>
): Pick<Reading, "missing" | "unreported" | "waits"> => {
  const countOf = (some: (row: typeof SessionRow.Type) => boolean): number =>
    rows.filter(some).reduce((sum, { sessions }) => sum + sessions, 0)
  const shown = rows.filter(({ hidden }) => hidden !== true)
  const hidden = countOf((row) => row.hidden === true)
  return {
    waits: shown
      .filter(isActive)
      .map(({ event, sessions, type }): Waits => ({
        [type === null ? "running" : `${type}:${event}`]: sessions
      }))
      .reduce(addWaits, {}),
    unreported: {
      hidden,
      busy: countOf(
        (row) => row.hidden !== true && !(isIdle(row) && (row.rested || !idleSessionsReport(given)))
      )
    },
    missing:
      hidden === 0
        ? []
        : [
            "waits of sessions of other logins: not visible to this login (GRANT pg_monitor makes them visible)"
          ]
  }
}

/** Each relation with the name of its table: for a partition, that of the topmost partitioned table. */
export const tablesQuery = `
  WITH RECURSIVE part(relid, root) AS (
    SELECT oid, oid FROM pg_class WHERE relkind = 'p' AND NOT relispartition
    UNION ALL SELECT inhrelid, root FROM part JOIN pg_inherits ON inhparent = part.relid
  )
  SELECT s.relid::text AS relation, coalesce(n.nspname, s.schemaname) AS schema, coalesce(c.relname, s.relname) AS "table",
    n_tup_ins::float8 AS "rowsInserted", n_tup_upd::float8 AS "rowsUpdated", n_tup_del::float8 AS "rowsDeleted",
    n_dead_tup::float8 AS "deadRows"
  FROM pg_stat_user_tables s LEFT JOIN part ON part.relid = s.relid
    LEFT JOIN pg_class c ON c.oid = part.root LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n_tup_ins + n_tup_upd + n_tup_del > 0`

export const TableRow = Schema.Struct({
  /** Its object identifier, which a recreated relation does not keep. */
  relation: Schema.String,
  schema: Schema.String,
  table: Schema.String,
  rowsInserted: Schema.Int,
  rowsUpdated: Schema.Int,
  rowsDeleted: Schema.Int,
  deadRows: Schema.Int
})

export const tablesOf = (rows: ReadonlyArray<typeof TableRow.Type>): ReadonlyMap<string, Table> =>
  new Map(
    rows.map(({ relation, schema, table, ...counts }) => [
      relation,
      { name: tableName(schema, table), ...counts }
    ])
  )
