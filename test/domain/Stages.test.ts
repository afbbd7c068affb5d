import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import {
  dueMillis,
  parseStages,
  peakMillis,
  peakOf,
  type Stages,
  stays,
  steady,
  targetAt,
  totalMillis
} from "../../src/domain/Stages.ts"

const all = { index: 0, of: 1 }
const stage = (seconds: number, target: number) => ({ millis: seconds * 1000, target })
/** To the nanosecond. */
const rounded = (millis: number | undefined) => millis && Number(millis.toFixed(6))

/** 10 s up to 10/s, 5 s of it, 10 s down to nothing: 50, 50 and 50 arrivals. */
const hill: Stages = [stage(10, 10), stage(5, 10), stage(10, 0)]

/** How many are due. */
const countOf = (stages: Stages): number => {
  let count = 0
  while (dueMillis(stages, count) !== undefined) count++
  return count
}

describe("dueMillis", () => {
  it("spaces a constant rate evenly, to the last digit: 50 per second for 10 s are 500", () => {
    const due = Array.from({ length: 501 }, (_, nth) => dueMillis(steady(50, 10_000), nth))
    assert.deepStrictEqual(due, [...Array.from({ length: 500 }, (_, nth) => nth * 20), undefined])
  })

  it.each([
    // 5 t^2 / 10 = n while it rises.
    [0, 0],
    [5, Math.sqrt(10) * 1000],
    [20, Math.sqrt(40) * 1000],
    [45, Math.sqrt(90) * 1000],
    // 10 per second from 10 s on.
    [50, 10_000],
    [51, 10_100],
    [99, 14_900],
    // 10 t - t^2 / 2 = n - 100 from 15 s on.
    [100, 15_000],
    [118, 15_000 + 2000],
    [142, 15_000 + 6000],
    [149.5, 15_000 + 9000]
  ])("has arrival %d of a hill at %d ms", (nth, millis) => {
    assert.strictEqual(rounded(dueMillis(hill, nth)), rounded(millis))
  })

  it("ends with the stages", () => {
    assert.strictEqual(countOf(hill), 150)
    assert.isUndefined(dueMillis(hill, 150))
    assert.isUndefined(dueMillis([], 0))
  })

  it("has nothing due while the rate is 0, and continues after that", () => {
    const pause: Stages = [stage(0, 1), stage(3, 1), stage(0, 0), stage(4, 0), stage(0, 2), stage(1, 2)]
    assert.deepStrictEqual(
      [0, 1, 2, 3, 4, 5].map((nth) => dueMillis(pause, nth)),
      [0, 1000, 2000, 7000, 7500, undefined]
    )
    assert.strictEqual(dueMillis([stage(10, 0), stage(0, 1), stage(1, 1)], 0), 10_000)
  })

  it("is right for days and for 100,000 a second", () => {
    const days = steady(100_000, 3 * 86_400_000)
    assert.strictEqual(dueMillis(days, 25_919_999_999), 259_199_999.99)
    assert.isUndefined(dueMillis(days, 25_920_000_000))
    // 0.5 (100,000 / 86,400) t^2 arrivals in t seconds of a day.
    assert.strictEqual(rounded(dueMillis([stage(86_400, 100_000)], 1_080_000_000)), 43_200_000)
    assert.strictEqual(dueMillis(steady(0.001, 86_400_000), 86), 86_000_000)
    assert.isUndefined(dueMillis(steady(0.001, 86_000_000), 86))
  })

  it("never goes back, and stays within its stages", () => {
    const some = FastCheck.record({
      millis: FastCheck.integer({ min: 0, max: 4000 }),
      target: FastCheck.integer({ min: 0, max: 40 })
    })
    FastCheck.assert(
      FastCheck.property(FastCheck.array(some, { minLength: 1, maxLength: 5 }), (stages) => {
        let before = 0
        for (let nth = 0; ; nth++) {
          const due = dueMillis(stages, nth)
          if (due === undefined) break
          assert.isAtLeast(due, before - 1e-6)
          before = due
        }
        assert.isAtMost(before, totalMillis(stages))
      })
    )
  })
})

describe("targetAt", () => {
  it.each([
    [0, 0],
    [5000, 5],
    [10_000, 10],
    [12_345, 10],
    [20_000, 5],
    [25_000, 0],
    [26_000, 0]
  ])("of a hill at %d ms is %d", (millis, target) => {
    assert.strictEqual(targetAt(hill, millis), target)
  })

  it("jumps where a stage takes no time", () => {
    assert.deepStrictEqual(
      [0, 9999, 10_000].map((millis) => targetAt(steady(50, 10_000), millis)),
      [50, 50, 0]
    )
  })
})

describe("the peak of stages", () => {
  it("is the highest target, and when it is reached first", () => {
    assert.deepStrictEqual([peakOf(hill), peakMillis(hill), totalMillis(hill)], [10, 10_000, 25_000])
    assert.deepStrictEqual([peakOf(steady(50, 1000)), peakMillis(steady(50, 1000))], [50, 0])
  })
})

describe("stays", () => {
  const of = (stages: Stages, share = all) =>
    stays(stages, share).map(({ fromMillis, untilMillis, user }) => [user, fromMillis, untilMillis])

  it("begin where the line of the targets passes a user, and end where it falls to it", () => {
    assert.deepStrictEqual(of([stage(10, 2), stage(10, 0)]), [
      [0, 0, 20_000],
      [1, 5000, 15_000]
    ])
  })

  it("are again where the line passes a user again", () => {
    assert.deepStrictEqual(
      of([stage(0, 3), stage(10, 3), stage(2, 1), stage(10, 1), stage(4, 3), stage(1, 3)]),
      [
        [0, 0, 27_000],
        [1, 0, 12_000],
        [2, 0, 11_000],
        [1, 22_000, 27_000],
        [2, 24_000, 27_000]
      ]
    )
  })

  it("reach the number of the stage line at every time", () => {
    const shape: Stages = [stage(7, 20), stage(3, 4), stage(2, 4), stage(5, 30), stage(0, 11), stage(3, 11)]
    const each = stays(shape, all)
    for (let millis = 1; millis < totalMillis(shape); millis += 97) {
      const there = each.filter(({ fromMillis, untilMillis }) => fromMillis < millis && millis <= untilMillis)
      assert.strictEqual(there.length, Math.ceil(targetAt(shape, millis) - 1e-9), `${millis} ms`)
    }
  })

  it("of all shares are those of the whole", () => {
    const shape: Stages = [stage(7, 20), stage(3, 4), stage(5, 30)]
    const parts = [0, 1, 2].flatMap((index) => of(shape, { index, of: 3 }))
    const sorted = (rows: ReadonlyArray<ReadonlyArray<number>>) => rows.map(String).toSorted()
    assert.deepStrictEqual(sorted(parts), sorted(of(shape)))
    assert.isTrue(of(shape, { index: 2, of: 3 }).every(([user = 0]) => user % 3 === 2))
  })
})

describe("parseStages", () => {
  it("reads rates and users, in the units of durations", () => {
    assert.deepStrictEqual(
      parseStages("30s:10/s, 2m : 100 /s,0:0.5/s"),
      Either.right({
        of: "arrivals",
        stages: [stage(30, 10), stage(120, 100), stage(0, 0.5)]
      })
    )
    assert.deepStrictEqual(
      parseStages("500ms:10,1 hour:0"),
      Either.right({
        of: "users",
        stages: [stage(0.5, 10), stage(3600, 0)]
      })
    )
  })

  it.each([
    ["30s", 0, "TIME:TARGET, such as 30s:10/s or 30s:10"],
    ["30s:10, ", 8, "TIME:TARGET, such as 30s:10/s or 30s:10"],
    ["30s:10,3 dogs:4", 7, "a duration such as 30s, 500ms or 2m"],
    ["30s:ten", 4, "a rate such as 10/s, or a whole number of users, up to 100000"],
    ["30s:1.5", 4, "a rate such as 10/s, or a whole number of users, up to 100000"],
    ["30s:100001/s", 4, "a rate such as 10/s, or a whole number of users, up to 100000"],
    ["30s:-1", 4, "a rate such as 10/s, or a whole number of users, up to 100000"],
    ["30s:10/s,2m: 100", 13, "a rate such as 10/s, like the stages before it"],
    ["30s:10,2m:100/s", 10, "a number of users without /s, like the stages before it"],
    ["0s:10", 0, "stages that take some time"],
    ["30s:0/s", 0, "a target above 0"],
    ["1s:1,600h:1", 5, "at most three weeks in all"]
  ])("refuses %s at %i", (text, at, expected) => {
    assert.deepStrictEqual(parseStages(text), Either.left({ at, expected }))
  })
})
