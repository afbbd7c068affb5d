import { assert, describe, it } from "@effect/vitest"
import { addPoint, type BoundedPoints, noPoints } from "../../src/metrics/boundedPoints.ts"

const sum = (a: number, b: number): number => a + b

/** Readings of 1 each: a point is the number of its readings. */
const after = (readings: number, max: number): BoundedPoints<number> => {
  let bounded: BoundedPoints<number> = noPoints
  for (let i = 0; i < readings; i++) bounded = addPoint(bounded, 1, max, sum)
  return bounded
}

describe("bounded points", () => {
  it("cover one reading each, then two, then four, and all of them equally many", () => {
    assert.deepStrictEqual(after(4, 4).points, [1, 1, 1, 1])
    assert.deepStrictEqual(after(5, 4).points, [2, 2, 1])
    assert.deepStrictEqual(after(6, 4).points, [2, 2, 2])
    assert.deepStrictEqual(after(9, 4).points, [4, 4, 1])
    assert.deepStrictEqual(after(14, 4).points, [4, 4, 4, 2])
  })

  it("are never more than the maximum, lose no reading, and keep even steps over any length", () => {
    for (const readings of [1, 100, 1000, 12_345]) {
      const { perPoint, points } = after(readings, 60)
      assert.isAtMost(points.length, 60)
      assert.strictEqual(points.reduce(sum, 0), readings)
      assert.isTrue(points.slice(0, -1).every((point) => point === perPoint))
      if (readings >= 60) assert.isAtLeast(points.length, 30)
    }
  })
})
