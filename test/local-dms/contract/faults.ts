/** Injected faults of the local DMS: the responses, the data that is written, and the counts. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { faultNames } from "../../../src/local-dms/Faults.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { at, failureOf, jsonOf, objectOf, send, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const create = (studentUniqueId: string) => ({
  op: "create",
  resource: "students",
  document: student(studentUniqueId)
})
const remove = (studentUniqueId: string) => ({
  op: "delete",
  resource: "students",
  naturalKey: { studentUniqueId }
})
const stats = Effect.flatMap(LocalDms, ({ stats }) => stats)
const always = { every: 1 }

/** Bytes of the buffers that are still in use. V8 frees those that a collection found beside the program; the next one waits for that. */
const usedBufferBytes = (): number => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc")
  collect()
  collect()
  return process.memoryUsage().arrayBuffers
}

/** Waits until the fault `lock` has taken effect so many times. */
const lockedTimes = (times: number) =>
  Effect.promise(() => new Promise((resolve) => setImmediate(resolve))).pipe(
    Effect.zipRight(stats),
    Effect.repeat({ until: ({ faults }) => faults["lock"] === times })
  )

export const faultFacts = (layerOf: LayerOf) =>
  describe("faults", () => {
    it.effect("error: 500 without envelope, nothing written", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([create("A")])
        assert.deepStrictEqual([reply.status, Object.keys(objectOf(reply))], [500, ["message", "traceId"]])
        const { batches, faults, operations, rows } = yield* stats
        assert.deepStrictEqual(
          [faults, batches.rolledBack, operations.create, rows["students"]],
          [{ error: 1 }, 1, {}, undefined]
        )
      }).pipe(Effect.provide(layerOf({ faults: { error: always } })))
    )

    it.effect("operationError: 500 with the envelope, whose problem has no type", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([create("A")])
        assert.strictEqual(reply.status, 500)
        assert.deepStrictEqual(Object.keys(Object(at(objectOf(reply), "failedOperation", "problem"))), [
          "error",
          "correlationId"
        ])
        assert.deepStrictEqual((yield* stats).faults, { operationError: 1 })
      }).pipe(Effect.provide(layerOf({ faults: { operationError: always } })))
    )

    it.effect("writeConflict: 409, on create only detail and status, on delete a problem with a type", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const created = yield* batch([create("A")])
        assert.strictEqual(created.status, 409)
        assert.deepStrictEqual(Object.keys(Object(at(objectOf(created), "failedOperation", "problem"))), [
          "detail",
          "status"
        ])
        assert.deepStrictEqual(failureOf(yield* batch([remove("A")])), [
          409,
          0,
          "data-conflict:write-conflict"
        ])
        assert.deepStrictEqual((yield* stats).faults, { writeConflict: 2 })
      }).pipe(Effect.provide(layerOf({ faults: { writeConflict: always } })))
    )

    it.effect(
      "a reset before the commit writes nothing, one after it everything; the client cannot tell them apart",
      () =>
        Effect.gen(function* () {
          const { batch } = yield* session
          const { faults } = yield* LocalDms
          for (const [fault, rows] of [
            ["resetBeforeCommit", undefined],
            ["resetAfterCommit", 1]
          ] as const) {
            yield* faults.set({ [fault]: always })
            const sent = yield* Effect.either(batch([create("A")]))
            assert.isTrue(Either.isLeft(sent))
            assert.strictEqual((yield* stats).rows["students"], rows)
          }
          const counted = yield* stats
          assert.deepStrictEqual(counted.faults, { resetBeforeCommit: 1, resetAfterCommit: 1 })
          assert.deepStrictEqual(counted.requests["POST /batch"], { reset: 2 })
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("malformedJson and truncatedArray damage the response of a committed batch", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const { faults } = yield* LocalDms
        yield* faults.set({ malformedJson: always })
        const malformed = yield* batch([create("A")])
        assert.strictEqual(malformed.status, 200)
        assert.throws(() => jsonOf(malformed))
        yield* faults.set({ truncatedArray: always })
        const truncated = jsonOf(yield* batch([create("B"), create("C")]))
        assert.isDefined(at(truncated, 0))
        assert.isUndefined(at(truncated, 1))
        assert.strictEqual((yield* stats).rows["students"], 3)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("stall: the response comes after stallSeconds, and other requests do not wait for it", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const stalled = yield* Effect.fork(batch([create("A")]))
        yield* TestClock.adjust("9 seconds")
        assert.strictEqual((yield* get("students")).text, "[]")
        assert.isNull(stalled.unsafePoll())
        yield* TestClock.adjust("1 seconds")
        assert.strictEqual((yield* Fiber.join(stalled)).status, 200)
      }).pipe(Effect.provide(layerOf({ faults: { stall: always, stallSeconds: 10 } })))
    )

    it.effect("freeze: this request and all later ones, logins included, start at its end", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const before = yield* Effect.fork(get("students"))
        const struck = yield* Effect.fork(batch([create("A")]))
        yield* TestClock.adjust("20 millis")
        assert.strictEqual((yield* Fiber.join(before)).text, "[]")
        yield* TestClock.adjust("1880 millis")
        const during = [
          yield* Effect.fork(get("students")),
          yield* Effect.fork(batch([create("B")])),
          yield* Effect.fork(send("POST", "/batch", { text: "[]" })),
          yield* Effect.fork(send("GET", "/health")),
          yield* Effect.fork(send("GET", "/nowhere")),
          yield* Effect.fork(Effect.as(session, { status: 200 }))
        ] as const
        yield* TestClock.adjust("99 millis")
        assert.deepStrictEqual(
          during.map((one) => one.unsafePoll()),
          during.map(() => null)
        )
        assert.deepStrictEqual((yield* stats).faults, { freeze: 1 })
        yield* TestClock.adjust("1 millis")
        const [data, second, ...others] = during
        const statuses = yield* Effect.forEach(others, (one) =>
          Effect.map(Fiber.join(one), ({ status }) => status)
        )
        assert.deepStrictEqual(statuses, [401, 200, 404, 200])
        yield* TestClock.adjust("19 millis")
        assert.deepStrictEqual(
          [struck, data, second].map((one) => one.unsafePoll()),
          [null, null, null]
        )
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* Fiber.join(struck)).status, 200)
        assert.strictEqual((yield* Fiber.join(data)).status, 200)
        assert.strictEqual((yield* Fiber.join(second)).status, 200)
        assert.strictEqual((yield* stats).rows["students"], 2)
      }).pipe(
        Effect.provide(layerOf({ faults: { freeze: { at: 1 } }, latency: { _tag: "fixed", millis: 20 } }))
      )
    )

    it.effect("a freeze during another one has no effect, so that one at every request still ends", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const first = yield* Effect.fork(batch([]))
        yield* TestClock.adjust("999 millis")
        const second = yield* Effect.fork(batch([]))
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(
          [(yield* Fiber.join(first)).status, (yield* Fiber.join(second)).status],
          [200, 200]
        )
        const third = yield* Effect.fork(batch([]))
        yield* TestClock.adjust("999 millis")
        assert.isNull(third.unsafePoll())
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* Fiber.join(third)).status, 200)
        assert.deepStrictEqual((yield* stats).faults, { freeze: 2 })
      }).pipe(Effect.provide(layerOf({ faults: { freeze: always, freezeSeconds: 1 } })))
    )

    it.effect("lock: writes wait until its end, and reads do not; no other lock begins meanwhile", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const struck = yield* Effect.fork(batch([create("A")]))
        yield* lockedTimes(1)
        const waiting = yield* Effect.fork(batch([create("B")]))
        yield* TestClock.adjust("11999 millis")
        const reads = yield* Effect.replicateEffect(get("students"), 3)
        assert.deepStrictEqual(
          reads.map(({ text }) => text),
          ["[]", "[]", "[]"]
        )
        assert.deepStrictEqual([struck.unsafePoll(), waiting.unsafePoll()], [null, null])
        assert.deepStrictEqual((yield* stats).faults, { lock: 1 })
        yield* TestClock.adjust("1 millis")
        assert.strictEqual((yield* Fiber.join(struck)).status, 200)
        assert.strictEqual((yield* Fiber.join(waiting)).status, 200)
        // A server that ends leaves no lock behind, or its schema could not be dropped after this test.
        yield* Effect.repeat(get("students"), {
          until: () => Effect.map(stats, ({ faults }) => faults["lock"] === 2)
        })
      }).pipe(Effect.provide(layerOf({ faults: { lock: always, lockSeconds: 12, on: "both" } })))
    )

    it.effect("leak: each request keeps so many bytes", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const before = usedBufferBytes()
        yield* Effect.replicateEffect(batch([]), 20)
        assert.isAbove(usedBufferBytes() - before, 90e6)
        assert.deepStrictEqual((yield* stats).faults, { leak: 20 })
      }).pipe(Effect.provide(layerOf({ faults: { leak: always, leakBytes: 5_000_000 } })))
    )

    it.effect("a client that gives up on a stalled batch writes nothing", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const stalled = yield* Effect.fork(batch([create("A")]))
        yield* TestClock.adjust("1 seconds")
        yield* Fiber.interrupt(stalled)
        yield* TestClock.adjust("1 hour")
        assert.isUndefined((yield* stats).rows["students"])
      }).pipe(Effect.provide(layerOf({ faults: { stall: always, stallSeconds: 10 } })))
    )

    it.effect("dropTokens: all tokens become invalid once, and a new login works", () =>
      Effect.gen(function* () {
        const first = yield* session
        assert.strictEqual((yield* first.batch([])).status, 200)
        assert.strictEqual((yield* first.batch([])).status, 401)
        const second = yield* session
        assert.strictEqual((yield* second.batch([])).status, 200)
        assert.strictEqual((yield* first.get("students")).status, 401)
      }).pipe(Effect.provide(layerOf({ faults: { dropTokens: { every: 2 } } })))
    )

    it.effect(
      "openCircuit: 500 without envelope for 30 s on batch and data, though parsing still comes first",
      () =>
        Effect.gen(function* () {
          const { batch, batchText, get } = yield* session
          yield* Effect.flatMap(LocalDms, ({ faults }) => faults.set({ openCircuit: { every: 2 } }))
          assert.strictEqual((yield* batch([create("A")])).status, 200)
          assert.strictEqual((yield* batch([create("B")])).status, 500)
          assert.strictEqual((yield* get("students")).status, 500)
          assert.strictEqual((yield* batchText("{")).status, 400)
          yield* TestClock.adjust("29999 millis")
          yield* Effect.flatMap(LocalDms, ({ faults }) => faults.set({}))
          const refused = yield* batch([create("B")])
          assert.deepStrictEqual(
            [refused.status, Object.keys(objectOf(refused))],
            [500, ["message", "traceId"]]
          )
          yield* TestClock.adjust("1 millis")
          assert.strictEqual((yield* batch([create("B")])).status, 200)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a fault with a probability occurs about that often, and the same way with the same seed", () =>
      Effect.gen(function* () {
        const run = (seed: number) =>
          Effect.gen(function* () {
            const { batch } = yield* session
            const statuses = yield* Effect.replicateEffect(
              Effect.map(batch([]), ({ status }) => status),
              300
            )
            return { statuses, failed: (yield* stats).faults["error"] ?? 0 }
          }).pipe(Effect.provide(layerOf({ seed, faults: { error: { probability: 0.1 } } })))
        const one = yield* run(1)
        assert.isAbove(one.failed, 15)
        assert.isBelow(one.failed, 45)
        assert.deepStrictEqual(one, yield* run(1))
        assert.notDeepEqual(one.statuses, (yield* run(2)).statuses)
      })
    )

    it.effect(
      "a fault occurs at every n-th batch or only at the n-th, and at single requests only if set so",
      () =>
        Effect.gen(function* () {
          const { batch, post } = yield* session
          const { faults } = yield* LocalDms
          yield* faults.set({ error: { every: 3 } })
          const statuses = yield* Effect.replicateEffect(
            Effect.map(batch([]), ({ status }) => status),
            6
          )
          assert.deepStrictEqual(statuses, [200, 200, 500, 200, 200, 500])
          yield* faults.set({ error: { at: 2 } })
          const once = yield* Effect.replicateEffect(
            Effect.map(batch([]), ({ status }) => status),
            5
          )
          assert.deepStrictEqual(once, [200, 500, 200, 200, 200])
          yield* faults.set({ writeConflict: always })
          assert.strictEqual((yield* post("students", student("A"))).status, 201)
          yield* faults.set({ writeConflict: always, on: "data" })
          const conflict = yield* post("students", student("B"))
          assert.deepStrictEqual([conflict.status, conflict.text], [409, ""])
          assert.strictEqual((yield* stats).rows["students"], 1)
          assert.strictEqual((yield* batch([create("C")])).status, 200)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "PUT /_local/faults sets the faults of a running server without a token, and GET shows them",
      () =>
        Effect.gen(function* () {
          const { batch } = yield* session
          const faults = { writeConflict: { probability: 1 }, stallSeconds: 5 }
          const put = yield* send("PUT", "/_local/faults", { json: faults })
          assert.deepStrictEqual([put.status, jsonOf(put)], [200, faults])
          assert.deepStrictEqual(jsonOf(yield* send("GET", "/_local/faults")), faults)
          assert.strictEqual((yield* batch([create("A")])).status, 409)
          yield* send("PUT", "/_local/faults", { json: {} })
          assert.strictEqual((yield* batch([create("A")])).status, 200)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect.each([
      "",
      "{",
      "[]",
      '{"typo":{"every":1}}',
      '{"error":{"every":0}}',
      '{"error":{"at":0}}',
      '{"error":{"at":1.5}}',
      '{"error":{"at":1,"every":2}}',
      '{"error":{"probability":2}}'
    ])("PUT /_local/faults of %s is a 400 and leaves them as they were", (text) =>
      Effect.gen(function* () {
        const reply = yield* send("PUT", "/_local/faults", { text })
        assert.strictEqual(reply.status, 400)
        assert.deepStrictEqual(jsonOf(yield* send("GET", "/_local/faults")), { stall: { every: 9 } })
      }).pipe(Effect.provide(layerOf({ faults: { stall: { every: 9 } } })))
    )

    it.effect.each([
      ["nested 5,000 deep", `${'{"stall":'.repeat(5000)}1${"}".repeat(5000)}`],
      ["an infinite time", '{"stallSeconds":1e999,"freezeSeconds":1}'],
      ["megabytes of text", JSON.stringify({ on: "x".repeat(5_000_000) })],
      ["a member that every object has", '{"__proto__":{"stall":{"every":1}}}']
    ] as const)("PUT /_local/faults of %s is a 400 in a few words", ([, text]) =>
      Effect.gen(function* () {
        const reply = yield* send("PUT", "/_local/faults", { text })
        assert.deepStrictEqual([reply.status, Object.keys(objectOf(reply))], [400, ["error", "message"]])
        assert.isBelow(reply.text.length, 3000)
        assert.deepStrictEqual(jsonOf(yield* send("GET", "/_local/faults")), {})
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the schema of faults has every name of a fault", () =>
      Effect.gen(function* () {
        const all = Object.fromEntries(faultNames.map((name) => [name, { every: 1_000_000 }]))
        assert.strictEqual((yield* send("PUT", "/_local/faults", { json: all })).status, 200)
      }).pipe(Effect.provide(layerOf()))
    )
  })
