/** Parses the filters of a list: query fields with a value of their type. Names are case-insensitive. */
import * as Either from "effect/Either"
import { coerceDate, coerceDateTime, isTime } from "./dates.ts"
import type { Dialect } from "../Dialect.ts"
import { isStorable } from "../json.ts"
import * as Refusal from "./Refusal.ts"
import type { QueryType, ResourceModel } from "../model/ResourceModel.ts"
import type { Query } from "../Store.ts"
import { numeral } from "./validate.ts"

/** What a list is asked of. */
export interface Asked {
  readonly model: ResourceModel
  /** The query fields that the server knows, by lower-case name. */
  readonly fields: ResourceModel["queryFields"]
  readonly dialect: Dialect
}

/** Unknown fields are refused first, then all values of the wrong type together. */
export const parseFilters = (
  { dialect, fields, model }: Asked,
  filters: ReadonlyArray<readonly [name: string, value: string]>
): Either.Either<Query["terms"], Refusal.Refusal> => {
  const terms: Array<Query["terms"][number]> = []
  const errors: { [path: string]: ReadonlyArray<string> } = {}
  for (const [given, text] of filters) {
    const field = fields.get(given.toLowerCase())
    if (field === undefined) {
      if (dialect.lists.ignoresUnknownFields) continue
      return Either.left(
        Refusal.badRequest(`The query field '${given}' is not valid for resource '${model.name}'.`)
      )
    }
    const { paths, type } = field
    const value = given.toLowerCase() === "id" ? dialect.paths.idOf(text) : valueOf[type](text)
    if (value === undefined) {
      const path = `$.${paths[0]?.join(".") ?? given}`
      errors[path] = [...(errors[path] ?? []), `The value '${text}' is not valid for ${given}.`]
    } else if (!isStorable(text)) return Either.left(Refusal.backendFailure)
    else terms.push({ paths, value })
  }
  return Object.keys(errors).length === 0
    ? Either.right(terms)
    : Either.left(Refusal.dataValidationFailed(errors))
}

const day = /^[^T ]+/

/** A value in the form in which documents have it, by its type; `undefined` if it has another type. */
const valueOf: { readonly [type in QueryType]: (text: string) => string | undefined } = {
  text: (text) => text,
  number: (text) => {
    if (!numeral.test(text)) return undefined
    const value = Number(text)
    // Ids beyond 2^53 are not exact as numbers.
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? text.trim() : String(value)
  },
  boolean: (text) => {
    const lower = text.trim().toLowerCase()
    return lower === "true" || lower === "false" ? lower : undefined
  },
  date: (text) => {
    const date = coerceDate(text)
    return date ?? (coerceDateTime(text) === undefined ? undefined : day.exec(text)?.[0])
  },
  dateTime: coerceDateTime,
  time: (text) => (isTime(text) ? text : undefined)
}
