/** Reads and replaces values at places in a document. */
import type { Json } from "../../domain/Json.ts"
import { isArray, isObject } from "../json.ts"
import type { Place } from "../requests/validate.ts"

export const valueAtPlace = (value: Json | undefined, place: Place): Json | undefined =>
  place.reduce<Json | undefined>((here, step) => {
    if (typeof step === "number") return isArray(here) ? here[step] : undefined
    return isObject(here) ? here[step] : undefined
  }, value)

/** The value with another one at a place; as it is, if it does not have the place. */
export const replaceAt = (value: Json | undefined, place: Place, replacement: Json): Json | undefined => {
  const [step, ...rest] = place
  if (step === undefined) return replacement
  if (typeof step === "number") {
    if (!isArray(value)) return value
    return value.map((item, index) => (index === step ? (replaceAt(item, rest, replacement) ?? item) : item))
  }
  return isObject(value) ? { ...value, [step]: replaceAt(value[step], rest, replacement) } : value
}
