/**
 * The queries for the statistics, and the meaning of their results. Counters are read as JSON, because the columns
 * depend on the version of the server.
 *
 * @see https://www.postgresql.org/docs/current/monitoring-stats.html
 */
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import type { DatabaseCounts } from "../result/DatabaseActivity.ts"
import type { Server } from "./activityOf.ts"
import { type StatisticsView, type Table, tableName } from "./Reading.ts"

/** A comment in every statement of the reader, by which `pg_stat_statements` tells them from those of the load. */
export const readerMark = "/* edfi-perf statistics */"

/** The settings that decide the speed of a server. */
const reportedSettings = [
  "shared_buffers",
  "effective_cache_size",
  "work_mem",
  "max_connections",
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "wal_level",
  "max_wal_size",
  "checkpoint_timeout",
  "autovacuum",
  "jit",
  "track_io_timing",
  "shared_preload_libraries"
]

/** Read once per connection: the version, and the settings that decide what the server counts and how fast it is. */
export const settingsQuery = `
  SELECT current_database() AS database, jsonb_object_agg(name, setting) AS settings,
    jsonb_object_agg(name, current_setting(name)) FILTER (WHERE name IN ('${reportedSettings.join("', '")}')) AS reported,
    extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS "uptimeSeconds"
  FROM pg_settings
  WHERE name IN ('server_version', 'server_version_num', 'fsync', 'wal_sync_method', 'track_counts',
    'track_activities', 'track_io_timing', '${reportedSettings.join("', '")}')`

export const Settings = Schema.Struct({
  database: Schema.String,
  /** With units; without those that this login may not see. */
  reported: Schema.Record({ key: Schema.String, value: Schema.String }),
  uptimeSeconds: Schema.Number,
  settings: Schema.Struct({
    server_version: Schema.String,
    server_version_num: Schema.NumberFromString,
    fsync: Schema.String,
    wal_sync_method: Schema.String,
    track_counts: Schema.String,
    track_activities: Schema.String,
    track_io_timing: Schema.String
  })
})
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

const versionOf = ({ settings }: Settings): number => settings.server_version_num

/** PostgreSQL 14 introduced `pg_stat_wal`. */
const hasWalView = (given: Settings): boolean => versionOf(given) >= 140_000
/** Since PostgreSQL 17 checkpoints have a view of their own, and writes of sessions are only in `pg_stat_io`. */
const hasCheckpointer = (given: Settings): boolean => versionOf(given) >= 170_000
/** Since PostgreSQL 15 an idle session reports its pending counts within 10 s. */
export const idleSessionsReport = (given: Settings): boolean => versionOf(given) >= 150_000
/** Since PostgreSQL 18 writes and syncs of the WAL are in `pg_stat_io`. */
const hasWalInIo = (given: Settings): boolean => versionOf(given) >= 180_000

/** The setting with which syncs of the WAL are not counted; `undefined` if they are counted. */
const syncsUncounted = ({ settings: { fsync, wal_sync_method: method } }: Settings): string | undefined => {
  if (fsync === "off") return "fsync = off"
  return method.startsWith("open_") ? `wal_sync_method = ${method}` : undefined
}

/** Since PostgreSQL 14 `pg_locks` has the beginning of a wait. */
const hasLockWaits = (given: Settings): boolean => versionOf(given) >= 140_000

/** `shared_preload_libraries` may be long. */
const maxSettingLength = 200

/** The properties of the server that its settings decide. */
export const serverOf = (given: Settings): Server => {
  const { server_version, track_activities, track_counts } = given.settings
  const syncs = syncsUncounted(given)
  return {
    // Packages append their own version: `15.18 (Debian 15.18-0+deb12u1)`.
    version: server_version.split(" ")[0] ?? server_version,
    database: given.database,
    settings: Object.fromEntries(
      Object.entries(given.reported).map(([name, value]) => [name, excerpt(value, maxSettingLength)])
    ),
    uptimeSeconds: Math.round(given.uptimeSeconds),
    settleMillis: idleSessionsReport(given) ? 11_000 : 2000,
    missing: [
      ...(hasWalView(given) ? [] : ["pg_stat_wal: introduced in PostgreSQL 14"]),
      ...(idleSessionsReport(given)
        ? []
        : ["the last half second of each session: idle sessions report it only since PostgreSQL 15"]),
      ...(hasLockWaits(given)
        ? []
        : ["the beginning of lock waits: before PostgreSQL 14 that of the statement"]),
      ...(given.reported["shared_preload_libraries"] === undefined
        ? [
            "shared_preload_libraries: not visible to this login (GRANT pg_read_all_settings makes it visible)"
          ]
        : []),
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
    wal_sync: Counter,
    wal_buffers_full: Counter,
    temp_bytes: Counter,
    blk_read_time: Counter,
    blk_write_time: Counter,
    // pg_stat_bgwriter before PostgreSQL 17
    checkpoints_timed: Counter,
    checkpoints_req: Counter,
    checkpoint_write_time: Counter,
    checkpoint_sync_time: Counter,
    buffers_checkpoint: Counter,
    buffers_backend: Counter,
    // pg_stat_checkpointer since then
    num_timed: Counter,
    num_requested: Counter,
    write_time: Counter,
    sync_time: Counter,
    buffers_written: Counter
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
  ["wal_sync", "walSyncs"],
  ["wal_buffers_full", "walBuffersFull"],
  ["temp_bytes", "tempBytes"],
  ["blk_read_time", "blockReadMillis"],
  ["blk_write_time", "blockWriteMillis"],
  ["checkpoints_timed", "checkpointsTimed"],
  ["checkpoints_req", "checkpointsRequested"],
  ["checkpoint_write_time", "checkpointWriteMillis"],
  ["checkpoint_sync_time", "checkpointSyncMillis"],
  ["buffers_checkpoint", "checkpointBlocks"],
  ["buffers_backend", "backendBlocks"],
  ["num_timed", "checkpointsTimed"],
  ["num_requested", "checkpointsRequested"],
  ["write_time", "checkpointWriteMillis"],
  ["sync_time", "checkpointSyncMillis"],
  ["buffers_written", "checkpointBlocks"]
] as const

/** Figures that the server has a column for but does not count. */
const uncounted = (given: Settings): ReadonlySet<keyof DatabaseCounts> =>
  new Set([
    ...(syncsUncounted(given) === undefined ? [] : (["walSyncs"] as const)),
    ...(given.settings.track_io_timing === "off" ? (["blockReadMillis", "blockWriteMillis"] as const) : []),
    ...(given.settings.track_counts === "off"
      ? (["rowsInserted", "rowsUpdated", "rowsDeleted"] as const)
      : [])
  ])

export const viewOf = (given: Settings, name: string, { row }: typeof CounterRow.Type): StatisticsView => {
  const excluded = uncounted(given)
  const counters = figures.flatMap(([column, figure]) => {
    const value = row[column] ?? null
    // Times have fractions of a millisecond.
    return value === null || excluded.has(figure) ? [] : [[figure, Math.round(value)] as const]
  })
  return { name, counters: new Map(counters), resetAt: row.stats_reset ?? null }
}

/** What only `pg_stat_io` counts in this version. */
const ioQuery = (given: Settings): ReadonlyArray<readonly [name: string, query: string]> => {
  const columns = [
    ...(hasCheckpointer(given)
      ? [
          `'buffers_backend', sum(coalesce(writes, 0) + coalesce(extends, 0))
            FILTER (WHERE object <> 'wal' AND backend_type NOT IN ('checkpointer', 'background writer'))`
        ]
      : []),
    // The context init creates WAL files, which the columns of pg_stat_wal did not count.
    ...(hasWalInIo(given)
      ? ["writes", "fsyncs"].map(
          (column, i) =>
            `'${i === 0 ? "wal_write" : "wal_sync"}', sum(${column}) FILTER (WHERE object = 'wal' AND context = 'normal')`
        )
      : [])
  ]
  if (columns.length === 0) return []
  const query = `SELECT jsonb_build_object(${columns.join(", ")}, 'stats_reset', max(stats_reset)) AS row FROM pg_stat_io`
  return [["pg_stat_io", query]]
}

/** The views with counters that this server has, by name. */
export const viewQueries = (given: Settings): ReadonlyArray<readonly [name: string, query: string]> => [
  [
    "pg_stat_database",
    "SELECT to_jsonb(d) AS row FROM pg_stat_database d WHERE datname = current_database()"
  ],
  ...(hasWalView(given) ? [["pg_stat_wal", "SELECT to_jsonb(w) AS row FROM pg_stat_wal w"] as const] : []),
  hasCheckpointer(given)
    ? ["pg_stat_checkpointer", "SELECT to_jsonb(c) AS row FROM pg_stat_checkpointer c"]
    : ["pg_stat_bgwriter", "SELECT to_jsonb(b) AS row FROM pg_stat_bgwriter b"],
  ...ioQuery(given)
]

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
      { name: tableName(schema, table), ...counts, deadRowsBefore: null }
    ])
  )
