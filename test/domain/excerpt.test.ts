import { assert, describe, expect, it } from "@effect/vitest"
import { excerpt } from "../../src/domain/excerpt.ts"

describe("excerpt of a text of another party", () => {
  it("folds white space and makes control characters visible", () => {
    const cases: ReadonlyArray<readonly [text: string, shown: string]> = [
      ["two\n  lines\t ", "two lines"],
      ["\u001b[31mred\u001b[0m", "\\u001B[31mred\\u001B[0m"],
      ["nul \0, csi \u009b, delete \u007f", "nul \\u0000, csi \\u009B, delete \\u007F"],
      ["right \u202eto left\u2069", "right \\u202Eto left\\u2069"],
      ["half \ud83d of a pair", "half \\uD83D of a pair"],
      ["Ed-Fi “naïve” 名前 🎒", "Ed-Fi “naïve” 名前 🎒"]
    ]
    for (const [text, shown] of cases) assert.strictEqual(excerpt(text), shown)
  })

  it("cuts a long text, never through a surrogate pair", () => {
    expect(excerpt("a".repeat(301))).toBe(`${"a".repeat(300)}...`)
    expect(excerpt("ab🎒cd", 3)).toBe("ab...")
    expect(excerpt(`${" ".repeat(5_000_000)}late`)).toBe("")
  })
})
