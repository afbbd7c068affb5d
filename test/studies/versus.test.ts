import { assert, describe, expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { SliceSpec } from "../../src/studies/MeasureSlice.ts"
import { sliceOrder, versus } from "../../src/studies/versus.ts"
import { versusMarkdown, versusText } from "../../src/output/versusText.ts"
import { medianPair } from "../../src/result/Versus.ts"
import { type FakeSlice, measureFake, refusedUpdate } from "./fakeSlices.ts"
import { it } from "../engine/virtualTime.ts"
import { sampleSliceAgents } from "../result/sampleAgents.ts"

const asked = {
  clientCount: 4,
  batchTripleCount: 10,
  batchOperations: { min: 30, max: 30 },
  resources: ["students"],
  pairs: 2,
  sliceSeconds: 10,
  warmUpSeconds: 2,
  config: { seed: 7 }
}

/** Returns the given slices in order. */
const studied = (slices: ReadonlyArray<FakeSlice>, own: Partial<typeof asked> = {}) =>
  Effect.gen(function* () {
    const labels: Array<string> = []
    let nth = 0
    const measure = (slice: SliceSpec) => {
      labels.push(slice.label)
      return measureFake(slice, slices[nth++] ?? { requests: 0 })
    }
    const fiber = yield* Effect.fork(versus({ ...asked, ...own }, measure))
    yield* TestClock.adjust("10 minutes")
    return { labels, versus: yield* Fiber.join(fiber) }
  })

/** 10 s of single requests, and of batches of 30 operations, at a rate. */
const single = (perSecond: number, more: Partial<FakeSlice> = {}): FakeSlice => ({
  requests: 10 * perSecond,
  ...more
})
const batch = (perSecond: number, more: Partial<FakeSlice> = {}): FakeSlice => ({
  requests: 10 * perSecond,
  latencyMillis: 60,
  ...more
})

describe("turns", () => {
  it("is A B B A A B B A, so that either side is first as often as the other", () => {
    assert.strictEqual(
      sliceOrder(4)
        .map((side) => side[0])
        .join(""),
      "sbbssbbs"
    )
    assert.deepStrictEqual(sliceOrder(1), ["single", "batch"])
  })
})

describe("versus", () => {
  it.effect("says which agent it lost, in a slice or between two of them", () =>
    Effect.gen(function* () {
      const lost = { atSeconds: 3, lastReportSeconds: 2.8, uncountedSeconds: 10 }
      const agents = sampleSliceAgents([{ name: "lab-1" }, { name: "lab-2", lost }])
      const inSlice = yield* studied([single(100), batch(10, { endedBy: "agentLost", agents })])
      assert.match(inSlice.versus.verdict, /Ended at slice 2 of 4: agent lab-2 was lost\./)
      const reason = "agent lab-2 is lost: no report for 15 s"
      const between = yield* studied([single(100), batch(0, { endedBy: "agentLost", seconds: 0, reason })])
      assert.include(between.versus.verdict, `Ended at slice 2 of 4: ${reason}.`)
    })
  )

  it.effect("has the latencies of succeeded requests where some were refused in no time", () =>
    Effect.gen(function* () {
      const slices = [single(100), batch(1, { failed: 990, failedMillis: 1 })]
      const { versus } = yield* studied(slices, { pairs: 1 })
      assert.deepStrictEqual([versus.batch.latencyMs?.p50, versus.batch.operationMs?.p50], [1, 2])
      assert.deepStrictEqual(versusText(versus).split("\n").slice(2, 7), [
        "                          operations/s  median pair  requests/s  requests  failed  p50 ms  p95 ms  p99 ms  p50 ms per operation",
        "single requests                    100          100         100     1,000       0      10      10      10                    10",
        "batches of 30 operations            30           30         100     1,000     990      60      60      60                     2",
        "  of which failed                                                     990               1       1       1",
        ""
      ])
      assert.include(
        versusText(versus),
        "Where requests failed, the latencies are those of the succeeded ones."
      )
      assert.include(versusMarkdown(versus), "| of which failed |  |  |  | 990 |  | 1 | 1 | 1 |  |")
      const { versus: clean } = yield* studied([single(100), batch(1)], { pairs: 1 })
      assert.notMatch(versusText(clean), /of which|succeeded ones/)
    })
  )

  it.effect("adds up both sides, compares neighbours, and reports the saved requests", () =>
    Effect.gen(function* () {
      const { labels, versus } = yield* studied([single(100), batch(16), batch(20), single(150)])
      assert.deepStrictEqual(labels, [
        "VOLUME, slice 1 of 4",
        "BATCH_VOLUME, slice 2 of 4",
        "BATCH_VOLUME, slice 3 of 4",
        "VOLUME, slice 4 of 4"
      ])
      assert.deepInclude(versus, {
        startedAt: "1970-01-01T00:00:00.000Z",
        elapsedSeconds: 48,
        endedBy: "completed",
        warnings: [],
        config: { seed: 7 },
        pairs: [
          { single: 100, batch: 480, ratio: 4.8 },
          { single: 150, batch: 600, ratio: 4 }
        ],
        ratio: { median: 4, min: 4, max: 4.8 },
        requestsSaved: { operations: 10_800, requests: 360, share: 0.9667 },
        verdict:
          "Batches of 10 triples reached 4.0 times the operations per second of single requests (median of 2 pairs, 4.0 to 4.8): 600 against 150, with 97 % fewer requests."
      })
      assert.deepInclude(versus.single, { testType: "VOLUME", elapsedSeconds: 20, database: null })
      assert.deepInclude(versus.single.requests, { total: 2500, failed: 0, perSecond: 125 })
      assert.deepInclude(versus.batch.operations, { succeeded: 10_800, perSecond: 540 })
      assert.deepStrictEqual(
        [...versus.single.slices, ...versus.batch.slices].map(({ startedSeconds }) => startedSeconds),
        [2, 38, 14, 26]
      )
    })
  )

  it.effect("has the rates of full load, and saves requests of all that was sent", () =>
    Effect.gen(function* () {
      // Each side drains for 2 s, in which 5 more batches complete.
      const { versus } = yield* studied(
        [
          {
            requests: 1001,
            seconds: 12,
            atFullLoad: { seconds: 10, requests: 1000, operations: 1000, rows: 0 }
          },
          {
            requests: 165,
            seconds: 12,
            atFullLoad: { seconds: 10, requests: 160, operations: 4800, rows: 0 }
          }
        ],
        { pairs: 1 }
      )
      assert.deepStrictEqual(versus.pairs, [{ single: 100, batch: 480, ratio: 4.8 }])
      assert.deepInclude(versus.batch.requests, { total: 165, perSecond: 16 })
      assert.deepInclude(versus.batch.operations, { succeeded: 4950, perSecond: 480 })
      assert.deepStrictEqual([versus.batch.elapsedSeconds, versus.requestsSaved.operations], [12, 4950])
    })
  )

  it.effect("reports latency per operation: that of a request divided by its operations", () =>
    Effect.gen(function* () {
      const { versus } = yield* studied([single(100), batch(16)], { pairs: 1 })
      assert.deepInclude(versus.single.operationMs, { mean: 10, p50: 10, max: 10 })
      assert.deepInclude(versus.batch.operationMs, { mean: 2, p50: 2, p999: 2, max: 2 })
      assert.include(versus.verdict, "1 pair, variation unknown")
    })
  )

  it.effect("divides by the mean where batches have different numbers of operations", () =>
    Effect.gen(function* () {
      const batchOperations = { min: 20, max: 50 }
      const { versus } = yield* studied([single(100), batch(16)], { pairs: 1, batchOperations })
      // The batches of the made-up server had 30 operations each.
      assert.strictEqual(versus.batch.operationMs?.p50, 2)
      assert.include(versus.verdict, "Batches of 20 to 50 operations reached")
      const failed = batch(0, { failed: 160 })
      const { versus: nothing } = yield* studied([single(100), failed], { pairs: 1, batchOperations })
      assert.isNull(nothing.batch.operationMs)
    })
  )

  it.effect("reports no clear difference when the pairs disagree", () =>
    Effect.gen(function* () {
      const { versus } = yield* studied([single(300), batch(9), batch(11), single(300)])
      assert.deepStrictEqual(versus.ratio, { median: 0.9, min: 0.9, max: 1.1 })
      assert.match(versus.verdict, /^No clear difference: batches of 10 triples reached 0\.90 times/)
    })
  )

  it.effect("is a lower bound when the generator limited the batches, and not to be trusted otherwise", () =>
    Effect.gen(function* () {
      const limited = ["in 10.0 of 10.0 s (100 %) its event loop was more than 90 % busy"]
      const batches = yield* studied([
        single(100),
        batch(16, { limited }),
        batch(20, { limited }),
        single(150)
      ])
      expect(batches.versus.verdict).toContain("the ratio is a lower bound")
      assert.deepStrictEqual(batches.versus.warnings, [
        `The load generator was at its limit in 2 of 2 slices of batches. In the first of them: ${limited[0]}.`
      ])
      const singles = yield* studied([
        single(100, { limited }),
        batch(16),
        batch(20),
        single(150, { limited })
      ])
      assert.match(
        singles.versus.verdict,
        /^No trustworthy result: the load generator was at its limit in 2 of 2 slices of single requests\. Measured was: Batches of 10 triples reached 4\.0 times/
      )
      const others = yield* studied([
        single(100, { limited, limitedBy: "machine" }),
        batch(16),
        batch(20),
        single(150, { limited, limitedBy: "machine" })
      ])
      assert.match(
        others.versus.verdict,
        /^No trustworthy result: other programs had the processors in 2 of 2 slices of single requests\./
      )
      assert.isNull(batches.versus.noResult, "a lower bound is an answer")
      assert.isNotNull(singles.versus.noResult)
      const once = yield* studied([single(100, { limited }), batch(16), batch(20), single(150)])
      expect(once.versus.verdict).not.toContain("limit")
      assert.isNull(once.versus.noResult)
      assert.lengthOf(once.versus.warnings, 1)
    })
  )

  it.effect(
    "ends with the slice in which too much failed, keeps the slices so far, and reports the reason",
    () =>
      Effect.gen(function* () {
        const failing = batch(0, { failed: 12, endedBy: "failureRatio", seconds: 0.5 })
        const { labels, versus } = yield* studied([single(100), batch(16), failing])
        assert.lengthOf(labels, 3)
        assert.strictEqual(versus.endedBy, "failureRatio")
        assert.deepStrictEqual(versus.ratio, { median: 4.8, min: 4.8, max: 4.8 })
        assert.match(
          versus.verdict,
          /^Ended at slice 3 of 4: more requests failed than --maxFailRatio allows\. Result until then: Batches of 10 triples reached 4\.8 times/
        )
        assert.deepStrictEqual(versus.warnings, [
          "12 of 172 requests failed in batches (7 %), most frequent: 12 x students-batch-10, rolledBack: a conflict"
        ])
      })
  )

  it.effect("ends with the slice that was refused from the start, and the verdict names the refusal", () =>
    Effect.gen(function* () {
      const denied = batch(0, { failed: 12, endedBy: "refused", refused: refusedUpdate, seconds: 0.5 })
      const { labels, versus } = yield* studied([single(100), batch(16), denied])
      assert.lengthOf(labels, 3)
      assert.deepInclude(versus, { endedBy: "refused", refused: refusedUpdate })
      assert.match(
        versus.verdict,
        /^Updates were refused\. Use another key\. Result until then: Batches of 10 triples reached/
      )
      const first = yield* studied([single(0, { failed: 12, endedBy: "refused", refused: refusedUpdate })])
      assert.strictEqual(first.versus.verdict, "Updates were refused. Use another key.")
    })
  )

  it.effect(
    "prints the ratio of the pair in the middle with the two rates of that pair, of any number of pairs",
    () =>
      Effect.gen(function* () {
        for (const rates of [
          [
            [461, 94],
            [300, 60],
            [600, 100],
            [450, 99]
          ],
          [
            [305, 14],
            [350, 19],
            [290, 13]
          ]
        ]) {
          const slices = sliceOrder(rates.length).map((side, place) => {
            const [one = 0, other = 0] = rates[Math.floor(place / 2)] ?? []
            return side === "single" ? single(one) : batch(other)
          })
          const { versus } = yield* studied(slices, { pairs: rates.length })
          const [, ratio, against, singles] =
            /reached ([\d.]+) times .*\): ([\d,]+) against ([\d,]+)/.exec(versus.verdict) ?? []
          const [more, less] = [against, singles].map((text) => Number(text?.replace(",", "")))
          assert.strictEqual(
            ((more ?? 0) / (less ?? 1)).toFixed((more ?? 0) / (less ?? 1) < 2 ? 2 : 1),
            ratio
          )
          assert.strictEqual(versus.ratio?.median, medianPair(versus.pairs)?.ratio)
        }
      })
  )

  it.effect("says what it knows when it is interrupted later", () =>
    Effect.gen(function* () {
      const cut = batch(3, { endedBy: "interrupt", seconds: 1 })
      const { versus } = yield* studied([single(100), batch(16), cut])
      assert.match(versus.verdict, /^Interrupted at slice 3 of 4\. Result until then: Batches of 10 triples/)
      assert.isNull(versus.noResult)
    })
  )

  it.effect("ends when it is interrupted, without a slice that had not begun", () =>
    Effect.gen(function* () {
      const never = single(0, { endedBy: "interrupt", seconds: 0, users: 0 })
      const { versus } = yield* studied([never])
      assert.deepInclude(versus, { endedBy: "interrupt", pairs: [], ratio: null })
      assert.deepStrictEqual([versus.single.slices, versus.batch.slices], [[], []])
      assert.deepStrictEqual(versus.requestsSaved, { operations: 0, requests: 0, share: null })
      assert.strictEqual(
        versus.verdict,
        "No trustworthy result: no pair of slices was completed with successful single requests. Interrupted at slice 1 of 4."
      )
    })
  )

  it.effect("has no ratio without successful single requests, and warns of missing users", () =>
    Effect.gen(function* () {
      const { versus } = yield* studied([single(0, { failed: 3 }), batch(16, { users: 3 })], { pairs: 1 })
      assert.isNull(versus.ratio)
      assert.strictEqual(versus.noResult, "No trustworthy result: no single request succeeded.")
      assert.include(versus.warnings, "A slice of batches had only 3 of 4 users.")
    })
  )
})
