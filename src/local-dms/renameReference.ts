/** Writes a new identity to a reference, because the server cascades identity updates. */
import type { Json, JsonObject } from "../domain/Json.ts"
import { isArray, isObject } from "./json.ts"
import type { Place } from "./validate.ts"
import { valueAt } from "./ResourceModel.ts"
import type { IdentityOf } from "./ResourceModel.ts"

/** The document with the current identity of `target` in its reference at `place`. */
export const renameReference = (
  document: JsonObject,
  place: Place,
  identity: IdentityOf,
  target: JsonObject
): JsonObject => {
  const leaves = identity.parts.map((part) => [part.leaf, valueAt(target, part.path)] as const)
  const renamed = replaceAt(document, place, Object.fromEntries(leaves))
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
