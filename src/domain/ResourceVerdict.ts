/** What PIPECLEAN found about one resource. */
import * as Schema from "effect/Schema"

/** The steps of a record of PIPECLEAN, in their order. */
export const steps = [
  /** Creates what the record refers to: fixtures that are not there yet, and its new parents. */
  "parents",
  /** Reads the first page of the resource. */
  "list",
  "create",
  /** Creates what relates a person to an education organization. */
  "createCompanions",
  /** Reads it by id: it must show what was created. */
  "read",
  /** Queries it by its key: it must be the only one. */
  "find",
  "update",
  /** Reads it again: it must show the update. */
  "readUpdated",
  "deleteCompanions",
  "delete",
  /** Reads it again, which must be 404. */
  "readDeleted",
  /** Deletes its new parents. */
  "deleteParents"
] as const
export const Step = Schema.Literal(...steps)
export type Step = typeof Step.Type

/**
 * - `passed`: every step did what it should
 * - `failed`: `step` did not, with `request` and `problem`
 * - `notTried`: `problem` says why, for example that a resource it needs failed
 * - `readOnly`: clients do not write it; reading it worked
 */
export const ResourceVerdict = Schema.Struct({
  /** `ed-fi/students` */
  resource: Schema.String,
  verdict: Schema.Literal("passed", "failed", "notTried", "readOnly"),
  step: Schema.optional(Step),
  /** `PUT /data/ed-fi/students/{id}` */
  request: Schema.optional(Schema.String),
  /** Of the server, or the difference between what was sent and what was read. */
  problem: Schema.optional(Schema.String)
})
export interface ResourceVerdict extends Schema.Schema.Type<typeof ResourceVerdict> {}
