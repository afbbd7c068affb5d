/** Makes a JSON document from outside safe to print and to calculate with. */
import * as Predicate from "effect/Predicate"
import { excerpt } from "../domain/excerpt.ts"

/** The maximum length of a text in a comparison; a name that is a URL with a query may have hundreds of characters. */
export const maxTextLength = 1000

/** Files have six decimal places; a smaller number counts as 0, because dividing by it would give infinity. */
const minNumber = 1e-9

/**
 * A number that is too large, such as `1e999` (infinity), becomes a text, so that the schema rejects it and names its
 * path.
 */
const cleanedNumber = (value: number): number | string => {
  const size = Math.abs(value)
  if (size > Number.MAX_SAFE_INTEGER) return String(value)
  return size < minNumber ? 0 : value
}

/**
 * Cleans all texts with `excerpt`, names of members too, and makes all numbers safe to calculate with.
 *
 * @param value at most 64 deep, as `parseJson` reads it
 */
export const cleaned = (value: unknown): unknown => {
  if (typeof value === "string") return excerpt(value, maxTextLength)
  if (typeof value === "number") return cleanedNumber(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (!Predicate.isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [excerpt(name, maxTextLength), cleaned(each)])
  )
}
