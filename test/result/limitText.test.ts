import { assert, describe, it } from "@effect/vitest"
import { limitText } from "../../src/result/limitText.ts"
import type { SliceLimit } from "../../src/result/MeasuredSlice.ts"

const slices = (...limits: ReadonlyArray<SliceLimit | null | "none">) =>
  limits.map((limitedBy) =>
    limitedBy === "none" ? { limited: [], limitedBy: null } : { limited: ["it was late"], limitedBy }
  )

describe("the text on limited slices", () => {
  it("counts them by what limited them", () => {
    assert.strictEqual(
      limitText(slices("generator", "none", "machine", "suspension", "machine")),
      "the load generator was at its limit in 1, other programs had the processors in 2 and the load generator was suspended in 1 of 5 slices"
    )
  })

  it("blames the generator in files of older versions, which do not say it", () => {
    assert.strictEqual(
      limitText(slices(null, "none")),
      "the load generator was at its limit in 1 of 2 slices"
    )
  })

  it("is empty where nothing was limited", () => {
    assert.strictEqual(limitText(slices("none", "none")), "")
  })
})
