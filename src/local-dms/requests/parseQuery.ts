/** Parses the queries of lists: paging, page tokens, `totalCount`, change versions. Names are case-insensitive. */
import * as Either from "effect/Either"
import type { Dialect } from "../Dialect.ts"
import { parsePageToken } from "./pageToken.ts"
import { parseFilters } from "./parseFilters.ts"
import type { Asked } from "./parseFilters.ts"
import * as Refusal from "./Refusal.ts"
import { unbounded } from "../Store.ts"
import type { ChangeQuery, Partitioning, Query, Range } from "../Store.ts"

type Parsed<A> = Either.Either<A, Refusal.Refusal>

/** Maximum and default number of documents in a page. */
const maxLimit = 500

/** Of a 32-bit integer. */
const maxOffset = 2_147_483_647

/** Number of partitions if the request names none, and its maximum. @see api-facts section 2 */
const partitions = { default: 10, max: 200 }

const pagingNames = ["pageToken", "pageSize", "limit", "offset", "totalCount"] as const
const versionNames = ["minChangeVersion", "maxChangeVersion"] as const

type Name = (typeof pagingNames)[number] | (typeof versionNames)[number] | "number"

const offsetNames: ReadonlyArray<Name> = ["limit", "offset", "totalCount"]

interface Parameters {
  /** The last value of each parameter that the operation has. */
  readonly given: ReadonlyMap<Name, string>
  /** All others. */
  readonly filters: ReadonlyArray<readonly [name: string, value: string]>
}

/** @param target path and query: `/data/ed-fi/students?limit=5&totalCount=true` */
const parametersOf = (target: string, names: ReadonlyArray<Name>): Parameters => {
  const at = target.indexOf("?")
  const given = new Map<Name, string>()
  const filters: Array<readonly [string, string]> = []
  for (const [text, value] of new URLSearchParams(at === -1 ? "" : target.slice(at))) {
    const name = names.find((one) => one.toLowerCase() === text.toLowerCase())
    if (name === undefined) filters.push([text, value])
    else given.set(name, value)
  }
  return { given, filters }
}

/** The query of a list of documents. */
export const parseQuery = (asked: Asked, target: string): Parsed<Query> => {
  const { dialect } = asked
  const { filters, given } = parametersOf(
    target,
    dialect.hasChangeQueries ? [...pagingNames, ...versionNames] : offsetNames
  )
  const order = orderOf(dialect, given)
  const token = parsePageToken(given.get("pageToken") ?? "")
  const problem =
    cursorProblem(given, token?.order === order) ?? pagingProblem(given) ?? versionProblem(given)
  if (problem !== undefined) return Either.left(Refusal.badPaging([problem]))
  return Either.map(parseFilters(asked, filters), (terms) => ({
    terms,
    changed: changedIn(given),
    order,
    within: token?.within ?? unbounded,
    limit: Number(given.get("pageSize") ?? given.get("limit") ?? maxLimit),
    ...offsetIn(given)
  }))
}

/** The query of `/partitions`; partitions have at least five full pages. */
export const parsePartitioning = (asked: Asked, target: string): Parsed<Partitioning> => {
  const { dialect } = asked
  const { filters, given } = parametersOf(target, ["number", ...pagingNames, ...versionNames])
  const number = given.get("number")
  const problems: Array<string> = []
  if (number !== undefined && !(wholeNumber(number, partitions.max) >= 1))
    problems.push(`Number of partitions must be between 1 and ${partitions.max}.`)
  else if (!dialect.lists.ignoresUnknownFields)
    for (const name of pagingNames)
      if (given.has(name)) problems.push(`The parameter '${name}' is not supported for partitions.`)
  const version = problems.length === 0 ? versionProblem(given) : undefined
  if (version !== undefined) problems.push(version)
  if (problems.length > 0) return Either.left(Refusal.badPaging(problems))
  return Either.map(parseFilters(asked, filters), (terms) => ({
    terms,
    changed: changedIn(given),
    order: orderOf(dialect, given),
    number: Number(number ?? partitions.default),
    minSize: 5 * maxLimit
  }))
}

/** The query of `/deletes` and `/keyChanges`, which have no filters. */
export const parseChangeQuery = (dialect: Dialect, target: string): Parsed<ChangeQuery> => {
  const { filters, given } = parametersOf(target, [...offsetNames, ...versionNames])
  const problem = pagingProblem(given) ?? versionProblem(given)
  if (problem !== undefined) return Either.left(Refusal.badPaging([problem]))
  const [unknown] = filters
  if (unknown !== undefined && !dialect.lists.ignoresUnknownFields)
    return Either.left(Refusal.badRequest(`The query field '${unknown[0]}' is not valid for Change Queries.`))
  return Either.right({
    changed: changedIn(given) ?? unbounded,
    limit: Number(given.get("limit") ?? maxLimit),
    ...offsetIn(given)
  })
}

type Given = Parameters["given"]

const orderOf = ({ lists }: Dialect, given: Given): Query["order"] =>
  lists.sortsChangesByVersion && given.has("maxChangeVersion") ? "changeVersion" : "position"

const offsetIn = (given: Given): Pick<Query, "offset" | "totalCount"> => ({
  offset: Number(given.get("offset") ?? 0),
  totalCount: given.get("totalCount")?.toLowerCase() === "true"
})

const changedIn = (given: Given): Range | undefined => {
  const [min, max] = [given.get("minChangeVersion"), given.get("maxChangeVersion")]
  if (min === undefined && max === undefined) return undefined
  return { min: Number(min ?? unbounded.min), max: Number(max ?? unbounded.max) }
}

/**
 * What is wrong with the choice of parameters, the first of: the token, parameters beside it, a missing token.
 * @param isTokenValid whether the token can be read and belongs to the order of the list
 */
const cursorProblem = (given: Given, isTokenValid: boolean): string | undefined => {
  if (given.has("pageToken")) {
    if (!isTokenValid) return "The page token provided was invalid."
    if (given.has("offset")) return "Offset and pageToken cannot be used together."
    if (given.has("limit")) return "Use pageSize instead of limit with a pageToken."
    return given.get("totalCount")?.toLowerCase() === "true"
      ? "TotalCount cannot be true with a pageToken."
      : undefined
  }
  if (!given.has("pageSize")) return undefined
  return given.has("offset") && !given.has("limit")
    ? "Use limit instead of pageSize with an offset."
    : "PageToken is required when pageSize is specified."
}

/** A value of the wrong type or out of its range. */
const pagingProblem = (given: Given): string | undefined => {
  const isNumber = (name: Name, max: number): boolean => wholeNumber(given.get(name) ?? "0", max) >= 0
  if (!isNumber("pageSize", maxLimit)) return `PageSize must be a value between 0 and ${maxLimit}.`
  if (!isNumber("limit", maxLimit)) return `Limit must be a number between 0 and ${maxLimit}.`
  if (!isNumber("offset", maxOffset)) return "Offset must be a number of 0 or more."
  const totalCount = given.get("totalCount")?.toLowerCase() ?? "false"
  return totalCount === "true" || totalCount === "false" ? undefined : "TotalCount must be a boolean value."
}

const versionProblem = (given: Given): string | undefined => {
  for (const name of versionNames) {
    if (wholeNumber(given.get(name) ?? "0", Number.MAX_SAFE_INTEGER) < 0)
      return `${name} must be a number of 0 or more.`
  }
  const { max, min } = changedIn(given) ?? unbounded
  return min <= max ? undefined : "minChangeVersion must be less than or equal to maxChangeVersion."
}

/** -1 unless the text is a whole number from 0 to `max`; as in .NET it may have a sign and outer blanks. */
const wholeNumber = (text: string, max: number): number => {
  const number = /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : -1
  return number >= 0 && number <= max ? Math.abs(number) : -1
}
