/** Sweeps of READ: the page size whose rows cost least. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { sweepMarkdown, sweepText } from "../../src/output/sweepText.ts"
import { sweepCharts } from "../../src/page/sweepCharts.ts"
import { triple } from "../../src/result/batchSize.ts"
import { markedPlace, SweepJson } from "../../src/result/Sweep.ts"
import type { SliceSpec } from "../../src/studies/MeasureSlice.ts"
import { sweep, type SweepOptions } from "../../src/studies/sweep.ts"
import { it } from "../engine/virtualTime.ts"
import { measureFake } from "./fakeSlices.ts"

const asked: SweepOptions = {
  testType: "READ",
  clientCounts: [4],
  batchTripleCounts: [10],
  operationsPerRecord: triple,
  pageSizes: [25, 100, 250, 500],
  slices: 2,
  sliceSeconds: 10,
  warmUpSeconds: 1,
  maxFailRatio: 0.5,
  seed: 7,
  config: {}
}

/** 20 ms per page and 0.1 ms per row; every user waits for its pages. */
const studied = (own: Partial<SweepOptions> = {}) =>
  Effect.gen(function* () {
    const measure = (slice: SliceSpec) => {
      const users = slice.load._tag === "Users" ? slice.load.clientCount : 0
      const latencyMillis = 20 + 0.1 * (slice.pageSize ?? 0)
      return measureFake(slice, { requests: Math.floor((users * 10_000) / latencyMillis), latencyMillis })
    }
    const fiber = yield* Effect.fork(sweep({ ...asked, ...own }, measure))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("a sweep over page sizes", () => {
  it.effect(
    "recommends the smallest size with 95 % of the most rows per second, and says what a row costs",
    () =>
      Effect.gen(function* () {
        const document = yield* studied()
        assert.deepStrictEqual(
          document.points.map(({ pageSize, rowsPerSecond }) => [pageSize, rowsPerSecond?.median]),
          [
            [25, 4442.5],
            [100, 13_330],
            [250, 22_200],
            [500, 28_550]
          ]
        )
        const { answer } = document
        assert.deepStrictEqual(
          [answer._tag, markedPlace(answer)?.name, markedPlace(answer)?.place.pageSize],
          ["BatchSize", "knee", 500]
        )
        assert.strictEqual(
          document.verdict,
          "Use pages of 500 rows: 500 rows had the highest rate, 28,550 rows per second; 250 rows reached 22,200 rows per second, 78 %. " +
            "There 1,000 rows take 140 ms of request time, in pages of 25 rows 900 ms. " +
            "It is the largest size with a valid result: larger ones may be faster."
        )
      })
  )

  it.effect("has its rows in text, Markdown, JSON and charts", () =>
    Effect.gen(function* () {
      const document = yield* studied()
      const head = sweepText(document)
        .split("\n")
        .find((line) => line.includes("rows/page"))
      assert.match(head ?? "", /users +rows\/page +rows\/s +from +to +ms\/1,000 rows +requests\/s/)
      assert.include(sweepMarkdown(document), "| 4 | 500 | 28,550 |")
      const json = yield* Schema.encode(SweepJson)(document)
      assert.deepStrictEqual(yield* Schema.decode(SweepJson)(json), document)
      assert.deepStrictEqual(
        sweepCharts(document).map(({ style }) => style.id),
        ["rows", "latency"]
      )
    })
  )

  it.effect("finds the best pair of users and page size", () =>
    Effect.gen(function* () {
      const { verdict } = yield* studied({ clientCounts: [1, 4], pageSizes: [25, 100] })
      assert.match(verdict, /^The best pair is 4 users with pages of 100 rows: 13,330 rows per second\./)
    })
  )

  it.effect("finds the peak over users with one page size", () =>
    Effect.gen(function* () {
      const { answer, verdict } = yield* studied({ clientCounts: [1, 4], pageSizes: [100] })
      assert.strictEqual(answer._tag, "Users")
      assert.match(verdict, /^The peak is 4 users: 13,330 rows per second\./)
    })
  )
})
