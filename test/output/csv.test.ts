import { assert, describe, it } from "@effect/vitest"
import { lines } from "../../src/output/csv.ts"

describe("a cell of a CSV file", () => {
  it.each([
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["+1+cmd", "'+1+cmd"],
    ["-2+3", "'-2+3"],
    ["-2 +cmd|' /C calc'!A0", "'-2 +cmd|' /C calc'!A0"],
    ["+1 %+1", "'+1 %+1"],
    ["-", "'-"],
    ["\tx", "'\tx"]
  ])("with %s, which a spreadsheet would calculate, is shown as it is", (text, cell) => {
    assert.strictEqual(lines([[text]]), `${cell}\r\n`)
  })

  it.each([
    [-1.5, "-1.5"],
    ["+10.0 %", "+10.0 %"],
    ["-0.20 points", "-0.20 points"],
    ["±0.00 %", "±0.00 %"],
    ["students-batch-10", "students-batch-10"],
    ['a,"b"\r\n', '"a,""b""\r\n"'],
    ["", ""]
  ])("with %s stays as it is", (value, cell) => {
    assert.strictEqual(lines([[value]]), `${cell}\r\n`)
  })
})
