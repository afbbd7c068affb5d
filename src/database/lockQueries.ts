/** The query for sessions that wait for locks, and the meaning of its rows. */
import * as Schema from "effect/Schema"
import { type BlockingPair, addPairs, type LongTransaction, longerOf } from "../result/DatabaseLocks.ts"
import type { SessionRow } from "./sessions.ts"
import { withoutLiterals } from "./withoutLiterals.ts"

/** Waiting sessions whose blockers are looked up, those that wait longest first. */
const maxWaiting = 20

/**
 * Run only at a reading that saw a session wait for a lock: `pg_locks` and `pg_blocking_pids` stop the lock manager of the
 * server for a moment. Before PostgreSQL 14, and in the first instant of a wait, a wait begins with its statement.
 */
export const locksQuery = `
  SELECT extract(epoch FROM clock_timestamp() - coalesce((to_jsonb(l)->>'waitstart')::timestamptz, w.query_start))::float8
      AS seconds, l.locktype || ' ' || l.mode AS lock, left(w.query, 4000) AS blocked, left(b.query, 4000) AS blocking,
    b.state AS "blockingState"
  FROM (SELECT pid, query, query_start FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' ORDER BY query_start LIMIT ${maxWaiting}) w
    JOIN pg_locks l ON l.pid = w.pid AND NOT l.granted
    LEFT JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocker(pid) ON true
    LEFT JOIN pg_stat_activity b ON b.pid = blocker.pid
  LIMIT 200`

export const LockRow = Schema.Struct({
  seconds: Schema.NullOr(Schema.Number),
  lock: Schema.String,
  blocked: Schema.String,
  blocking: Schema.NullOr(Schema.String),
  blockingState: Schema.NullOr(Schema.String)
})

export const pairsOf = (rows: ReadonlyArray<typeof LockRow.Type>): ReadonlyArray<BlockingPair> =>
  addPairs(
    rows.map(({ blocked, blocking, seconds, ...row }) => ({
      ...row,
      blocked: withoutLiterals(blocked),
      blocking: blocking === null ? null : withoutLiterals(blocking),
      seen: 1,
      longestSeconds: Math.max(0, seconds ?? 0)
    }))
  )

/** The longest open transaction of the sessions that this login sees. */
export const longestOf = (rows: ReadonlyArray<typeof SessionRow.Type>): LongTransaction | null =>
  rows
    .map(({ query, state, transactionSeconds: seconds }): LongTransaction | null =>
      seconds === null || state === null || query === null
        ? null
        : { seconds: Math.max(0, seconds), state, statement: withoutLiterals(query) }
    )
    .reduce(longerOf, null)
