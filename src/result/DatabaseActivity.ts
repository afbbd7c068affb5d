/** The activity of the database of the DMS during a load, from its own statistics. */
import * as Schema from "effect/Schema"

/** `null` where this version or login does not provide the figure. */
const Count = Schema.NullOr(Schema.Int)
const PerOperation = Schema.NullOr(Schema.Finite)

/** Counts between two readings. */
export const DatabaseCounts = Schema.Struct({
  /** Of the database, like rows, blocks and deadlocks; without the transactions of the reader. */
  commits: Count,
  rollbacks: Count,
  /** The write-ahead log: bytes, records, writes and syncs of the whole server. */
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

/** Number of observations of each wait event; `running` for sessions that did not wait. */
const Waits = Schema.Record({ key: Schema.String, value: Schema.Int })

/** About five seconds of a run; in runs of more than an hour a point covers two or more readings. */
export const DatabasePoint = Schema.Struct({
  /** Its end, in seconds since the reading before the load. */
  elapsedSeconds: Schema.Finite,
  seconds: Schema.Finite,
  ...DatabaseCounts.fields,
  /** Number of readings in the point: 1, more where points were merged. */
  readings: Schema.optionalWith(Schema.Int, { default: () => 1 }),
  /**
   * Sessions that were active or in a transaction at a reading, by wait event; summed over the readings.
   */
  waits: Waits
})
export interface DatabasePoint extends Schema.Schema.Type<typeof DatabasePoint> {}

const TableActivity = Schema.Struct({
  /**
   * Including the schema: `dms.document`, for all of its partitions; `pg_temp.stage` for the temporary tables `stage` of
   * all sessions.
   */
  name: Schema.String,
  rowsInserted: Schema.Int,
  rowsUpdated: Schema.Int,
  rowsDeleted: Schema.Int,
  /** At the end. */
  deadRows: Schema.Int
})
export interface TableActivity extends Schema.Schema.Type<typeof TableActivity> {}

const WaitSeen = Schema.Struct({ event: Schema.String, seen: Schema.Int })

/** From the reading before the load to the readings after it. */
export const DatabaseActivity = Schema.Struct({
  /** As reported by the server: `15.18`. */
  version: Schema.String,
  database: Schema.String,
  /** Between the reading before the load and the one at its end. */
  seconds: Schema.Finite,
  /**
   * Includes counts that sessions reported up to 11 seconds after the load, which no point of the timeline has: a session
   * reports its activity at most once a second.
   */
  total: DatabaseCounts,
  /** Operations confirmed by the DMS in this time; `null` during the load, or where the readings do not cover it. */
  operations: Schema.NullOr(Schema.Int),
  /** `total` divided by `operations`; includes the activity of other clients of the server. */
  perOperation: Schema.Struct({
    commits: PerOperation,
    walBytes: PerOperation,
    walSyncs: PerOperation
  }),
  /** The tables that changed, busiest first; temporary ones last. */
  tables: Schema.Array(TableActivity),
  /** Most frequent first. */
  waits: Schema.Array(WaitSeen),
  /** Figures that are missing or incomplete, with the reason: `pg_stat_wal: introduced in PostgreSQL 14`. */
  missing: Schema.Array(Schema.String),
  timeline: Schema.Array(DatabasePoint)
})
export interface DatabaseActivity extends Schema.Schema.Type<typeof DatabaseActivity> {}
