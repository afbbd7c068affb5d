import { assert, describe, it } from "@effect/vitest"
import type { SearchEnd } from "../../src/result/Capacity.ts"
import { withVerdict, nextRate, noBounds, type SearchLimits } from "../../src/studies/capacitySearch.ts"

const limits: SearchLimits = { startRate: 10, maxRate: undefined, floorRate: 0.5, precision: 0.05 }

/** Every rate that is measured when those up to a limit are kept, and why the search ends. */
const search = (
  limit: number,
  changed: Partial<SearchLimits> = {}
): { rates: ReadonlyArray<number>; because: SearchEnd } => {
  const rates: Array<number> = []
  let known = noBounds
  for (;;) {
    const next = nextRate(known, { ...limits, ...changed })
    if (next._tag === "Done") return { rates, because: next.because }
    rates.push(next.rate)
    known = withVerdict(known, next.rate, next.rate <= limit)
  }
}

describe("the search for the highest rate", () => {
  it("doubles until a rate breaks, then bisects until both bounds are within 5 %", () => {
    assert.deepStrictEqual(search(200), {
      rates: [10, 20, 40, 80, 160, 320, 240, 200, 220, 210],
      because: "precise"
    })
  })

  it("halves the first rate while none is kept", () => {
    assert.deepStrictEqual(search(3), {
      rates: [10, 5, 2.5, 3.75, 3.125, 2.8125, 2.96875],
      because: "precise"
    })
  })

  it("gives up below the lowest rate that can be judged", () => {
    assert.deepStrictEqual(search(0.4), { rates: [10, 5, 2.5, 1.25, 0.625], because: "floor" })
  })

  it("measures its first rate though it is below that", () => {
    assert.deepStrictEqual(search(0, { floorRate: 50 }), { rates: [10], because: "floor" })
  })

  it("ends with the maximum rate, when that is kept", () => {
    assert.deepStrictEqual(search(1e9, { maxRate: 100 }), {
      rates: [10, 20, 40, 80, 100],
      because: "maxRate"
    })
    assert.deepStrictEqual(search(90, { maxRate: 100 }).rates, [10, 20, 40, 80, 100, 90, 95, 92.5])
  })

  it("reaches the required precision", () => {
    assert.deepStrictEqual(search(200, { precision: 0.2 }).rates, [10, 20, 40, 80, 160, 320, 240, 200])
    assert.strictEqual(search(200, { precision: 0.01 }).rates.at(-1), 201.25)
  })
})
