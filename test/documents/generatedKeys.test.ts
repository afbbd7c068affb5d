/** Keys of generated documents: unique over the whole range, and within the bounds of their member. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Either from "effect/Either"
import {
  keyFor,
  type KeyDemand,
  type KeyHole,
  keyLimits,
  type KeySpace,
  type KeyUse,
  makeKeySpace,
  pooled,
  trialRecord
} from "../../src/documents/generatedKeys.ts"

const hole = (more: Partial<KeyHole> = {}): KeyHole => ({
  form: "text",
  length: 0,
  prefix: "",
  minLength: 0,
  owner: "record",
  number: 0,
  ...more
})

const demand: KeyDemand = { users: 131_072, perIteration: 33, loads: 20, fixtureSeed: 7 }
const use: KeyUse = { forms: new Set(["text", "fixed", "number"]), slots: 1 }
const spaceOf = (more: Partial<KeyDemand> = {}, used: Partial<KeyUse> = {}): KeySpace =>
  Either.getOrThrow(makeKeySpace({ ...demand, ...more }, { ...use, ...used }))

/** Numbers from 0 to `max`, the edges often. */
const upTo = (max: number) => fc.oneof(fc.constantFrom(0, 1, max - 1, max), fc.nat(max))

/** Two different records, or the same record of two loads of a study. */
const record = ({ loads, perIteration, users }: KeyDemand, firstSeed: number) =>
  fc.record({
    seed: upTo(loads - 1).map((load) => firstSeed + load),
    user: upTo(users - 1),
    iteration: upTo(keyLimits.iterations - 1),
    index: upTo(perIteration - 1)
  })

const firstSeed = fc.oneof(
  fc.nat(46_000),
  fc.constantFrom(0, 36 ** 8 - 1, Number.MAX_SAFE_INTEGER - demand.loads)
)

const forms: ReadonlyArray<readonly [string, KeyHole]> = [
  ["a text", hole()],
  ["a text of 15 characters", hole({ form: "fixed", length: 15 })],
  ["a text of 20 characters", hole({ form: "fixed", length: 20 })],
  ["a number", hole({ form: "number" })]
]

describe.each(forms)("%s as a key", (_, each) => {
  it("differs for any two records of a study of 20 loads with 131,072 users", () => {
    const space = spaceOf()
    fc.assert(
      fc.property(
        firstSeed.chain((seed) => fc.tuple(record(demand, seed), record(demand, seed))),
        ([one, other]) => {
          const isSame = JSON.stringify(one) === JSON.stringify(other)
          assert.strictEqual(keyFor(each, one, space) === keyFor(each, other, space), isSame)
        }
      ),
      { numRuns: 2000 }
    )
  })

  it("differs for the slots of a record, its parents in pools, trials and every fixture", () => {
    const space = spaceOf({ loads: 1, fixtureSeed: 3 }, { slots: 3 })
    fc.assert(
      fc.property(record({ ...demand, loads: 1 }, 3), fc.nat(2000), (at, fixture) => {
        const slots = [0, 1, 2].map((number) => ({ ...each, number }))
        const keys = [
          ...slots.map((slot) => keyFor(slot, at, space)),
          ...[0, 1].flatMap((pool) =>
            slots.map((slot) => keyFor(slot, { ...at, ...pooled(at, pool, space) }, space))
          ),
          ...[0, 1].flatMap((trial) => slots.map((slot) => keyFor(slot, trialRecord(trial, 3), space))),
          ...[0, fixture + 1, fixture + 2].map((number) =>
            keyFor({ ...each, owner: "fixture", number }, at, space)
          )
        ]
        assert.strictEqual(new Set(keys).size, keys.length)
      })
    )
  })

  it("is the same for all records if it is that of a fixture", () => {
    const space = spaceOf()
    const fixture: KeyHole = { ...each, owner: "fixture", number: 12 }
    fc.assert(
      fc.property(record(demand, 9), record(demand, 9), (one, other) => {
        assert.strictEqual(keyFor(fixture, one, space), keyFor(fixture, other, space))
      })
    )
  })
})

describe("the largest and the smallest key", () => {
  const last = {
    seed: Number.MAX_SAFE_INTEGER,
    user: demand.users - 1,
    iteration: keyLimits.iterations - 1,
    index: 1023
  }

  it("of a text has at most 32 characters, also with a slot", () => {
    const space = spaceOf({ perIteration: 1024 }, { forms: new Set(["text"]), slots: 35 })
    assert.isAtMost(String(keyFor(hole({ number: 34 }), last, space)).length, 32)
  })

  it("of a fixed text has its length, and no blanks", () => {
    const space = spaceOf({ perIteration: 1024 }, { forms: new Set(["fixed"]) })
    for (const length of [15, 16, 20]) {
      for (const record of [last, { seed: 0, user: 0, iteration: 0, index: 0 }]) {
        assert.match(
          String(keyFor(hole({ form: "fixed", length }), record, space)),
          new RegExp(`^[0-9A-Z]{${length}}$`)
        )
      }
    }
  })

  it("of a number is a safe integer above the ids of the field", () => {
    const space = spaceOf()
    fc.assert(
      fc.property(
        firstSeed.chain((seed) => record(demand, seed)),
        (at) => {
          const key = Number(keyFor(hole({ form: "number" }), at, space))
          assert.isTrue(Number.isSafeInteger(key) && key >= 10_000_000_000)
        }
      )
    )
  })

  it("of a text is as long as the member requires", () => {
    const [short] = [{ seed: 1, user: 0, iteration: 0, index: 0 }]
    assert.strictEqual(keyFor(hole({ minLength: 12 }), short, spaceOf()), "000001-0-0-0")
    assert.strictEqual(
      keyFor(hole({ prefix: "uri://ed-fi.org/" }), short, spaceOf()),
      "uri://ed-fi.org/1-0-0-0"
    )
  })
})

describe("a load is refused before it starts", () => {
  const refusal = (more: Partial<KeyDemand>, used: Partial<KeyUse> = {}): string =>
    Either.match(makeKeySpace({ ...demand, ...more }, { ...use, ...used }), {
      onLeft: ({ message }) => message,
      onRight: () => ""
    })

  it("if it has more users or records than keys hold", () => {
    assert.strictEqual(refusal({ users: 131_073 }), "keys would repeat: 131073 users, at most 131072")
    assert.match(refusal({ perIteration: 1025 }), /1025 records per iteration, at most 1024/)
  })

  it("if its numbers are not enough, but only if its documents have numbers", () => {
    assert.match(refusal({ loads: 40 }), /40 loads of 131072 users .* enough for 31 such loads/)
    assert.strictEqual(refusal({ loads: 40 }, { forms: new Set(["text", "fixed"]) }), "")
    assert.strictEqual(refusal({ loads: 40, users: 1000 }), "")
  })

  it("if its texts of 15 characters are not enough", () => {
    assert.match(
      refusal({ perIteration: 1024, users: 1 }, { forms: new Set(["fixed"]), slots: 2 }),
      /enough for 46656 loads and 1296 keys/
    )
  })
})
