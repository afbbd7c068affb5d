import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { knownVariables } from "../../src/cli/variables.ts"

describe("knownVariables", () => {
  it("contains every variable that the reference names, so that none of them causes a warning", () => {
    const reference = readFileSync(new URL("../../docs/reference.md", import.meta.url), "utf8")
    const named = new Set([...reference.matchAll(/\bPERF_[A-Z_]+\b/g)].map(([name]) => name))
    assert.isAbove(named.size, 30)
    assert.deepStrictEqual(
      [...named].filter((name) => !knownVariables.has(name)),
      []
    )
  })
})
