/** Contract section 4, steps 1 to 4: checks before a batch begins. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Json } from "../../../src/domain/Json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { jsonOf, objectOf, problemOf, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const create = { op: "create", resource: "students", document: student("A") }
const key = { studentUniqueId: "A" }
const guid = "0f8fad5b-d9cb-469f-a165-70867728950e"

const malformed: ReadonlyArray<readonly [string, string]> = [
  ["an empty body", ""],
  ["only blanks", " \n"],
  ["no JSON", "[{]"],
  ["an object instead of an array", "{}"],
  ["a string", '"[]"'],
  ["null", "null"],
  ["65 levels", `${"[".repeat(65)}${"]".repeat(65)}`]
]

const wrong: ReadonlyArray<readonly [string, Json]> = [
  ["an element that is no object", 7],
  ["an element that is null", null],
  ["no op", { resource: "students", document: student("A") }],
  ["an unknown op", { ...create, op: "upsert" }],
  ["an op that is no string", { ...create, op: 1 }],
  ["no resource", { op: "create", document: student("A") }],
  ["a blank resource", { ...create, resource: "  " }],
  ["a documentId that is no GUID", { op: "delete", resource: "students", documentId: "42" }],
  ["a documentId that is a number", { op: "delete", resource: "students", documentId: 42 }],
  ["an ifMatch that is no string", { op: "delete", resource: "students", naturalKey: key, ifMatch: 1 }],
  ["a create without document", { op: "create", resource: "students" }],
  ["a create whose document is no object", { ...create, document: [] }],
  ["a create with naturalKey", { ...create, naturalKey: key }],
  ["a create with documentId", { ...create, documentId: guid }],
  ["a create with ifMatch", { ...create, ifMatch: "x" }],
  ["an update without document", { op: "update", resource: "students", naturalKey: key }],
  ["an update without target", { ...create, op: "update" }],
  ["an update with both targets", { ...create, op: "update", naturalKey: key, documentId: guid }],
  ["a delete without target", { op: "delete", resource: "students" }],
  ["a delete with both targets", { op: "delete", resource: "students", naturalKey: key, documentId: guid }],
  ["a naturalKey that is no object counts as absent", { op: "delete", resource: "students", naturalKey: "A" }]
]

const plain400 = [400, "bad-request"] as const

export const batchParsingFacts = (layerOf: LayerOf) =>
  describe("batch, before it begins", () => {
    it.effect.each(malformed)("%s is a 400 without failedOperation", ([, text]) =>
      Effect.gen(function* () {
        const { batchText } = yield* session
        const reply = yield* batchText(text)
        assert.deepStrictEqual(problemOf(reply), plain400)
        assert.notProperty(objectOf(reply), "failedOperation")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect.each(wrong)("%s is a 400 before any operation runs", ([, operation]) =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const reply = yield* batch([create, operation])
        assert.deepStrictEqual(problemOf(reply), plain400)
        assert.notProperty(objectOf(reply), "failedOperation")
        assert.include(String(objectOf(reply)["detail"]), "1")
        assert.strictEqual((yield* get("students")).text, "[]")
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.deepStrictEqual(stats.batches, { committed: 0, rolledBack: 0, refused: 1 })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the first malformed operation is reported", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([create, { ...create, op: "x" }, { ...create, resource: "" }])
        assert.include(String(objectOf(reply)["detail"]), "Operation 1")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("op is trimmed and ignores case; unknown members, null ids and blank ifMatch are ignored", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([
          { ...create, op: " Create ", comment: "x", documentId: null, ifMatch: " " },
          {
            op: "DELETE",
            resource: "students",
            naturalKey: key,
            documentId: null,
            ifMatch: null,
            document: 7
          }
        ])
        assert.strictEqual(reply.status, 200)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a batch without operations is a 200 with an empty array", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        const reply = yield* batch([])
        assert.deepStrictEqual([reply.status, jsonOf(reply)], [200, []])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "100 operations are accepted; 101 are a 413 without problem details, and nothing is written",
      () =>
        Effect.gen(function* () {
          const { batch, get } = yield* session
          const creates = Array.from({ length: 101 }, (_, index) => ({
            ...create,
            document: student(String(index))
          }))
          const refused = yield* batch(creates)
          assert.strictEqual(refused.status, 413)
          assert.deepStrictEqual(Object.keys(objectOf(refused)).sort(), ["error", "message"])
          assert.strictEqual((yield* get("students")).text, "[]")
          assert.strictEqual((yield* batch(creates.slice(1))).status, 200)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a malformed batch that is too large is a 400, not a 413", () =>
      Effect.gen(function* () {
        const { batch } = yield* session
        assert.deepStrictEqual(problemOf(yield* batch([create, create, { op: "x" }])), plain400)
      }).pipe(Effect.provide(layerOf({ batchMaxOperations: 2 })))
    )

    it.effect("a repeated member in an operation or its key is a 500 with message and traceId", () =>
      Effect.gen(function* () {
        const { batchText, get } = yield* session
        const good = JSON.stringify(create)
        for (const text of [
          `[${good},{"op":"create",${good.slice(1)}]`,
          `[${good},{"op":"delete","resource":"students","naturalKey":{"studentUniqueId":"A","studentUniqueId":"B"}}]`
        ]) {
          const reply = yield* batchText(text)
          assert.strictEqual(reply.status, 500)
          assert.deepStrictEqual(Object.keys(objectOf(reply)), ["message", "traceId"])
        }
        assert.strictEqual((yield* get("students")).text, "[]")
      }).pipe(Effect.provide(layerOf()))
    )
  })
