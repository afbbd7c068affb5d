/** The query for sessions that wait for locks, and the meaning of its rows. */
import * as Schema from "effect/Schema"
import { addPairs, type BlockingPair, longerOf, type LongTransaction } from "../result/DatabaseLocks.ts"
import type { Holder } from "./Reading.ts"
import type { SessionRow } from "./sessions.ts"
import { withoutLiterals } from "./withoutLiterals.ts"

/** Waiting sessions whose blockers are looked up, those that wait longest first. */
const maxWaiting = 20

/**
 * Run only at a reading that saw a session wait for a lock: `pg_locks` and `pg_blocking_pids` stop the lock manager of the
 * server for a moment. A transaction is known by its process and its beginning. Before PostgreSQL 14, and in the first
 * instant of a wait, a wait begins with its statement.
 */
export const locksQuery = `
  SELECT extract(epoch FROM clock_timestamp() - coalesce((to_jsonb(l)->>'waitstart')::timestamptz, w.query_start))::float8
      AS seconds, l.locktype || ' ' || l.mode AS lock, left(w.query, 4000) AS blocked, left(b.query, 4000) AS blocking,
    b.state AS "blockingState", b.pid || ' ' || b.xact_start AS holder,
    CASE WHEN b.state LIKE 'idle in transaction%' THEN extract(epoch FROM clock_timestamp() - b.state_change)::float8 END
      AS "idleSeconds", coalesce(b.wait_event_type = 'Lock', false) AS "isWaiting"
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
  blockingState: Schema.NullOr(Schema.String),
  /** The transaction of the session that blocks; `null` if the session is gone or hidden. */
  holder: Schema.NullOr(Schema.String),
  /** Since it began to be idle in its transaction; `null` while it runs a statement. */
  idleSeconds: Schema.NullOr(Schema.Number),
  /** It waits for a lock itself. */
  isWaiting: Schema.Boolean
})

export const pairsOf = (rows: ReadonlyArray<typeof LockRow.Type>): ReadonlyArray<BlockingPair> =>
  addPairs(
    rows.map(({ blocked, blocking, blockingState, lock, seconds }) => ({
      lock,
      blockingState,
      blocked: withoutLiterals(blocked),
      blocking: blocking === null ? null : withoutLiterals(blocking),
      seen: 1,
      longestSeconds: Math.max(0, seconds ?? 0)
    }))
  )

/** The transactions at the head of the queues: others wait for them, and they wait for no lock. */
export const holdersOf = (rows: ReadonlyArray<typeof LockRow.Type>): ReadonlyArray<Holder> => {
  const found = new Map<string, Holder>()
  for (const { blocking, blockingState, holder, idleSeconds, isWaiting } of rows) {
    if (holder === null || blocking === null || blockingState === null || isWaiting) continue
    found.set(holder, {
      transaction: holder,
      idleSeconds: Math.max(0, idleSeconds ?? 0),
      state: blockingState,
      statement: withoutLiterals(blocking)
    })
  }
  return [...found.values()]
}

/** The longest open transaction of the sessions that this login sees. */
export const longestOf = (rows: ReadonlyArray<typeof SessionRow.Type>): LongTransaction | null =>
  rows
    .map(({ query, state, transactionSeconds: seconds }): LongTransaction | null =>
      seconds === null || state === null || query === null
        ? null
        : { seconds: Math.max(0, seconds), state, statement: withoutLiterals(query) }
    )
    .reduce(longerOf, null)
