import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import {
  keyPrefixWriter,
  type RecordId,
  recordKey,
  recordKeyPrefix,
  variation
} from "../../src/domain/RecordId.ts"

const records: FastCheck.Arbitrary<RecordId> = FastCheck.record({
  seed: FastCheck.nat({ max: Number.MAX_SAFE_INTEGER }),
  user: FastCheck.nat({ max: 60_000_000 }),
  iteration: FastCheck.nat({ max: 78_000_000_000 }),
  index: FastCheck.nat({ max: 46_655 })
})

describe("recordKey", () => {
  it("is never shared by two different records", () => {
    FastCheck.assert(
      FastCheck.property(records, records, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        assert.strictEqual(recordKey(a) === recordKey(b), same)
      })
    )
  })

  it("fits into the 32 characters of a studentUniqueId up to its documented bounds", () => {
    const key = recordKey({
      seed: Number.MAX_SAFE_INTEGER,
      user: 60_000_000,
      iteration: 78_000_000_000,
      index: 46_655
    })
    assert.isAtMost(key.length, 32)
    assert.match(key, /^[0-9A-Z-]+$/)
  })

  it("is the example of its docstring", () => {
    assert.strictEqual(recordKey({ seed: 255901, user: 4, iteration: 117, index: 9 }), "5HGD-4-39-9")
  })
})

describe("keyPrefixWriter", () => {
  it("writes the bytes of the prefix, one iteration after the other", () => {
    FastCheck.assert(
      FastCheck.property(records, FastCheck.array(records, { maxLength: 4 }), ({ seed }, ats) => {
        const target = Buffer.alloc(40)
        const write = keyPrefixWriter(seed, target)
        for (const { iteration, user } of ats) {
          const written = target.toString("latin1", 0, write({ user, iteration }))
          assert.strictEqual(written, recordKeyPrefix({ seed, user, iteration }))
        }
      })
    )
  })
})

describe("variation", () => {
  it("depends on the record and the purpose and on nothing else", () => {
    FastCheck.assert(
      FastCheck.property(records, (record) => {
        assert.strictEqual(variation(record, "firstName"), variation({ ...record }, "firstName"))
      })
    )
  })

  it("spreads over its whole range for neighbouring records", () => {
    const buckets = Array.from({ length: 16 }, () => 0)
    for (let user = 0; user < 100; user++) {
      for (let iteration = 0; iteration < 100; iteration++) {
        const drawn = variation({ seed: 1, user, iteration, index: 0 }, "firstName")
        const bucket = Math.floor(drawn / 2 ** 28)
        buckets[bucket] = (buckets[bucket] ?? 0) + 1
      }
    }
    for (const count of buckets) assert.closeTo(count, 625, 125)
  })

  it("draws differently for different purposes, seeds beyond 32 bits and records", () => {
    const record = { seed: 5, user: 1, iteration: 2, index: 3 }
    const drawn = new Set([
      variation(record, "firstName"),
      variation(record, "lastSurname"),
      variation({ ...record, seed: 5 + 2 ** 32 }, "firstName"),
      variation({ ...record, user: 2 }, "firstName"),
      variation({ ...record, iteration: 3 }, "firstName"),
      variation({ ...record, index: 4 }, "firstName")
    ])
    assert.strictEqual(drawn.size, 6)
  })
})
