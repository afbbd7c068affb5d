/** Contract sections 3 and 4: rate limit, body size, depth, and malformed requests. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { basic, objectOf, op, problemOf, send, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

export const limitFacts = (layerOf: LayerOf) =>
  describe("limits", () => {
    it.effect(
      "the rate limit is a fixed window of 10 s per host over all routes; beyond it 429 with an empty body",
      () =>
        Effect.gen(function* () {
          const status = (path: string, root?: string) =>
            Effect.map(send("GET", path, root === undefined ? {} : { root }), ({ status }) => status)
          assert.deepStrictEqual(
            [yield* status("/"), yield* status("/health"), yield* status("/")],
            [200, 200, 429]
          )
          const refused = yield* send("POST", "/oauth/token")
          assert.deepStrictEqual(
            [refused.status, refused.text, refused.headers["retry-after"]],
            [429, "", undefined]
          )
          assert.strictEqual(yield* status("/", "http://other.test"), 200)
          yield* TestClock.adjust("9999 millis")
          assert.strictEqual(yield* status("/"), 429)
          yield* TestClock.adjust("1 millis")
          assert.strictEqual(yield* status("/"), 200)
        }).pipe(Effect.provide(layerOf({ rateLimit: 2 })))
    )

    it.effect("the rate limit comes before the token and is counted by route", () =>
      Effect.gen(function* () {
        yield* send("POST", "/batch", { text: "[]" })
        yield* send("POST", "/batch", { text: "[]" })
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(stats.requests["POST /batch"], { "401": 1, "429": 1 })
      }).pipe(Effect.provide(layerOf({ rateLimit: 1 })))
    )

    it.effect("with a concurrency of 2 the third request starts when one of the first two ends", () =>
      Effect.gen(function* () {
        const { batch, get, post } = yield* session
        const first = yield* Effect.fork(batch([]))
        const second = yield* Effect.fork(post("students", student("A")))
        const third = yield* Effect.fork(get("students"))
        const fourth = yield* Effect.fork(batch([]))
        yield* TestClock.adjust("20 millis")
        assert.strictEqual((yield* Fiber.join(first)).status, 200)
        assert.strictEqual((yield* Fiber.join(second)).status, 201)
        yield* TestClock.adjust("19 millis")
        assert.deepStrictEqual([third.unsafePoll(), fourth.unsafePoll()], [null, null])
        yield* TestClock.adjust("1 millis")
        assert.include((yield* Fiber.join(third)).text, '"studentUniqueId":"A"')
        assert.strictEqual((yield* Fiber.join(fourth)).status, 200)
      }).pipe(Effect.provide(layerOf({ concurrency: 2, latency: { _tag: "fixed", millis: 20 } })))
    )

    it.effect(
      "a request that gets no connection in time is a 500 with message and traceId, outside an envelope",
      () =>
        Effect.gen(function* () {
          const { batch, get } = yield* session
          const first = yield* Effect.fork(batch([]))
          const refused = [
            yield* Effect.fork(batch([op.create(student("A"))])),
            yield* Effect.fork(get("students"))
          ]
          yield* TestClock.adjust("50 millis")
          for (const reply of yield* Fiber.joinAll(refused)) {
            assert.strictEqual(reply.status, 500)
            assert.include(reply.headers["content-type"] ?? "", "application/json")
            assert.deepStrictEqual(Object.keys(objectOf(reply)), ["message", "traceId"])
          }
          yield* TestClock.adjust("50 millis")
          assert.strictEqual((yield* Fiber.join(first)).status, 200)
          const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
          assert.deepStrictEqual(
            [stats.poolTimeouts, stats.batches.refused, stats.rows["students"]],
            [2, 1, undefined]
          )
        }).pipe(
          Effect.provide(
            layerOf({ poolSize: 1, poolTimeoutSeconds: 0.05, latency: { _tag: "fixed", millis: 100 } })
          )
        )
    )

    it.effect("a body of 11 MiB is a 500 with message and traceId", () =>
      Effect.gen(function* () {
        const { batchText } = yield* session
        const reply = yield* batchText(`[${" ".repeat(11 * 1024 * 1024)}]`)
        assert.strictEqual(reply.status, 500)
        assert.deepStrictEqual(Object.keys(objectOf(reply)), ["message", "traceId"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a body of exactly 10 MiB is read", () =>
      Effect.gen(function* () {
        const { batchText } = yield* session
        assert.strictEqual((yield* batchText(`[${" ".repeat(10 * 1024 * 1024 - 2)}]`)).status, 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("JSON nested 10,000 deep is rejected as malformed", () =>
      Effect.gen(function* () {
        const { batchText, data } = yield* session
        const text = "[".repeat(10_000) + "]".repeat(10_000)
        assert.deepStrictEqual(problemOf(yield* batchText(text)), [400, "bad-request"])
        const nested = `{"visas":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`
        assert.deepStrictEqual(problemOf(yield* data("POST", "students", { text: nested })), [
          400,
          "bad-request:data-validation-failed"
        ])
        assert.strictEqual((yield* batchText("[".repeat(1_000_000))).status, 400)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a login or an update nested 5,000 deep gets a 400 and is not a defect", () =>
      Effect.gen(function* () {
        const { data } = yield* session
        const text = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`
        const login = yield* send("POST", "/oauth/token", { headers: basic, text })
        assert.strictEqual(login.status, 400)
        const id = "00000000-0000-4000-a000-000000000000"
        assert.deepStrictEqual(problemOf(yield* data("PUT", `students/${id}`, { text })), [
          400,
          "bad-request:data-validation-failed"
        ])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("long or wrongly percent-encoded paths, queries and headers get ordinary responses", () =>
      Effect.gen(function* () {
        const { token } = yield* session
        const { respond } = yield* LocalDms
        const long = "x".repeat(1_000_000)
        const status = (target: string, headers: Readonly<Record<string, string>> = {}) =>
          Effect.map(
            respond({
              method: "GET",
              target,
              root: "http://dms.test",
              headers: { authorization: `Bearer ${token}`, host: "dms.test", ...headers },
              body: "",
              tooLong: false
            }),
            (reply) => (reply._tag === "Response" ? reply.status : reply._tag)
          )
        assert.strictEqual(yield* status(`/${long}`), 404)
        assert.strictEqual(yield* status(`/data/ed-fi/${long}`), 404)
        assert.strictEqual(yield* status(`/data/ed-fi/${"/".repeat(1_000_000)}`), 404)
        assert.strictEqual(yield* status(`/data/ed-fi/students/${long}`), 400)
        assert.strictEqual(yield* status("/data/ed-fi/stud%"), 404)
        assert.strictEqual(yield* status("/data/ed-fi/students/%E0%A4%A"), 400)
        assert.strictEqual(yield* status("/data/ed-fi/students?firstName=%E0%A4%A&%=%"), 400)
        assert.strictEqual(yield* status(`/data/ed-fi/students?firstName=${long}`), 200)
        assert.strictEqual(yield* status(`/data/ed-fi/students?${"limit=1&".repeat(100_000)}`), 200)
        assert.strictEqual(yield* status("/data/ed-fi/students", { authorization: `Bearer ${long}` }), 401)
        assert.strictEqual(yield* status("/data/ed-fi/students", { host: long, "if-match": long }), 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect.each([
      ["200,000 list items of the wrong type", `{"visas":[${'"",'.repeat(200_000)}""]}`],
      ["200,000 items with an unknown member", `{"visas":[${'{"a":1},'.repeat(200_000)}{}]}`],
      ["200,000 repeated members", `{"visas":[${'{"a":1,"a":2},'.repeat(200_000)}{}]}`]
    ] as const)("%s get a short refusal", ([, text]) =>
      Effect.gen(function* () {
        const { data } = yield* session
        const reply = yield* data("POST", "students", { text })
        assert.deepStrictEqual(problemOf(reply), [400, "bad-request:data-validation-failed"])
        assert.isBelow(reply.text.length, 200_000)
      }).pipe(Effect.provide(layerOf()))
    )
  })
