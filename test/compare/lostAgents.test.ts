/** A run that lost an agent had a smaller load than it says: it is equal to no other run. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { parseFailOn } from "../../src/compare/failOn.ts"
import { readSummary } from "../../src/compare/readSummary.ts"
import { warningsOf } from "../../src/result/comparisonTable.ts"
import { summaryJson } from "../../src/result/Summary.ts"
import { agent, lost, sampleAgents, summaryOnAgents } from "../result/sampleAgents.ts"
import { figuresOf, runOf, timelineOf } from "./runs.ts"

const steady = {
  total: figuresOf({ "latency.p95": 100, "operations.perSecond": 1000 }),
  timeline: timelineOf(Array.from({ length: 20 }, () => 1000))
}
const whole = runOf("a", steady)
const smaller = runOf("b", { ...steady, lostAgents: ["lab-2"] })

const failOn = [Either.getOrThrow(parseFailOn("latency.p95 +10%"))]

describe("the comparison with a run that lost an agent", () => {
  const pairs = [
    ["as the other run", [whole, smaller]],
    ["as the baseline", [smaller, whole]],
    ["as both runs", [smaller, { ...smaller, label: "c" }]]
  ] as const

  it.each(pairs)("rates no change, not even of equal figures: %s", (_, runs) => {
    const meanings = compareRuns(runs).groups.flatMap(({ rows }) =>
      rows.flatMap(({ cells }) => cells.flatMap(({ change }) => change?.meaning ?? []))
    )
    assert.isAbove(meanings.length, 0)
    assert.deepStrictEqual([...new Set(meanings)], ["neutral"])
  })

  it.each(pairs)("fails every --failOn: %s", (_, runs) => {
    const [verdict] = compareRuns(runs, failOn).verdicts
    assert.isFalse(verdict?.passed)
    assert.match(
      verdict?.sentence ?? "",
      /^failed: latency\.p95 \+10%: agents were lost in .*so the load was not the same$/
    )
  })

  it.each(pairs)("does not call the difference the variation of one run: %s", (_, runs) => {
    const { sentences } = compareRuns(runs).noise
    assert.isTrue(sentences.some((sentence) => sentence.endsWith("the difference is not judged.")))
    assert.isFalse(sentences.some((sentence) => sentence.includes("overlap")))
  })

  it("says that it is not the same load", () => {
    assert.include(warningsOf(compareRuns([whole, smaller])), "not the same load: lost agents none / lab-2")
  })

  it.effect("knows the lost agents from summary.json", () =>
    Effect.gen(function* () {
      const agents = sampleAgents([agent("lab-1"), agent("lab-2", { lost })])
      const run = yield* readSummary("a/summary.json", yield* summaryJson(summaryOnAgents(agents)))
      assert.deepStrictEqual(run.lostAgents, ["lab-2"])
      assert.isTrue(run.notes.some(({ kind }) => kind === "agentLost"))
    })
  )
})
