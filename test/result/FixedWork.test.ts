import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { textReport } from "../../src/output/text.ts"
import type { FixedWork } from "../../src/result/FixedWork.ts"
import { fixedWorkNotes } from "../../src/result/sentences.ts"
import { RunState, type Summary, summaryJson, SummaryJson } from "../../src/result/Summary.ts"
import { sampleSummary } from "./sampleSummary.ts"

const complete: FixedWork = {
  planned: 50_000,
  judged: 50_000,
  perSecond: 602.41,
  there: 50_000,
  maybeMore: 0,
  maybeFewer: 0
}

const summaryOf = (some: Partial<FixedWork>, elapsedSeconds = 83): Summary => ({
  ...sampleSummary(3, 1),
  endedBy: "recordCount",
  plannedSeconds: null,
  elapsedSeconds,
  fixedWork: { ...complete, ...some }
})

describe("the result of a number of records", () => {
  it.each([
    [{}, 83, "50,000 records in 1:23 (602 records/s); 50,000 are there."],
    [
      { there: 49_990, maybeMore: 30 },
      83,
      "50,000 records in 1:23 (602 records/s); 49,990 are there, and up to 30 more, whose requests had no verdict."
    ],
    [
      { judged: 20_000, there: 0 },
      33.2,
      "20,000 of 50,000 records in 33.2 s (602 records/s); none is there."
    ],
    [
      { there: 100_000, documentsPerRecord: 2 },
      83,
      "50,000 records in 1:23 (602 records/s); 100,000 documents (with new parents and companions) are there."
    ],
    [
      { planned: 1, judged: 1, there: 1, perSecond: 0.5, maybeFewer: 1 },
      2,
      "1 record in 2 s (0.50 records/s); 1 is there, or up to 1 fewer, whose deletes had no verdict."
    ]
  ] as const)("is a sentence: %j in %s s", (some, elapsedSeconds, sentence) => {
    assert.deepStrictEqual(fixedWorkNotes(summaryOf(some, elapsedSeconds)), [sentence])
  })

  it("is in the text, the Markdown and the JUnit file, and only there where a run has one", () => {
    const summary = summaryOf({})
    const sentence = "50,000 records in 1:23 (602 records/s); 50,000 are there."
    for (const write of [textReport, markdownReport, junitXml]) {
      assert.include(write(summary), sentence)
      assert.notInclude(write({ ...summary, fixedWork: null }), "records/s")
    }
  })

  it.effect("is in summary.json, and null in files of older versions", () =>
    Effect.gen(function* () {
      const text = yield* summaryJson(summaryOf({}))
      const read = Schema.decodeSync(SummaryJson)
      assert.deepStrictEqual(read(text).fixedWork, complete)
      const { fixedWork: _, ...older } = Schema.encodeSync(RunState)(summaryOf({}))
      assert.isNull(read(JSON.stringify({ ...older, endedBy: "runTime" })).fixedWork)
    })
  )
})
