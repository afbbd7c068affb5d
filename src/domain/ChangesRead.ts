/** What CHANGE_QUERY read of one resource. */
import * as Schema from "effect/Schema"

/** The lists of changes that a resource has: `students`, `students/deletes`, `students/keyChanges`. */
export const changeKinds = ["changed", "deleted", "keyChanged"] as const
export type ChangeKind = (typeof changeKinds)[number]

/** Change versions, both inclusive, 0 to 2^53 - 1. */
export const ChangeWindow = Schema.Struct({
  min: Schema.NonNegativeInt,
  /** Below `min` if there are no new changes. */
  max: Schema.NonNegativeInt
})
export interface ChangeWindow extends Schema.Schema.Type<typeof ChangeWindow> {}

export const ChangesRead = Schema.Struct({
  /** `ed-fi/students` */
  resource: Schema.String,
  /** Different documents. */
  changed: Schema.NonNegativeInt,
  /** Different deleted keys. */
  deleted: Schema.NonNegativeInt,
  /** Different changed keys. */
  keyChanged: Schema.NonNegativeInt,
  /** Rows that were read before, because others moved while their list was read. */
  repeated: Schema.NonNegativeInt,
  /** Requests that were answered with a page. */
  pages: Schema.NonNegativeInt,
  /** From the first request to the last response. */
  seconds: Schema.NonNegative,
  /** Why its changes are incomplete; `null` if they are complete. */
  problem: Schema.NullOr(Schema.String)
})
export interface ChangesRead extends Schema.Schema.Type<typeof ChangesRead> {}
