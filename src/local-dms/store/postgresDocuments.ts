/**
 * The operations of the PostgreSQL store. Each one is a single round trip; a document that the transaction wrote or
 * locked before is not read again.
 */
import * as Effect from "effect/Effect"
import * as MutableRef from "effect/MutableRef"
import type { JsonObject } from "../../domain/Json.ts"
import { isStorable } from "../json.ts"
import type { Models } from "../DataModel.ts"
import { keyValuesOf } from "../model/keyValues.ts"
import { inMemberOrder, memberOrderOf } from "./memberOrder.ts"
import type { Session } from "./PostgresSession.ts"
import { renameReferences } from "./renameReference.ts"
import { keyOf } from "../model/keys.ts"
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
const unresolved = (references: ReadonlyArray<Reference>, resolved: ReadonlyArray<number>): StoreError => ({
  _tag: "UnresolvedReferences",
  references: references.filter((_, index) => !resolved.includes(index + 1))
})

const noRow: StoreFailed = { _tag: "StoreFailed", cause: "the database did not return the written row" }

const placeOf = (model: ResourceModel, key: string): string => `${model.identity.space} ${key}`

/**
 * Keeps a document that the transaction has locked, so that it is not read again.
 * @param references if the transaction wrote them: their targets are locked too
 */
const keep = (
  { session }: Database,
  stored: Stored,
  references?: ReadonlyArray<Reference>
): Effect.Effect<Stored> =>
  Effect.map(session.current, (transaction) => {
    transaction?.locked.set(placeOf(stored.model, stored.key), { stored, references })
    return stored
  })

/** Whether all lead to the same targets, in the same order. */
const sameTargets = (some: ReadonlyArray<Reference>, others: ReadonlyArray<Reference>): boolean =>
  some.length === others.length &&
  some.every(({ key, shape }, index) => {
    const other = others[index]
    return key === other?.key && shape.space === other.shape.space
  })

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
      ? Effect.flatMap(
          session.run<Row>(`SELECT * FROM ${schema}.find_by_key($1, $2)`, [model.identity.space, key]),
          ([row]) => (row === undefined ? Effect.succeed(undefined) : keep(database, storedOf(model, row)))
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
  database: Database,
  model: ResourceModel,
  id: string,
  { body, key, references }: ValidDocument,
  nowMillis: number
): Effect.Effect<InsertResult, StoreError> =>
  Effect.flatMap(
    database.session.run<InsertRow>(
      `SELECT * FROM ${database.schema}.insert_document($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        model.identity.space,
        model.identities.map(({ space }) => space),
        key,
        JSON.stringify(body),
        memberOrderOf(body),
        nowMillis,
        references.map(({ shape }) => shape.space),
        references.map(({ key }) => key)
      ],
      unresolved(references, [])
    ),
    ([row]) => {
      if (row === undefined) return Effect.fail(noRow)
      if (row.resolved !== null) return Effect.fail(unresolved(references, row.resolved))
      const { inserted } = row
      const stored = inserted
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
      return Effect.map(keep(database, stored, inserted ? references : undefined), (stored) => ({
        stored,
        inserted
      }))
    }
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

/** The values of a key for the record of a change; `null` if there is to be none. */
const recorded = ({ recordsChanges }: Database, model: ResourceModel, body: JsonObject): string | null =>
  MutableRef.get(recordsChanges) ? JSON.stringify(keyValuesOf(model, body)) : null

/** Writes body and key. @param references `undefined` if they do not change */
const write = (
  database: Database,
  stored: Stored,
  { body, key }: Pick<ValidDocument, "body" | "key">,
  references: ReadonlyArray<Reference> | undefined,
  nowMillis: number
): Effect.Effect<Stored, StoreError> => {
  const { schema, session } = database
  const { id, model } = stored
  const isRenamed = key !== stored.key
  return Effect.flatMap(
    session.run<{ readonly resolved: ReadonlyArray<number> | null; readonly change_version: number }>(
      `SELECT * FROM ${schema}.update_document($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        key,
        isRenamed,
        JSON.stringify(body),
        memberOrderOf(body),
        nowMillis,
        references?.map(({ shape }) => shape.space),
        references?.map(({ key }) => key),
        isRenamed ? recorded(database, model, stored.body) : null,
        isRenamed ? recorded(database, model, body) : null
      ],
      unresolved(references ?? [], [])
    ),
    ([row]) => {
      if (row === undefined) return Effect.fail(noRow)
      return row.resolved === null
        ? Effect.succeed({
            ...stored,
            body,
            key,
            modifiedMillis: nowMillis,
            changeVersion: row.change_version
          })
        : Effect.fail(unresolved(references ?? [], row.resolved))
    }
  )
}

export const update = (
  database: Database,
  stored: Stored,
  document: ValidDocument,
  nowMillis: number
): Effect.Effect<Stored, StoreError> =>
  Effect.flatMap(database.session.current, (transaction) => {
    const { references } = document
    const written = transaction?.locked.get(placeOf(stored.model, stored.key))?.references
    // Targets that this transaction has found are locked, so unchanged references need not be resolved again.
    const isUnchanged = written !== undefined && sameTargets(written, references)
    const updated = write(database, stored, document, isUnchanged ? undefined : references, nowMillis)
    if (stored.key === document.key) {
      return Effect.flatMap(updated, (after) => keep(database, after, references))
    }
    return Effect.gen(function* () {
      const renamed = yield* updated
      yield* cascade(database, stored, renamed, nowMillis)
      // The kept copies of the documents that refer to this one are out of date.
      transaction?.locked.clear()
      return renamed
    })
  })

/** Writes the new identity of a document to all documents that refer to it, recursively. */
const cascade = (
  database: Database,
  before: Stored,
  after: Stored,
  nowMillis: number
): Effect.Effect<void, StoreError> =>
  Effect.gen(function* () {
    const rows = yield* database.session.run<Row & { readonly resource: string }>(
      `SELECT * FROM ${database.schema}.referrers($1)`,
      [before.id]
    )
    for (const row of rows) {
      const model = database.models.findBySpace(row.resource)
      if (model === undefined) continue
      const referrer = storedOf(model, row)
      const body = renameReferences(referrer, before.key, after)
      const next = { body, key: keyOf(model.identity, body) ?? referrer.key }
      const written = yield* write(database, referrer, next, undefined, nowMillis)
      if (next.key !== referrer.key) yield* cascade(database, referrer, written, nowMillis)
    }
  })

export const remove = (database: Database, stored: Stored): Effect.Effect<void, StoreError> => {
  const { models, schema, session } = database
  const { body, id, key, model } = stored
  return Effect.flatMap(
    session.run<{ readonly resource: string | null }>(
      `SELECT ${schema}.remove_document($1, $2, $3) AS resource`,
      [id, key, recorded(database, model, body)],
      // A reference was added after the check, and this transaction does not see it.
      { _tag: "DependentsExist", by: undefined }
    ),
    ([row]) =>
      row === undefined || row.resource === null
        ? Effect.map(session.current, (transaction) => {
            transaction?.locked.delete(placeOf(model, key))
          })
        : Effect.fail<StoreError>({ _tag: "DependentsExist", by: models.findBySpace(row.resource) })
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
