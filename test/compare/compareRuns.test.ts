import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { changeOf, compareRuns } from "../../src/compare/compareRuns.ts"
import { figureNames, isByName } from "../../src/domain/Threshold.ts"
import { ComparedRun, ComparisonJson } from "../../src/result/Comparison.ts"
import { figuresOf, runOf, succeededOf } from "./runs.ts"

describe("a change", () => {
  it.each([
    ["operations.perSecond", 1000, 1056, 5.6, "+5.6 %", "better"],
    ["operations.perSecond", 1000, 943.9, -5.61, "-5.6 %", "worse"],
    ["latency.p95", 10, 25, 150, "+150 %", "worse"],
    ["latency.p95", 10, 5, -50, "-50.0 %", "better"],
    ["latency.p95", 1000, 1000.5, 0.05, "+0.05 %", "worse"],
    ["latency.p95", 100_000, 100_000.001, 0.000001, "±0.00 %", "worse"],
    ["latency.p95", 10, 10, 0, "same", "same"],
    ["failures.count", 0, 0, 0, "same", "same"],
    ["failures.count", 0, 3, null, "from 0", "worse"],
    ["latency.p95", 5e-324, 10, null, "from 0", "worse"],
    ["failures.count", 4, 0, -100, "-100 %", "better"],
    ["failures.ratio", 0, 0.002, null, "+0.20 points", "worse"],
    ["failures.ratio", 0.01, 0.002, -80, "-0.80 points", "better"],
    ["requests.total", 100, 150, 50, "+50.0 %", "neutral"],
    ["operations.succeeded", 100, 50, -50, "-50.0 %", "neutral"],
    ["operations.unknown", 10, 11, 10, "+10.0 %", "worse"],
    ["latency.p95", null, 10, null, "no baseline", "neutral"]
  ] as const)("of %s from %s to %s is %s: %s, %s", (figure, baseline, value, percent, words, meaning) => {
    const change = changeOf(figure, baseline, value)
    assert.deepStrictEqual(change, { percent: change.percent, words, meaning })
    if (percent === null || change.percent === null) assert.strictEqual(change.percent, percent)
    else assert.closeTo(change.percent, percent, 1e-4)
  })
})

describe("a comparison", () => {
  it.prop(
    "of a run with itself has no change, and is the same after it was written as JSON",
    [ComparedRun],
    ([run]) => {
      const comparison = compareRuns([run, run])
      // A run that lost an agent is equal to none.
      const meaning = run.lostAgents.length > 0 ? "neutral" : "same"
      for (const { rows } of comparison.groups) {
        for (const { cells } of rows) {
          const [base, later] = cells
          assert.isNull(base?.change)
          assert.strictEqual(later?.value, base?.value)
          assert.strictEqual(later?.absent, base?.absent)
          assert.deepStrictEqual(
            later?.change,
            base?.value === null ? null : { percent: 0, words: "same", meaning }
          )
        }
      }
      assert.deepStrictEqual(comparison.differences, [])
      const text = Schema.encodeSync(ComparisonJson)(comparison)
      assert.strictEqual(Schema.encodeSync(ComparisonJson)(Schema.decodeSync(ComparisonJson)(text)), text)
    },
    { fastCheck: { numRuns: 25 } }
  )

  const row = (name: string, method: string, total: number) => ({
    name,
    method,
    figures: figuresOf({ "requests.total": total }),
    succeeded: null
  })

  it("has every figure of all requests and of each name that any run has", () => {
    const { groups } = compareRuns([
      runOf("a", { byName: [row("sections", "POST", 1)] }),
      runOf("b", { byName: [row("students", "POST", 2)] })
    ])
    assert.deepStrictEqual(
      groups.map(({ name }) => name),
      [null, "sections", "students"]
    )
    for (const { name, rows } of groups) {
      assert.deepStrictEqual(
        rows.map(({ figure }) => figure),
        name === null ? figureNames : figureNames.filter(isByName)
      )
    }
  })

  it("reads each row only a few times with many names", () => {
    let reads = 0
    const countedRow = (name: string) => ({
      get name() {
        reads++
        return name
      },
      method: "POST",
      figures: figuresOf({}),
      succeeded: null
    })
    const byName = Array.from({ length: 300 }, (_, i) => countedRow(`request ${i}`))
    assert.strictEqual(compareRuns([runOf("a", { byName }), runOf("b", { byName })]).groups.length, 301)
    assert.isAtMost(reads, 10 * 2 * byName.length)
  })

  it("uses the first of two rows with the same name and method", () => {
    const runs = [1, 2].map((i) => runOf(String(i), { byName: [row("a", "POST", i), row("a", "POST", 9)] }))
    const cells = compareRuns(runs).groups[1]?.rows.find(({ figure }) => figure === "requests.total")?.cells
    assert.deepStrictEqual(
      cells?.map(({ value }) => value),
      [1, 2]
    )
  })

  it("distinguishes a missing name, an unknown figure, and a figure without requests", () => {
    const { groups } = compareRuns([
      runOf("a", { byName: [row("students", "POST", 0)] }),
      runOf("b"),
      runOf("old", { unknown: ["latency.p95"], byName: [row("students", "POST", 3)] })
    ])
    const cellsOf = (figure: string) =>
      groups[1]?.rows
        .find((each) => each.figure === figure)
        ?.cells.map(({ absent, change, value }) => [value, absent, change?.words ?? null])
    assert.deepStrictEqual(cellsOf("latency.p95"), [
      [null, "noRequests", null],
      [null, "missing", null],
      [null, "unknown", null]
    ])
    assert.deepStrictEqual(cellsOf("requests.total"), [
      [0, null, null],
      [null, "missing", null],
      [3, null, "from 0"]
    ])
  })

  it("calls nothing better or worse where the generator limited one of the two runs", () => {
    const notes = [{ kind: "limited", sentence: "The load generator was the bottleneck." }] as const
    const run = (label: string, p95: number, given: Partial<ComparedRun> = {}) =>
      runOf(label, { total: figuresOf({ "latency.p95": p95 }), ...given })
    const meanings = (...runs: ReadonlyArray<ComparedRun>) =>
      compareRuns(runs)
        .groups[0]?.rows.find(({ figure }) => figure === "latency.p95")
        ?.cells.slice(1)
        .map(({ change }) => `${change?.words} ${change?.meaning}`)
    assert.deepStrictEqual(meanings(run("a", 10), run("b", 20, { notes }), run("c", 5)), [
      "+100 % neutral",
      "-50.0 % better"
    ])
    assert.deepStrictEqual(meanings(run("a", 10, { notes }), run("b", 20), run("c", 10)), [
      "+100 % neutral",
      "same same"
    ])
  })

  it("calls no latency and no rate of all requests better because requests were refused quickly", () => {
    const run = (label: string, failures: number, all: number, succeeded: number) =>
      runOf(label, {
        total: figuresOf({
          "failures.count": failures,
          "latency.p95": all,
          "operations.perSecond": 10 * succeeded,
          "requests.perSecond": 1000 / all
        }),
        succeeded: succeededOf({ "latency.p95": succeeded })
      })
    const { groups } = compareRuns([run("a", 0, 40, 40), run("refusing", 900, 2, 60)])
    assert.deepStrictEqual(
      groups[0]?.rows.flatMap(({ cells, figure, of }) =>
        cells.flatMap(({ change }) => (change === null ? [] : [`${figure} ${of} ${change.meaning}`]))
      ),
      [
        "latency.p95 all neutral",
        "latency.p95 succeeded worse",
        "requests.perSecond all neutral",
        "failures.count all worse",
        "operations.perSecond all better"
      ]
    )
  })

  it("names the method where one name has several", () => {
    const { groups } = compareRuns([
      runOf("a", { byName: [row("/students", "POST", 1), row("/schools", "GET", 1)] }),
      runOf("b", { byName: [row("/students", "GET", 2), row("/students", "POST", 3)] })
    ])
    assert.deepStrictEqual(
      groups.map(({ name }) => name),
      [null, "/schools", "GET /students", "POST /students"]
    )
    const totals = groups[3]?.rows.find(({ figure }) => figure === "requests.total")?.cells
    assert.deepStrictEqual(
      totals?.map(({ value }) => value),
      [1, 3]
    )
  })

  const medians = (label: string, all: number, succeeded: number | null | undefined) =>
    runOf(label, {
      total: figuresOf({ "latency.p50": all, "failures.count": 9 }),
      succeeded:
        succeeded === undefined ? null : succeededOf(succeeded === null ? {} : { "latency.p50": succeeded })
    })
  const medianRows = (...runs: ReadonlyArray<ComparedRun>) =>
    compareRuns(runs)
      .groups[0]?.rows.filter(({ figure }) => figure === "latency.p50")
      .map(({ cells, of }) => [of, ...cells.map(({ absent, value }) => value ?? absent)])

  it("has latencies of succeeded requests beside those of all, where a run has others", () => {
    assert.deepStrictEqual(medianRows(medians("a", 1, 300), medians("b", 2, 310), medians("c", 2, null)), [
      ["all", 1, 2, 2],
      ["succeeded", 300, 310, "noRequests"]
    ])
    assert.deepStrictEqual(medianRows(medians("a", 300, 300), medians("b", 310, 310)), [["all", 300, 310]])
  })

  it("compares what both files have, where an older one has latencies of all requests only", () => {
    const old = medians("old", 1, undefined)
    assert.deepStrictEqual(medianRows(old, medians("b", 2, 310)), [["all", 1, 2]])
    assert.deepStrictEqual(medianRows(medians("a", 1, 300), old), [["all", 1, 1]])
    assert.deepStrictEqual(medianRows(medians("a", 1, 300), medians("b", 2, 310), old)?.[1], [
      "succeeded",
      300,
      310,
      "unknown"
    ])
  })
})
