import { assert, describe, it } from "@effect/vitest"
import { bytes, percent, plain, ratioText, utc, withUnit } from "../../src/page/format.ts"

/** As it reads; on the page a number and its unit do not part. */
const read = (text: string) => text.replaceAll("\u00a0", " ")

describe("numbers on the page", () => {
  it("have their unit, or are no number", () => {
    assert.deepStrictEqual(
      [12_345, 12.34, 1.234, null].map((value) => read(withUnit(value, "ms"))),
      ["12,345 ms", "12.3 ms", "1.23 ms", "–"]
    )
    assert.deepStrictEqual([plain(1234), plain(undefined)], ["1,234", "–"])
  })

  it("never write a small share as none", () => {
    assert.deepStrictEqual(
      [0, 0.000_01, 0.0014, 0.5, 1].map((share) => read(percent(share))),
      ["0 %", "<0.01 %", "0.14 %", "50 %", "100 %"]
    )
  })

  it("have three digits that say something where they are a share for each of another thing", () => {
    assert.deepStrictEqual([0.033_333, 0.000_412_7, 1, 3.456, 0, null].map(ratioText), [
      "0.0333",
      "0.000413",
      "1",
      "3.46",
      "0",
      "–"
    ])
  })

  it("have bytes in thousands", () => {
    assert.deepStrictEqual(
      [0, 999, 1000, 1_500_000, 2_340_000_000].map((count) => read(bytes(count))),
      ["0 B", "999 B", "1 kB", "1.50 MB", "2.34 GB"]
    )
  })

  it("have times of day in UTC", () => {
    assert.strictEqual(utc("2026-11-22T18:17:37.123Z"), "2026-11-22 18:17:37 UTC")
  })
})
