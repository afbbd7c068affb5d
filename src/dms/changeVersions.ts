/** The change versions that a server has: where it says so, and what. @see api-facts section 3 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { shownAddress } from "../domain/shownAddress.ts"
import { Discovery, type DmsUrls } from "./Discovery.ts"
import { ReadClient } from "./ReadClient.ts"

export interface ChangeVersions {
  /** 0 to 2^53 - 1; 0 if nothing has ever been written. */
  readonly newest: number
  /** An ODS/API 5.3 records deletes only; it spells its members with capitals. */
  readonly hasKeyChanges: boolean
}

/** The server does not say which changes it has; no load was sent. Exit code 3. */
export class ChangeQueriesUnavailable extends Schema.TaggedError<ChangeQueriesUnavailable>()(
  "ChangeQueriesUnavailable",
  { url: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `the change versions of the server could not be read at ${this.url}: ${this.detail}`
  }
}

const noChangeQueries =
  "it has no Change Queries (404); leave CHANGE_QUERY out, or test a server that has them, " +
  "such as edfi-perf local-dms --dialect main"

const withSlash = (address: string): string => (address.endsWith("/") ? address : `${address}/`)

/**
 * Where the server says which changes it has: below the address in discovery, or beside its data.
 *
 * @example of http://host/data/v3: http://host/changeQueries/v1/availableChangeVersions
 * @example of http://host/data/v3/2026: http://host/changeQueries/v1/2026/availableChangeVersions
 */
export const changeVersionsUrl = ({ changeQueries, data }: Pick<DmsUrls, "changeQueries" | "data">): URL => {
  const beside = data.replace(/\/data(?:\/v\d+)?(\/[^/]+)?\/?$/, "/changeQueries/v1$1")
  return new URL("availableChangeVersions", withSlash(changeQueries?.href ?? beside))
}

/** Members by their name in lower case. */
const decodeVersions = (value: unknown): Either.Either<ChangeVersions, string> => {
  const members = Predicate.isReadonlyRecord(value) ? Object.entries(value) : []
  const [name, newest] = members.find(([each]) => each.toLowerCase() === "newestchangeversion") ?? []
  return typeof newest === "number" && Number.isSafeInteger(newest) && newest >= 0
    ? Either.right({ newest, hasKeyChanges: !name?.startsWith("N") })
    : Either.left("the body has no newestChangeVersion, a whole number from 0 to 2^53 - 1")
}

/**
 * Asks the server for its newest change version. It is read before any change: what is written later has a later version.
 *
 * @throws ChangeQueriesUnavailable the server refused it, or answered with something else
 */
export const readChangeVersions: Effect.Effect<
  ChangeVersions,
  ChangeQueriesUnavailable,
  Discovery | ReadClient
> = Effect.gen(function* () {
  const url = changeVersionsUrl(yield* Discovery)
  const { value } = yield* ReadClient
  const read = {
    name: "GET /changeQueries/v1/availableChangeVersions",
    path: url,
    resource: "availableChangeVersions"
  }
  return yield* Effect.mapError(
    value(read, decodeVersions),
    (error) =>
      new ChangeQueriesUnavailable({
        url: shownAddress(url.href),
        detail: error.status === 404 ? noChangeQueries : error.message
      })
  )
})
