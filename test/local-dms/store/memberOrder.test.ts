import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { isArray, isObject } from "../../../src/local-dms/json.ts"
import { inMemberOrder, memberOrderOf } from "../../../src/local-dms/store/memberOrder.ts"

/** What PostgreSQL makes of a document: members by the length of their name, then by its letters. */
const jsonb = (value: Json | undefined): Json | undefined => {
  if (isArray(value)) return value.map((item) => jsonb(item) ?? null)
  if (!isObject(value)) return value
  const names = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return Object.fromEntries(names.map((name) => [name, jsonb(value[name])]))
}
const kept = (document: JsonObject): JsonObject => {
  const value = jsonb(document)
  return isObject(value) ? value : {}
}

describe("member order", () => {
  it("is the rank of each member among those of its object, outermost first", () => {
    assert.strictEqual(memberOrderOf({ lastName: "x", id: 1 }), "1 0")
    assert.strictEqual(memberOrderOf({ bb: [{ z: 1, a: 2 }], a: { cc: 1, d: 2 } }), "1 0 1 0 1 0")
    assert.strictEqual(memberOrderOf({}), "")
  })

  it("brings any document back to the letter", () => {
    const name = FastCheck.stringMatching(/^[a-zA-Z]{1,6}$/)
    const { document } = FastCheck.letrec<{ document: JsonObject; value: Json }>((tie) => ({
      document: FastCheck.dictionary(name, tie("value"), { maxKeys: 6 }),
      value: FastCheck.oneof(
        { maxDepth: 4 },
        FastCheck.integer(),
        FastCheck.string(),
        FastCheck.array(tie("value"), { maxLength: 3 }),
        tie("document")
      )
    }))
    FastCheck.assert(
      FastCheck.property(document, (one) => {
        const back = inMemberOrder(kept(one), memberOrderOf(one))
        assert.strictEqual(JSON.stringify(back), JSON.stringify(one))
      }),
      { numRuns: 300, seed: 1 }
    )
  })
})
