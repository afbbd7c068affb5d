/**
 * Finds and inserts documents in PostgreSQL. Each operation is a single round trip; a document that the transaction
 * wrote or locked before is not read again.
 */
import * as Effect from "effect/Effect"
import * as MutableRef from "effect/MutableRef"
import type { JsonObject } from "../../domain/Json.ts"
import { isStorable } from "../json.ts"
import type { Models } from "../DataModel.ts"
import { inMemberOrder, memberOrderOf } from "./memberOrder.ts"
import { takeDeferred } from "./PostgresSession.ts"
import type { LockedDocument, Session, Transaction } from "./PostgresSession.ts"
import type { QueryIndexes } from "./postgresIndexes.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { InsertResult, NewDocument, Stored, StoreError, StoreFailed } from "../Store.ts"
import type { Reference, ValidDocument } from "../requests/validate.ts"

export interface Database {
  readonly schema: string
  readonly session: Session
  readonly models: Models
  readonly indexes: QueryIndexes
  /** Whether deletes and key changes are recorded. */
  readonly recordsChanges: MutableRef.MutableRef<boolean>
}

/** A document as returned by the functions of postgresFunctions.ts. */
export interface Row {
  readonly uuid: string
  readonly body: JsonObject
  readonly member_order: string
  readonly key: string
  readonly modified_millis: number
  readonly document_id: number
  readonly change_version: number
}

interface InsertRow extends Row {
  readonly inserted: boolean
  /** 1-based positions of the references that were found; null unless some are missing. */
  readonly resolved: ReadonlyArray<number> | null
}

export const storedOf = (model: ResourceModel, row: Row): Stored => ({
  id: row.uuid,
  model,
  body: inMemberOrder(row.body, row.member_order),
  key: row.key,
  modifiedMillis: row.modified_millis,
  position: row.document_id,
  changeVersion: row.change_version
})

/** @param resolved 1-based positions */
export const unresolved = (
  references: ReadonlyArray<Reference>,
  resolved: ReadonlyArray<number>
): StoreError => ({
  _tag: "UnresolvedReferences",
  references: references.filter((_, index) => !resolved.includes(index + 1))
})

export const noRow: StoreFailed = {
  _tag: "StoreFailed",
  cause: "the database did not return the written row"
}

export const placeOf = (model: ResourceModel, key: string): string => `${model.identity.space} ${key}`

/** Keeps a document that the transaction has locked, so that it is not read again. */
export const keep = (transaction: Transaction | undefined, document: LockedDocument): void => {
  if (transaction === undefined) return
  const { references = [], stored } = document
  for (const { key, shape } of references) transaction.referenced.add(`${shape.space} ${key}`)
  transaction.locked.set(placeOf(stored.model, stored.key), document)
}

export const findByKey = (
  database: Database,
  model: ResourceModel,
  key: string
): Effect.Effect<Stored | undefined, StoreError> => {
  const { schema, session } = database
  // PostgreSQL refuses such a text also as a parameter.
  if (!isStorable(key)) return Effect.succeed(undefined)
  return Effect.flatMap(session.current, (transaction) => {
    const locked = transaction?.locked.get(placeOf(model, key))
    return locked === undefined
      ? Effect.map(
          session.run<Row>(`SELECT * FROM ${schema}.find_by_key($1, $2)`, [model.identity.space, key]),
          ([row]) => {
            if (row === undefined) return undefined
            const stored = storedOf(model, row)
            keep(transaction, { stored, references: undefined, isNew: false })
            return stored
          }
        )
      : Effect.succeed(locked.stored)
  })
}

export const findById = (
  { schema, session }: Database,
  model: ResourceModel,
  id: string
): Effect.Effect<Stored | undefined, StoreError> =>
  Effect.flatMap(session.current, (transaction) =>
    Effect.map(
      session.run<Row>(`SELECT * FROM ${schema}.find_by_id($1, $2, $3)`, [
        model.identity.space,
        id,
        transaction !== undefined
      ]),
      ([row]) => (row === undefined ? undefined : storedOf(model, row))
    )
  )

export const insert = (
  { schema, session }: Database,
  model: ResourceModel,
  id: string,
  { body, key, references }: ValidDocument,
  nowMillis: number
): Effect.Effect<InsertResult, StoreError> =>
  Effect.flatMap(session.current, (transaction) =>
    Effect.flatMap(
      session.run<InsertRow>(
        `SELECT * FROM ${schema}.insert_document($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          id,
          model.identity.space,
          model.identities.map(({ space }) => space),
          key,
          JSON.stringify(body),
          memberOrderOf(body),
          nowMillis,
          references.map(({ shape }) => shape.space),
          references.map(({ key }) => key),
          takeDeferred(transaction)
        ],
        unresolved(references, [])
      ),
      ([row]) => {
        if (row === undefined) return Effect.fail(noRow)
        if (row.resolved !== null) return Effect.fail(unresolved(references, row.resolved))
        const { inserted } = row
        const stored: Stored = inserted
          ? {
              id: row.uuid,
              model,
              body,
              key,
              modifiedMillis: nowMillis,
              position: row.document_id,
              changeVersion: row.change_version
            }
          : storedOf(model, row)
        keep(transaction, { stored, references: inserted ? references : undefined, isNew: inserted })
        return Effect.succeed({ stored, inserted })
      }
    )
  )

/** In one round trip. */
export const insertAll = (
  { schema, session }: Database,
  documents: ReadonlyArray<NewDocument>,
  nowMillis: number
): Effect.Effect<void, StoreError> => {
  const rows = documents.map(({ document: { body, key, references }, id, model }) => ({
    uuid: id,
    resource: model.identity.space,
    spaces: model.identities.map(({ space }) => space),
    key,
    body,
    member_order: memberOrderOf(body),
    target_spaces: references.map(({ shape }) => shape.space),
    target_keys: references.map(({ key }) => key)
  }))
  return Effect.flatMap(
    session.run<{ readonly unresolved: number }>(
      `SELECT count(r.resolved)::integer AS unresolved
       FROM jsonb_to_recordset($1) AS d (uuid uuid, resource text, spaces text[], key text, body jsonb,
         member_order text, target_spaces text[], target_keys text[])
       CROSS JOIN LATERAL ${schema}.insert_document(d.uuid, d.resource, d.spaces, d.key, d.body, d.member_order,
         $2, d.target_spaces, d.target_keys) AS r`,
      [JSON.stringify(rows), nowMillis]
    ),
    ([row]) =>
      row?.unresolved === 0
        ? Effect.void
        : Effect.fail<StoreError>({ _tag: "UnresolvedReferences", references: [] })
  )
}

/** Number of documents by endpoint; descriptors are left out. */
export const counts = ({
  models,
  schema,
  session
}: Database): Effect.Effect<{ readonly [endpoint: string]: number }, StoreError> =>
  Effect.map(
    session.run<{ readonly resource: string; readonly total: number }>(
      `SELECT resource, count(*)::integer AS total FROM ${schema}.document GROUP BY resource`,
      []
    ),
    (rows) =>
      Object.fromEntries(
        rows.flatMap(({ resource, total }) =>
          models.findBySpace(resource)?.isDescriptor === true ? [] : [[resource, total] as const]
        )
      )
  )
