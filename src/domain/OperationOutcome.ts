/** The outcome of one operation of a committed batch, as the server reports it. */
import * as Schema from "effect/Schema"

export const OperationOutcome = Schema.Struct({
  /** 0-based position in the request. */
  index: Schema.Number,
  status: Schema.Literal("success"),
  op: Schema.String,
  /** The server's own spelling of the resource. */
  resource: Schema.optional(Schema.String),
  /** The id of the record, also of a deleted one. */
  documentId: Schema.NonEmptyString
})
export interface OperationOutcome extends Schema.Schema.Type<typeof OperationOutcome> {}
