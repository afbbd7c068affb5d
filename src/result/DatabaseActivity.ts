/** What the database of the DMS did in some time, as it counts itself: what explains a throughput. */
import * as Schema from "effect/Schema"

/** `null` where this server, or this login, does not tell. */
const Count = Schema.NullOr(Schema.Int)
const PerOperation = Schema.NullOr(Schema.Finite)

/** What was counted between two readings. */
export const DatabaseCounts = Schema.Struct({
  /** Of the database, as are rows, blocks and deadlocks; those of the reader itself are not in it. */
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

/** How often each wait was seen; `running` for sessions that waited for nothing. */
const Waits = Schema.Record({ key: Schema.String, value: Schema.Int })

/** About five seconds of a run; in runs of more than an hour two or more of them put together. */
export const DatabasePoint = Schema.Struct({
  /** At its end, since the reading before the load. */
  elapsedSeconds: Schema.Finite,
  seconds: Schema.Finite,
  ...DatabaseCounts.fields,
  /** How often it was read in this time: 1, more where points were put together. */
  readings: Schema.optionalWith(Schema.Int, { default: () => 1 }),
  /**
   * Sessions of the database that were at work when it was read, or in a transaction, by what they waited for; of all
   * readings together.
   */
  waits: Waits
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
export interface TableActivity extends Schema.Schema.Type<typeof TableActivity> {}

const WaitSeen = Schema.Struct({ event: Schema.String, seen: Schema.Int })

/** From before the load to after it. */
export const DatabaseActivity = Schema.Struct({
  /** As it names itself: `15.18`. */
  version: Schema.String,
  database: Schema.String,
  /** From the reading before the load to the one at its end. */
  seconds: Schema.Finite,
  /**
   * With what sessions told up to 11 seconds after the load, which is in no point of the timeline: a session
   * reports what it did at most once a second.
   */
  total: DatabaseCounts,
  /** Confirmed by the DMS meanwhile; `null` while the load goes on, or where the readings do not span it. */
  operations: Schema.NullOr(Schema.Int),
  /** `total` divided by `operations`: what other clients of the server did is in it. */
  perOperation: Schema.Struct({
    commits: PerOperation,
    walBytes: PerOperation,
    walSyncs: PerOperation
  }),
  /** Busiest first: those that changed. */
  tables: Schema.Array(TableActivity),
  /** Most frequent first. */
  waits: Schema.Array(WaitSeen),
  /** What could not be read, or not be trusted, and why: `pg_stat_wal: there is none before PostgreSQL 14`. */
  missing: Schema.Array(Schema.String),
  timeline: Schema.Array(DatabasePoint)
})
export interface DatabaseActivity extends Schema.Schema.Type<typeof DatabaseActivity> {}
