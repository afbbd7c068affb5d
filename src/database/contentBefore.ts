/** The query for what is in a database before a load, and the meaning of its row. */
import * as Schema from "effect/Schema"
import type { ContentBefore } from "../result/DatabaseActivity.ts"
import type { Settings } from "./statistics.ts"

/** The documents of a DMS and of the local DMS. Only statistics are read: counting rows would read the whole table. */
export const contentQuery = `
  SELECT count(*)::integer AS tables, string_agg(DISTINCT schemaname, ' and ') FILTER (WHERE documents) AS schema,
    (sum(pg_relation_size(relid)) FILTER (WHERE documents))::float8 AS bytes,
    (sum(n_tup_upd + n_tup_del) FILTER (WHERE documents))::float8 AS changes
  FROM (SELECT relid, schemaname, n_tup_upd, n_tup_del,
      schemaname IN ('dms', 'edfi_perf') AND relname ~ '^document(_[0-9]+)?$' AS documents
    FROM pg_stat_user_tables) t`

export const ContentRow = Schema.Struct({
  tables: Schema.Int,
  schema: Schema.NullOr(Schema.String),
  bytes: Schema.NullOr(Schema.Number),
  changes: Schema.NullOr(Schema.Number)
})

/** @returns `undefined` where the row could not be read; without documents where rows are not counted */
export const contentOf = (
  { settings }: Pick<Settings, "settings">,
  row: typeof ContentRow.Type | undefined
): ContentBefore | undefined => {
  if (row === undefined) return undefined
  const { bytes, changes, schema, tables } = row
  return {
    tables,
    documents:
      schema === null || bytes === null || changes === null || settings.track_counts === "off"
        ? null
        : { table: `${schema}.document`, bytes, changes }
  }
}
