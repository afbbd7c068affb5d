/**
 * The store that keeps documents in maps. One transaction runs at a time. Every change is made in place and
 * leaves behind the step that takes it back, so a rollback costs what was written, never a copy of the store.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { JsonObject } from "../domain/Json.ts"
import type { Judged, Reference } from "./judge.ts"
import { renameReference } from "./renameReference.ts"
import { keyInTerms } from "./keyInTerms.ts"
import { keyOf, models, valueAt } from "./ResourceModel.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import { RowIndex } from "./RowIndex.ts"
import { Store } from "./Store.ts"
import type { Inserted, Page, Query, Stored, StoreError } from "./Store.ts"

/** A document and its place in the net of references. */
interface Row extends Stored {
  body: JsonObject
  key: string
  modifiedMillis: number
  references: ReadonlyArray<Reference>
  /** The rows that `references` point at, in the same order. */
  targets: ReadonlyArray<Row>
  /** The rows that point here; made when the first one does. */
  referrers: Set<Row> | undefined
}

const make = Effect.gen(function* () {
  const lock = yield* Effect.makeSemaphore(1)
  /** The rows of each resource by id, oldest first. */
  const tables = new Map(models.map((model) => [model, new RowIndex<Row>()]))
  /** The rows of each id space by key. */
  const spaces = new Map(
    models.flatMap(({ identities }) => identities.map(({ space }) => [space, new RowIndex<Row>()]))
  )
  /** What takes back the changes of the running transaction, in the order they were made. */
  const undo: Array<() => void> = []

  const tableOf = (model: ResourceModel): RowIndex<Row> => tables.get(model) ?? unknown(model.endpoint)
  const keysOf = (space: string): RowIndex<Row> => spaces.get(space) ?? unknown(space)

  const rollback = () => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) last()
  }

  const settle = (exit: Exit.Exit<unknown, unknown>) =>
    Effect.sync(() => {
      if (Exit.isFailure(exit)) rollback()
      undo.length = 0
      for (const table of tables.values()) table.sweep()
      for (const keys of spaces.values()) keys.sweep()
    })

  const addKeys = (row: Row) => {
    for (const { space } of row.model.identities) keysOf(space).set(row.key, row)
  }
  const dropKeys = (row: Row) => {
    for (const { space } of row.model.identities) keysOf(space).drop(row.key)
  }
  const keyTaken = (model: ResourceModel, key: string, by?: Row): boolean =>
    model.identities.some(({ space }) => {
      const owner = keysOf(space).get(key)
      return owner !== undefined && owner !== by
    })
  const link = (row: Row) => {
    for (const target of row.targets) (target.referrers ??= new Set()).add(row)
  }
  const unlink = (row: Row) => {
    for (const target of row.targets) target.referrers?.delete(row)
  }

  /** The rows that references point at, or those that point at nothing. */
  const resolve = (references: ReadonlyArray<Reference>): ReadonlyArray<Row> | StoreError => {
    const targets: Array<Row> = []
    const missing: Array<Reference> = []
    for (const reference of references) {
      const target = keysOf(reference.space).get(reference.key)
      if (target === undefined) missing.push(reference)
      else targets.push(target)
    }
    return missing.length === 0 ? targets : { _tag: "UnresolvedReferences", references: missing }
  }

  const attach = (row: Row) => {
    tableOf(row.model).set(row.id, row)
    addKeys(row)
    link(row)
  }
  const detach = (row: Row) => {
    tableOf(row.model).drop(row.id)
    dropKeys(row)
    unlink(row)
  }

  const insert = (
    model: ResourceModel,
    id: string,
    document: Judged,
    nowMillis: number
  ): Inserted | StoreError => {
    const existing = keysOf(model.endpoint).get(document.key)
    if (existing !== undefined) return { stored: existing, inserted: false }
    const targets = resolve(document.references)
    if ("_tag" in targets) return targets
    if (keyTaken(model, document.key)) return { _tag: "IdentityTaken" }
    const { body, key, references } = document
    const row: Row = {
      id,
      model,
      body,
      key,
      modifiedMillis: nowMillis,
      references,
      targets,
      referrers: undefined
    }
    attach(row)
    undo.push(() => detach(row))
    return { stored: row, inserted: true }
  }

  const rewrite = (
    row: Row,
    next: Pick<Row, "body" | "key" | "modifiedMillis" | "references" | "targets">
  ) => {
    const { body, key, modifiedMillis, references, targets } = row
    const put = (values: typeof next) => {
      if (values.key !== row.key) dropKeys(row)
      unlink(row)
      Object.assign(row, values)
      addKeys(row)
      link(row)
    }
    put(next)
    undo.push(() => put({ body, key, modifiedMillis, references, targets }))
  }

  const update = (row: Row, document: Judged, nowMillis: number): Row | StoreError => {
    const { body, key, references } = document
    const targets = resolve(references)
    if ("_tag" in targets) return targets
    if (key !== row.key && keyTaken(row.model, key, row)) return { _tag: "IdentityTaken" }
    const keyChanges = key !== row.key
    rewrite(row, { body, key, references, targets, modifiedMillis: nowMillis })
    return (keyChanges ? follow(row, nowMillis) : undefined) ?? row
  }

  /** Writes the new identity of `row` into the documents that refer to it, and so on. */
  const follow = (row: Row, nowMillis: number): StoreError | undefined => {
    for (const referrer of Array.from(row.referrers ?? [])) {
      let { body } = referrer
      const references = referrer.references.map((reference, index) => {
        if (referrer.targets[index] !== row) return reference
        const identity =
          row.model.identities.find(({ space }) => space === reference.space) ?? row.model.identity
        body = renameReference(body, reference.place, identity, row.body)
        return { ...reference, key: row.key }
      })
      const key = keyOf(referrer.model.identity, body)
      if (key !== referrer.key && keyTaken(referrer.model, key, referrer)) return { _tag: "IdentityTaken" }
      const keyChanges = key !== referrer.key
      rewrite(referrer, { body, key, references, targets: referrer.targets, modifiedMillis: nowMillis })
      const error = keyChanges ? follow(referrer, nowMillis) : undefined
      if (error !== undefined) return error
    }
    return undefined
  }

  const remove = (row: Row): StoreError | undefined => {
    const [referrer] = row.referrers ?? []
    if (referrer !== undefined) return { _tag: "DependentsExist", by: referrer.model }
    detach(row)
    undo.push(() => attach(row))
    return undefined
  }

  const query = (model: ResourceModel, { limit, offset, terms }: Query): Page => {
    const candidates = tableOf(model)
    if (terms.length === 0) {
      return { documents: take(candidates.values(), offset, limit), total: candidates.size }
    }
    const key = keyInTerms(model.identity, terms)
    const owner = key === undefined ? undefined : keysOf(model.endpoint).get(key)
    const pool = key === undefined ? [...candidates.values()] : owner === undefined ? [] : [owner]
    const documents = pool.filter((row) =>
      terms.every(({ paths, value }) => paths.some((path) => textAt(row.body, path) === value))
    )
    return { documents: documents.slice(offset, offset + limit), total: documents.length }
  }

  const attempt = <A extends object | undefined>(run: () => A | StoreError): Effect.Effect<A, StoreError> =>
    Effect.suspend(() => {
      const result = run()
      return isStoreError(result) ? Effect.fail(result) : Effect.succeed(result)
    })

  const rowFor = (stored: Stored): Row | undefined => tableOf(stored.model).get(stored.id)
  const gone: StoreError = { _tag: "StoreFailed", cause: "the document is no longer held" }

  const transaction: (typeof Store.Service)["transaction"] = (body) =>
    lock.withPermits(1)(Effect.onExit(body, settle))

  return Store.of({
    transaction,
    reading: transaction,
    findByKey: (model, key) => Effect.sync(() => keysOf(model.endpoint).get(key)),
    findById: (model, id) => Effect.sync(() => tableOf(model).get(id)),
    insert: (model, id, document, nowMillis) => attempt(() => insert(model, id, document, nowMillis)),
    update: (stored, document, nowMillis) =>
      attempt(() => {
        const row = rowFor(stored)
        return row === undefined ? gone : update(row, document, nowMillis)
      }),
    remove: (stored) =>
      attempt(() => {
        const row = rowFor(stored)
        return row === undefined ? gone : remove(row)
      }),
    query: (model, terms) => Effect.sync(() => query(model, terms)),
    rows: Effect.sync(() =>
      Object.fromEntries(
        [...tables].filter(([, { size }]) => size > 0).map(([{ endpoint }, { size }]) => [endpoint, size])
      )
    )
  })
})

const unknown = (name: string): never => {
  throw new Error(`resources.ts has no ${name}`)
}

const isStoreError = (value: object | undefined): value is StoreError =>
  value !== undefined && "_tag" in value

const textAt = (body: JsonObject, path: ReadonlyArray<string>): string | undefined => {
  const value = valueAt(body, path)
  return value === undefined ? undefined : String(value)
}

const take = (rows: Iterable<Row>, offset: number, limit: number): ReadonlyArray<Row> => {
  const page: Array<Row> = []
  let index = 0
  for (const row of rows) {
    if (page.length === limit) break
    if (index++ >= offset) page.push(row)
  }
  return page
}

/** An empty store. */
export const layer: Layer.Layer<Store> = Layer.effect(Store, make)
