import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { knownVariables } from "../../src/cli/variables.ts"

describe("knownVariables", () => {
  it("contains every variable that the README names, so that none of them causes a warning", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
    const named = new Set([...readme.matchAll(/\bPERF_[A-Z_]+\b/g)].map(([name]) => name))
    // For the tests, not for a command.
    named.delete("PERF_TEST_DATABASE_URL")
    assert.isAbove(named.size, 30)
    assert.deepStrictEqual(
      [...named].filter((name) => !knownVariables.has(name)),
      []
    )
  })
})
