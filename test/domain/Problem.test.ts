import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { describeProblem, readProblem } from "../../src/domain/Problem.ts"

describe("readProblem", () => {
  it("keeps the valid members when another one is invalid", () => {
    const problem = readProblem({
      type: "urn:x",
      status: "409",
      detail: "d",
      errors: "text",
      correlationId: 5
    })
    assert.deepStrictEqual(problem, { type: "urn:x", detail: "d" })
  })

  it("describes a problem that has no more than errors", () => {
    assert.strictEqual(describeProblem({ type: "urn:x", errors: ["a", "b"] }), "urn:x: a")
    assert.strictEqual(describeProblem({ validationErrors: { "$.a": ["is", "bad"] } }), "$.a: is bad")
  })

  it("reads whatever a server may send without failing", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.anything(), (value) => {
        assert.isObject(readProblem(value))
      })
    )
    assert.deepStrictEqual(readProblem(null), {})
  })
})
