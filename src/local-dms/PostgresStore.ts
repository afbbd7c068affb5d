/**
 * The store that keeps documents in PostgreSQL, with real commits. An operation is one round trip; a document that
 * the transaction wrote or locked before is not read again.
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { JsonObject } from "../domain/Json.ts"
import { judge } from "./judge.ts"
import type { Judged, Reference } from "./judge.ts"
import { keyInTerms } from "./keyInTerms.ts"
import { inMemberOrder, memberOrderOf } from "./memberOrder.ts"
import * as PostgresSession from "./PostgresSession.ts"
import { migrate, schemaName } from "./postgresSchema.ts"
import { renameReference } from "./renameReference.ts"
import { findByEndpoint, keyOf } from "./ResourceModel.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import { Store } from "./Store.ts"
import { defaultPoolSize } from "./postgresUrl.ts"
import type { Inserted, Query, Stored, StoreError, StoreFailed } from "./Store.ts"

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database` */
  readonly url: Redacted.Redacted
  /** Connections at most, 1 or more; a transaction holds one. Default `defaultPoolSize`. */
  readonly poolSize?: number
  /** Where the tables are, made if need be: a name of small letters, digits and `_`. Default `edfi_perf`. */
  readonly schema?: string
}

/** The database cannot be reached, refuses the login or does not let the tables be made. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", {
  /** Host, port and database; never user or password. */
  address: Schema.String,
  cause: Schema.Defect
}) {
  override get message(): string {
    return `PostgreSQL at ${this.address} cannot be used: ${reasonOf(this.cause)}`
  }
}

/** The deepest reason: what wraps it repeats less. */
const reasonOf = (cause: unknown): string => {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0])
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause === undefined ? cause.message : reasonOf(cause.cause)
}

/** `localhost:5432/edfi` of a URL, which must be one. */
const addressOf = (url: Redacted.Redacted): string => {
  const { hostname, pathname, port, searchParams } = new URL(Redacted.value(url))
  const host = searchParams.get("host") ?? (hostname === "" ? "localhost" : hostname)
  return `${host}:${port === "" ? "5432" : port}${pathname}`
}

/** A document as the functions of postgresSchema.ts answer it. */
interface Row {
  readonly uuid: string
  readonly body: JsonObject
  readonly member_order: string
  readonly key: string
  readonly modified_millis: number
}
interface InsertRow extends Row {
  readonly inserted: boolean
  /** Positions from 1; null unless references are missing. */
  readonly resolved: ReadonlyArray<number> | null
}

const storedOf = (model: ResourceModel, row: Row): Stored => ({
  id: row.uuid,
  model,
  body: inMemberOrder(row.body, row.member_order),
  key: row.key,
  modifiedMillis: row.modified_millis
})

const unresolved = (references: ReadonlyArray<Reference>, found: ReadonlyArray<number>): StoreError => ({
  _tag: "UnresolvedReferences",
  references: references.filter((_, index) => !found.includes(index + 1))
})

const gone: StoreFailed = { _tag: "StoreFailed", cause: "the database did not answer the row it wrote" }

const make = (schema: string) =>
  Effect.gen(function* () {
    const { current, run, transaction } = yield* PostgresSession.make

    const placeOf = (model: ResourceModel, key: string): string => `${model.endpoint} ${key}`

    const hold = (stored: Stored): Effect.Effect<Stored> =>
      Effect.map(current, (transaction) => {
        transaction?.held.set(placeOf(stored.model, stored.key), stored)
        return stored
      })

    const findByKey = (model: ResourceModel, key: string) =>
      Effect.flatMap(current, (transaction) => {
        const held = transaction?.held.get(placeOf(model, key))
        return held === undefined
          ? Effect.flatMap(
              run<Row>(`SELECT * FROM ${schema}.find_by_key($1, $2)`, [model.endpoint, key]),
              ([row]) => (row === undefined ? Effect.succeed(undefined) : hold(storedOf(model, row)))
            )
          : Effect.succeed(held)
      })

    const findById = (model: ResourceModel, id: string) =>
      Effect.flatMap(current, (transaction) =>
        Effect.map(
          run<Row>(`SELECT * FROM ${schema}.find_by_id($1, $2, $3)`, [
            model.endpoint,
            id,
            transaction !== undefined
          ]),
          ([row]) => (row === undefined ? undefined : storedOf(model, row))
        )
      )

    const insert = (
      model: ResourceModel,
      id: string,
      { body, key, references }: Judged,
      nowMillis: number
    ): Effect.Effect<Inserted, StoreError> =>
      Effect.flatMap(
        run<InsertRow>(
          `SELECT * FROM ${schema}.insert_document($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            id,
            model.endpoint,
            model.identities.map(({ space }) => space),
            key,
            JSON.stringify(body),
            memberOrderOf(body),
            nowMillis,
            references.map(({ space }) => space),
            references.map(({ key }) => key)
          ],
          unresolved(references, [])
        ),
        ([row]) => {
          if (row === undefined) return Effect.fail(gone)
          if (row.resolved !== null) return Effect.fail(unresolved(references, row.resolved))
          const { inserted } = row
          const stored = inserted
            ? { id: row.uuid, model, body, key, modifiedMillis: nowMillis }
            : storedOf(model, row)
          return Effect.map(hold(stored), (stored) => ({ stored, inserted }))
        }
      )

    /** Writes body and key. @param references `undefined` if they point where they did */
    const write = (
      { id, key, model }: Stored,
      next: Pick<Judged, "body" | "key">,
      references: ReadonlyArray<Reference> | undefined,
      nowMillis: number
    ): Effect.Effect<Stored, StoreError> => {
      const stored: Stored = { id, model, body: next.body, key: next.key, modifiedMillis: nowMillis }
      return Effect.flatMap(
        run<{ readonly resolved: ReadonlyArray<number> | null }>(
          `SELECT ${schema}.update_document($1, $2, $3, $4, $5, $6, $7, $8) AS resolved`,
          [
            id,
            next.key,
            next.key !== key,
            JSON.stringify(next.body),
            memberOrderOf(next.body),
            nowMillis,
            references?.map(({ space }) => space),
            references?.map(({ key }) => key)
          ],
          unresolved(references ?? [], [])
        ),
        ([row]) =>
          row === undefined || row.resolved === null
            ? Effect.succeed(stored)
            : Effect.fail(unresolved(references ?? [], row.resolved))
      )
    }

    const update = (
      stored: Stored,
      document: Judged,
      nowMillis: number
    ): Effect.Effect<Stored, StoreError> => {
      const written = write(stored, document, document.references, nowMillis)
      return stored.key === document.key
        ? Effect.flatMap(written, hold)
        : Effect.gen(function* () {
            const renamed = yield* written
            yield* follow(stored, renamed, nowMillis)
            // What is held of the documents that followed is out of date.
            ;(yield* current)?.held.clear()
            return renamed
          })
    }

    /** Writes the new identity of a document into those that refer to it, and so on. */
    const follow = (before: Stored, after: Stored, nowMillis: number): Effect.Effect<void, StoreError> =>
      Effect.gen(function* () {
        const rows = yield* run<Row & { readonly resource: string }>(
          `SELECT * FROM ${schema}.referrers($1)`,
          [before.id]
        )
        for (const row of rows) {
          const model = findByEndpoint(row.resource)
          if (model === undefined) continue
          const referrer = storedOf(model, row)
          const body = renameIn(referrer, before, after)
          const next = { body, key: keyOf(model.identity, body) }
          const written = yield* write(referrer, next, undefined, nowMillis)
          if (next.key !== referrer.key) yield* follow(referrer, written, nowMillis)
        }
      })

    const remove = (stored: Stored): Effect.Effect<void, StoreError> =>
      Effect.flatMap(
        run<{ readonly resource: string | null }>(
          `SELECT ${schema}.remove_document($1) AS resource`,
          [stored.id],
          // Somebody referred to it between the look and the deletion, and is not seen by this transaction.
          { _tag: "DependentsExist", by: undefined }
        ),
        ([row]) =>
          row === undefined || row.resource === null
            ? Effect.map(current, (transaction) => {
                transaction?.held.delete(placeOf(stored.model, stored.key))
              })
            : Effect.fail<StoreError>({ _tag: "DependentsExist", by: findByEndpoint(row.resource) })
      )

    const query = (model: ResourceModel, query: Query) =>
      Effect.gen(function* () {
        const { limit, offset } = query
        const { from, values } = search(schema, model, query)
        const rows = yield* run<Row>(
          `SELECT d.uuid, d.body, d.member_order, k.key, d.modified_millis::double precision ${from} ` +
            `ORDER BY d.id LIMIT ${limit} OFFSET ${offset}`,
          values
        )
        const isLastPage = rows.length < limit && (rows.length > 0 || offset === 0)
        const counts = isLastPage
          ? [{ total: offset + rows.length }]
          : yield* run<{ readonly total: number }>(`SELECT count(*)::integer AS total ${from}`, values)
        return { documents: rows.map((row) => storedOf(model, row)), total: counts[0]?.total ?? 0 }
      })

    const rows = Effect.map(
      run<{ readonly resource: string; readonly total: number }>(
        `SELECT resource, count(*)::integer AS total FROM ${schema}.document GROUP BY resource`,
        []
      ),
      (counts) => Object.fromEntries(counts.map(({ resource, total }) => [resource, total]))
    )

    // A single statement sees one state of the database, so what only reads needs no transaction.
    const reading: (typeof Store.Service)["reading"] = (body) => body
    return Store.of({ transaction, reading, findByKey, findById, insert, update, remove, query, rows })
  })

/** The body of `referrer` with its references to `before` naming `after`. */
const renameIn = (referrer: Stored, before: Stored, after: Stored): JsonObject => {
  const { identities } = after.model
  const judged = judge(referrer.model, referrer.body, () => undefined)
  let { body } = referrer
  if (Either.isLeft(judged)) return body
  for (const { key, place, space } of judged.right.references) {
    const identity = identities.find((one) => one.space === space)
    if (identity !== undefined && key === before.key) {
      body = renameReference(body, place, identity, after.body)
    }
  }
  return body
}

/** The tables and conditions of a query, and the values of its placeholders. */
const search = (schema: string, model: ResourceModel, { terms }: Query) => {
  const values: Array<unknown> = [model.endpoint]
  const place = (value: unknown): string => `$${values.push(value)}`
  const conditions = terms.map(({ paths, value }) => {
    const wanted = place(value)
    return `(${paths.map((path) => `d.body #>> ${place(path)} = ${wanted}`).join(" OR ")})`
  })
  const key = keyInTerms(model.identity, terms)
  if (key !== undefined) conditions.unshift(`k.key = ${place(key)}`)
  const from =
    `FROM ${schema}.document d ` +
    `JOIN ${schema}.natural_key k ON k.document_id = d.id AND k.space = d.resource ` +
    `WHERE ${["d.resource = $1", ...conditions].join(" AND ")}`
  return { from, values }
}

/** The documents in a database, whose tables are made or brought up to date first. */
export const layer = ({
  poolSize = defaultPoolSize,
  schema = "edfi_perf",
  url
}: PostgresOptions): Layer.Layer<Store, StoreUnavailable> =>
  Layer.scoped(
    Store,
    Effect.gen(function* () {
      if (!schemaName.test(schema)) return yield* Effect.dieMessage(`not the name of a schema: ${schema}`)
      const client = yield* PgClient.make({
        url,
        maxConnections: poolSize,
        // Also how long a transaction waits for a connection: 15 s, as DMS's own driver does.
        connectTimeout: "15 seconds",
        applicationName: "edfi-perf local-dms"
      })
      yield* migrate(schema).pipe(
        Effect.provideService(SqlClient.SqlClient, client),
        Effect.catchAllDefect(Effect.fail),
        // Another local DMS may be making the same tables in this moment.
        Effect.retry({ times: 3 })
      )
      return yield* Effect.provideService(make(schema), PgClient.PgClient, client)
    }).pipe(
      Effect.provide(Reactivity.layer),
      Effect.mapError((cause) => new StoreUnavailable({ address: addressOf(url), cause }))
    )
  )
