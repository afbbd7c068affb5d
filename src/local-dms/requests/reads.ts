/** Reads of documents: one by id, and lists. @see contract section 3 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../../domain/Json.ts"
import { visibleTo } from "../claims/authorize.ts"
import type { DataRequest, Outcome } from "./DataRequest.ts"
import { timestamp } from "./dates.ts"
import { etagHeader } from "../Dialect.ts"
import * as Exchange from "../Exchange.ts"
import { pageToken } from "./pageToken.ts"
import { parsePartitioning, parseQuery } from "./parseQuery.ts"
import type { Asked } from "./parseFilters.ts"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { ServerState } from "../ServerState.ts"
import { unbounded } from "../Store.ts"
import { withLinks } from "./links.ts"
import type { Stored, StoreError } from "../Store.ts"
import { authorized, denial } from "./writes.ts"

export const get = Effect.fnUntraced(function* ({ request, server, model }: DataRequest, id: string) {
  const denied = denial(server, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const stored = yield* server.store.findById(model, id)
  if (stored === undefined) return yield* Effect.fail(Refusal.notFoundEmpty)
  const ifNoneMatch = request.headers["if-none-match"]
  return yield* authorized(
    server,
    model,
    "read",
    () => ({ stored: stored.body }),
    () => representation(server, stored, ifNoneMatch)
  )
})

/** A document, or 304 if the client has it already. */
const representation = Effect.fnUntraced(function* (
  server: ServerState,
  stored: Stored,
  ifNoneMatch: string | undefined
) {
  const { dialect } = server
  const headers: Exchange.Response["headers"] = dialect.etag.onGet
    ? { etag: etagHeader(dialect, stored) }
    : {}
  const isCurrent =
    ifNoneMatch !== undefined && dialect.conditions.isCurrent(ifNoneMatch, dialect.etag.of(stored))
  if (isCurrent) {
    const notModified: Outcome = { response: Exchange.empty(304, headers) }
    return notModified
  }
  const [body] = yield* resourceBodies(server, [stored])
  const outcome: Outcome = { response: Exchange.json(200, body, headers) }
  return outcome
})

const askedOf = ({ dialect, models }: ServerState, model: ResourceModel): Asked => ({
  model,
  dialect,
  fields: dialect.lists.queriesByColumn ? models.columnFields(model) : model.queryFields
})

export const query = Effect.fnUntraced(function* ({ server, model, request }: DataRequest) {
  const parsed = parseQuery(askedOf(server, model), request.target)
  if (Either.isLeft(parsed)) return yield* Effect.fail(parsed.left)
  const denied = denial(server, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const { order, within } = parsed.right
  const where = yield* visible(server, model)
  const { items, total } = yield* server.store.query(model, { ...parsed.right, where })
  const last = items.at(-1)
  const headers = {
    ...totalHeader(total),
    ...(last !== undefined && server.dialect.hasChangeQueries
      ? { "next-page-token": pageToken(order, { min: last[order] + 1, max: within.max }) }
      : {})
  }
  const outcome: Outcome = { response: Exchange.json(200, yield* resourceBodies(server, items), headers) }
  return outcome
})

/** The conditions of what the client sees. */
const visible = ({ claims }: ServerState, model: ResourceModel) =>
  claims === undefined ? Effect.succeed([]) : visibleTo(claims, model)

/** `/partitions`: tokens of ranges that can be walked at the same time. */
export const partitions = Effect.fnUntraced(function* ({ server, model, request }: DataRequest) {
  const parsed = parsePartitioning(askedOf(server, model), request.target)
  if (Either.isLeft(parsed)) return yield* Effect.fail(parsed.left)
  const denied = denial(server, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const { order } = parsed.right
  const where = yield* visible(server, model)
  const starts = yield* server.store.partition(model, { ...parsed.right, where })
  const pageTokens = starts.map((min, index) =>
    pageToken(order, { min, max: (starts[index + 1] ?? unbounded.max + 1) - 1 })
  )
  const outcome: Outcome = { response: Exchange.json(200, { pageTokens }) }
  return outcome
})

/** @param total `undefined` unless it was asked for */
export const totalHeader = (total: number | undefined): Exchange.Response["headers"] =>
  total === undefined ? {} : { "total-count": String(total) }

/** Documents as they are read: with what the server adds, and links where the dialect has them. */
const resourceBodies = (
  { dialect, store }: ServerState,
  documents: ReadonlyArray<Stored>
): Effect.Effect<ReadonlyArray<JsonObject>, StoreError> => {
  const { documents: facts, etag, paths } = dialect
  const body = (stored: Stored, own: JsonObject): JsonObject => ({
    id: paths.idText(stored.id),
    ...own,
    _etag: etag.of(stored),
    _lastModifiedDate: timestamp(stored.modifiedMillis)
  })
  return facts.hasLinks
    ? Effect.map(withLinks(store, documents, paths.idText), (bodies) =>
        documents.map((stored, index) => body(stored, bodies[index] ?? stored.body))
      )
    : Effect.succeed(documents.map((stored) => body(stored, stored.body)))
}
