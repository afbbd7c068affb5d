/**
 * Updates and removes documents in PostgreSQL. A write that cannot be refused is deferred and sent with the next
 * statement: an update of a document that the transaction wrote with the same references, and the removal of one that
 * it inserted and has not referred to. Each other one is a single round trip.
 */
import * as Effect from "effect/Effect"
import * as MutableRef from "effect/MutableRef"
import type { JsonObject } from "../../domain/Json.ts"
import { keyValuesOf } from "../model/keyValues.ts"
import { keyOf } from "../model/keys.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { Reference, ValidDocument } from "../requests/validate.ts"
import type { Stored, StoreError } from "../Store.ts"
import { memberOrderOf } from "./memberOrder.ts"
import { keep, noRow, placeOf, storedOf, unresolved } from "./postgresDocuments.ts"
import type { Database, Row } from "./postgresDocuments.ts"
import { renameReferences } from "./renameReference.ts"

/** Whether all lead to the same targets, in the same order. */
const sameTargets = (some: ReadonlyArray<Reference>, others: ReadonlyArray<Reference>): boolean =>
  some.length === others.length &&
  some.every(({ key, shape }, index) => {
    const other = others[index]
    return key === other?.key && shape.space === other.shape.space
  })

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
    const { body, key, references } = document
    const locked = transaction?.locked.get(placeOf(stored.model, stored.key))
    const isNew = locked?.isNew ?? false
    // Targets that this transaction has found are locked, so unchanged references need not be resolved again.
    const isUnchanged = locked?.references !== undefined && sameTargets(locked.references, references)
    if (stored.key !== key) {
      return Effect.gen(function* () {
        const renamed = yield* write(
          database,
          stored,
          document,
          isUnchanged ? undefined : references,
          nowMillis
        )
        yield* cascade(database, stored, renamed, nowMillis)
        // The kept copies of the documents that refer to this one are out of date.
        transaction?.locked.clear()
        return renamed
      })
    }
    if (isUnchanged && canDefer(database)) {
      const after: Stored = { ...stored, body, modifiedMillis: nowMillis }
      keep(transaction, { stored: after, references, isNew })
      transaction?.deferred.push({
        uuid: stored.id,
        key,
        body,
        member_order: memberOrderOf(body),
        modified_millis: nowMillis
      })
      return Effect.succeed(after)
    }
    const written = write(database, stored, document, isUnchanged ? undefined : references, nowMillis)
    return Effect.tap(written, (after) => keep(transaction, { stored: after, references, isNew }))
  })

/** A deferred write does not tell its change version, which matters only where changes are recorded. */
const canDefer = ({ recordsChanges }: Database): boolean => !MutableRef.get(recordsChanges)

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

export const remove = (database: Database, stored: Stored): Effect.Effect<void, StoreError> =>
  Effect.flatMap(database.session.current, (transaction) => {
    const { models, schema, session } = database
    const { body, id, key, model } = stored
    const place = placeOf(model, key)
    if (transaction?.locked.get(place)?.isNew === true && canDefer(database)) {
      const isReferenced = model.identities.some(({ space }) => transaction.referenced.has(`${space} ${key}`))
      if (!isReferenced) {
        transaction.deferred.push({ uuid: id, key })
        transaction.locked.delete(place)
        return Effect.void
      }
    }
    return Effect.flatMap(
      session.run<{ readonly resource: string | null }>(
        `SELECT ${schema}.remove_document($1, $2, $3) AS resource`,
        [id, key, recorded(database, model, body)],
        // A reference was added after the check, and this transaction does not see it.
        { _tag: "DependentsExist", by: undefined }
      ),
      ([row]): Effect.Effect<void, StoreError> => {
        if (row !== undefined && row.resource !== null) {
          return Effect.fail({ _tag: "DependentsExist", by: models.findBySpace(row.resource) })
        }
        transaction?.locked.delete(place)
        return Effect.void
      }
    )
  })
