import { assert, describe, it } from "@effect/vitest"
import { measuredText } from "../../src/report/thresholds.ts"

describe("what was measured of a threshold", () => {
  it.each([
    ["ms", 500.001, "500.001 ms"],
    ["ms", 12, "12 ms"],
    ["ratio", 0.010_01, "1.001 %"],
    ["perSecond", 3100.5, "3,100.5 /s"],
    ["count", 1_234_567, "1,234,567"],
    ["ms", null, "nothing"]
  ] as const)("in %s, %d, is so exact that one that is just crossed does not look kept: %s", (...row) => {
    const [dimension, value, text] = row
    assert.strictEqual(measuredText({ expression: "", dimension, value, passed: false }), text)
  })
})
