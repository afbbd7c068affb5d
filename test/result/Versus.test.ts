import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { batchSizeText, VersusJson } from "../../src/result/Versus.ts"
import { sampleVersus } from "./sampleVersus.ts"

describe("versus.json", () => {
  it("reads its own documents, and those of older versions, which sent triples", () => {
    const versus = sampleVersus(2)
    const text = Schema.encodeSync(VersusJson)(versus)
    assert.deepStrictEqual(Schema.decodeSync(VersusJson)(text), versus)
    assert.include(text, '\n  "startedAt"')
    const { batchOperations: _, resources: records, ...others } = versus
    const older = Schema.decodeSync(VersusJson)(JSON.stringify({ ...others, records }))
    assert.deepStrictEqual([older.resources, batchSizeText(older)], [["students"], "10 triples"])
  })

  it("has the size of batches in triples, or in operations if other records are sent", () => {
    assert.strictEqual(
      batchSizeText({ batchTripleCount: 1, batchOperations: { min: 3, max: 3 } }),
      "1 triple"
    )
    assert.strictEqual(
      batchSizeText({ batchTripleCount: 10, batchOperations: { min: 20, max: 50 } }),
      "20 to 50 operations"
    )
  })
})
