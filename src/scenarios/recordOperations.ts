/** The operations of one record of any resource: parents first, companions after it, deletes in reverse. */
import * as Arr from "effect/Array"
import { type GeneratedDocument, generateRecord } from "../documents/generateDocuments.ts"
import { type KeyHole, type KeySpace, makeKeys, pooled } from "../documents/generatedKeys.ts"
import type { PlannedDocument } from "../documents/PlannedDocument.ts"
import type { PlannedRecord } from "../documents/planDocuments.ts"
import { holesOf } from "../documents/Skeleton.ts"
import type { KeysIn } from "../domain/BatchPattern.ts"
import type { Create, Delete, Operation, Update } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { OperationCounts } from "../domain/Sample.ts"

export interface RecordOperations {
  /** In their order: parents before their dependents, the record, its companions. */
  readonly creates: Arr.NonEmptyReadonlyArray<Create>
  /** The position of the record among them. */
  readonly record: number
  /** Of the record; `undefined` if it has nothing to change. */
  readonly update: Update | undefined
  /** In the reverse order of the creates. */
  readonly deletes: Arr.NonEmptyReadonlyArray<Delete>
}

/** In the order of a batch. */
export const inOrder = ({ creates, deletes, update }: RecordOperations): ReadonlyArray<Operation> => [
  ...creates,
  ...(update === undefined ? [] : [update]),
  ...deletes
]

const createOf = ({ document, resource }: GeneratedDocument): Create => ({ op: "create", resource, document })

const deleteOf = ({ naturalKey, resource }: GeneratedDocument): Delete => ({
  op: "delete",
  resource,
  target: { naturalKey }
})

/** The operations of a planned record; each aims at its record by natural key. */
export const operationsOfRecord =
  (planned: PlannedRecord, space: KeySpace) =>
  (id: RecordId): RecordOperations => {
    const { changed, companions, parents, record } = generateRecord(planned, id, space)
    const created = Arr.appendAll(Arr.append(parents, record), companions)
    return {
      creates: Arr.map(created, createOf),
      record: parents.length,
      update:
        changed === undefined
          ? undefined
          : {
              op: "update",
              resource: record.resource,
              target: { naturalKey: record.naturalKey },
              document: changed
            },
      deletes: Arr.map(Arr.reverse(created), deleteOf)
    }
  }

/** What is known of a planned record without its values. */
export type RecordShape = Pick<
  PlannedRecord,
  "changed" | "companions" | "parents" | "path" | "pool" | "record"
>

/** The documents that are created for each record, in their order. */
export const createdFor = ({
  companions,
  parents,
  pool,
  record
}: RecordShape): ReadonlyArray<PlannedDocument> => [
  ...(pool === undefined ? parents : []),
  record,
  ...companions
]

/**
 * The number of operations of a planned record.
 *
 * @example of a studentSchoolAssociation with its student: { create: 2, update: 1, delete: 2 }
 */
export const countsOfRecord =
  (shape: RecordShape) =>
  ({ deleteResources = true }: { readonly deleteResources?: boolean | undefined } = {}): OperationCounts => {
    const { length } = createdFor(shape)
    return {
      create: length,
      update: shape.changed === undefined ? 0 : 1,
      delete: deleteResources ? length : 0
    }
  }

/** The holes of a record's operations that differ between records, each once. */
const holesOfRecord = (planned: PlannedRecord): ReadonlyArray<KeyHole> => {
  const { changed } = planned
  const skeletons = createdFor(planned).flatMap(({ document, naturalKey }) => [document, naturalKey])
  const holes = [...skeletons, ...(changed === undefined ? [] : [changed.document])].flatMap(holesOf)
  const distinct = new Map(holes.map((hole) => [JSON.stringify(hole), hole]))
  return [...distinct.values()].filter(({ owner }) => owner !== "fixture")
}

/** All texts by which the operations of a record differ from those of another: what its template inserts. */
export const keysOfRecords = (planned: PlannedRecord, space: KeySpace): KeysIn => {
  const { pool } = planned
  const forms = holesOfRecord(planned).map((hole) => ({ hole, keysIn: makeKeys(hole, space) }))
  return (iteration) => {
    const parents = pool === undefined ? iteration : pooled(iteration, pool, space)
    const keysAt = forms.map(({ hole, keysIn }) => keysIn(hole.owner === "parent" ? parents : iteration))
    return (index) => keysAt.map((keyAt) => String(keyAt(index)))
  }
}
