import { triple } from "../../src/result/batchSize.ts"
import { assert, describe, expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { SliceSpec } from "../../src/studies/MeasureSlice.ts"
import { sweepMarkdown, sweepText } from "../../src/output/sweepText.ts"
import { sweepCharts } from "../../src/page/sweepCharts.ts"
import { markedPlace } from "../../src/result/Sweep.ts"
import { roundsOf, sweep, type SweepOptions } from "../../src/studies/sweep.ts"
import { type FakeSlice, measureFake, refusedSize, refusedUpdate } from "./fakeSlices.ts"
import { it } from "../engine/virtualTime.ts"

const asked: SweepOptions = {
  testType: "BATCH_VOLUME",
  clientCounts: [10],
  operationsPerRecord: triple,
  batchTripleCounts: [1, 5, 20],
  slices: 3,
  sliceSeconds: 10,
  warmUpSeconds: 1,
  maxFailRatio: 0.5,
  seed: 7,
  config: { seed: 7 }
}

type Server = (size: number, users: number, visit: number) => FakeSlice

/** Measures a made-up server; `visit` counts the visits of a point from 0. */
const studied = (server: Server, own: Partial<SweepOptions> = {}) =>
  Effect.gen(function* () {
    const visits: Array<string> = []
    const measure = (slice: SliceSpec) => {
      const users = slice.load._tag === "Users" ? slice.load.clientCount : 0
      const place = `${slice.batchTripleCount} x ${users}`
      const visit = visits.filter((each) => each === place).length
      visits.push(place)
      return measureFake(slice, server(slice.batchTripleCount, users, visit))
    }
    const fiber = yield* Effect.fork(sweep({ ...asked, ...own }, measure))
    yield* TestClock.adjust("1 hour")
    const document = yield* Fiber.join(fiber)
    const outcomes = document.points.map(({ batchTripleCount, clientCount, note, outcome }) =>
      [`${batchTripleCount} x ${clientCount}`, outcome, ...(note === null ? [] : [note])].join(": ")
    )
    return { document, outcomes, visits }
  })

/** 20 ms per batch and 2 ms per operation, one request after the other: 10 s of one user. */
const fixedAndEach: Server = (size, users) => {
  const latencyMillis = 20 + 2 * 3 * size
  return { requests: Math.floor((users * 10_000) / latencyMillis), latencyMillis }
}

const tooLarge = (endedBy: FakeSlice["endedBy"] = "failureRatio"): FakeSlice => ({
  requests: 0,
  failed: 10,
  failure: { kind: "refused", status: 413, example: "413: too many operations" },
  seconds: 0.1,
  ...(endedBy === undefined ? {} : { endedBy })
})

describe("roundsOf", () => {
  it.effect("visits every point once a round, in an order that the seed decides", () =>
    Effect.gen(function* () {
      const points = [1, 2, 5, 10, 20, 33]
      const rounds = yield* roundsOf(points, 3, 7)
      for (const round of rounds) assert.sameMembers([...round], points)
      assert.deepStrictEqual(yield* roundsOf(points, 3, 7), rounds)
      expect(rounds).toMatchInlineSnapshot(`
        [
          [
            2,
            20,
            1,
            33,
            5,
            10,
          ],
          [
            2,
            33,
            1,
            5,
            20,
            10,
          ],
          [
            2,
            5,
            10,
            33,
            20,
            1,
          ],
        ]
      `)
      assert.notDeepEqual(yield* roundsOf(points, 3, 8), rounds)
    })
  )

  it.effect("puts every point at every place about as often as any other", () =>
    Effect.gen(function* () {
      const first = (yield* roundsOf(["a", "b", "c"], 3000, 1)).map((round) => round.join(""))
      const counts = ["abc", "acb", "bac", "bca", "cab", "cba"].map(
        (order) => first.filter((each) => each === order).length
      )
      for (const count of counts) assert.closeTo(count, 500, 100)
    })
  )
})

describe("sweep", () => {
  it.effect("has the latencies of succeeded requests where some were refused in no time", () =>
    Effect.gen(function* () {
      const refusing: Server = (size) => ({
        requests: 40,
        latencyMillis: 300,
        ...(size === 5 ? { failed: 30, failedMillis: 1 } : {})
      })
      const { document } = yield* studied(refusing, { batchTripleCounts: [1, 5], slices: 1 })
      const lines = sweepText(document).split("\n")
      assert.match(lines[3] ?? "", / 4 +300 +300 +300 +0$/)
      assert.match(lines[4] ?? "", / 7 +300 +300 +300 +30 {2}<- the knee$/)
      assert.match(lines[5] ?? "", /^ +1 +1 +1 +of which failed$/)
      assert.include(sweepText(document), "the latencies are those of the succeeded ones")
      assert.match(sweepMarkdown(document), /\| 1 \| 1 \| 1 \| {2}\| of which failed \|/)
      const chart = sweepCharts(document).find(({ style }) => style.id === "latency")
      assert.strictEqual(chart?.style.title, "Latency of succeeded requests, p95")
      assert.deepStrictEqual(chart?.columns.series[0]?.values, [300, 300])
    })
  )

  it.effect("measures every point in rounds and names the knee, whatever the order", () =>
    Effect.gen(function* () {
      const { document, visits } = yield* studied(fixedAndEach, {
        batchTripleCounts: [1, 5, 20, 50, 100, 200]
      })
      assert.lengthOf(visits, 18)
      for (const round of [visits.slice(0, 6), visits.slice(6, 12), visits.slice(12)]) {
        assert.lengthOf(new Set(round), 6)
      }
      // 3 n operations in 20 + 6 n ms; of infinitely large batches 500 a second and user.
      assert.deepStrictEqual(
        document.points.map(({ operationsPerSecond }) => operationsPerSecond?.median),
        [1153.8, 3000, 4284, 4680, 4830, 4860]
      )
      assert.deepStrictEqual(
        [
          document.answer._tag,
          markedPlace(document.answer)?.name,
          markedPlace(document.answer)?.place.batchTripleCount
        ],
        ["BatchSize", "knee", 50]
      )
      assert.deepInclude(document, { endedBy: "completed", elapsedSeconds: 198, warnings: [] })
      const other = yield* studied(fixedAndEach, { batchTripleCounts: [1, 5, 20, 50, 100, 200], seed: 8 })
      assert.deepStrictEqual(other.document.answer, document.answer)
      assert.notDeepEqual(other.visits, visits)
    })
  )

  it.effect(
    "has one best pair where both are varied, and the verdict names it and a smaller one that is close",
    () =>
      Effect.gen(function* () {
        // With 50 users the server is at its limit, whatever the size.
        const server: Server = (size, users, visit) =>
          users === 50 ? { requests: Math.floor(30_000 / (3 * size)) } : fixedAndEach(size, users, visit)
        const { document } = yield* studied(server, {
          clientCounts: [1, 50],
          batchTripleCounts: [1, 20, 100]
        })
        const { answer } = document
        assert.deepStrictEqual(
          answer._tag === "Pair" && [answer.best.clientCount, answer.best.batchTripleCount],
          [50, 1]
        )
        assert.match(
          document.verdict,
          /^The best pair is 50 users with batches of 1 triple \(3 operations\): 3,000 operations per second/
        )
      })
  )

  it.effect("measures numbers of users, names the peak, and says by how much throughput falls after it", () =>
    Effect.gen(function* () {
      const rates: Readonly<Record<number, number>> = { 1: 349, 4: 619, 20: 334 }
      const server: Server = (_, users, visit) => ({ requests: 10 * (rates[users] ?? 0) + 20 * visit })
      const own = { clientCounts: [1, 4, 20], batchTripleCounts: [10] }
      const { document } = yield* studied(server, own)
      const { answer } = document
      if (answer._tag !== "Users") throw new Error(answer._tag)
      assert.strictEqual(answer.best.clientCount, 4)
      assert.deepStrictEqual(
        answer.steps.map(({ differs, from, to }) => [from, to, differs]),
        [
          [1, 4, true],
          [4, 20, true]
        ]
      )
      assert.match(
        document.verdict,
        /^The peak is 4 users: 18,630 operations per second \(18,570 to 18,690\)\. With 20 users throughput falls by 46 %, to 10,080/
      )
      assert.strictEqual(answer.law._tag, "NotFitted")
    })
  )

  it.effect("asks the same of single requests, without a batch size", () =>
    Effect.gen(function* () {
      const server: Server = (_, users) => ({ requests: 1000 * Math.min(users, 4) })
      const own = { testType: "VOLUME", clientCounts: [1, 2, 4, 8] }
      const { document, visits } = yield* studied(server, own)
      assert.lengthOf(visits, 12)
      assert.isTrue(document.points.every(({ batchTripleCount }) => batchTripleCount === null))
      assert.match(document.verdict, /^The peak is 4 users: 400 operations per second/)
      assert.include(document.verdict, "Slices with 8 users overlap with it")
    })
  )

  it.effect("ends when the server no longer responds, and keeps the answer of the slices before", () =>
    Effect.gen(function* () {
      let slices = 0
      const gone: FakeSlice = {
        requests: 0,
        failed: 10,
        failure: { kind: "transport", status: null, example: "connect ECONNREFUSED" },
        endedBy: "failureRatio",
        isWarmUp: true,
        seconds: 1
      }
      const server: Server = (size, users, visit) => (++slices > 5 ? gone : fixedAndEach(size, users, visit))
      const { document, outcomes, visits } = yield* studied(server)
      assert.lengthOf(visits, 6, "this load was answered before")
      assert.strictEqual(document.endedBy, "failureRatio")
      assert.match(
        document.verdict,
        /^Ended at slice 6 of 9: the server no longer responded\. Result until then: Use batches of 20 triples/
      )
      assert.isTrue(outcomes.every((each) => each.includes(": measured")))
      assert.include(document.warnings.join(), "connect ECONNREFUSED")
    })
  )

  it.effect("goes on after one point that got no response, and ends after two in a row", () =>
    Effect.gen(function* () {
      const gone: FakeSlice = { requests: 0, failed: 10, failure: { status: null }, endedBy: "failureRatio" }
      const one = yield* studied((size, users, visit) =>
        size === 20 ? gone : fixedAndEach(size, users, visit)
      )
      assert.strictEqual(one.document.endedBy, "completed")
      assert.strictEqual(one.outcomes[2], "20 x 10: failing: 100 % of its requests failed")
      const all = yield* studied(() => gone)
      assert.lengthOf(all.visits, 2)
      assert.match(
        all.document.verdict,
        /^No trustworthy result: 3 of 3 points were not measured\. Ended at slice 2 of 9/
      )
    })
  )

  it.effect("tries a size that was rejected with 413 and larger ones no more, for any number of users", () =>
    Effect.gen(function* () {
      const server: Server = (size, users, visit) =>
        size >= 20 ? tooLarge() : fixedAndEach(size, users, visit)
      const { document, outcomes, visits } = yield* studied(server, {
        clientCounts: [1, 10],
        batchTripleCounts: [1, 20],
        slices: 2
      })
      assert.lengthOf(
        visits.filter((each) => each.startsWith("20 x")),
        1
      )
      assert.deepStrictEqual(outcomes, [
        "1 x 1: measured",
        "20 x 1: refused: the DMS rejects 60 operations with 413",
        "1 x 10: measured",
        "20 x 10: refused: the DMS rejects 60 operations with 413"
      ])
      assert.strictEqual(document.endedBy, "completed")
      assert.deepStrictEqual(document.warnings, [])
    })
  )

  it.effect("skips sizes above a refused one, also where failures do not end the sweep", () =>
    Effect.gen(function* () {
      const { outcomes, visits } = yield* studied(
        (size, users, visit) => (size >= 20 ? tooLarge("runTime") : fixedAndEach(size, users, visit)),
        { batchTripleCounts: [1, 20, 50, 100], slices: 2, seed: 3 }
      )
      // The order decides which of the large ones comes first; the smallest refused one decides in the end.
      assert.isAtMost(visits.filter((each) => !each.startsWith("1 x")).length, 3)
      assert.match(outcomes[1] ?? "", /^20 x 10: (refused|skipped)/)
      assert.isAtLeast(outcomes.filter((each) => each.includes(": refused")).length, 1)
      assert.isTrue(outcomes.slice(1).every((each) => !each.includes(": measured")))
    })
  )

  it.effect("continues where every batch of a size was refused with 413, and ends at any other refusal", () =>
    Effect.gen(function* () {
      const sizes = yield* studied((size, users, visit) =>
        size === 20 ? { ...tooLarge("refused"), refused: refusedSize } : fixedAndEach(size, users, visit)
      )
      assert.deepInclude(sizes.document, { endedBy: "completed", refused: null })
      assert.strictEqual(sizes.outcomes[2], "20 x 10: refused: the DMS rejects 60 operations with 413")
      const denied = yield* studied(() => ({
        requests: 0,
        failed: 10,
        endedBy: "refused",
        refused: refusedUpdate,
        seconds: 0.1
      }))
      assert.lengthOf(denied.visits, 1)
      assert.deepInclude(denied.document, { endedBy: "refused", refused: refusedUpdate })
      assert.strictEqual(denied.document.verdict, "Updates were refused. Use another key.")
    })
  )

  it.effect("marks a point that fails, does not repeat it, and continues with the others", () =>
    Effect.gen(function* () {
      const server: Server = (size, users, visit) =>
        size === 5 && visit === 1
          ? { requests: 2, failed: 10, endedBy: "failureRatio", seconds: 1 }
          : fixedAndEach(size, users, visit)
      const { document, outcomes, visits } = yield* studied(server)
      assert.lengthOf(
        visits.filter((each) => each === "5 x 10"),
        2
      )
      assert.deepStrictEqual(outcomes, [
        "1 x 10: measured",
        "5 x 10: failing: 0.5 % of its requests failed",
        "20 x 10: measured"
      ])
      assert.strictEqual(document.endedBy, "completed")
      assert.match(document.warnings[0] ?? "", /^10 of 2,012 requests failed in batches of 5 triples/)
    })
  )

  it.effect(
    "never recommends a point that the generator limited in half of its slices or more, and leaves such slices out",
    () =>
      Effect.gen(function* () {
        const limited = ["its event loop was busy"]
        const server =
          (limitedVisits: number): Server =>
          (size, users, visit) => ({
            ...fixedAndEach(size, users, visit),
            ...(size === 20 && visit < limitedVisits ? { limited } : {})
          })
        const most = yield* studied(server(2))
        assert.strictEqual(
          most.outcomes[2],
          "20 x 10: limited: the load generator was at its limit in 2 of 3 slices"
        )
        assert.strictEqual(markedPlace(most.document.answer)?.place.batchTripleCount, 5)
        const half = yield* studied(server(1), { slices: 2 })
        assert.strictEqual(
          half.outcomes[2],
          "20 x 10: limited: the load generator was at its limit in 1 of 2 slices"
        )
        const once = yield* studied(server(1))
        assert.strictEqual(
          once.outcomes[2],
          "20 x 10: measured: the load generator was at its limit in 1 of 3 slices, left out"
        )
        assert.lengthOf(once.document.warnings, 1)
      })
  )

  it.effect("ends when it is interrupted, with the slices so far and a warning", () =>
    Effect.gen(function* () {
      let slices = 0
      const server: Server = (size, users, visit) =>
        ++slices === 3
          ? { requests: 5, endedBy: "interrupt", seconds: 0.5 }
          : fixedAndEach(size, users, visit)
      const { document, outcomes } = yield* studied(server)
      assert.deepInclude(document, { endedBy: "interrupt", elapsedSeconds: 23.5 })
      assert.strictEqual(outcomes.filter((each) => each.endsWith("measured: 1 of 3 slices")).length, 2)
      assert.strictEqual(
        outcomes.filter((each) => each.endsWith("skipped: the sweep ended during its first slice")).length,
        1
      )
      assert.match(document.verdict, /^Interrupted at slice 3 of 9\. Result until then: /)
    })
  )

  it.effect("reports points without a slice when the sweep ended early", () =>
    Effect.gen(function* () {
      const { document, outcomes } = yield* studied(() => ({ requests: 0, endedBy: "defect", seconds: 1 }))
      assert.strictEqual(document.endedBy, "defect")
      assert.strictEqual(
        outcomes.filter((each) => each.endsWith("skipped: the sweep ended before its first slice")).length,
        2
      )
      assert.match(
        document.verdict,
        /^No trustworthy result: 3 of 3 points were not measured\. Ended at slice 1 of 9: this program has a defect\.$/
      )
    })
  )
})
