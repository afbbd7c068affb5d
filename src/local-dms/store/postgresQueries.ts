/** Lists of documents from PostgreSQL, by index. */
import * as Effect from "effect/Effect"
import { parseUuid } from "../ids.ts"
import { idInTerms, isIdPath, keyInTerms } from "./keyInTerms.ts"
import { conditionSql } from "./postgresConditions.ts"
import { storedOf } from "./postgresDocuments.ts"
import type { Database, Row } from "./postgresDocuments.ts"
import { bodyColumns, numberColumns } from "./postgresFunctions.ts"
import type { IndexedBy } from "./postgresIndexes.ts"
import type { Path, ResourceModel } from "../model/ResourceModel.ts"
import { unbounded } from "../Store.ts"
import type { Order, Page, Partitioning, Query, Range, Selection, StoreError } from "../Store.ts"

/** The column by which an order sorts. */
const columns: { readonly [order in Order]: string } = {
  position: "d.id",
  changeVersion: "d.change_version"
}

/** A condition on `document d`, and the values of its placeholders. */
interface Search {
  readonly where: string
  readonly values: ReadonlyArray<unknown>
}

/** The conditions of a query; a further one belongs here. */
const searchOf = (
  schema: string,
  { identity }: ResourceModel,
  { changed, terms, where = [] }: Selection,
  order: Order,
  within: Range = unbounded
): Search => {
  const values: Array<unknown> = [identity.space]
  const placeholder = (value: unknown): string => `$${values.push(value)}`
  const conditions = ["d.resource = $1"]
  const inRange = (column: string, { max, min }: Range): void => {
    if (min > unbounded.min) conditions.push(`${column} >= ${placeholder(min)}`)
    if (max < unbounded.max) conditions.push(`${column} <= ${placeholder(max)}`)
  }
  for (const { paths, value } of terms) {
    // No uuid equals null, and a text that is none cannot be compared.
    const equals = (path: Path): string =>
      isIdPath(path)
        ? `d.uuid = ${placeholder(parseUuid(value) === value ? value : null)}::uuid`
        : `d.body #>> ${placeholder(path)} = ${placeholder(value)}`
    conditions.push(`(${paths.map(equals).join(" OR ")})`)
  }
  conditions.push(...where.map((one) => conditionSql(schema, one, "d", placeholder)))
  if (changed !== undefined) inRange(columns.changeVersion, changed)
  inRange(columns[order], within)
  const key = keyInTerms(identity, terms)
  if (key !== undefined) {
    conditions.push(
      `d.id = (SELECT k.document_id FROM ${schema}.natural_key k WHERE k.space = $1 AND k.key = ${placeholder(key)})`
    )
  }
  return { where: conditions.join(" AND "), values }
}

/** The indexes that a query needs: none if it is for a single document, which is found by its key or id. */
const indexesFor = (
  { identity }: ResourceModel,
  { changed, order, terms }: Pick<Query, "changed" | "order" | "terms">
): ReadonlyArray<IndexedBy> => {
  if (keyInTerms(identity, terms) !== undefined || idInTerms(terms) !== undefined) return []
  const byVersion = changed !== undefined || order === "changeVersion"
  return [...terms.flatMap(({ paths }) => paths), ...(byVersion ? (["changeVersion"] as const) : [])]
}

/** A statement and the values of its placeholders. */
export interface Statement {
  readonly text: string
  readonly values: ReadonlyArray<unknown>
}

/** The documents of a page are found first, then read one by one, by their primary key. */
export const pageStatement = (schema: string, model: ResourceModel, query: Query): Statement => {
  const { limit, offset, order, within } = query
  const { values, where } = searchOf(schema, model, query, order, within)
  const text = `SELECT r.* FROM (
      SELECT d.id, ${columns[order]} AS place FROM ${schema}.document d WHERE ${where}
      ORDER BY ${columns[order]} LIMIT ${limit} OFFSET ${offset}
    ) p CROSS JOIN LATERAL (
      SELECT ${bodyColumns}, k.key, ${numberColumns} FROM ${schema}.document d
      JOIN ${schema}.natural_key k ON k.document_id = d.id AND k.space = d.resource
      WHERE d.id = p.id OFFSET 0
    ) r ORDER BY p.place`
  return { text, values }
}

export const countStatement = (schema: string, model: ResourceModel, query: Query): Statement => {
  const { values, where } = searchOf(schema, model, query, query.order, query.within)
  return { text: `SELECT count(*)::integer AS total FROM ${schema}.document d WHERE ${where}`, values }
}

/** The first document of each range, by its number among those that match. */
export const partitionStatement = (
  schema: string,
  model: ResourceModel,
  { minSize, number, order, ...selection }: Partitioning
): Statement => {
  const { values, where } = searchOf(schema, model, selection, order)
  const text = `SELECT s.place FROM (
      SELECT ${columns[order]}::double precision AS place,
        row_number() OVER (ORDER BY ${columns[order]}) AS number, count(*) OVER () AS total
      FROM ${schema}.document d WHERE ${where}
    ) s WHERE (s.number - 1) % greatest(ceil(s.total / ${number}::numeric), ${minSize})::bigint = 0
    ORDER BY s.place`
  return { text, values }
}

export const query = (
  { indexes, schema, session }: Database,
  model: ResourceModel,
  query: Query
): Effect.Effect<Page, StoreError> =>
  Effect.gen(function* () {
    const { limit, offset, totalCount } = query
    yield* indexes.ensure(model.identity.space, indexesFor(model, query))
    const page = pageStatement(schema, model, query)
    const rows = yield* session.run<Row>(page.text, page.values)
    const items = rows.map((row) => storedOf(model, row))
    if (!totalCount) return { items, total: undefined }
    const isLastPage = rows.length < limit && (rows.length > 0 || offset === 0)
    if (isLastPage) return { items, total: offset + rows.length }
    const count = countStatement(schema, model, query)
    const [counted] = yield* session.run<{ readonly total: number }>(count.text, count.values)
    return { items, total: counted?.total ?? 0 }
  })

export const partition = (
  { indexes, schema, session }: Database,
  model: ResourceModel,
  partitioning: Partitioning
): Effect.Effect<ReadonlyArray<number>, StoreError> =>
  Effect.gen(function* () {
    yield* indexes.ensure(model.identity.space, indexesFor(model, partitioning))
    const { text, values } = partitionStatement(schema, model, partitioning)
    const rows = yield* session.run<{ readonly place: number }>(text, values)
    return rows.map(({ place }) => place)
  })
