/**
 * Problem details as a DMS answers them: alone as the body of a refused request, or inside the
 * `failedOperation` of a rolled-back batch.
 */
import * as Schema from "effect/Schema"

/**
 * Every member is optional, because no single one is certain: a write conflict carries only `detail` and
 * `status`, an unclassified failure is `{ error, correlationId }`, an open circuit `{ message, traceId }`.
 * Match on `type` and `status`, never on `detail`: its wording changes between releases.
 */
export const Problem = Schema.Struct({
  type: Schema.optional(Schema.String),
  title: Schema.optional(Schema.String),
  status: Schema.optional(Schema.Int),
  detail: Schema.optional(Schema.String),
  correlationId: Schema.optional(Schema.NullOr(Schema.String)),
  /** Texts by JSON path of the document, `{"$.termDescriptor": ["..."]}`. */
  validationErrors: Schema.optional(
    Schema.Record({ key: Schema.String, value: Schema.Array(Schema.String) })
  ),
  errors: Schema.optional(Schema.Array(Schema.String)),
  error: Schema.optional(Schema.Unknown),
  message: Schema.optional(Schema.String)
})
export interface Problem extends Schema.Schema.Type<typeof Problem> {}
