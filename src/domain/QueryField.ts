/** A parameter of a list, and the place of its value in a document. */
import * as Schema from "effect/Schema"

export const QueryField = Schema.Struct({
  /** `schoolId` */
  name: Schema.String,
  /** `["schoolReference", "schoolId"]` */
  place: Schema.Array(Schema.String)
})
export interface QueryField extends Schema.Schema.Type<typeof QueryField> {}
