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
  /** In the order of their creation. */
  readonly parents: ReadonlyArray<GeneratedDocument>
  readonly record: GeneratedDocument
  /** The whole document of an update; `undefined` if nothing can change. */
  readonly changed: JsonObject | undefined
}

/**
 * Where the parents of a record come from that no other record shares: new for each record, or from a pool with one for
 * each user and index, which its records use in turn, because each deletes what it made.
 */
export const parentKinds = ["new", "pooled"] as const
export type ParentKind = (typeof parentKinds)[number]

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

/**
 * The documents of one record. Its own key is new for each record also with pooled parents, if it has a free member.
 *
 * @param record below the limits that `space` was made for
 */
export const generateRecord = (
  { changed, parents, record: planned }: PlannedRecord,
  record: RecordId,
  space: KeySpace,
  parentKind: ParentKind = "new"
): GeneratedRecord => {
  const parentRecord = parentKind === "pooled" ? pooled(record) : record
  const fillHole: FillHole = (hole) => keyFor(hole, hole.owner === "parent" ? parentRecord : record, space)
  return {
    parents: parents.map((parent) => generated(parent, fillHole)),
    record: generated(planned, fillHole),
    changed: changed === undefined ? undefined : fillObject(changed.document, fillHole)
  }
}
