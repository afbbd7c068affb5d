/** The query for the sessions of the database, and the meaning of its rows. */
import * as Schema from "effect/Schema"
import { addWaits, type Waits } from "../result/databaseSums.ts"
import type { Reading } from "./Reading.ts"
import { idleSessionsReport, type Settings } from "./statistics.ts"

export const sessionsQuery = `
  SELECT state, wait_event_type AS type, wait_event AS event, query = '<insufficient privilege>' AS hidden,
    coalesce(clock_timestamp() - state_change > interval '10.5 seconds', false) AS rested, count(*)::integer AS sessions,
    max(extract(epoch FROM clock_timestamp() - xact_start))::float8 AS "transactionSeconds",
    (array_agg(left(query, 4000) ORDER BY xact_start))[1] AS query
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
  sessions: Schema.Int,
  /** The longest open transaction among them, and its statement. */
  transactionSeconds: Schema.optionalWith(Schema.NullOr(Schema.Number), { default: () => null }),
  query: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })
})

const isIdle = ({ state }: typeof SessionRow.Type): boolean => state === "idle"

/** Running a statement, or in a transaction between statements. */
const isActive = ({ state }: typeof SessionRow.Type): boolean =>
  state === "active" || (state?.startsWith("idle in transaction") ?? false)

/** The wait events of sessions, and the sessions whose counts are not complete yet. */
export const sessionsOf = (
  given: Settings,
  rows: ReadonlyArray<typeof SessionRow.Type>
): Pick<Reading, "blocked" | "missing" | "unreported" | "waits"> => {
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
    blocked: countOf((row) => row.hidden !== true && row.type === "Lock"),
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
