/** Plain JSON: documents, natural keys and responses. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject

/** A JSON object; members that are `undefined` are left out when it is written. */
export interface JsonObject {
  readonly [member: string]: Json | undefined
}
