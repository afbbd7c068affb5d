/** What the database of the DMS did in some time, as it counts itself: what explains a throughput. */
import * as Schema from "effect/Schema"

/** `null` where this server, or this login, does not tell. */
const Count = Schema.NullOr(Schema.Int)
const PerOperation = Schema.NullOr(Schema.Finite)

/** What was counted between two readings. */
export const DatabaseCounts = Schema.Struct({
  commits: Count,
  rollbacks: Count,
  /** Bytes, records, writes and syncs of the write-ahead log, of the whole server. */
  walBytes: Count,
  walRecords: Count,
  walWrites: Count,
  walSyncs: Count,
  rowsInserted: Count,
  rowsUpdated: Count,
  rowsDeleted: Count,
  blocksRead: Count,
  blocksHit: Count,
  deadlocks: Count
})
export interface DatabaseCounts extends Schema.Schema.Type<typeof DatabaseCounts> {}

/** About five seconds of a run. */
export const DatabasePoint = Schema.Struct({
  /** At its end, since the run began. */
  elapsedSeconds: Schema.Finite,
  seconds: Schema.Finite,
  ...DatabaseCounts.fields,
  /** Sessions of the database that were at work when it was read, by what they waited for; `running` for nothing. */
  waits: Schema.Record({ key: Schema.String, value: Schema.Int })
})
export interface DatabasePoint extends Schema.Schema.Type<typeof DatabasePoint> {}

const TableActivity = Schema.Struct({
  /** With its schema: `dms.document`. */
  name: Schema.String,
  rowsInserted: Schema.Int,
  rowsUpdated: Schema.Int,
  rowsDeleted: Schema.Int,
  /** At the end. */
  deadRows: Schema.Int
})

/** From before the load to after it. */
export const DatabaseActivity = Schema.Struct({
  /** As it names itself: `15.18`. */
  version: Schema.String,
  database: Schema.String,
  /** Between the two readings. */
  seconds: Schema.Finite,
  total: DatabaseCounts,
  /** The same, divided by the operations that the server of the DMS confirmed meanwhile. */
  perOperation: Schema.Struct({
    commits: PerOperation,
    walBytes: PerOperation,
    walSyncs: PerOperation
  }),
  /** Busiest first: those that changed. */
  tables: Schema.Array(TableActivity),
  /** How often sessions were seen waiting for something, most frequent first; `running` for nothing. */
  waits: Schema.Array(Schema.Struct({ event: Schema.String, seen: Schema.Int })),
  /** What could not be read and why: `pg_stat_wal: there is none before PostgreSQL 14`. */
  missing: Schema.Array(Schema.String),
  timeline: Schema.Array(DatabasePoint)
})
export interface DatabaseActivity extends Schema.Schema.Type<typeof DatabaseActivity> {}
