/** `/data/ed-fi/{endpoint}[/{id}]`: single documents read and written. @see contract section 3 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { JsonObject } from "../domain/Json.ts"
import { timestamp } from "./dates.ts"
import { etagOf } from "./etag.ts"
import * as Exchange from "./Exchange.ts"
import type { FaultName, Strikes } from "./Faults.ts"
import { parseUuid } from "./ids.ts"
import { isObject, parseJson } from "./json.ts"
import { jsonPath } from "./judge.ts"
import type { Action } from "./LocalDmsOptions.ts"
import type { ServerState } from "./ServerState.ts"
import { parseQuery } from "./parseQuery.ts"
import * as Refusal from "./Refusal.ts"
import { findByEndpoint } from "./ResourceModel.ts"
import type { ResourceModel } from "./ResourceModel.ts"
import type { Stored, StoreError } from "./Store.ts"
import type { Write } from "./Stats.ts"
import { create, denial, explain, judgeDocument, remove, replace } from "./writes.ts"

interface Call {
  readonly machine: ServerState
  readonly request: Exchange.Request
  readonly model: ResourceModel
  readonly nowMillis: number
}

/** What a call answers, and the write that takes effect with it. */
interface Outcome {
  readonly answer: Exchange.Answer
  readonly write?: Write
}

type Result = Effect.Effect<Outcome, Refusal.Refusal | StoreError>

const actions: { readonly [method: string]: Action } = {
  GET: "read",
  POST: "create",
  PUT: "update",
  DELETE: "delete"
}

/** Answers a call whose token is good. @param path what follows `/data`, without query */
export const answerData = Effect.fnUntraced(function* (
  machine: ServerState,
  request: Exchange.Request,
  path: string,
  strikes: Strikes,
  traceId: string
) {
  const action = actions[request.method]
  if (action === undefined) return Exchange.empty(405, { allow: "GET, POST, PUT, DELETE" })
  const nowMillis = yield* Clock.currentTimeMillis
  const routed = route(path, request, action)
  if (Either.isLeft(routed)) return refusalAnswer(routed.left, traceId)
  const { id, model, document } = routed.right
  if (nowMillis < machine.circuit.openUntilMillis) {
    return refusalAnswer(Refusal.circuitOpen, traceId)
  }
  const call: Call = { machine, request, model, nowMillis }
  const run = Effect.gen(function* () {
    const outcome = yield* perform(call, action, id, document)
    for (const [name, failure] of failures)
      if (struck(machine, strikes, name)) return yield* Effect.fail(failure)
    return outcome
  })
  const { reading, transaction } = machine.store
  return yield* Effect.match(action === "read" ? reading(run) : transaction(run), {
    onSuccess: ({ answer, write }): Exchange.Reply => {
      if (write !== undefined) machine.ledger.writes([write])
      if (struck(machine, strikes, "resetAfterCommit")) return Exchange.reset
      return struck(machine, strikes, "malformedJson")
        ? { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) }
        : answer
    },
    onFailure: (error): Exchange.Reply =>
      error._tag === "Reset" ? error : refusalAnswer(explain(model, error), traceId)
  })
})

/** The faults that take a single request back, and what it gets instead. */
const failures: ReadonlyArray<readonly [FaultName, Refusal.Refusal | Exchange.Reset]> = [
  ["writeConflict", Refusal.writeConflict],
  ["operationError", Refusal.backendFailure],
  ["error", Refusal.commitFailed],
  ["resetBeforeCommit", Exchange.reset]
]

const struck = (machine: ServerState, strikes: Strikes, name: FaultName): boolean => {
  if (!strikes.has(name)) return false
  machine.ledger.fault(name)
  return true
}

/** A refusal that stands alone. */
export const refusalAnswer = (refusal: Refusal.Refusal, traceId: string): Exchange.Answer => {
  const body = refusal.body(traceId)
  return body === undefined ? Exchange.empty(refusal.status) : Exchange.json(refusal.status, body)
}

interface Routed {
  readonly model: ResourceModel
  readonly id: string | undefined
  /** Of a POST or PUT. */
  readonly document: JsonObject
}

/** The stages before the document is judged: path, body, endpoint. */
const route = (
  path: string,
  request: Exchange.Request,
  action: Action
): Either.Either<Routed, Refusal.Refusal> => {
  const [project = "", endpoint = "", idText, ...rest] = path.replace(/^\/|\/$/g, "").split("/")
  if (endpoint === "" || rest.length > 0)
    return Either.left(Refusal.notFound("The specified data could not be found."))
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
  const model = project.toLowerCase() === "ed-fi" ? findByEndpoint(endpoint) : undefined
  if (model === undefined) return Either.left(Refusal.notFound("The specified data could not be found."))
  return Either.right({ model, id, document: document.right })
}

const readDocument = (body: string): Either.Either<JsonObject, Refusal.Refusal> => {
  if (body.trim() === "") return Either.left(Refusal.badRequest("A non-empty request body is required."))
  const parsed = parseJson(body)
  if (Either.isLeft(parsed)) {
    return Either.left(Refusal.dataValidationFailed({ "$.": ["The request body is not valid JSON."] }))
  }
  const { duplicates, value } = parsed.right
  if (duplicates.length > 0) return Either.left(Refusal.duplicateMembers(duplicates.map(jsonPath)))
  if (!isObject(value)) {
    return Either.left(Refusal.dataValidationFailed({ $: ["The request body must be a JSON object."] }))
  }
  return Either.right(value)
}

const perform = (call: Call, action: Action, id: string | undefined, document: JsonObject): Result => {
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

const post = Effect.fnUntraced(function* (call: Call, document: JsonObject) {
  const { machine, model, nowMillis } = call
  const judged = judgeDocument(machine, model, "create", document, { _tag: "absent" })
  if (Either.isLeft(judged)) return yield* Effect.fail(judged.left)
  const { inserted, stored } = yield* create(machine, model, judged.right, nowMillis)
  const outcome: Outcome = {
    answer: Exchange.empty(inserted ? 201 : 200, locate(call, stored)),
    write: { kind: "create", model, upsert: !inserted }
  }
  return outcome
})

const put = Effect.fnUntraced(function* (call: Call, id: string, document: JsonObject) {
  const { machine, model, nowMillis, request } = call
  const judged = judgeDocument(machine, model, "update", document, { _tag: "equals", id })
  if (Either.isLeft(judged)) return yield* Effect.fail(judged.left)
  const existing = yield* machine.store.findById(model, id)
  if (existing === undefined) return yield* Effect.fail(Refusal.notFound("Resource to update was not found."))
  const { stored } = yield* replace(machine, existing, judged.right, request.headers["if-match"], nowMillis)
  const outcome: Outcome = {
    answer: Exchange.empty(204, locate(call, stored)),
    write: { kind: "update", model, upsert: false }
  }
  return outcome
})

const del = Effect.fnUntraced(function* ({ machine, model, request }: Call, id: string) {
  const denied = denial(machine, model, "delete")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const existing = yield* machine.store.findById(model, id)
  if (existing === undefined) return yield* Effect.fail(Refusal.notFoundEmpty)
  yield* remove(machine, existing, request.headers["if-match"])
  const outcome: Outcome = { answer: Exchange.empty(204), write: { kind: "delete", model, upsert: false } }
  return outcome
})

const get = Effect.fnUntraced(function* ({ machine, model }: Call, id: string) {
  const denied = denial(machine, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const stored = yield* machine.store.findById(model, id)
  if (stored === undefined) return yield* Effect.fail(Refusal.notFoundEmpty)
  const outcome: Outcome = { answer: Exchange.json(200, represent(stored)) }
  return outcome
})

const query = Effect.fnUntraced(function* ({ machine, model, request }: Call) {
  const parsed = parseQuery(model, request.target)
  if (Either.isLeft(parsed)) return yield* Effect.fail(parsed.left)
  const denied = denial(machine, model, "read")
  if (denied !== undefined) return yield* Effect.fail(denied)
  const { documents, total } = yield* machine.store.query(model, parsed.right)
  const headers: Exchange.Answer["headers"] = parsed.right.totalCount ? { "total-count": String(total) } : {}
  const outcome: Outcome = { answer: Exchange.json(200, documents.map(represent), headers) }
  return outcome
})

/** What a write answers in headers: where the document is, and its tag without quotes. */
const locate = ({ request }: Call, { body, id, model }: Stored): Exchange.Answer["headers"] => ({
  etag: etagOf(body),
  location: `${request.root}/data/ed-fi/${model.endpoint}/${id}`
})

const represent = ({ body, id, modifiedMillis }: Stored): JsonObject => ({
  id,
  ...body,
  _etag: etagOf(body),
  _lastModifiedDate: timestamp(modifiedMillis)
})
