/** Packed bodies are equal to what was packed. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { BodyPacker, PackedBody } from "../../../src/local-dms/store/PackedBody.ts"
import { makeDocuments } from "../everyResource/makeDocuments.ts"
import type { JsonObject } from "../../../src/domain/Json.ts"

const unpacked = (body: JsonObject, packer = new BodyPacker()): JsonObject => {
  const packed = packer.pack(body)
  return packed instanceof PackedBody ? packed.unpack() : packed
}

const scalar = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.boolean(),
  fc.constant(null)
)
const name = fc.constantFrom("a", "b", "c", "codes", "reference", "schoolId")

const { body } = fc.letrec<{ readonly body: JsonObject; readonly member: JsonObject[string] }>((tie) => ({
  body: fc.dictionary(name, tie("member"), { maxKeys: 4, noNullPrototype: true }),
  member: fc.oneof(
    { depthSize: "small" },
    scalar,
    tie("body"),
    fc.array(tie("body"), { maxLength: 2 }),
    fc.array(scalar, { maxLength: 2 })
  )
}))

describe("a packed body", () => {
  it("is the body again, in the order of its members", () => {
    const packer = new BodyPacker()
    fc.assert(
      fc.property(body, (one) => {
        assert.strictEqual(JSON.stringify(unpacked(one, packer)), JSON.stringify(one))
      }),
      { numRuns: 200, seed: 1 }
    )
  })

  it("keeps the full document of every resource", () => {
    const packer = new BodyPacker()
    for (const { full } of makeDocuments()) {
      assert.strictEqual(JSON.stringify(unpacked(full, packer)), JSON.stringify(full))
    }
  })

  it("is made of objects and lists only: a body of scalars stays", () => {
    const flat = { studentUniqueId: "1", firstName: "Ana" }
    assert.strictEqual(new BodyPacker().pack(flat), flat)
    assert.instanceOf(new BodyPacker().pack({ schoolReference: { schoolId: 1 } }), PackedBody)
  })

  it("is not made of more than 16,384 forms, nor of a list longer than 128 items", () => {
    const long = { visas: Array.from({ length: 129 }, () => ({ visaDescriptor: "a" })) }
    assert.strictEqual(new BodyPacker().pack(long), long)
    const packer = new BodyPacker()
    for (let index = 0; index < 16_384; index++) packer.pack({ [`member${index}`]: [] })
    assert.isFalse(packer.pack({ another: [] }) instanceof PackedBody)
    assert.instanceOf(packer.pack({ member1: [] }), PackedBody)
  })
})
