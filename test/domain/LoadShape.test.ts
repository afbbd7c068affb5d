import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { spawnOffsetMillis, waitMillis } from "../../src/domain/LoadShape.ts"

describe("spawnOffsetMillis", () => {
  it("spaces users evenly, the first at once", () => {
    const offsets = (perSecond: number) => [0, 1, 2, 3].map((user) => spawnOffsetMillis(user, perSecond))
    assert.deepStrictEqual(offsets(2), [0, 500, 1000, 1500])
    assert.deepStrictEqual(offsets(0.5), [0, 2000, 4000, 6000])
    assert.deepStrictEqual(offsets(1000), [0, 1, 2, 3])
  })
})

describe("waitMillis", () => {
  it("stays within its bounds and reaches both ends", () => {
    const waits = Array.from({ length: 200 }, (_, iteration) =>
      waitMillis({ seed: 3, minMillis: 10, maxMillis: 14 }, 0, iteration)
    )
    assert.deepStrictEqual([...new Set(waits)].sort(), [10, 11, 12, 13, 14])
  })

  it("repeats for the same seed, user and iteration, whatever the order of asking", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.nat(), FastCheck.nat(), FastCheck.nat(), (seed, user, iteration) => {
        const range = { seed, minMillis: 0, maxMillis: 10_000 }
        const first = waitMillis(range, user, iteration)
        waitMillis(range, user + 1, iteration)
        assert.strictEqual(waitMillis(range, user, iteration), first)
      })
    )
  })
})
