import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { sharedText } from "../../../src/local-dms/model/sharedText.ts"

describe("sharedText", () => {
  it("returns an equal text, whatever texts were seen before", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 200 })), (texts) => {
        for (const text of [...texts, ...texts]) assert.strictEqual(sharedText(text), text)
      }),
      { numRuns: 50, seed: 1 }
    )
  })
})
