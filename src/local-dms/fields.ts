/**
 * The vocabulary of resources.ts: one constructor per kind of member, and the modifiers `required` and `key`. Limits are those of Data Standard 5.2 (contract, section 6).
 */

/** The type of a member. */
export type Kind =
  | { readonly _tag: "text"; readonly max: number }
  | {
      readonly _tag: "number"
      readonly min: number
      readonly max: number
      /** Maximum number of decimal places; 0 for integers. */
      readonly decimals: number
    }
  | { readonly _tag: "boolean" }
  | { readonly _tag: "date" }
  | { readonly _tag: "time" }
  | { readonly _tag: "descriptor"; readonly name: string }
  | { readonly _tag: "reference"; readonly to: string }
  | { readonly _tag: "list"; readonly items: Fields }

export interface Field {
  readonly kind: Kind
  readonly required: boolean
  /** Part of the identity of a document or of a list item. */
  readonly key: boolean
}

export interface Fields {
  readonly [member: string]: Field
}

const optional = (kind: Kind): Field => ({ kind, required: false, key: false })

/** A string of at most `max` characters (code points). */
export const text = (max: number): Field => optional({ _tag: "text", max })

/** A 32-bit integer within bounds, both included: `int32(1, 8)`. */
export const int32 = (min = -2_147_483_648, max = 2_147_483_647): Field =>
  optional({ _tag: "number", min, max, decimals: 0 })

/** A 64-bit integer. JavaScript is exact up to 2^53; ids of schools and districts are far below. */
export const int64 = (): Field => optional({ _tag: "number", min: -(2 ** 63), max: 2 ** 63, decimals: 0 })

/** A decimal number with at most `decimals` decimal places. */
export const decimal = (decimals: number, min: number): Field =>
  optional({ _tag: "number", min, max: 1e15, decimals })

/** `true` or `false`; the strings `"true"` and `"false"` are coerced. */
export const bool: Field = optional({ _tag: "boolean" })

/** `2025-09-01`; `9/1/2025` is coerced. */
export const date: Field = optional({ _tag: "date" })

/** `08:30:00`. */
export const time: Field = optional({ _tag: "time" })

/** A descriptor URI: `descriptor("Term")` accepts `uri://ed-fi.org/TermDescriptor#Fall Semester`. */
export const descriptor = (name: string): Field => optional({ _tag: "descriptor", name })

/** An object with the identity of another document: `reference("schools")` accepts `{schoolId}`. */
export const reference = (to: string): Field => optional({ _tag: "reference", to })

/** An array of objects that are unique in the members marked `key`. */
export const list = (items: Fields): Field => optional({ _tag: "list", items })

export const required = (field: Field): Field => ({ ...field, required: true })

/** Part of the identity, and therefore required. */
export const key = (field: Field): Field => ({ ...field, required: true, key: true })
