import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { TransportFailed } from "../../src/domain/BatchError.ts"
import { atId, create, triple } from "../../src/domain/Operation.ts"
import type { Sample } from "../../src/domain/Sample.ts"
import { inMemory } from "../integration/client.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { type FakeResponse, bodyOf, clientsOver } from "./responses.ts"
import { it } from "../engine/virtualTime.ts"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })
const [created, updated, removed] = triple(students, student, { firstName: "Ada" })
const put = atId(updated, "id-1")
const remove = atId(removed, "id-1")

const made: FakeResponse = { status: 201, body: "", headers: { location: "http://dms.test/x/students/id-1" } }
const done: FakeResponse = { status: 204, body: "" }
const reset = new TransportFailed({ phase: "reset", detail: "other side closed" })
const problem = { type: "urn:ed-fi:api:data-conflict", detail: "no" }

const sendAll = Effect.gen(function* () {
  const { send } = yield* SingleClient
  return [yield* send(created), yield* send(put), yield* send(remove)]
})

const outcomesOf = (samples: ReadonlyArray<Sample>) =>
  samples.map(({ name, outcome }) => [
    name,
    outcome._tag === "Failed" ? `${outcome.failure.kind} ${outcome.failure.problemType}` : outcome._tag
  ])

describe("SingleClient", () => {
  it.effect("sends a triple as POST, PUT and DELETE, with the token, and the id in path and body", () => {
    const { layer, sent } = clientsOver((_, index) => (index === 0 ? made : done))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* sendAll, ["id-1", "id-1", "id-1"])
      assert.deepStrictEqual(
        sent.map(({ method, url }) => `${method} ${url.href}`),
        [
          "POST http://dms.test/data/ed-fi/students",
          "PUT http://dms.test/data/ed-fi/students/id-1",
          "DELETE http://dms.test/data/ed-fi/students/id-1"
        ]
      )
      assert.deepInclude(sent[0]?.headers, { authorization: "Bearer test-token" })
      assert.deepStrictEqual(bodyOf(sent[0]), student)
      assert.deepStrictEqual(bodyOf(sent[1]), { ...student, firstName: "Ada", id: "id-1" })
      assert.isNull(sent[2]?.body)
    }).pipe(Effect.provide(layer))
  })

  it.effect("records each request as a sample with one operation", () => {
    const { layer, samples, sent } = clientsOver((_, index) =>
      index === 0 ? { ...made, afterMillis: 40 } : done
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(sendAll)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        samples.map(({ latencyMicros, method, name }) => [method, name, latencyMicros]),
        [
          ["POST", "POST /data/ed-fi/students", 40_000],
          ["PUT", "PUT /data/ed-fi/students/{id}", 0],
          ["DELETE", "DELETE /data/ed-fi/students/{id}", 0]
        ]
      )
      const none = { create: 0, update: 0, delete: 0 }
      assert.deepStrictEqual(
        samples.map(({ outcome }) => outcome),
        [{ create: 1 }, { update: 1 }, { delete: 1 }].map((one) => ({
          _tag: "Succeeded" as const,
          operations: { ...none, ...one }
        }))
      )
      assert.deepStrictEqual(
        samples.map(({ sentBytes }) => sentBytes),
        sent.map(({ body }) => body?.byteLength ?? 0)
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("records a refused operation with its op, resource and problem", () => {
    const { layer, samples } = clientsOver(() => ({ status: 409, body: JSON.stringify(problem) }))
    return Effect.gen(function* () {
      const { send } = yield* SingleClient
      const error = yield* Effect.flip(send(put))
      assert.deepInclude(error, { _tag: "OperationRefused", problem, written: "nothing" })
      assert.deepStrictEqual(samples[0]?.outcome, {
        _tag: "Failed",
        operationCount: 1,
        failure: {
          kind: "refused",
          status: 409,
          op: "update",
          resource: "students",
          index: null,
          problemType: problem.type,
          example: "update students refused with 409 urn:ed-fi:api:data-conflict: no"
        }
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect("sends a request without a verdict once more with retryTransport, and records both", () => {
    const responses = (_: unknown, index: number) => (index === 0 ? reset : made)
    const once = clientsOver(responses)
    const twice = clientsOver(responses, { retryTransport: true })
    const send = Effect.flatMap(SingleClient, (client) => Effect.either(client.send(created)))
    return Effect.gen(function* () {
      assert.isTrue(Either.isLeft(yield* Effect.provide(send, once.layer)))
      assert.isTrue(Either.isRight(yield* Effect.provide(send, twice.layer)))
      assert.deepStrictEqual([once.samples.length, twice.samples.length], [1, 2])
    })
  })

  it.effect("delays the failure of a refused connection by a second", () => {
    const { layer, samples } = clientsOver(() => new TransportFailed({ phase: "connect", detail: "refused" }))
    return Effect.gen(function* () {
      const { send } = yield* SingleClient
      const fiber = yield* Effect.fork(Effect.either(send(remove)))
      yield* TestClock.adjust("999 millis")
      assert.strictEqual((yield* fiber.status)._tag, "Suspended")
      yield* TestClock.adjust("1 millis")
      assert.isTrue(Either.isLeft(yield* Fiber.join(fiber)))
      assert.deepStrictEqual(outcomesOf(samples), [["DELETE /data/ed-fi/students/{id}", "transport connect"]])
    }).pipe(Effect.provide(layer))
  })

  it.effect("records an interrupted request as abandoned", () => {
    const { layer, samples } = clientsOver(() => ({ ...done, afterMillis: 60_000 }))
    return Effect.gen(function* () {
      const { send } = yield* SingleClient
      const fiber = yield* Effect.fork(send(put))
      yield* TestClock.adjust("250 millis")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(outcomesOf(samples), [["PUT /data/ed-fi/students/{id}", "transport abandoned"]])
      assert.strictEqual(samples[0]?.latencyMicros, 250_000)
    }).pipe(Effect.provide(layer))
  })

  it.effect("records an expected refusal separately, and a written invalid document as a failure", () => {
    const { layer, samples } = clientsOver((_, index) =>
      index === 0 ? { status: 400, body: JSON.stringify(problem) } : made
    )
    return Effect.gen(function* () {
      const { sendBad } = yield* SingleClient
      assert.deepStrictEqual(yield* sendBad(create(students, student)), problem)
      const error = yield* Effect.flip(sendBad(create(students, student)))
      assert.deepInclude(error, { _tag: "NotRefused", status: 201, documentId: "id-1" })
      const name = "POST /data/ed-fi/students [Deliberate Failure]"
      assert.deepStrictEqual(outcomesOf(samples), [
        [name, "ExpectedFailure"],
        [name, "transport answer"]
      ])
      assert.deepInclude(samples[1]?.outcome, { written: { create: 1, update: 0, delete: 0 } })
    }).pipe(Effect.provide(layer))
  })
})

describe("SingleClient over a local DMS", () => {
  it.effect("sends a triple, renews a refused token and leaves no record behind", () =>
    Effect.gen(function* () {
      const dms = yield* LocalDms
      yield* dms.faults.set({ dropTokens: { every: 2 }, on: "data" })
      const { send } = yield* SingleClient
      const id = yield* send(created)
      yield* send(atId(updated, id))
      yield* send(atId(removed, id))
      const stats = yield* dms.stats
      assert.isAbove(stats.logins, 1)
      assert.deepStrictEqual(
        [
          stats.operations.create["students"],
          stats.operations.update["students"],
          stats.rows["students"] ?? 0
        ],
        [1, 1, 0]
      )
      const again = yield* Effect.flip(send(atId(removed, id)))
      assert.deepInclude(again, { _tag: "OperationRefused", status: 404, op: "delete" })
    }).pipe(Effect.provide(inMemory()))
  )
})
