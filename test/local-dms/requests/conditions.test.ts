import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { batchConditions, mainConditions, odsConditions } from "../../../src/local-dms/requests/conditions.ts"

const ifMatch = (header: string) => ({ ifMatch: header, ifNoneMatch: undefined })

/** Tags as servers make them, and with commas as clients may send them. */
const tag = FastCheck.stringMatching(/^[a-z0-9-]{1,6}(,[a-z0-9]{1,3})?$/)
const form = FastCheck.constantFrom("quoted" as const, "weak" as const, "bare" as const)
const written = (text: string, how: "quoted" | "weak" | "bare") => {
  if (how === "bare" && !text.includes(",")) return text
  return how === "weak" ? `W/"${text}"` : `"${text}"`
}

describe("conditions", () => {
  it("main: a GET is 304 exactly for the tags of the list, however they are written", () => {
    const list = FastCheck.array(FastCheck.tuple(tag, form), { minLength: 1, maxLength: 5 })
    FastCheck.assert(
      FastCheck.property(list, tag, FastCheck.constantFrom(",", ", ", " ,"), (tags, own, comma) => {
        const header = tags.map(([text, how]) => written(text, how)).join(comma)
        assert.strictEqual(
          mainConditions.isCurrent(header, own),
          tags.some(([text]) => text === own),
          header
        )
        for (const [text] of tags) assert.isTrue(mainConditions.isCurrent(header, text), header)
      })
    )
  })

  it("main: If-Match holds for its tag only, and * for each document", () => {
    FastCheck.assert(
      FastCheck.property(tag, tag, form, (one, other, how) => {
        const condition = mainConditions.ofWrite("PUT", ifMatch(written(one, how)))
        assert.strictEqual(condition?.(other), one === other && how !== "weak")
        assert.isTrue(mainConditions.ofWrite("PUT", ifMatch("*"))?.(other))
      })
    )
  })

  it("without a document: main refuses each POST with If-Match, and * of others; ods and batch none", () => {
    for (const method of ["PUT", "DELETE"] as const) {
      assert.isFalse(mainConditions.ofWrite(method, ifMatch("*"))?.(undefined))
      assert.isTrue(mainConditions.ofWrite(method, ifMatch("a"))?.(undefined))
      assert.isTrue(batchConditions.ofWrite(method, ifMatch("a"))?.(undefined))
    }
    assert.isFalse(mainConditions.ofWrite("POST", ifMatch("a"))?.(undefined))
    assert.isTrue(odsConditions.ofWrite("POST", ifMatch("a"))?.(undefined))
    assert.isUndefined(batchConditions.ofWrite("POST", ifMatch("a")))
  })

  it("blank headers are no condition", () => {
    for (const { isCurrent, ofWrite } of [batchConditions, mainConditions, odsConditions]) {
      assert.isUndefined(ofWrite("PUT", { ifMatch: " ", ifNoneMatch: "" }))
      assert.isFalse(isCurrent("", "a"))
    }
  })
})
