/**
 * Documents in maps. Each change is made in place and adds a step to an undo log, so the cost of a rollback depends on
 * what was written, not on the size of the store.
 */
import { ChangeLog } from "./ChangeLog.ts"
import { idInTerms, keyInTerms } from "./keyInTerms.ts"
import { isMetBy } from "./memoryConditions.ts"
import { renameReferences } from "./renameReference.ts"
import { descriptorText, keyOf, valueAt } from "../model/keys.ts"
import { leadTo, link, Row, sameRows, unlink } from "./MemoryRow.ts"
import type { RowValues } from "./MemoryRow.ts"
import { BodyPacker } from "./PackedBody.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import { RowIndex } from "./RowIndex.ts"
import type {
  ChangeQuery,
  Deletion,
  InsertResult,
  KeyChange,
  Located,
  Page,
  Partitioning,
  Query,
  SpaceKey,
  Stored,
  StoreError
} from "../Store.ts"
import { TableIndex } from "./TableIndex.ts"
import type { Reference, ValidDocument } from "../requests/validate.ts"

/** A row is packed once this many were written. */
const writtenBeforePacking = 256

const removed: StoreError = { _tag: "StoreFailed", cause: "the document is no longer stored" }

export class MemoryTables {
  /** The rows of each resource by id, oldest first. */
  readonly #tables = new Map<ResourceModel, RowIndex<Row>>()
  /** The rows of each id space by key. */
  readonly #spaces = new Map<string, RowIndex<Row>>()
  /** The indexes from which the current transaction removed rows. */
  readonly #dropped = new Set<RowIndex<Row>>()
  /** The rows that were written of late. Most rows of a load are removed before they are many, so packing is no use. */
  readonly #written: Array<Row> = []
  readonly #packer = new BodyPacker()
  /** Reverts the changes of the current transaction, in the order in which they were made. */
  readonly #undo: Array<() => void> = []
  /** The rows of the resources that were listed. */
  readonly #indexes = new Map<ResourceModel, TableIndex<Row>>()
  readonly #changes = new ChangeLog()
  #recordsChanges = false
  #lastPosition = 0
  #newestVersion = 0
  /** That of the last commit. */
  #committedVersion = 0

  /** The highest change version so far. */
  get newestVersion(): number {
    return this.#newestVersion
  }

  recordChanges(): void {
    this.#recordsChanges = true
  }

  findByKey(model: ResourceModel, key: string): Row | undefined {
    return this.#space(model.identity.space).get(key)
  }

  findById(model: ResourceModel, id: string): Row | undefined {
    return this.#table(model).get(id)
  }

  locate({ key, space }: SpaceKey): Located | undefined {
    const row = this.#spaces.get(space)?.get(key)
    return row === undefined ? undefined : { id: row.id, model: row.model, uri: descriptorText(row) }
  }

  insert(
    model: ResourceModel,
    id: string,
    { body, key, references }: ValidDocument,
    nowMillis: number
  ): InsertResult | StoreError {
    const existing = this.#space(model.identity.space).get(key)
    if (existing !== undefined) return { stored: existing, inserted: false }
    const targets = this.#resolve(references)
    if ("_tag" in targets) return targets
    if (this.#isTaken(model, key)) return { _tag: "IdentityTaken" }
    const row = new Row(model, id, ++this.#lastPosition, {
      body,
      key,
      modifiedMillis: nowMillis,
      changeVersion: ++this.#newestVersion,
      targets
    })
    this.#attach(row)
    this.#undo.push(() => this.#detach(row))
    this.#written.push(row)
    return { stored: row, inserted: true }
  }

  update(stored: Stored, { body, key, references }: ValidDocument, nowMillis: number): Stored | StoreError {
    const row = this.#table(stored.model).get(stored.id)
    if (row === undefined) return removed
    // A target that is referred to stays, so that unchanged references need not be resolved again.
    const targets = leadTo(references, row.targets) ? row.targets : this.#resolve(references)
    if ("_tag" in targets) return targets
    const keyBefore = row.key
    if (key !== keyBefore && this.#isTaken(row.model, key, row)) return { _tag: "IdentityTaken" }
    this.#write(row, { body, key, targets }, nowMillis)
    return (key === keyBefore ? undefined : this.#cascade(row, keyBefore, nowMillis)) ?? row
  }

  remove(stored: Stored): StoreError | undefined {
    const row = this.#table(stored.model).get(stored.id)
    if (row === undefined) return removed
    for (let each = row.dependents; each !== undefined; each = each.next) {
      if (each.count > 0) return { _tag: "DependentsExist", by: each.by }
    }
    this.#detach(row)
    this.#undo.push(() => this.#attach(row))
    if (this.#recordsChanges) this.#undo.push(this.#changes.addDelete(row, ++this.#newestVersion))
    return undefined
  }

  query(model: ResourceModel, query: Query): Page {
    const id = idInTerms(query.terms)
    const key = keyInTerms(model.identity, query.terms)
    if (id === undefined && key === undefined) return this.#index(model).query(query)
    const one = id === undefined ? this.findByKey(model, key ?? "") : this.findById(model, id)
    return this.#index(model).query(query, one === undefined ? [] : [one])
  }

  partition(model: ResourceModel, partitioning: Partitioning): ReadonlyArray<number> {
    return this.#index(model).partition(partitioning)
  }

  deletes(model: ResourceModel, query: ChangeQuery): Page<Deletion> {
    const space = this.#space(model.identity.space)
    const isTaken = (key: string): boolean => space.get(key) !== undefined
    return this.#changes.deletes(model, query, isTaken)
  }

  keyChanges(model: ResourceModel, query: ChangeQuery): Page<KeyChange> {
    return this.#changes.keyChanges(model, query)
  }

  /** Number of documents by endpoint; descriptors, and resources without documents, are left out. */
  counts(): { readonly [endpoint: string]: number } {
    return Object.fromEntries(
      [...this.#tables]
        .filter(([{ isDescriptor }, { size }]) => size > 0 && !isDescriptor)
        .map(([{ identity }, { size }]) => [identity.space, size])
    )
  }

  rollback(): void {
    for (let revert = this.#undo.pop(); revert !== undefined; revert = this.#undo.pop()) revert()
    this.#newestVersion = this.#committedVersion
    this.commit()
  }

  commit(): void {
    this.#undo.length = 0
    this.#committedVersion = this.#newestVersion
    for (const index of this.#dropped) index.sweep()
    this.#dropped.clear()
    if (this.#written.length >= writtenBeforePacking) this.#packWritten()
  }

  #packWritten(): void {
    let before: Row | undefined
    for (const row of this.#written) {
      if (this.#table(row.model).get(row.id) !== row) continue
      row.pack(this.#packer)
      if (before !== undefined && sameRows(row.targets, before.targets)) row.targets = before.targets
      before = row
    }
    this.#written.length = 0
  }

  #table(model: ResourceModel): RowIndex<Row> {
    return this.#tables.get(model) ?? added(this.#tables, model)
  }

  #space(name: string): RowIndex<Row> {
    return this.#spaces.get(name) ?? added(this.#spaces, name)
  }

  #index(model: ResourceModel): TableIndex<Row> {
    const known = this.#indexes.get(model)
    if (known !== undefined) return known
    const table = this.#table(model)
    const index = new TableIndex<Row>(
      () => table.values(),
      ({ body }, path) => valueAt(body, path),
      ({ body }, condition) =>
        isMetBy(condition, body, (linked, path, text) => this.#index(linked).rowsWith(path, text))
    )
    this.#indexes.set(model, index)
    return index
  }

  #drop(index: RowIndex<Row>, key: string): void {
    index.drop(key)
    this.#dropped.add(index)
  }

  /** Whether the key belongs to another row than `by`. */
  #isTaken(model: ResourceModel, key: string, by?: Row): boolean {
    return model.identities.some(({ space }) => {
      const owner = this.#space(space).get(key)
      return owner !== undefined && owner !== by
    })
  }

  /** The target rows, or an error with the references that have none. */
  #resolve(references: ReadonlyArray<Reference>): ReadonlyArray<Row> | StoreError {
    const find = ({ key, shape }: Reference) => this.#space(shape.space).get(key)
    // Filled in one step, an array has no room for more.
    const targets = references.map(find)
    if (targets.every((target) => target !== undefined)) return targets
    return { _tag: "UnresolvedReferences", references: references.filter((one) => find(one) === undefined) }
  }

  #addKeys(row: Row): void {
    for (const { space } of row.model.identities) this.#space(space).set(row.key, row)
  }

  #dropKeys(row: Row): void {
    for (const { space } of row.model.identities) this.#drop(this.#space(space), row.key)
  }

  #attach(row: Row): void {
    this.#table(row.model).set(row.id, row)
    this.#addKeys(row)
    this.#indexes.get(row.model)?.add(row)
    link(row)
  }

  #detach(row: Row): void {
    this.#drop(this.#table(row.model), row.id)
    this.#dropKeys(row)
    this.#indexes.get(row.model)?.remove(row)
    unlink(row)
  }

  #write(row: Row, next: Pick<Row, "body" | "key" | "targets">, nowMillis: number): void {
    const before = row.values
    const renamedBody = next.key !== row.key && this.#recordsChanges ? row.body : undefined
    this.#assign(row, { ...next, modifiedMillis: nowMillis, changeVersion: ++this.#newestVersion })
    this.#undo.push(() => this.#assign(row, before))
    if (renamedBody !== undefined)
      this.#undo.push(this.#changes.addKeyChange(row, renamedBody, ++this.#newestVersion))
    this.#written.push(row)
  }

  #assign(row: Row, values: RowValues): void {
    const keyChanges = values.key !== row.key
    if (keyChanges) this.#dropKeys(row)
    if (values.targets !== row.targets) unlink(row)
    const { targets } = row
    const index = this.#indexes.get(row.model)
    if (index === undefined) row.assign(values)
    else index.change(row, () => row.assign(values))
    if (keyChanges) this.#addKeys(row)
    if (values.targets !== targets) link(row)
  }

  /** Writes the new identity of `row` to all documents that refer to it, recursively. */
  #cascade(row: Row, keyBefore: string, nowMillis: number): StoreError | undefined {
    for (const referrer of Array.from(row.referrers ?? [])) {
      const { key: referrerKey, model, targets } = referrer
      const body = renameReferences(referrer, keyBefore, row)
      const key = keyOf(model.identity, body) ?? referrerKey
      if (key !== referrerKey && this.#isTaken(model, key, referrer)) return { _tag: "IdentityTaken" }
      this.#write(referrer, { body, key, targets }, nowMillis)
      const error = key === referrerKey ? undefined : this.#cascade(referrer, referrerKey, nowMillis)
      if (error !== undefined) return error
    }
    return undefined
  }
}

const added = <Key>(indexes: Map<Key, RowIndex<Row>>, key: Key): RowIndex<Row> => {
  const index = new RowIndex<Row>()
  indexes.set(key, index)
  return index
}
