/** Parses the query of a GET on a collection: paging, `totalCount` and filters. Names are case-insensitive. */
import * as Either from "effect/Either"
import { coerceDate, coerceDateTime, isTime } from "./dates.ts"
import * as Refusal from "./Refusal.ts"
import type { QueryType, ResourceModel } from "./ResourceModel.ts"
import type { Query } from "./Store.ts"
import { numeral } from "./validate.ts"

export interface ParsedQuery extends Query {
  /** Whether the response has the `Total-Count` header. */
  readonly totalCount: boolean
}

/** Maximum and default number of documents in a page. */
const maxLimit = 500

/**
 * @param target path and query: `/data/ed-fi/students?limit=5&totalCount=true`
 * @param fields those that the server knows, by lower-case name
 */
export const parseQuery = (
  model: ResourceModel,
  target: string,
  fields: ResourceModel["queryFields"]
): Either.Either<ParsedQuery, Refusal.Refusal> => {
  const at = target.indexOf("?")
  const filters: Array<readonly [string, string]> = []
  let [limit, offset, totalCount] = [maxLimit, 0, false]
  for (const [given, value] of new URLSearchParams(at === -1 ? "" : target.slice(at))) {
    const name = given.toLowerCase()
    if (name === "limit") {
      limit = wholeNumber(value, maxLimit)
      if (limit < 0)
        return Either.left(Refusal.badRequest(`Limit must be a number between 0 and ${maxLimit}.`))
    } else if (name === "offset") {
      offset = wholeNumber(value, Number.MAX_SAFE_INTEGER)
      if (offset < 0) return Either.left(Refusal.badRequest("Offset must be a number of 0 or more."))
    } else if (name === "totalcount") {
      const lower = value.toLowerCase()
      if (lower !== "true" && lower !== "false")
        return Either.left(Refusal.badRequest("TotalCount must be a boolean value."))
      totalCount = lower === "true"
    } else filters.push([given, value])
  }
  return Either.map(parseFilters(model, filters, fields), (terms) => ({ terms, limit, offset, totalCount }))
}

/** Unknown fields are refused first, then all values of the wrong type together. */
const parseFilters = (
  model: ResourceModel,
  filters: ReadonlyArray<readonly [string, string]>,
  fields: ResourceModel["queryFields"]
): Either.Either<Query["terms"], Refusal.Refusal> => {
  const terms: Array<Query["terms"][number]> = []
  const errors: { [path: string]: ReadonlyArray<string> } = {}
  for (const [given, text] of filters) {
    const field = fields.get(given.toLowerCase())
    if (field === undefined) {
      return Either.left(
        Refusal.badRequest(`The query field '${given}' is not valid for resource '${model.name}'.`)
      )
    }
    const { paths, type } = field
    const value = valueOf[type](text)
    if (value === undefined) {
      const path = `$.${paths[0]?.join(".") ?? given}`
      errors[path] = [...(errors[path] ?? []), `The value '${text}' is not valid for ${given}.`]
    } else terms.push({ paths, value })
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

/** -1 unless the text is a whole number from 0 to `max`. */
const wholeNumber = (text: string, max: number): number => {
  const number = /^\d+$/.test(text) ? Number(text) : -1
  return number <= max ? number : -1
}
