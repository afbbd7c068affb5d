/** Plain JSON: documents, natural keys and responses. */
import * as Schema from "effect/Schema"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject

/** A JSON object; members that are `undefined` are left out when it is written. */
export interface JsonObject {
  readonly [member: string]: Json | undefined
}

export const Json: Schema.Schema<Json> = Schema.suspend(() =>
  Schema.Union(
    Schema.Null,
    Schema.Boolean,
    Schema.Number,
    Schema.String,
    Schema.Array(Json),
    Schema.Record({ key: Schema.String, value: Schema.UndefinedOr(Json) })
  )
)
