/** Parses the query of a GET on a collection: paging, `totalCount` and filters. Names are case-insensitive. */
import * as Either from "effect/Either"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import type { Query } from "./Store.ts"

export interface ParsedQuery extends Query {
  /** Whether the response has the `Total-Count` header. */
  readonly totalCount: boolean
}

/** Maximum and default number of documents in a page. */
const maxLimit = 500

/** @param target path and query: `/data/ed-fi/students?limit=5&totalCount=true` */
export const parseQuery = (
  model: ResourceModel,
  target: string
): Either.Either<ParsedQuery, Refusal.Refusal> => {
  const at = target.indexOf("?")
  const terms: Array<Query["terms"][number]> = []
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
    } else {
      const paths = model.queryPaths.get(name)
      if (paths === undefined) {
        return Either.left(
          Refusal.badRequest(`The query field '${given}' is not valid for resource '${model.name}'.`)
        )
      }
      terms.push({ paths, value })
    }
  }
  return Either.right({ terms, limit, offset, totalCount })
}

/** -1 unless the text is a whole number from 0 to `max`. */
const wholeNumber = (text: string, max: number): number => {
  const number = /^\d+$/.test(text) ? Number(text) : -1
  return number <= max ? number : -1
}
