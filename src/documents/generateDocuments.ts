/** Makes the documents of a plan: a plan, the keys of a load and a record give the same bytes every time. */
import type { JsonObject } from "../domain/Json.ts"
import type { RecordId } from "../domain/RecordId.ts"
import { keyFor, type KeySpace, pooled } from "./generatedKeys.ts"
import type { DocumentsPlan, PlannedRecord } from "./planDocuments.ts"
import type { DocumentResource, PlannedDocument } from "./PlannedDocument.ts"
import { type FillHole, fillObject } from "./Skeleton.ts"

export interface GeneratedDocument {
  readonly resource: DocumentResource
  readonly document: JsonObject
  /** Nested as in the document: `{entryDate, schoolReference: {schoolId}, studentReference: {studentUniqueId}}`. */
  readonly naturalKey: JsonObject
}

export interface GeneratedRecord {
  /** New for this record, in the order of their creation; none if they are in a pool. */
  readonly parents: ReadonlyArray<GeneratedDocument>
  readonly record: GeneratedDocument
  /** Created after the record, and deleted before it. */
  readonly companions: ReadonlyArray<GeneratedDocument>
  /** The whole document of an update; `undefined` if nothing can change. */
  readonly changed: JsonObject | undefined
}

const generated = (
  { document, naturalKey, resource }: PlannedDocument,
  fillHole: FillHole
): GeneratedDocument => ({
  resource,
  document: fillObject(document, fillHole),
  naturalKey: fillObject(naturalKey, fillHole)
})

/** No hole of a fixture depends on a record. */
const noRecord: RecordId = { seed: 0, user: 0, iteration: 0, index: 0 }

/** The documents that are created once, parents before their dependents. */
export const fixturesOf = (
  { fixtures }: Pick<DocumentsPlan, "fixtures">,
  space: KeySpace
): ReadonlyArray<GeneratedDocument> =>
  fixtures.map((fixture) => generated(fixture, (hole) => keyFor(hole, noRecord, space)))

/** The keys of a record's documents, and of the parents that it refers to. */
export const keysFor = (
  { pool }: Pick<PlannedRecord, "pool">,
  record: RecordId,
  space: KeySpace
): FillHole => {
  const parent = pool === undefined ? record : { ...record, ...pooled(record, pool, space) }
  return (hole) => keyFor(hole, hole.owner === "parent" ? parent : record, space)
}

/**
 * The documents of one record. Its own key is new for each record also with pooled parents, if it has a free member.
 *
 * @param record below the limits that `space` was made for
 */
export const generateRecord = (
  planned: PlannedRecord,
  record: RecordId,
  space: KeySpace
): GeneratedRecord => {
  const { changed, companions, parents, pool } = planned
  const fillHole = keysFor(planned, record, space)
  return {
    parents: pool === undefined ? parents.map((parent) => generated(parent, fillHole)) : [],
    record: generated(planned.record, fillHole),
    companions: companions.map((companion) => generated(companion, fillHole)),
    changed: changed === undefined ? undefined : fillObject(changed.document, fillHole)
  }
}

/**
 * The parents in a pool that the records of one user and index use in turn, in the order of their creation.
 *
 * @param planned has a pool
 */
export const pooledParents = (
  planned: PlannedRecord,
  { index, user }: Pick<RecordId, "user" | "index">,
  space: KeySpace
): ReadonlyArray<GeneratedDocument> => {
  const fillHole = keysFor(planned, { seed: space.fixtureSeed, user, iteration: 0, index }, space)
  return planned.parents.map((parent) => generated(parent, fillHole))
}
