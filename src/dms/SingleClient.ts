/** The single-resource API under load: one operation, one request, one sample. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DmsConfig } from "./DmsConfig.ts"
import type { JsonObject } from "../domain/Json.ts"
import type { Create, Op, SingleOperation } from "../domain/Operation.ts"
import type { Problem } from "../domain/Problem.ts"
import { pathOf } from "../domain/Resource.ts"
import { badName, methodOf, singleName } from "../domain/requestName.ts"
import type { SampleOutcome } from "../domain/Sample.ts"
import type { NotRefused, SingleError } from "../domain/SingleError.ts"
import type { Authorized } from "./Authorized.ts"
import { decodeBad, decodeSingle } from "./decodeSingle.ts"
import { Discovery } from "./Discovery.ts"
import { recordedSend } from "./recordedSend.ts"
import { Tokens } from "./Tokens.ts"

export class SingleClient extends Context.Tag("edfi-perf/dms/SingleClient")<
  SingleClient,
  {
    /**
     * Sends an operation as `POST /students`, `PUT /students/{id}` or `DELETE /students/{id}`. Every request is
     * recorded in the `SampleSink`, however it ends, under a name such as `PUT /data/ed-fi/students/{id}`.
     *
     * @returns the id of the record
     * @throws OperationRefused the server refused the operation (3xx, 4xx, 501); nothing was written
     * @throws TransportFailed there was no verdict and the operation may have been committed, or no connection was
     * made; the latter fails after a delay of one second
     */
    readonly send: (operation: SingleOperation) => Effect.Effect<string, SingleError>
    /**
     * Sends an invalid document, which the server should refuse with 400. The expected refusal is recorded as
     * `ExpectedFailure`, under a name that ends in `[Deliberate Failure]`.
     *
     * @returns the problem that the server reported
     * @throws NotRefused the server wrote the document
     * @throws OperationRefused the server refused it for another reason than the document (401, 403, 429, ...)
     */
    readonly sendBad: (operation: Create) => Effect.Effect<Problem, SingleError | NotRefused>
  }
>() {
  static readonly layer: Layer.Layer<SingleClient, never, Authorized | DmsConfig | Discovery | Tokens> =
    Layer.effect(
      SingleClient,
      Effect.suspend(() => make)
    )
}

const utf8 = new TextEncoder()
const encode = (document: JsonObject): Uint8Array => utf8.encode(JSON.stringify(document))

const none = { create: 0, update: 0, delete: 0 }
const succeeded = (op: Op): SampleOutcome => ({ _tag: "Succeeded", operations: { ...none, [op]: 1 } })
const outcomes = { create: succeeded("create"), update: succeeded("update"), delete: succeeded("delete") }
const expected: SampleOutcome = { _tag: "ExpectedFailure" }

/** The document of a PUT must contain the id of its path. */
const bodyOf = (operation: SingleOperation): Uint8Array | null => {
  switch (operation.op) {
    case "create":
      return encode(operation.document)
    case "update":
      return encode({ ...operation.document, id: operation.target.documentId })
    case "delete":
      return null
  }
}

const make = Effect.gen(function* () {
  const { data } = yield* Discovery
  const { redact } = yield* Tokens
  const send = yield* recordedSend
  // The creates of a resource share one URL, which is parsed once.
  const collections = new Map<string, URL>()
  const collectionOf = (path: string): URL => {
    const known = collections.get(path)
    if (known !== undefined) return known
    const made = new URL(`${data}/${path}`)
    collections.set(path, made)
    return made
  }
  const urlOf = (operation: SingleOperation): URL => {
    const path = pathOf(operation.resource)
    return operation.op === "create"
      ? collectionOf(path)
      : new URL(`${data}/${path}/${encodeURIComponent(operation.target.documentId)}`)
  }
  return {
    send: (operation) =>
      Effect.suspend(() =>
        send({
          name: singleName(operation.op, operation.resource),
          method: methodOf[operation.op],
          url: urlOf(operation),
          body: bodyOf(operation),
          operationCount: 1,
          check: (response) => decodeSingle(operation, response, redact),
          outcomeOf: () => outcomes[operation.op]
        })
      ),
    sendBad: (operation) =>
      Effect.suspend(() =>
        send({
          name: badName(operation.resource),
          method: methodOf.create,
          url: urlOf(operation),
          body: bodyOf(operation),
          operationCount: 1,
          check: (response) => decodeBad(operation, response, redact),
          outcomeOf: () => expected
        })
      )
  } satisfies SingleClient["Type"]
})
