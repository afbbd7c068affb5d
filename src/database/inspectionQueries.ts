/**
 * The queries of an inspection, and the meaning of their rows.
 *
 * @see https://www.postgresql.org/docs/current/pgstatstatements.html
 */
import * as Schema from "effect/Schema"
import type { Statement } from "../result/StatementActivity.ts"
import type { Inspection, StatementCounters } from "./Inspection.ts"
import { tableName } from "./Reading.ts"
import { readerMark } from "./statistics.ts"
import { withoutLiterals } from "./withoutLiterals.ts"

/** An extension may be in any schema. */
export const extensionQuery = `
  SELECT quote_ident(nspname) AS schema,
    to_regclass(quote_ident(nspname) || '.pg_stat_statements_info') IS NOT NULL AS "countsEvictions"
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
  WHERE extname = 'pg_stat_statements'`
export const ExtensionRow = Schema.Struct({ schema: Schema.String, countsEvictions: Schema.Boolean })

export const evictionsUnknown =
  "evictions of pg_stat_statements: not counted by this version of the extension (1.9, of PostgreSQL 14, does)"

export const notInstalled =
  "pg_stat_statements: not installed in this database (shared_preload_libraries = 'pg_stat_statements', a restart of the " +
  "server, then CREATE EXTENSION pg_stat_statements)"

/** Statements that are read at most. */
export const maxRead = 20_000

/**
 * Statements of one text together, because PostgreSQL counts them apart for each login and, before version 18, for each
 * temporary table of a session. Without the statements of the reader itself.
 */
export const statementsQuery = (schema: string): string => `
  SELECT md5(query) AS id, left(min(query), 4000) AS text, sum((s->>'calls')::float8) AS calls,
    sum(coalesce(s->>'total_exec_time', s->>'total_time')::float8) AS "totalMillis", sum((s->>'rows')::float8) AS rows,
    sum((s->>'shared_blks_hit')::float8) AS "blocksHit", sum((s->>'shared_blks_read')::float8) AS "blocksRead",
    sum((s->>'shared_blks_dirtied')::float8) AS "blocksDirtied",
    sum((s->>'temp_blks_read')::float8 + (s->>'temp_blks_written')::float8) AS "tempBlocks",
    sum((s->>'wal_bytes')::float8) AS "walBytes"
  FROM (SELECT coalesce(query, '') AS query, to_jsonb(p) - 'query' AS s FROM ${schema}.pg_stat_statements p
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND coalesce(query, '') NOT LIKE '%${readerMark}%') q
  GROUP BY md5(query) LIMIT ${maxRead + 1}`

export const StatementRow = Schema.Struct({
  id: Schema.String,
  text: Schema.String,
  calls: Schema.Number,
  totalMillis: Schema.Number,
  rows: Schema.Number,
  blocksHit: Schema.Number,
  blocksRead: Schema.Number,
  blocksDirtied: Schema.Number,
  tempBlocks: Schema.Number,
  walBytes: Schema.NullOr(Schema.Number)
})

/** Since PostgreSQL 14. */
export const evictionsQuery = (schema: string): string =>
  `SELECT dealloc::float8 AS evictions, stats_reset::text AS "resetAt" FROM ${schema}.pg_stat_statements_info`
export const EvictionsRow = Schema.Struct({
  evictions: Schema.Number,
  resetAt: Schema.NullOr(Schema.String)
})

const hiddenText = "<insufficient privilege>"

const shownText = (text: string): string => {
  if (text === hiddenText) return "(all statements of other logins, whose texts this login may not read)"
  return text === "" ? "(statements whose texts the server has lost)" : withoutLiterals(text)
}

export const statementsOf = (
  rows: ReadonlyArray<typeof StatementRow.Type>,
  info: typeof EvictionsRow.Type | undefined
): StatementCounters => ({
  statements: new Map(
    rows.map(({ id, text, ...counts }): readonly [string, Statement] => [
      id,
      { text: shownText(text), ...counts }
    ])
  ),
  resetAt: info?.resetAt ?? null,
  evictions: info?.evictions ?? null
})

/** What a login without `pg_read_all_stats` does not see. */
export const hiddenStatements = (rows: ReadonlyArray<typeof StatementRow.Type>): ReadonlyArray<string> =>
  rows.some(({ text }) => text === hiddenText)
    ? [
        "pg_stat_statements: texts of other logins are not visible to this login (GRANT pg_read_all_stats makes them visible)"
      ]
    : []

/** What an error of `pg_stat_statements` calls for. @param reason in the server's words */
export const statementsAdvice = (reason: string): string =>
  /shared_preload_libraries/.test(reason)
    ? `${reason} (shared_preload_libraries = 'pg_stat_statements' and a restart of the server)`
    : reason

export const resetQuery = (schema: string): string =>
  `SELECT ${schema}.pg_stat_statements_reset()::text AS reset`

/** Of the files of tables (with TOAST) and of indexes; partitions with the topmost table or index. */
export const sizesQuery = `
  WITH RECURSIVE part(relid, root) AS (
    SELECT oid, oid FROM pg_class WHERE relkind IN ('p', 'I') AND NOT relispartition
    UNION ALL SELECT inhrelid, root FROM part JOIN pg_inherits ON inhparent = part.relid
  )
  SELECT CASE WHEN c.relkind IN ('i', 'I') THEN 'index' ELSE 'table' END AS kind, n.nspname AS schema,
    coalesce(r.relname, c.relname) AS name,
    sum(CASE WHEN c.relkind IN ('i', 'I') THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END)::float8 AS bytes
  FROM pg_class c LEFT JOIN part ON part.relid = c.oid LEFT JOIN pg_class r ON r.oid = part.root
    JOIN pg_namespace n ON n.oid = coalesce(r.relnamespace, c.relnamespace)
  WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND n.nspname !~ '^pg_toast_temp_'
  GROUP BY 1, 2, 3`
export const SizeRow = Schema.Struct({
  kind: Schema.Literal("table", "index"),
  schema: Schema.String,
  name: Schema.String,
  /** `null` for a relation that was dropped meanwhile. */
  bytes: Schema.NullOr(Schema.Number)
})

export const databaseSizeQuery = "SELECT pg_database_size(current_database())::float8 AS bytes"
export const DatabaseSizeRow = Schema.Struct({ bytes: Schema.Number })

/** Temporary tables of all sessions with one name are one. */
export const sizesOf = (
  rows: ReadonlyArray<typeof SizeRow.Type>,
  database: typeof DatabaseSizeRow.Type | undefined
): NonNullable<Inspection["sizes"]> => {
  const sums = new Map<string, NonNullable<Inspection["sizes"]>["relations"][number]>()
  for (const { bytes, kind, name, schema } of rows) {
    const shown = tableName(schema, name)
    const key = `${kind} ${shown}`
    sums.set(key, { kind, name: shown, bytes: (bytes ?? 0) + (sums.get(key)?.bytes ?? 0) })
  }
  return { database: database?.bytes ?? null, relations: [...sums.values()] }
}
