/** Recorded deletes and key changes, from PostgreSQL. */
import * as Effect from "effect/Effect"
import type { JsonObject } from "../../domain/Json.ts"
import type { Database } from "./postgresDocuments.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { ChangeQuery, Deletion, KeyChange, Page, StoreError } from "../Store.ts"

/**
 * A page of a statement's rows, and their number if it is asked for.
 * @param statement its placeholders are the resource and the first and last change version
 */
const pageOf = <Row, Item>(
  { session }: Database,
  model: ResourceModel,
  statement: string,
  { changed: { max, min }, limit, offset, totalCount }: ChangeQuery,
  itemOf: (row: Row) => Item
): Effect.Effect<Page<Item>, StoreError> =>
  Effect.gen(function* () {
    const values = [model.identity.space, min, max]
    const rows = yield* session.run<Row>(
      `${statement} ORDER BY change_version LIMIT ${limit} OFFSET ${offset}`,
      values
    )
    const items = rows.map(itemOf)
    if (!totalCount) return { items, total: undefined }
    const [counted] = yield* session.run<{ readonly total: number }>(
      `SELECT count(*)::integer AS total FROM (${statement}) s`,
      values
    )
    return { items, total: counted?.total ?? 0 }
  })

interface DeleteRow {
  readonly uuid: string
  readonly change_version: number
  readonly old_values: JsonObject
}

export const deletes = (
  database: Database,
  model: ResourceModel,
  query: ChangeQuery
): Effect.Effect<Page<Deletion>, StoreError> => {
  const { schema } = database
  const statement = `
    SELECT t.uuid, t.change_version::double precision AS change_version, t.old_values
    FROM ${schema}.tracked_change t
    WHERE t.resource = $1 AND t.change_version BETWEEN $2 AND $3 AND t.new_values IS NULL
      AND NOT EXISTS (SELECT FROM ${schema}.natural_key k WHERE k.space = t.resource AND k.key = t.key)`
  return pageOf(database, model, statement, query, (row: DeleteRow) => ({
    id: row.uuid,
    changeVersion: row.change_version,
    keyValues: row.old_values
  }))
}

interface KeyChangeRow extends DeleteRow {
  readonly new_values: JsonObject
}

export const keyChanges = (
  database: Database,
  model: ResourceModel,
  query: ChangeQuery
): Effect.Effect<Page<KeyChange>, StoreError> => {
  const { schema } = database
  const statement = `
    SELECT last.uuid, last.change_version::double precision AS change_version, first.old_values, last.new_values
    FROM (
      SELECT min(t.change_version) AS first, max(t.change_version) AS last FROM ${schema}.tracked_change t
      WHERE t.resource = $1 AND t.change_version BETWEEN $2 AND $3 AND t.new_values IS NOT NULL
      GROUP BY t.uuid
    ) w
    JOIN ${schema}.tracked_change first ON first.change_version = w.first
    JOIN ${schema}.tracked_change last ON last.change_version = w.last`
  return pageOf(database, model, statement, query, (row: KeyChangeRow) => ({
    id: row.uuid,
    changeVersion: row.change_version,
    oldKeyValues: row.old_values,
    newKeyValues: row.new_values
  }))
}

/** A transaction that is still open, or was rolled back, has used its versions as well, as on a real server. */
export const newest = ({ schema, session }: Database): Effect.Effect<number, StoreError> =>
  Effect.map(
    session.run<{ readonly newest: number }>(
      `SELECT CASE WHEN is_called THEN last_value ELSE 0 END::double precision AS newest
       FROM ${schema}.change_version`,
      []
    ),
    ([row]) => row?.newest ?? 0
  )
