import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { serverFactsOf } from "../../src/dms/serverFacts.ts"

describe("what a server says of itself", () => {
  it("is its version, its build and its data models", () => {
    assert.deepStrictEqual(
      serverFactsOf({
        version: "1.0.0",
        informationalVersion: "Release Candidate 1",
        build: 2026,
        dataModels: [{ name: "Ed-Fi", version: "5.2.0", informationalVersion: "x" }, { name: "TPDM" }]
      }),
      {
        version: "1.0.0",
        informationalVersion: "Release Candidate 1",
        build: "2026",
        dataModels: [
          { name: "Ed-Fi", version: "5.2.0" },
          { name: "TPDM", version: null }
        ]
      }
    )
  })

  it("is bounded and clean, whatever the server wrote", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.anything(),
        FastCheck.anything(),
        FastCheck.string(),
        (one, other, text) => {
          const facts = serverFactsOf({ version: one, build: text.repeat(50), dataModels: [{ name: other }] })
          const { dataModels } = serverFactsOf({ dataModels: one })
          assert.isAtMost(facts.build?.length ?? 0, 103)
          assert.isAtMost(dataModels.length, 20)
          assert.notMatch(facts.build ?? "", /\p{Cc}/u)
        }
      )
    )
  })
})
