import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { SortedRows } from "../../../src/local-dms/store/SortedRows.ts"

interface Row {
  readonly number: number
}

describe("SortedRows", () => {
  it("has the content of a sorted array after any sequence of adding and removing", () => {
    const step = FastCheck.tuple(FastCheck.constantFrom("add", "remove"), FastCheck.nat(90))
    const range = FastCheck.tuple(FastCheck.nat(90), FastCheck.nat(90))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(step, { maxLength: 400 }), range, (steps, [first, second]) => {
        const rows = new SortedRows<Row>()
        const model = new Map<number, Row>()
        for (const [what, number] of steps) {
          if (what === "add") {
            const row = { number }
            rows.add(number, row)
            model.set(number, row)
          } else {
            rows.remove(number)
            model.delete(number)
          }
        }
        const sorted = [...model.values()].sort((one, other) => one.number - other.number)
        const between = sorted.filter(({ number }) => number >= first && number <= second)
        assert.strictEqual(rows.size, sorted.length)
        assert.deepStrictEqual([...rows.between(first, second)], between)
        assert.isAtLeast(rows.maxBetween(first, second), between.length)
        assert.deepStrictEqual(rows.slice(first, second), sorted.slice(first, first + second))
      }),
      { seed: 1, numRuns: 200 }
    )
  })
})
