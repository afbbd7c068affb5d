import { assert, describe, it } from "@effect/vitest"
import { addStarts, noStarts } from "../../src/metrics/Starts.ts"

describe("starts", () => {
  it("add up, and the latest is the latest of both", () => {
    const sum = addStarts(
      { count: 5, late: 1, maxLateMillis: 30, dropped: 1 },
      { count: 2, late: 1, maxLateMillis: 12, dropped: 4 }
    )
    assert.deepStrictEqual(sum, { count: 7, late: 2, maxLateMillis: 30, dropped: 5 })
    assert.deepStrictEqual(addStarts(sum, noStarts), sum)
  })
})
