/** The benches and their description in docs/performance.md, and the verdict of a bench. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { verdictOf } from "../../scripts/bench/verdict.ts"

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8")

const Package = Schema.parseJson(
  Schema.Struct({ scripts: Schema.Record({ key: Schema.String, value: Schema.String }) })
)

describe("docs/performance.md", () => {
  it("states the question of every bench, and its tolerated loss", () => {
    const { scripts } = Schema.decodeSync(Package)(read("package.json"))
    const doc = read("docs/performance.md")
    const benches = Object.keys(scripts).filter((name) => /^bench(:|$)/.test(name))
    assert.include(benches, "bench:decode")
    for (const name of benches) assert.include(doc, `| \`npm run ${name}\` |`)
    assert.include(doc, "`--tolerate PERCENT`")
  })
})

describe("the verdict of a bench", () => {
  it.each([
    [[0.96, 0.97, 0.98, 0.99, 1], 0.05, "no loss"],
    [[0.96, 0.97, 0.98, 0.99, 0.99], 0.005, "loss"],
    [[0.9, 0.9, 0.91, 0.92, 0.93], 0.05, "loss"],
    [[0.9, 0.9, 0.91, 0.92, 0.93], 0.12, "no loss"],
    [[0.9, 0.93, 0.96, 0.99, 1], 0.05, "cannot tell"],
    [[2, 2, 2, 2], 0.05, "cannot tell"]
  ] as const)("of ratios %j with %d tolerated is %s", (ratios, tolerated, verdict) => {
    assert.strictEqual(verdictOf(ratios, tolerated), verdict)
  })
})
