/** The entity tag of branch [B]: base64 SHA-256 of the JSON text, so the order of members matters. */
import { createHash } from "node:crypto"
import type { JsonObject } from "../domain/Json.ts"

/** @param body the stored document, without `id`, `_etag` and `_lastModifiedDate` */
export const etagOf = (body: JsonObject): string =>
  createHash("sha256").update(JSON.stringify(body)).digest("base64")
