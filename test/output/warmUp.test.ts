import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { progressLine } from "../../src/output/progressLine.ts"
import { textReport } from "../../src/output/text.ts"
import { samples } from "../result/summaryOf.ts"
import { summaryOfCutWarmUp, warmedSummary } from "../result/sampleWarmUp.ts"

describe("the report of a run with a warm-up", () => {
  it("has one line about the warm-up, and says which figures include it", () => {
    const summary = warmedSummary()
    const line = "Warm-up: 30 s, 12,300 requests, 0 failed; not in the figures, except those of the database."
    assert.include(textReport(summary).split("\n"), line)
    assert.include(markdownReport(summary).split("\n"), line)
    const alone = { ...summary, database: null }
    assert.include(textReport(alone), "Warm-up: 30 s, 12,300 requests, 0 failed; not in the figures.\n")
  })

  it("names what failed most often in it, and what was dropped", () => {
    const [failure] = summaryOfCutWarmUp("interrupt").warmUp?.failures ?? []
    const requests = { total: 100, failed: 1204, expectedFailures: 0 }
    const text = textReport(
      warmedSummary({ requests, dropped: 3, failures: failure === undefined ? [] : [failure] })
    )
    assert.include(text, "1,204 failed, 3 iterations dropped; not in the figures")
    assert.include(text, "Most frequent failure of the warm-up: 1,204 x sections-batch-10, rolledBack: ")
  })

  it("says that a run ended in its warm-up, with nothing measured, in every output", () => {
    const summary = summaryOfCutWarmUp("failureRatio")
    const sentence =
      "The run was stopped because more requests failed than --maxFailRatio allows. It ended in its warm-up."
    assert.include(textReport(summary), sentence)
    assert.include(
      textReport(summary),
      "Warm-up: 12.5 s, 4,300 requests, 2,200 failed; nothing was measured."
    )
    assert.include(markdownReport(summary), "It ended in its warm-up.")
    assert.include(junitXml(summary), "It ended in its warm-up.")
  })

  it("has no rates if the run ended in its warm-up", () => {
    const summary = summaryOfCutWarmUp("interrupt")
    assert.match(textReport(summary), /\ntotal +0 +0 +- +- /)
    for (const report of [textReport(summary), markdownReport(summary), junitXml(summary)]) {
      assert.notMatch(report, /\b0 (operations|requests) per second/)
      assert.match(report, /nothing was measured/i)
    }
  })

  it("has no line without one", () => {
    assert.notInclude(textReport({ ...warmedSummary(), warmUp: null }), "arm-up")
  })
})

describe("the progress line in a warm-up", () => {
  it.effect("begins with its time", () =>
    Effect.gen(function* () {
      const recorder = yield* Recorder
      for (const sample of samples) recorder.unsafeRecord({ ...sample, inWarmUp: true })
      const slice = recorder.unsafeEndSlice(3, 12, undefined, true)
      assert.match(progressLine(slice, 30), /^warm-up 0:12 \/ 0:30 {2}3 users .* 1 failure$/)
      assert.match(
        progressLine(recorder.unsafeEndSlice(3, 1), 300),
        /^0:01 \/ 5:00 {2}3 users .* 0 failures$/
      )
    }).pipe(Effect.provide(Recorder.layer))
  )
})
