import { assert, describe, it } from "@effect/vitest"
import { markdownReport } from "../../src/output/markdown.ts"
import { junitXml } from "../../src/output/junit.ts"
import { textReport } from "../../src/output/text.ts"
import { limitedFailure, passed } from "../../src/result/verdict.ts"
import { sampleSummary } from "./sampleSummary.ts"

const summary = { ...sampleSummary(3, 1), thresholds: [], failures: [] }
const generator = summary.generator ?? assert.fail()

describe("a run with --failOnLimited", () => {
  it.each([
    ["its own work limited the generator", generator, false],
    ["others had the processors", { ...generator, limitedBy: "machine" }, false],
    ["nobody knows what limited it", { ...generator, limitedBy: null }, false],
    ["it was not limited", { ...generator, limited: false }, true],
    ["it was too short to tell", { ...generator, limited: false, tooShort: true }, true],
    ["the generator was not observed", null, true]
  ] as const)("when %s: passed is %3$s", (_, observed, isPassed) => {
    const run = { ...summary, generator: observed }
    assert.strictEqual(passed({ ...run, failOnLimited: true }), isPassed)
    assert.isTrue(passed(run))
  })

  it("says why it failed, in the text and in the first line of the Markdown", () => {
    const failed = { ...summary, failOnLimited: true }
    const sentence = limitedFailure(failed) ?? ""
    assert.strictEqual(
      sentence,
      "The run failed because the load generator was the bottleneck (--failOnLimited)."
    )
    assert.include(textReport(failed), `\n${sentence}\n`)
    assert.match(markdownReport(failed), /^\*\*❌ .* failed\*\*: The run failed because the load generator/)
    assert.match(
      limitedFailure({ ...failed, generator: { ...generator, limitedBy: "machine" } }) ?? "",
      /other programs left the load generator too few processors/
    )
  })
})

describe("debug mode", () => {
  it("has counts and no rates in any report", () => {
    const debug = { ...summary, config: { ...summary.config, runInDebugMode: true } }
    assert.match(textReport(debug), /^Debug mode: no throughput\. [\d,]+ operations confirmed/m)
    assert.include(markdownReport(debug), "debug mode, no throughput:")
    assert.include(junitXml(debug), "Debug mode: no throughput.")
    for (const text of [textReport(debug), markdownReport(debug)])
      assert.notInclude(text, "operations per second")
  })
})
