/** Descriptors are documents: contract section 3 holds for them, and documents refer to them. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { at, jsonOf, objectOf, op, problemOf, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const namespace = "uri://ed-fi.org/VisaDescriptor"
const visa = (codeValue: string, extra = {}) => ({
  namespace,
  codeValue,
  shortDescription: codeValue,
  ...extra
})
const holder = (key: string, code: string) =>
  student(key, { visas: [{ visaDescriptor: `${namespace}#${code}` }] })

export const descriptorFacts = (layerOf: LayerOf) =>
  describe("descriptors", () => {
    it.effect("the seed has the values of the contract, and one for each other descriptor", () =>
      Effect.gen(function* () {
        const { get } = yield* session
        const count = (path: string) =>
          Effect.map(get(`${path}totalCount=true`), ({ headers }) => headers["total-count"])
        assert.strictEqual(yield* count("termDescriptors?codeValue=Fall%20Semester&"), "1")
        assert.strictEqual(yield* count("behaviorDescriptors?"), "1")
        const [made] = [jsonOf(yield* get("behaviorDescriptors"))]
        assert.strictEqual(at(made, 0, "namespace"), "uri://ed-fi.org/BehaviorDescriptor")
        assert.strictEqual(at(made, 0, "codeValue"), "Value 1")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a value can be used once it is created, and deleted once nothing refers to it", () =>
      Effect.gen(function* () {
        const { create, data, post } = yield* session
        assert.deepStrictEqual(problemOf(yield* post("students", holder("A", "Q"))), [400, "bad-request"])
        const path = `visaDescriptors/${yield* create("visaDescriptors", visa("Q"))}`
        const studentId = yield* create("students", holder("A", "Q"))
        assert.deepStrictEqual(problemOf(yield* data("DELETE", path)), [
          409,
          "data-conflict:dependent-item-exists"
        ])
        assert.strictEqual((yield* data("DELETE", `students/${studentId}`)).status, 204)
        assert.strictEqual((yield* data("DELETE", path)).status, 204)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("POST of an existing value, in any case, updates it; PUT must not change the key", () =>
      Effect.gen(function* () {
        const { create, data, get, post } = yield* session
        const id = yield* create("visaDescriptors", visa("Q"))
        const again = yield* post("visaDescriptors", visa("q", { shortDescription: "small" }))
        assert.strictEqual(again.status, 200)
        const stored = objectOf(yield* get(`visaDescriptors/${id}`))
        assert.deepStrictEqual([stored["codeValue"], stored["shortDescription"]], ["q", "small"])
        const other = yield* data("PUT", `visaDescriptors/${id}`, { json: visa("R", { id }) })
        assert.deepStrictEqual(problemOf(other), [
          400,
          "bad-request:data-validation-failed:key-change-not-supported"
        ])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("outer blanks of code and short description are removed, those of the namespace refused", () =>
      Effect.gen(function* () {
        const { create, get, post } = yield* session
        const id = yield* create("visaDescriptors", visa(" Q "))
        const stored = objectOf(yield* get(`visaDescriptors/${id}`))
        assert.deepStrictEqual([stored["codeValue"], stored["shortDescription"]], ["Q", "Q"])
        const blank = yield* post("visaDescriptors", visa("R", { namespace: ` ${namespace}` }))
        assert.deepStrictEqual(problemOf(blank), [400, "bad-request:data-validation-failed"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a short description of another resource keeps its outer blanks", () =>
      Effect.gen(function* () {
        const { create, get } = yield* session
        const id = yield* create("educationContents", {
          contentIdentifier: "Q",
          namespace: "uri://ed-fi.org",
          learningResourceMetadataURI: "https://example.org/q",
          shortDescription: " Q "
        })
        const stored = objectOf(yield* get(`educationContents/${id}`))
        assert.strictEqual(stored["shortDescription"], " Q ")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("U+0000 between outer blanks fails as elsewhere", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        assert.strictEqual((yield* post("visaDescriptors", visa(" Q\u0000 "))).status, 500)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a batch creates a value, uses it, and deletes both by their keys", () =>
      Effect.gen(function* () {
        const { batch, get } = yield* session
        const reply = yield* batch([
          op.create(visa("Q"), "visaDescriptors"),
          op.create(holder("A", "Q")),
          op.remove({ studentUniqueId: "A" }),
          op.remove({ namespace, codeValue: "Q" }, "visaDescriptors")
        ])
        assert.strictEqual(reply.status, 200)
        assert.strictEqual((yield* get("visaDescriptors?codeValue=Q")).text, "[]")
      }).pipe(Effect.provide(layerOf()))
    )
  })
