import { assert, describe, it } from "@effect/vitest"
import { tableNote, everyNth } from "../../src/page/sampledRows.ts"

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe("a thinned table", () => {
  it("has every point of a short timeline", () => {
    assert.deepStrictEqual(everyNth(numbers(60)), { rows: numbers(60), which: "all 60 points" })
  })

  it("says which ones it has, and has the first and the last", () => {
    const { rows, which } = everyNth(numbers(200))
    assert.strictEqual(which, "every 4th point and the last, 51 of 200")
    assert.deepStrictEqual([rows[0], rows[1], rows.at(-2), rows.at(-1), rows.length], [1, 5, 197, 200, 51])
  })

  it.each([61, 62, 63, 119, 120, 121, 122, 3599, 3600])("of %i points has 60 rows at most", (count) => {
    const { rows } = everyNth(numbers(count))
    assert.isAtMost(rows.length, 60)
    assert.strictEqual(rows.at(-1), count)
  })

  it("says where all points are, and that the last one has the rest of a run", () => {
    const note = (count: number, withRest: boolean, allIn?: string) =>
      tableNote(everyNth(numbers(count)), { allIn, withRest })
    assert.strictEqual(note(3, false), "all 3 points")
    assert.strictEqual(note(3, false, "summary.json"), "all 3 points; summary.json has them all")
    assert.strictEqual(note(3, true), "all 3 points, the last of a run with its rest")
    assert.strictEqual(
      note(200, true, "summary.json"),
      "every 4th point and the last, 51 of 200, the last of a run with its rest; summary.json has every point, and the rest as a separate one"
    )
  })

  it("counts in English", () => {
    const every = (count: number) => everyNth(numbers(count), 3).which.split(" ")[1]
    assert.deepStrictEqual([4, 6, 22, 42, 44, 46].map(every), ["2nd", "3rd", "11th", "21st", "22nd", "23rd"])
  })
})
