/** The activity of the database of the DMS during a load, from its own statistics. */
import * as Schema from "effect/Schema"
import { Blocking, LongTransaction, noBlocking } from "./DatabaseLocks.ts"
import { DatabaseSizes } from "./DatabaseSizes.ts"
import { StatementActivity } from "./StatementActivity.ts"

/** `null` where this version or login does not provide the figure. */
const Count = Schema.NullOr(Schema.Int)
/** `null` also in files of older versions. */
const NewerCount = Schema.optionalWith(Count, { default: () => null })
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
  deadlocks: Count,
  /** Written to temporary files, as sorts and hashes do that exceed `work_mem`. */
  tempBytes: NewerCount,
  /** Waiting for blocks; `null` with `track_io_timing = off`. */
  blockReadMillis: NewerCount,
  blockWriteMillis: NewerCount,
  /** How often the log was written because its buffers were full; of the whole server, like all figures below. */
  walBuffersFull: NewerCount,
  /** Begun because `checkpoint_timeout` had passed. */
  checkpointsTimed: NewerCount,
  /** Begun on request, mostly because the log had grown by `max_wal_size`. */
  checkpointsRequested: NewerCount,
  /** Blocks that checkpoints wrote. */
  checkpointBlocks: NewerCount,
  checkpointWriteMillis: NewerCount,
  checkpointSyncMillis: NewerCount,
  /** Blocks that sessions wrote or added themselves, because no clean buffer was free or a table grew. */
  backendBlocks: NewerCount
})
export interface DatabaseCounts extends Schema.Schema.Type<typeof DatabaseCounts> {}

/** Number of observations of each wait event; `running` for sessions that did not wait. */
const Waits = Schema.Record({ key: Schema.String, value: Schema.Int })

/** About five seconds of a run; in runs of more than 40 minutes a point covers two or more readings. */
export const DatabasePoint = Schema.Struct({
  /** Its end, in seconds since the reading before the load. */
  elapsedSeconds: Schema.Finite,
  seconds: Schema.Finite,
  ...DatabaseCounts.fields,
  /** Number of readings in the point: 1, more where points were merged. */
  readings: Schema.optionalWith(Schema.Int, { default: () => 1 }),
  /** Sessions that waited for a lock at a reading; the maximum of the readings. */
  blocked: Schema.optionalWith(Schema.Int, { default: () => 0 }),
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
  deadRows: Schema.Int,
  /** Before the load; `null` in files of older versions. */
  deadRowsBefore: NewerCount
})
export interface TableActivity extends Schema.Schema.Type<typeof TableActivity> {}

/** What was in the database when the command connected to it, before it wrote anything. */
export const ContentBefore = Schema.Struct({
  /** Number of user tables. */
  tables: Schema.Int,
  /** The documents of a DMS, with all partitions; `null` in a database without that table. */
  documents: Schema.NullOr(
    Schema.Struct({
      /** `dms.document`. */
      table: Schema.String,
      /** Of its files: 0 if it has never had a row since it was made. */
      bytes: Schema.Int,
      /** Rows that were updated or deleted since the statistics of the table began. */
      changes: Schema.Int
    })
  )
})
export interface ContentBefore extends Schema.Schema.Type<typeof ContentBefore> {}

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
  /** Sessions that waited for locks of others, from the readings every five seconds. */
  blocking: Schema.optionalWith(Blocking, { default: () => noBlocking }),
  /** The longest transaction that a reading saw; `null` if none was open at a reading. */
  longestTransaction: Schema.optionalWith(Schema.NullOr(LongTransaction), { default: () => null }),
  /**
   * The statements of the load; `null` during the load, and without `pg_stat_statements`, whose absence `missing` explains.
   */
  statements: Schema.optionalWith(Schema.NullOr(StatementActivity), { default: () => null }),
  /** Before and after the load; `null` during the load, and where sizes could not be read. */
  sizes: Schema.optionalWith(Schema.NullOr(DatabaseSizes), { default: () => null }),
  /** Settings of the server that decide its speed, with units: `{ "shared_buffers": "128MB" }`. */
  settings: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
    default: () => ({})
  }),
  /** `null` where it could not be read, and in files of older versions. */
  contentBefore: Schema.optionalWith(Schema.NullOr(ContentBefore), { default: () => null }),
  /** Time since the start of the server, when the watch began. */
  uptimeSeconds: Schema.optionalWith(Schema.NullOr(Schema.Finite), { default: () => null }),
  /** Figures that are missing or incomplete, with the reason: `pg_stat_wal: introduced in PostgreSQL 14`. */
  missing: Schema.Array(Schema.String),
  timeline: Schema.Array(DatabasePoint)
})
export interface DatabaseActivity extends Schema.Schema.Type<typeof DatabaseActivity> {}
