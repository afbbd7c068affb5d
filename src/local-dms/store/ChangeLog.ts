/** Deletes and key changes in memory, in the order of their change versions. */
import type { JsonObject } from "../../domain/Json.ts"
import { keyValuesOf } from "../model/keyValues.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { ChangeQuery, Deletion, KeyChange, Page, Stored } from "../Store.ts"

/** A deleted document with the text of its key. */
interface DeleteRecord extends Deletion {
  readonly key: string
}

/** The records of a resource. */
type Log<Item> = Map<ResourceModel, Array<Item>>

export class ChangeLog {
  readonly #deletes: Log<DeleteRecord> = new Map()
  readonly #keyChanges: Log<KeyChange> = new Map()

  /** @returns takes the record back, while it is the last one */
  addDelete({ body, id, key, model }: Stored, changeVersion: number): () => void {
    const record = { id, changeVersion, key, keyValues: keyValuesOf(model, body) }
    return append(this.#deletes, model, record)
  }

  /**
   * @param before the body with the old key
   * @returns takes the record back, while it is the last one
   */
  addKeyChange({ body, id, model }: Stored, before: JsonObject, changeVersion: number): () => void {
    const oldKeyValues = keyValuesOf(model, before)
    const record = { id, changeVersion, oldKeyValues, newKeyValues: keyValuesOf(model, body) }
    return append(this.#keyChanges, model, record)
  }

  /** @param isTaken whether a document has this key now; such deletes are left out */
  deletes(model: ResourceModel, query: ChangeQuery, isTaken: (key: string) => boolean): Page<Deletion> {
    const found = within(this.#deletes.get(model) ?? [], query).filter(({ key }) => !isTaken(key))
    return pageOf(
      found.map(({ changeVersion, id, keyValues }) => ({ id, changeVersion, keyValues })),
      query
    )
  }

  keyChanges(model: ResourceModel, query: ChangeQuery): Page<KeyChange> {
    const byId = new Map<string, KeyChange>()
    for (const change of within(this.#keyChanges.get(model) ?? [], query)) {
      const first = byId.get(change.id)
      // Deleted first, so that documents are in the order of their last change.
      byId.delete(change.id)
      byId.set(change.id, { ...change, oldKeyValues: first?.oldKeyValues ?? change.oldKeyValues })
    }
    return pageOf([...byId.values()], query)
  }
}

const append = <Item>(log: Log<Item>, model: ResourceModel, item: Item): (() => void) => {
  const items = log.get(model) ?? []
  log.set(model, items)
  items.push(item)
  return () => items.pop()
}

/** The records with a change version in the range; versions ascend. */
const within = <Item extends { readonly changeVersion: number }>(
  items: ReadonlyArray<Item>,
  { changed: { max, min } }: ChangeQuery
): ReadonlyArray<Item> => items.slice(firstFrom(items, min), firstFrom(items, max + 1))

/** The first index whose change version is at least `version`. */
const firstFrom = (items: ReadonlyArray<{ readonly changeVersion: number }>, version: number): number => {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((items[middle]?.changeVersion ?? 0) < version) low = middle + 1
    else high = middle
  }
  return low
}

const pageOf = <Item>(
  items: ReadonlyArray<Item>,
  { limit, offset, totalCount }: ChangeQuery
): Page<Item> => ({
  items: items.slice(offset, offset + limit),
  total: totalCount ? items.length : undefined
})
