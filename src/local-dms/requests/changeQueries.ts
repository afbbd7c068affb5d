/** Change Queries but for lists of documents: the versions that exist, deletes and key changes. @see api-facts section 3 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { DataRequest, Outcome } from "./DataRequest.ts"
import * as Exchange from "../Exchange.ts"
import { parseChangeQuery } from "./parseQuery.ts"
import { totalHeader } from "./reads.ts"
import * as Refusal from "./Refusal.ts"
import { refusalResponse } from "./refusalResponse.ts"
import type { ResourceModel } from "../model/ResourceModel.ts"
import type { ServerState } from "../ServerState.ts"
import type { ChangeQuery, Page, Store, StoreError } from "../Store.ts"
import { denial, refusalFor } from "./writes.ts"

/** By lower-case path: routing ignores case. */
export const availableVersionsPath = "/changequeries/v1/availablechangeversions"

/** The response to a request for a snapshot; `undefined` if it is for the current data. @see api-facts section 3 */
export const snapshotResponse = (
  { dialect }: ServerState,
  { headers, method }: Exchange.Request,
  traceId: string
): Exchange.Response | undefined => {
  const wanted = headers["use-snapshot"]
  if (!dialect.lists.knowsSnapshots || wanted === undefined) return undefined
  if (method !== "GET") {
    const refused = refusalResponse(Refusal.snapshotReadOnly, traceId, dialect.problems)
    return { ...refused, headers: { ...refused.headers, allow: "GET" } }
  }
  return wanted.toLowerCase() === "true"
    ? refusalResponse(Refusal.notFound("Snapshot not found."), traceId, dialect.problems)
    : undefined
}

export const availableVersions = (
  { dialect, store }: ServerState,
  traceId: string
): Effect.Effect<Exchange.Response> =>
  Effect.match(store.readOnly(store.newestChangeVersion), {
    onSuccess: (newestChangeVersion) => Exchange.json(200, { oldestChangeVersion: 0, newestChangeVersion }),
    onFailure: (error) => refusalResponse(refusalFor(dialect, undefined, error), traceId, dialect.problems)
  })

interface Change {
  readonly id: string
}

/** A page of changes, with ids as the dialect writes them. */
const changesOf =
  <Item extends Change>(
    read: (
      store: Store["Type"],
      model: ResourceModel,
      query: ChangeQuery
    ) => Effect.Effect<Page<Item>, StoreError>
  ) =>
  ({ server, model, request }: DataRequest): Effect.Effect<Outcome, Refusal.Refusal | StoreError> => {
    const { dialect, store } = server
    if (model.name === "SchoolYearType" && !dialect.lists.hasSchoolYearChanges)
      return Effect.fail(Refusal.unknownEndpoint)
    const parsed = parseChangeQuery(dialect, request.target)
    if (Either.isLeft(parsed)) return Effect.fail(parsed.left)
    const denied = denial(server, model, "readChanges")
    if (denied !== undefined) return Effect.fail(denied)
    return Effect.map(read(store, model, parsed.right), ({ items, total }) => {
      const body = items.map((item) => ({ ...item, id: dialect.paths.idText(item.id) }))
      return { response: Exchange.json(200, body, totalHeader(total)) }
    })
  }

/** `/deletes` */
export const deletes = changesOf((store, model, query) => store.deletes(model, query))

/** `/keyChanges` */
export const keyChanges = changesOf((store, model, query) => store.keyChanges(model, query))
