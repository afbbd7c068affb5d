/** `/data/{project}/{endpoint}[/{id}]`: reads and writes single documents. @see contract section 3 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import type { DataRequest, Outcome } from "./DataRequest.ts"
import { etagOf } from "./etag.ts"
import * as Exchange from "./Exchange.ts"
import type { FaultName, InjectedFaults } from "./Faults.ts"
import { parseUuid } from "./ids.ts"
import { isObject, parseJson } from "./json.ts"
import type { Action } from "./LocalDmsOptions.ts"
import type { ServerState } from "./ServerState.ts"
import * as Refusal from "./Refusal.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import type { Stored, StoreError } from "./Store.ts"
import { deletes, keyChanges } from "./changeQueries.ts"
import { get, partitions, query } from "./reads.ts"
import { create, denial, refusalFor, validateDocument, remove, replace } from "./writes.ts"

type Result = Effect.Effect<Outcome, Refusal.Refusal | StoreError>

const actions: { readonly [method: string]: Action } = {
  GET: "read",
  POST: "create",
  PUT: "update",
  DELETE: "delete"
}

type View = (call: DataRequest) => Result

/** What a collection answers beside its documents, by the end of its path: `students/deletes`. */
const views: { readonly [name: string]: View } = { partitions, deletes, keyChanges }

/** The name of a view, case-insensitive. */
export const viewName = (text: string): string | undefined =>
  Object.keys(views).find((name) => name.toLowerCase() === text.toLowerCase())

/** Handles a request with a valid token. @param path after `/data`, without query */
export const respondToData = Effect.fnUntraced(function* (
  server: ServerState,
  request: Exchange.Request,
  path: string,
  faults: InjectedFaults,
  traceId: string
) {
  const action = actions[request.method]
  if (action === undefined) return Exchange.empty(405, { allow: "GET, POST, PUT, DELETE" })
  const nowMillis = yield* Clock.currentTimeMillis
  const routed = route(server, path, request, action)
  if (Either.isLeft(routed)) return Refusal.responseOf(routed.left, traceId)
  const { id, model, document, view } = routed.right
  if (nowMillis < server.circuit.openUntilMillis) {
    return Refusal.responseOf(Refusal.circuitOpen, traceId)
  }
  const call: DataRequest = { server, request, model, nowMillis }
  const run = Effect.gen(function* () {
    const outcome = yield* view === undefined ? perform(call, action, id, document) : view(call)
    for (const [name, failure] of failures)
      if (applies(server, faults, name)) return yield* Effect.fail(failure)
    return outcome
  })
  const { readOnly, transaction } = server.store
  return yield* Effect.match(action === "read" ? readOnly(run) : transaction(run), {
    onSuccess: ({ response, write }): Exchange.Reply => {
      if (write !== undefined) server.counters.countWrites([write])
      if (applies(server, faults, "resetAfterCommit")) return Exchange.reset
      return applies(server, faults, "malformedJson")
        ? { ...response, body: response.body.slice(0, Math.ceil(response.body.length / 2)) }
        : response
    },
    onFailure: (error): Exchange.Reply =>
      error._tag === "Reset" ? error : Refusal.responseOf(refusalFor(model, error), traceId)
  })
})

/** The faults that roll a single request back, with its reply. */
const failures: ReadonlyArray<readonly [FaultName, Refusal.Refusal | Exchange.Reset]> = [
  ["writeConflict", Refusal.writeConflict],
  ["operationError", Refusal.backendFailure],
  ["error", Refusal.commitFailed],
  ["resetBeforeCommit", Exchange.reset]
]

const applies = (server: ServerState, faults: InjectedFaults, name: FaultName): boolean => {
  if (!faults.has(name)) return false
  server.counters.countFault(name)
  return true
}

interface Routed {
  readonly model: ResourceModel
  readonly id: string | undefined
  /** For a GET of something else than documents. */
  readonly view: View | undefined
  /** Empty unless the method is POST or PUT. */
  readonly document: JsonObject
}

/** The checks before the document is validated: path, body, endpoint. */
const route = (
  server: ServerState,
  path: string,
  request: Exchange.Request,
  action: Action
): Either.Either<Routed, Refusal.Refusal> => {
  const [project = "", endpoint = "", third, ...rest] = path.replace(/^\/|\/$/g, "").split("/")
  if (endpoint === "") return Either.left(Refusal.unknownEndpoint)
  // The server does not see the id of a longer path: `students/{id}/x` is the collection.
  const name = server.dialect.hasChangeQueries && rest.length === 0 ? viewName(third ?? "") : undefined
  const view = name === undefined ? undefined : views[name]
  if (view !== undefined && action !== "read")
    return Either.left(Refusal.methodNotAllowed("Changes and partitions can only be read."))
  const idText = rest.length > 0 || view !== undefined ? undefined : third
  const id = idText === undefined ? undefined : parseUuid(idText)
  if (idText !== undefined && id === undefined) {
    return Either.left(Refusal.dataValidationFailed({ "$.id": [`The value '${idText}' is not valid.`] }))
  }
  if (action === "create" && id !== undefined) {
    return Either.left(Refusal.methodNotAllowed("Resource items can only be created on the collection."))
  }
  if ((action === "update" || action === "delete") && id === undefined) {
    return Either.left(Refusal.methodNotAllowed(`Resource collections cannot be ${action}d.`))
  }
  const document = action === "create" || action === "update" ? readDocument(request.body) : Either.right({})
  if (Either.isLeft(document)) return Either.left(document.left)
  if (!server.models.hasProject(project)) return Either.left(Refusal.unknownProject)
  const model = server.models.find(project, endpoint)
  if (model === undefined) return Either.left(Refusal.unknownEndpoint)
  return Either.right({ model, id, view, document: document.right })
}

const readDocument = (body: string): Either.Either<JsonObject, Refusal.Refusal> => {
  if (body.trim() === "") {
    return Either.left(Refusal.dataValidationFailed({ "$.": ["A non-empty request body is required."] }))
  }
  const parsed = parseJson(body)
  if (Either.isLeft(parsed)) {
    return Either.left(Refusal.dataValidationFailed({ "$.": ["The request body is not valid JSON."] }))
  }
  const { duplicates, value } = parsed.right
  if (duplicates.length > 0) return Either.left(Refusal.duplicateMembers)
  if (!isObject(value)) {
    return Either.left(Refusal.dataValidationFailed({ $: ["The request body must be a JSON object."] }))
  }
  return Either.right(value)
}

const perform = (call: DataRequest, action: Action, id: string | undefined, document: JsonObject): Result => {
  switch (action) {
    case "create":
      return post(call, document)
    case "update":
      return id === undefined ? Effect.fail(Refusal.notFoundEmpty) : put(call, id, document)
    case "delete":
      return id === undefined ? Effect.fail(Refusal.notFoundEmpty) : del(call, id)
    case "read":
      return id === undefined ? query(call) : get(call, id)
  }
}

const post = Effect.fnUntraced(function* (call: DataRequest, document: JsonObject) {
  const { server, model, nowMillis } = call
  const valid = validateDocument(server, model, "create", document, { _tag: "absent" })
  if (Either.isLeft(valid)) return yield* Effect.fail(valid.left)
  const { inserted, stored } = yield* create(server, model, valid.right, nowMillis)
  const outcome: Outcome = {
    response: Exchange.empty(inserted ? 201 : 200, writeHeaders(call, stored)),
    write: { kind: "create", model, upsert: !inserted }
  }
  return outcome
})

const put = Effect.fnUntraced(function* (call: DataRequest, id: string, document: JsonObject) {
  const { server, model, nowMillis, request } = call
  const valid = validateDocument(server, model, "update", document, { _tag: "equals", id })
  if (Either.isLeft(valid)) return yield* Effect.fail(valid.left)
  const existing = yield* server.store.findById(model, id)
  if (existing === undefined) return yield* Effect.fail(Refusal.notFound("Resource to update was not found."))
  const { stored } = yield* replace(server, existing, valid.right, request.headers["if-match"], nowMillis)
  const outcome: Outcome = {
    response: Exchange.empty(204, writeHeaders(call, stored)),
    write: { kind: "update", model, upsert: false }
  }
  return outcome
})

const del = Effect.fnUntraced(function* ({ server, model, request }: DataRequest, id: string) {
  const denied = denial(server, model, "delete")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const existing = yield* server.store.findById(model, id)
  if (existing === undefined) return yield* Effect.fail(Refusal.notFoundEmpty)
  yield* remove(server, existing, request.headers["if-match"])
  const outcome: Outcome = { response: Exchange.empty(204), write: { kind: "delete", model, upsert: false } }
  return outcome
})

/** Response headers of a write: the location, and the entity tag without quotes. */
const writeHeaders = (
  { request, server }: DataRequest,
  { body, id, model }: Stored
): Exchange.Response["headers"] => ({
  etag: etagOf(body),
  location: `${request.root}${server.dialect.dataPath}/${model.project}/${model.endpoint}/${id}`
})
