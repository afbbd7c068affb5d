/** Which item of a mixture each iteration does. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { makeChooseItem, type MixtureItem } from "../../src/domain/Mixture.ts"

const itemOf = (weight: number, index: number): MixtureItem => ({
  name: `item ${index}`,
  weight,
  steps: [{ _tag: "Write", kind: "record", path: "ed-fi/students", records: undefined }]
})

const itemsOf = ([first, ...others]: readonly [number, ...ReadonlyArray<number>]) =>
  [itemOf(first, 0), ...others.map((weight, index) => itemOf(weight, index + 1))] as const

const weights = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 7 }))
  .map(([first, others]) => [first, ...others] as const)
const seeds = fc.nat(Number.MAX_SAFE_INTEGER)
const numbers = fc.nat(100_000_000)

/** How often each item is chosen. */
const countsOf = (items: ReadonlyArray<MixtureItem>, chosen: ReadonlyArray<MixtureItem>) =>
  items.map((item) => chosen.filter((each) => each === item).length)

const sum = (all: ReadonlyArray<number>) => all.reduce((total, one) => total + one, 0)

describe("the items of a mixture", () => {
  it("have exactly their shares in as many iterations of a user as the sum of the weights, from any iteration on", () => {
    fc.assert(
      fc.property(weights, seeds, numbers, numbers, (given, seed, user, first) => {
        const items = itemsOf(given)
        const choose = makeChooseItem(items, seed)
        const chosen = Array.from({ length: sum(given) }, (_, i) => choose({ user, iteration: first + i }))
        assert.deepStrictEqual(countsOf(items, chosen), [...given])
      })
    )
  })

  it("have exactly their shares among as many users in one iteration", () => {
    fc.assert(
      fc.property(weights, seeds, numbers, (given, seed, iteration) => {
        const items = itemsOf(given)
        const choose = makeChooseItem(items, seed)
        const chosen = Array.from({ length: sum(given) }, (_, user) => choose({ user, iteration }))
        assert.deepStrictEqual(countsOf(items, chosen), [...given])
      })
    )
  })

  it("alternate: after any number of iterations each is within a few of its share", () => {
    fc.assert(
      fc.property(weights, seeds, fc.nat(500), (given, seed, length) => {
        const items = itemsOf(given)
        const choose = makeChooseItem(items, seed)
        const chosen = Array.from({ length }, (_, iteration) => choose({ user: 3, iteration }))
        for (const [index, count] of countsOf(items, chosen).entries()) {
          const share = ((given[index] ?? 0) / sum(given)) * length
          assert.isBelow(Math.abs(count - share), 6)
        }
      })
    )
  })

  it("are the same for the same seed, and begin elsewhere for another", () => {
    const items = itemsOf([40, 20, 20, 8, 6, 3, 2, 1])
    const names = (seed: number) => {
      const choose = makeChooseItem(items, seed)
      return Array.from({ length: 100 }, (_, iteration) => choose({ user: 0, iteration }).name)
    }
    assert.deepStrictEqual(names(7), names(7))
    assert.notDeepEqual(names(7), names(9))
    assert.deepStrictEqual(names(7).toSorted(), names(9).toSorted())
  })
})
