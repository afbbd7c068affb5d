/** Reads of documents: one by id, and lists. @see contract section 3 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import type { DataRequest, Outcome } from "./DataRequest.ts"
import { timestamp } from "./dates.ts"
import { etagOf } from "./etag.ts"
import * as Exchange from "./Exchange.ts"
import { parseQuery } from "./parseQuery.ts"
import * as Refusal from "./Refusal.ts"
import type { Stored } from "./Store.ts"
import { denial } from "./writes.ts"

export const get = Effect.fnUntraced(function* ({ server, model }: DataRequest, id: string) {
  const denied = denial(server, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const stored = yield* server.store.findById(model, id)
  if (stored === undefined) return yield* Effect.fail(Refusal.notFoundEmpty)
  const outcome: Outcome = { response: Exchange.json(200, resourceBody(stored)) }
  return outcome
})

export const query = Effect.fnUntraced(function* ({ server, model, request }: DataRequest) {
  const { dialect, models } = server
  const fields = dialect.queriesByColumn ? models.columnFields(model) : model.queryFields
  const parsed = parseQuery(model, request.target, fields)
  if (Either.isLeft(parsed)) return yield* Effect.fail(parsed.left)
  const denied = denial(server, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const { documents, total } = yield* server.store.query(model, parsed.right)
  const headers: Exchange.Response["headers"] = parsed.right.totalCount
    ? { "total-count": String(total) }
    : {}
  const outcome: Outcome = { response: Exchange.json(200, documents.map(resourceBody), headers) }
  return outcome
})

const resourceBody = ({ body, id, modifiedMillis }: Stored): JsonObject => ({
  id,
  ...body,
  _etag: etagOf(body),
  _lastModifiedDate: timestamp(modifiedMillis)
})
