/** The operations of one record of any resource: parents first, their deletes last. */
import type * as Arr from "effect/Array"
import { type GeneratedDocument, generateRecord } from "../documents/generateDocuments.ts"
import { type KeyHole, keyFor, type KeySpace } from "../documents/generatedKeys.ts"
import type { PlannedRecord } from "../documents/planDocuments.ts"
import { holesOf } from "../documents/Skeleton.ts"
import type { KeysOf } from "../domain/BatchPattern.ts"
import type { Create, Delete, Operation, Update } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { OperationCounts } from "../domain/Sample.ts"

export interface RecordOperations {
  /** Parents before their dependents, the record last. */
  readonly creates: Arr.NonEmptyReadonlyArray<Create>
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
    const { changed, parents, record } = generateRecord(planned, id, space)
    const [firstCreate = createOf(record), ...otherCreates] = [...parents, record].map(createOf)
    return {
      creates: [firstCreate, ...otherCreates],
      update:
        changed === undefined
          ? undefined
          : {
              op: "update",
              resource: record.resource,
              target: { naturalKey: record.naturalKey },
              document: changed
            },
      deletes: [deleteOf(record), ...parents.toReversed().map(deleteOf)]
    }
  }

/**
 * The number of operations of a planned record.
 *
 * @example of a studentSchoolAssociation with its student: { create: 2, update: 1, delete: 2 }
 */
export const countsOfRecord =
  ({ changed, parents }: Pick<PlannedRecord, "changed" | "parents">) =>
  ({ deleteResources = true }: { readonly deleteResources?: boolean | undefined } = {}): OperationCounts => ({
    create: parents.length + 1,
    update: changed === undefined ? 0 : 1,
    delete: deleteResources ? parents.length + 1 : 0
  })

/** The holes of a record's operations that differ between records, each once. */
const holesOfRecord = ({ changed, parents, record }: PlannedRecord): ReadonlyArray<KeyHole> => {
  const skeletons = [...parents, record].flatMap(({ document, naturalKey }) => [document, naturalKey])
  const holes = [...skeletons, ...(changed === undefined ? [] : [changed.document])].flatMap(holesOf)
  const distinct = new Map(holes.map((hole) => [JSON.stringify(hole), hole]))
  return [...distinct.values()].filter(({ owner }) => owner !== "fixture")
}

/** All texts by which the operations of a record differ from those of another: what its template inserts. */
export const keysOfRecord = (planned: PlannedRecord, space: KeySpace): KeysOf => {
  const holes = holesOfRecord(planned)
  return (id) => holes.map((hole) => String(keyFor(hole, id, space)))
}
