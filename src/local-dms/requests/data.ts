/** `/data/{project}/{endpoint}[/{id}]`: reads and writes single documents. @see contract section 3 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../../domain/Json.ts"
import type { DataRequest, Outcome } from "./DataRequest.ts"
import type { Precondition } from "./conditions.ts"
import { actions, route } from "./dataRoute.ts"
import { asDefined } from "./definedDescriptors.ts"
import { etagHeader } from "../Dialect.ts"
import * as Exchange from "../Exchange.ts"
import type { FaultName, InjectedFaults } from "../Faults.ts"
import type { Action } from "../LocalDmsOptions.ts"
import type { ServerState } from "../ServerState.ts"
import * as Refusal from "./Refusal.ts"
import { refusalResponse } from "./refusalResponse.ts"
import type { Write, WriteKind } from "../Stats.ts"
import type { Stored, StoreError } from "../Store.ts"
import { get, query } from "./reads.ts"
import type { ValidDocument } from "./validate.ts"
import { authorized, create, denial, meets, refusalFor, validateDocument, remove, replace } from "./writes.ts"
import type { IdRule } from "./writes.ts"

type Result = Effect.Effect<Outcome, Refusal.Refusal | StoreError>

/** Handles a request with a valid token. @param path after `/data`, without query */
export const respondToData = (
  server: ServerState,
  request: Exchange.Request,
  path: string,
  faults: InjectedFaults,
  traceId: string
): Effect.Effect<Exchange.Reply> => {
  const reply = respondTo(server, request, path, faults, traceId)
  return server.dialect.paths.labelsEmptyBodies ? Effect.map(reply, labelled) : reply
}

const labelled = (reply: Exchange.Reply): Exchange.Reply =>
  reply._tag === "Response" && reply.body === ""
    ? { ...reply, headers: { "content-type": "application/json; charset=utf-8", ...reply.headers } }
    : reply

const respondTo = Effect.fnUntraced(function* (
  server: ServerState,
  request: Exchange.Request,
  path: string,
  faults: InjectedFaults,
  traceId: string
) {
  const { dialect } = server
  const refused = (refusal: Refusal.Refusal) => refusalResponse(refusal, traceId, dialect.problems)
  if (actions[request.method] === undefined && dialect.paths.emptyUnknownMethod) {
    return Exchange.empty(405, { allow: "GET, POST, PUT, DELETE" })
  }
  const nowMillis = yield* Clock.currentTimeMillis
  const routed = route(server, path, request)
  if (Either.isLeft(routed)) return refused(routed.left)
  const { action, id, model, document, view } = routed.right
  if (nowMillis < server.circuit.openUntilMillis) return refused(Refusal.circuitOpen)
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
      if (write !== undefined) afterCommit(server, write)
      if (applies(server, faults, "resetAfterCommit")) return Exchange.reset
      return applies(server, faults, "malformedJson")
        ? { ...response, body: response.body.slice(0, Math.ceil(response.body.length / 2)) }
        : response
    },
    onFailure: (error): Exchange.Reply =>
      error._tag === "Reset" ? error : refused(refusalFor(dialect, model, error))
  })
})

/** Values of descriptors that are kept by key are out of date when a descriptor was written. */
const afterCommit = (server: ServerState, write: Write): void => {
  if (write.model.isDescriptor) server.descriptors.clear()
  server.counters.countWrites([write])
}

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

/** What the headers of a write require of the document. */
const conditionOf = (
  { request: { headers }, server }: DataRequest,
  method: "POST" | "PUT" | "DELETE"
): Precondition | undefined =>
  server.dialect.conditions.ofWrite(method, {
    ifMatch: headers["if-match"],
    ifNoneMatch: headers["if-none-match"]
  })

/** The document to be stored. */
const toStore = ({ model, server }: DataRequest, document: ValidDocument) =>
  server.dialect.documents.definedDescriptors
    ? asDefined(server.descriptors, server.store, model, document)
    : Effect.succeed(document)

const wrote = ({ model }: DataRequest, kind: WriteKind, upsert = false): Write => ({ kind, model, upsert })

const post = Effect.fnUntraced(function* (call: DataRequest, document: JsonObject) {
  const { server, model, nowMillis } = call
  const valid = validateDocument(server, model, "create", document, { _tag: "absent" })
  if (Either.isLeft(valid)) return yield* Effect.fail(valid.left)
  const stores = yield* toStore(call, valid.right)
  const condition = conditionOf(call, "POST")
  if (condition !== undefined) {
    const existing = yield* server.store.findByKey(model, stores.key)
    if (!meets(server, existing, condition)) return yield* Effect.fail(Refusal.optimisticLockFailed)
  }
  const { inserted, stored } = yield* create(server, model, stores, nowMillis)
  const outcome: Outcome = {
    response: Exchange.empty(inserted ? 201 : 200, writeHeaders(call, stored)),
    write: wrote(call, "create", !inserted)
  }
  return outcome
})

/**
 * The document that a write names by its id.
 *
 * @param proposed the document of a PUT, which the client must be allowed to write also if there is none
 * @param otherwise the refusal if there is none
 */
const findTarget = Effect.fnUntraced(function* (
  { model, server }: DataRequest,
  id: string,
  condition: Precondition | undefined,
  otherwise: Refusal.Refusal,
  proposed?: JsonObject
) {
  const existing = yield* server.store.findById(model, id)
  if (existing !== undefined) return existing
  if (proposed !== undefined)
    yield* authorized(
      server,
      model,
      "update",
      () => ({ proposed }),
      () => Effect.void
    )
  const needsOne = condition !== undefined && !meets(server, undefined, condition)
  return yield* Effect.fail(needsOne ? Refusal.optimisticLockFailed : otherwise)
})

const put = Effect.fnUntraced(function* (call: DataRequest, id: string, document: JsonObject) {
  const { server, model, nowMillis } = call
  const idRule: IdRule = server.dialect.documents.putNeedsId ? { _tag: "equals", id } : { _tag: "any" }
  const valid = validateDocument(server, model, "update", document, idRule)
  if (Either.isLeft(valid)) return yield* Effect.fail(valid.left)
  const stores = yield* toStore(call, valid.right)
  const condition = conditionOf(call, "PUT")
  const unknown = Refusal.notFound("Resource to update was not found.")
  const existing = yield* findTarget(call, id, condition, unknown, stores.body)
  const { stored } = yield* replace(server, existing, stores, condition, nowMillis)
  const outcome: Outcome = {
    response: Exchange.empty(204, writeHeaders(call, stored)),
    write: wrote(call, "update")
  }
  return outcome
})

const del = Effect.fnUntraced(function* (call: DataRequest, id: string) {
  const { server, model } = call
  const denied = denial(server, model, "delete")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const condition = conditionOf(call, "DELETE")
  const existing = yield* findTarget(call, id, condition, Refusal.notFoundEmpty)
  yield* remove(server, existing, condition)
  const outcome: Outcome = { response: Exchange.empty(204), write: wrote(call, "delete") }
  return outcome
})

/** Response headers of a write: the location, and the entity tag. */
const writeHeaders = (
  { request, server: { dialect } }: DataRequest,
  stored: Stored
): Exchange.Response["headers"] => {
  const { id, model } = stored
  return {
    etag: etagHeader(dialect, stored),
    location: `${request.root}${dialect.dataPath}/${model.project}/${model.endpoint}/${dialect.paths.idText(id)}`
  }
}
