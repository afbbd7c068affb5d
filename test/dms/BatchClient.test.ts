import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as TestClock from "effect/TestClock"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { TransportFailed } from "../../src/domain/BatchError.ts"
import { type Sample, SampleSink } from "../../src/domain/Sample.ts"
import { create, remove, triple, update } from "../../src/domain/Operation.ts"
import { bodyOf, clientsOver } from "./answers.ts"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })
const operations = triple(students, student, { firstName: "B" })
const good = {
  status: 200,
  body: JSON.stringify(
    operations.map(({ op }, index) => ({
      index,
      status: "success",
      op,
      resource: "students",
      documentId: "id-1"
    }))
  )
}
const rolledBack = {
  status: 409,
  body: JSON.stringify({
    failedOperation: { index: 0, op: "create", resource: "students", problem: { status: 409, type: "urn:x" } }
  })
}
const reset = new TransportFailed({ phase: "reset", detail: "other side closed" })

const post = Effect.flatMap(BatchClient, ({ postBatch }) => postBatch(operations, "students-batch-1"))

describe("BatchClient", () => {
  it.effect("posts the operations in order as JSON with the token, and gives one outcome for each", () => {
    const { layer, sent } = clientsOver(() => good)
    return Effect.gen(function* () {
      const outcomes = yield* post
      assert.deepStrictEqual(
        outcomes.map(({ documentId, index, op, resource }) => [index, op, resource, documentId]),
        [
          [0, "create", "students", "id-1"],
          [1, "update", "students", "id-1"],
          [2, "delete", "students", "id-1"]
        ]
      )
      assert.strictEqual(sent[0]?.method, "POST")
      assert.strictEqual(sent[0]?.url.href, "http://dms.test/batch")
      assert.deepInclude(sent[0]?.headers, {
        authorization: "Bearer test-token",
        "content-type": "application/json"
      })
      const naturalKey = { studentUniqueId: student.studentUniqueId }
      assert.deepStrictEqual(bodyOf(sent[0]), [
        { op: "create", resource: "students", document: student },
        { op: "update", resource: "students", naturalKey, document: { ...student, firstName: "B" } },
        { op: "delete", resource: "students", naturalKey }
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("aims at a documentId where that is the target, and spells resources as the server wants", () => {
    const { layer, sent } = clientsOver(() => ({ status: 500, body: "" }), { resourceNaming: "resource" })
    return Effect.gen(function* () {
      const { postBatch } = yield* BatchClient
      const target = { documentId: "id-1" }
      yield* Effect.either(
        postBatch([create(students, student), update(students, target, student), remove(students, target)])
      )
      assert.deepStrictEqual(bodyOf(sent[0]), [
        { op: "create", resource: "Student", document: student },
        { op: "update", resource: "Student", documentId: "id-1", document: student },
        { op: "delete", resource: "Student", documentId: "id-1" }
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("reports one sample per request, with the operations that the answer confirms", () => {
    const { layer, samples } = clientsOver(
      (_, index) => [{ ...good, afterMillis: 40 }, rolledBack][index] ?? reset
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.all([post, Effect.either(post), Effect.either(post)]))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        samples.map(({ latencyMicros, name, outcome }) => [name, latencyMicros, outcome._tag]),
        [
          ["students-batch-1", 40_000, "Succeeded"],
          ["students-batch-1", 0, "Failed"],
          ["students-batch-1", 0, "Failed"]
        ]
      )
      assert.deepStrictEqual(samples[0]?.outcome, {
        _tag: "Succeeded",
        operations: { create: 1, update: 1, delete: 1 }
      })
      assert.strictEqual(samples[0]?.receivedBytes, good.body.length)
      const failure = samples[1]?.outcome
      assert.isTrue(failure?._tag === "Failed" && failure.operationCount === 3)
    }).pipe(Effect.provide(layer))
  })

  it.effect("never sends a rolled-back batch again", () => {
    const { layer, sent } = clientsOver(() => rolledBack, { retryTransport: true })
    return Effect.gen(function* () {
      const result = yield* Effect.either(post)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "BatchRolledBack")
      assert.strictEqual(sent.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("sends a batch without a verdict once more where that is wanted, and counts both", () => {
    const { layer, samples, sent } = clientsOver((_, index) => (index === 0 ? reset : good), {
      retryTransport: true
    })
    return Effect.gen(function* () {
      assert.strictEqual((yield* post).length, 3)
      assert.strictEqual(sent.length, 2)
      assert.deepStrictEqual(
        samples.map(({ outcome }) => outcome._tag),
        ["Failed", "Succeeded"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("sends it once and no more by default, and twice at the most", () => {
    const once = clientsOver(() => reset)
    const twice = clientsOver(() => reset, { retryTransport: true })
    return Effect.gen(function* () {
      yield* Effect.provide(Effect.either(post), once.layer)
      yield* Effect.provide(Effect.either(post), twice.layer)
      assert.deepStrictEqual([once.sent.length, twice.sent.length], [1, 2])
    })
  })

  it.effect("waits a second when nobody listens, and does not count that as latency", () => {
    const { layer, samples } = clientsOver(() => new TransportFailed({ phase: "connect", detail: "refused" }))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.either(post))
      yield* TestClock.adjust("999 millis")
      assert.strictEqual(samples[0]?.latencyMicros, 0)
      assert.isNull(
        yield* fiber.status.pipe(Effect.map((status) => (status._tag === "Done" ? "done" : null)))
      )
      yield* TestClock.adjust("1 millis")
      const result = yield* Fiber.join(fiber)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "TransportFailed")
      assert.strictEqual(samples.length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("counts a batch once when it is interrupted while it is being counted", () => {
    const counted: Array<string> = []
    const { layer } = clientsOver(() => ({ ...good, afterMillis: 10 }))
    return Effect.gen(function* () {
      const batch: { fiber?: Fiber.RuntimeFiber<unknown, unknown> } = {}
      const sink = {
        unsafeRecord: ({ outcome }: Sample) => {
          counted.push(outcome._tag)
          batch.fiber?.unsafeInterruptAsFork(FiberId.none)
        }
      }
      batch.fiber = yield* Effect.fork(Effect.provideService(post, SampleSink, sink))
      yield* TestClock.adjust("1 second")
      yield* Fiber.await(batch.fiber)
      assert.deepStrictEqual(counted, ["Succeeded"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("counts a batch that is interrupted as abandoned", () => {
    const { layer, samples } = clientsOver(() => ({ ...good, afterMillis: 60_000 }))
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(post)
      yield* TestClock.adjust("250 millis")
      yield* Fiber.interrupt(fiber)
      const outcome = samples[0]?.outcome
      assert.strictEqual(samples.length, 1)
      assert.strictEqual(samples[0]?.latencyMicros, 250_000)
      assert.isTrue(outcome?._tag === "Failed" && outcome.failure.problemType === "abandoned")
    }).pipe(Effect.provide(layer))
  })
})

describe("askNaming", () => {
  const unknownResource = {
    status: 400,
    body: JSON.stringify({
      failedOperation: { index: 0, op: "delete", resource: "students", problem: { status: 400 } }
    })
  }
  const unknownKey = {
    status: 404,
    body: JSON.stringify({
      failedOperation: { index: 0, op: "delete", resource: "students", problem: { status: 404 } }
    })
  }
  const namingOver = (...answers: ReadonlyArray<typeof unknownKey>) => {
    const { layer, sent } = clientsOver((_, index) => answers[index] ?? good, { resourceNaming: "auto" })
    return Effect.gen(function* () {
      const result = yield* Effect.either(Effect.provide(post, layer))
      const resources = sent.map(
        (request) => JSON.stringify(bodyOf(request)).match(/"resource":"(\w+)"/)?.[1]
      )
      return { result, resources }
    })
  }

  it.effect("takes students when a delete of nobody is not found", () =>
    Effect.gen(function* () {
      const { resources } = yield* namingOver(unknownKey)
      assert.deepStrictEqual(resources, ["students", "students"])
    })
  )

  it.effect("takes Student when students is unknown", () =>
    Effect.gen(function* () {
      const { resources } = yield* namingOver(unknownResource, unknownKey)
      assert.deepStrictEqual(resources, ["students", "Student", "Student"])
    })
  )

  it.effect("tells a server without batches from a wrong login", () =>
    Effect.gen(function* () {
      for (const status of [404, 405, 501]) {
        const { resources, result } = yield* namingOver({ status, body: "" })
        assert.isTrue(Either.isLeft(result) && result.left._tag === "BatchUnsupported")
        assert.strictEqual(resources.length, 1)
      }
    })
  )

  it.effect("gives up on a server that knows neither spelling", () =>
    Effect.gen(function* () {
      const { result } = yield* namingOver(unknownResource, unknownResource)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "NamingUnknown")
    })
  )
})
