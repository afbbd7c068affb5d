import { assert, describe } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { TransportFailed } from "../../src/domain/BatchError.ts"
import { type Sample, SampleSink } from "../../src/domain/Sample.ts"
import { type BatchPattern, operationsAt } from "../../src/domain/BatchPattern.ts"
import { create, type Operation, remove, triple, update } from "../../src/domain/Operation.ts"
import { bodyOf, clientsOver, outcomesOf } from "./responses.ts"
import { it } from "../engine/virtualTime.ts"

const student = makeStudent({ seed: 1, user: 0, iteration: 0, index: 0 })
const operations = triple(students, student, { firstName: "B" })
const ids = ["6f1e1c1a-5a43-4b8e-9d59-3f4ffd6c8a11", "7f1e1c1a-5a43-4b8e-9d59-3f4ffd6c8a12"]
const confirming = (committed: ReadonlyArray<Operation>, documentId = ids[0]) => ({
  status: 200,
  body: JSON.stringify(
    outcomesOf(
      committed.map(({ op }) => op),
      [documentId]
    )
  )
})
const good = confirming(operations, "id-1")
const rolledBack = {
  status: 409,
  body: JSON.stringify({
    failedOperation: { index: 0, op: "create", resource: "students", problem: { status: 409, type: "urn:x" } }
  })
}
const reset = new TransportFailed({ phase: "reset", detail: "other side closed" })

const post = Effect.flatMap(BatchClient, ({ postBatch }) => postBatch(operations, "students-batch-1"))

describe("BatchClient", () => {
  it.effect("posts the operations in order as JSON with the token, and returns one outcome for each", () => {
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

  it.effect("addresses records by documentId, and uses the server's spelling of resources", () => {
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

  it.effect("records one sample per request, with the operations that the response confirms", () => {
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

  it.effect("sends a batch without a verdict once more with retryTransport, and records both", () => {
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
      assert.deepStrictEqual(
        samples.map(({ again }) => again),
        [undefined, true]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("sends it once by default, and at most twice", () => {
    const once = clientsOver(() => reset)
    const twice = clientsOver(() => reset, { retryTransport: true })
    return Effect.gen(function* () {
      yield* Effect.provide(Effect.either(post), once.layer)
      yield* Effect.provide(Effect.either(post), twice.layer)
      assert.deepStrictEqual([once.sent.length, twice.sent.length], [1, 2])
    })
  })

  it.effect(
    "delays the failure of a refused connection by a second, which is not part of the latency",
    () => {
      const { layer, samples } = clientsOver(
        () => new TransportFailed({ phase: "connect", detail: "refused" })
      )
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
    }
  )

  it.effect("records a batch once if it is interrupted while it is recorded", () => {
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

  it.effect("records an interrupted batch as abandoned", () => {
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

describe("a batch that is interrupted before it is sent", () => {
  it.effect("is recorded as not sent, because it cannot have been committed", () => {
    const waiting = Layer.succeed(Tokens, {
      current: Effect.succeed(Redacted.make("refused")),
      isRefused: () => true,
      renew: () => Effect.never,
      redact: (text) => text
    })
    const { layer, samples, sent } = clientsOver(() => good, {}, waiting)
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(post)
      yield* TestClock.adjust("250 millis")
      yield* Fiber.interrupt(fiber)
      const [sample] = samples
      assert.deepStrictEqual([sent.length, samples.length], [0, 1])
      assert.isTrue(sample?.outcome._tag === "Failed" && sample.outcome.failure.problemType === "connect")
    }).pipe(Effect.provide(layer))
  })
})

const pattern: BatchPattern = {
  name: "students-batch-2",
  seed: 7,
  groups: 2,
  recordsPerGroup: 1,
  operationsOf: (records) =>
    records.flatMap((record) => triple(students, makeStudent(record), { firstName: "B" }))
}
const two = operationsAt(pattern, { user: 0, iteration: 0 })

/** Posts the batches of user 3's first iterations, one after the other. */
const postPattern = (iterations: number) =>
  Effect.gen(function* () {
    const client = yield* BatchClient
    if (client.postPattern === undefined) return []
    const post = yield* client.postPattern(pattern)
    return yield* Effect.forEach(Array.from({ length: iterations }).keys(), (iteration) =>
      Effect.either(post({ user: 3, iteration }))
    )
  })

describe("BatchClient.postPattern", () => {
  it.effect("sends the same requests as postBatch, and returns the confirmed operations", () => {
    const respond = (_: unknown, index: number) => confirming(two, ids[index % 2])
    const { layer, samples, sent } = clientsOver(respond)
    const watched = clientsOver(respond)
    return Effect.gen(function* () {
      const results = yield* Effect.provide(postPattern(3), watched.layer)
      const { postBatch } = yield* BatchClient
      for (const iteration of [0, 1, 2])
        yield* postBatch(operationsAt(pattern, { user: 3, iteration }), pattern.name)
      assert.deepStrictEqual(watched.sent.map(bodyOf), sent.map(bodyOf))
      assert.deepStrictEqual(
        results.map((result) => Either.getOrThrow(result)),
        Array.from({ length: 3 }, () => ({ create: 2, update: 2, delete: 2 }))
      )
      assert.deepStrictEqual(watched.samples, samples)
    }).pipe(Effect.provide(layer))
  })

  const wrong: ReadonlyArray<readonly [name: string, body: string]> = [
    ["is too short", confirming(two.slice(1)).body],
    ["confirms other operations", confirming([...two].reverse()).body],
    ["lacks a documentId", confirming(two, "").body],
    ["contains another status", confirming(two).body.replace("success", "skipped")]
  ]
  it.effect.each(wrong)("fails for a response that %s, also after correct ones", ([, body]) => {
    const { layer, samples } = clientsOver((_, index) =>
      index === 2 ? { status: 200, body } : confirming(two)
    )
    return Effect.gen(function* () {
      const results = yield* postPattern(4)
      assert.deepStrictEqual(
        results.map((result) => (Either.isLeft(result) ? result.left._tag : "succeeded")),
        ["succeeded", "succeeded", "TransportFailed", "succeeded"]
      )
      assert.deepStrictEqual(
        samples.map(({ outcome }) => outcome._tag),
        ["Succeeded", "Succeeded", "Failed", "Succeeded"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("does not accept a matching body with another status", () => {
    const { layer } = clientsOver((_, index) =>
      index === 1 ? { ...confirming(two), status: 201 } : confirming(two)
    )
    return Effect.gen(function* () {
      const results = yield* postPattern(2)
      assert.deepStrictEqual(results.map(Either.isRight), [true, false])
    }).pipe(Effect.provide(layer))
  })

  it.effect(
    "prepares a pattern when its effect runs, and a bug in the pattern is a defect of that effect",
    () => {
      const { layer } = clientsOver(() => good)
      return Effect.gen(function* () {
        const { postPattern } = yield* BatchClient
        let calls = 0
        const ready = postPattern?.({
          ...pattern,
          operationsOf: () => {
            calls++
            throw new Error("our bug")
          }
        })
        assert.strictEqual(calls, 0)
        const exit = yield* Effect.exit(ready ?? Effect.void)
        assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
        assert.strictEqual(calls, 1)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("encodes batches one by one if the pattern has no template", () => {
    const { layer, sent } = clientsOver(() => confirming([create(students, student)]))
    return Effect.gen(function* () {
      const client = yield* BatchClient
      const post = yield* (
        client.postPattern?.({
          ...pattern,
          groups: 1,
          operationsOf: ([record]) =>
            record === undefined
              ? []
              : [create(students, { ...student, middleName: String(record.iteration) })]
        }) ?? Effect.dieMessage("no postPattern")
      )
      assert.deepStrictEqual(yield* post({ user: 0, iteration: 41 }), { create: 1, update: 0, delete: 0 })
      assert.deepInclude(bodyOf(sent[0]), {
        op: "create",
        resource: "students",
        document: { ...student, middleName: "41" }
      })
    }).pipe(Effect.provide(layer))
  })

  it.effect("decodes every response with its schema under strictDecoding, with the same result", () => {
    const { layer } = clientsOver((_, index) => (index === 1 ? confirming(two, "") : confirming(two)), {
      strictDecoding: true
    })
    return Effect.gen(function* () {
      const results = yield* postPattern(3)
      assert.deepStrictEqual(results.map(Either.isRight), [true, false, true])
    }).pipe(Effect.provide(layer))
  })
})

describe("detectNaming", () => {
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
  const namingOver = (...responses: ReadonlyArray<typeof unknownKey>) => {
    const { layer, sent } = clientsOver((_, index) => responses[index] ?? good, { resourceNaming: "auto" })
    return Effect.gen(function* () {
      const result = yield* Effect.either(Effect.provide(post, layer))
      const resources = sent.map(
        (request) => JSON.stringify(bodyOf(request)).match(/"resource":"(\w+)"/)?.[1]
      )
      return { result, resources }
    })
  }

  it.effect("uses students if the delete is not found", () =>
    Effect.gen(function* () {
      const { resources } = yield* namingOver(unknownKey)
      assert.deepStrictEqual(resources, ["students", "students"])
    })
  )

  it.effect("uses Student if students is unknown", () =>
    Effect.gen(function* () {
      const { resources } = yield* namingOver(unknownResource, unknownKey)
      assert.deepStrictEqual(resources, ["students", "Student", "Student"])
    })
  )

  it.effect("recognizes a server without a batch endpoint", () =>
    Effect.gen(function* () {
      for (const status of [404, 405, 501]) {
        const { resources, result } = yield* namingOver({ status, body: "" })
        assert.isTrue(Either.isLeft(result) && result.left._tag === "BatchUnsupported")
        assert.strictEqual(resources.length, 1)
      }
    })
  )

  it.effect("fails if the server accepts neither spelling", () =>
    Effect.gen(function* () {
      const { result } = yield* namingOver(unknownResource, unknownResource)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "NamingUnknown")
    })
  )

  it.effect("observes Retry-After, and reports a longer wait as the reason to stop", () =>
    Effect.gen(function* () {
      const busy = (status: number, seconds: string) => ({
        status,
        body: "",
        headers: { "retry-after": seconds }
      })
      const { layer, sent } = clientsOver(
        (_, index) => [busy(429, "7"), busy(503, "8"), busy(429, "3600")][index] ?? good,
        { resourceNaming: "auto" }
      )
      const fiber = yield* Effect.fork(Effect.either(Effect.provide(post, layer)))
      yield* TestClock.adjust("14 seconds")
      assert.strictEqual(sent.length, 2)
      yield* TestClock.adjust("1 second")
      const result = yield* Fiber.join(fiber)
      assert.strictEqual(sent.length, 3)
      assert.isTrue(Either.isLeft(result) && result.left._tag === "NamingUnknown")
      if (Either.isLeft(result))
        assert.include(result.left.message, "the server asks for a retry after 3600 s (Retry-After)")
    })
  )

  it.effect("mentions that proxies are not used if the batch address cannot be reached", () =>
    Effect.gen(function* () {
      const { layer } = clientsOver(() => new TransportFailed({ phase: "connect", detail: "refused" }), {
        resourceNaming: "auto"
      })
      const fiber = yield* Effect.provide(post, layer).pipe(
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["HTTP_PROXY", "http://p"]]))),
        Effect.flip,
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      const { message } = yield* Fiber.join(fiber)
      assert.include(message, "connect: refused; edfi-perf connects directly and does not use HTTP_PROXY")
    })
  )
})
