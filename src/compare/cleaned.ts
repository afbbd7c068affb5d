/** A JSON document of another program, made harmless in the moment in which it comes in. */
import * as Predicate from "effect/Predicate"
import { excerpt } from "../domain/excerpt.ts"

/** The longest text that a comparison shows; names that are URLs with a query may well have hundreds of characters. */
export const maxTextLength = 1000

/** Files have six digits after the point; what was divided by less would be infinite. */
const leastNumber = 1e-9

/** A number that nobody measures, such as the infinite one of `1e999`, becomes a text, which schemas refuse by its place. */
const cleanedNumber = (value: number): number | string => {
  const size = Math.abs(value)
  if (size > Number.MAX_SAFE_INTEGER) return String(value)
  return size < leastNumber ? 0 : value
}

/**
 * The value with all of its texts, names of members too, as `excerpt` keeps them, and numbers with which one can
 * calculate.
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
