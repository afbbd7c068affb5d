/** Writes a new identity to a reference, because the server cascades identity updates. */
import type { Json, JsonObject } from "../domain/Json.ts"
import { isArray, isObject } from "./json.ts"
import type { Place } from "./validate.ts"
import { valueAt } from "./ResourceModel.ts"
import type { IdentityOf } from "./ResourceModel.ts"
import type { Reference } from "./validate.ts"

/** The document with the current identity of `target` in one of its references. */
export const renameReference = (
  document: JsonObject,
  { place, shape }: Reference,
  identity: IdentityOf,
  target: JsonObject
): JsonObject => {
  if (shape._tag === "descriptor") return document
  const parts = shape.parts.map(
    (part, index) => [part, valueAt(target, identity.parts[index]?.path ?? [])] as const
  )
  const renamed = replaceAt(document, place, Object.fromEntries(parts))
  return isObject(renamed) ? renamed : document
}

const replaceAt = (value: Json | undefined, place: Place, replacement: JsonObject): Json | undefined => {
  const [step, ...rest] = place
  if (step === undefined) return replacement
  if (typeof step === "number") {
    if (!isArray(value)) return value
    return value.map((item, index) => (index === step ? (replaceAt(item, rest, replacement) ?? item) : item))
  }
  return isObject(value) ? { ...value, [step]: replaceAt(value[step], rest, replacement) } : value
}
