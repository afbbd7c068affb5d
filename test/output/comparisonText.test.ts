import { assert, describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { parseFailOn } from "../../src/compare/failOn.ts"
import { csvOf, markdownOf, textOf } from "../../src/output/comparisonText.ts"
import type { ComparedRun } from "../../src/result/Comparison.ts"
import { figuresOf, runOf, succeededOf } from "../compare/runs.ts"

const own = (factor: number) =>
  figuresOf({
    "operations.perSecond": 26_620 * factor,
    "requests.perSecond": 887 * factor,
    "requests.total": 13_317,
    "latency.p50": 4.48 / factor,
    "latency.p90": 9.1,
    "latency.p95": 11,
    "latency.p99": 18.1 / factor,
    "latency.p999": 50,
    "latency.max": 118,
    "failures.count": 0,
    "failures.ratio": 0,
    "operations.rolledBack": factor > 1 ? 30 : 0,
    "operations.refused": 0,
    "operations.unknown": 0
  })

const locust = figuresOf({
  "requests.perSecond": 60,
  "requests.total": 3000,
  "latency.p50": 67,
  "latency.p90": 150,
  "latency.p95": 200,
  "latency.p99": 560,
  "latency.p999": 980,
  "latency.max": 980.12,
  "failures.count": 10,
  "failures.ratio": 10 / 3000
})

const comparison = compareRuns(
  [
    runOf("a", {
      total: own(1),
      byName: [{ name: "students", method: "POST", figures: own(1), succeeded: null }]
    }),
    runOf("b", {
      total: own(1.1),
      notes: [{ kind: "limited", sentence: "The load generator was the bottleneck." }],
      config: { clientCount: 20 }
    }),
    runOf("old", {
      source: "locust",
      path: "old/volume_stats.csv",
      testType: null,
      config: null,
      total: locust,
      unknown: ["operations.perSecond", "operations.rolledBack"],
      notes: [{ kind: "source", sentence: "Locust does not tell operations." }],
      byName: [
        { name: "a|b <i>_c_", method: "POST", figures: figuresOf({ "requests.total": 0 }), succeeded: null }
      ]
    })
  ],
  [Either.getOrThrow(parseFailOn("latency.p99 +10%"))]
)

describe("the comparison in a terminal", () => {
  it("has the runs, a table of all requests and of each name, and notes", () => {
    expect(textOf(comparison)).toMatchInlineSnapshot(`
      "a (baseline): BATCH_VOLUME, 10 users, 60 s, from a/summary.json
      b: BATCH_VOLUME, 10 users, 60 s, generator limited, from b/summary.json
      old: 10 users, 60 s, Locust, from old/volume_stats.csv

      all requests                a       b   change     old        change
      operations.perSecond   26,620  29,282  +10.0 %       -
      requests.perSecond        887     976  +10.0 %      60       -93.2 %
      latency.p50 ms           4.48    4.07   -9.1 %      67       +1396 %
      latency.p90 ms           9.10    9.10     same     150       +1548 %
      latency.p95 ms             11      11     same     200       +1718 %
      latency.p99 ms           18.1    16.5   -9.1 %     560       +2994 %
      latency.p999 ms            50      50     same     980       +1860 %
      latency.max ms            118     118     same     980        +731 %
      requests.total         13,317  13,317     same   3,000       -77.5 %
      failures.count              0       0     same      10        from 0
      failures.ratio         0.00 %  0.00 %     same  0.33 %  +0.33 points
      operations.rolledBack       0      30   from 0       -

      a|b <i>_c_                  a        b  change  old  change
      operations.perSecond  missing  missing            -
      requests.perSecond    missing  missing            -
      latency.p50 ms        missing  missing            -
      latency.p95 ms        missing  missing            -
      latency.p99 ms        missing  missing            -
      failures.count        missing  missing            -
      failures.ratio        missing  missing            -

      students                   a        b  change      old  change
      operations.perSecond  26,620  missing          missing
      requests.perSecond       887  missing          missing
      latency.p50 ms          4.48  missing          missing
      latency.p95 ms            11  missing          missing
      latency.p99 ms          18.1  missing          missing
      failures.count             0  missing          missing
      failures.ratio        0.00 %  missing          missing

      - : not in the files of the run, or no request to describe
      missing: the run has no request of this name

      not the same load: clientCount 10 / 20 / -
      not the same load: scenarios.StudentBatchVolumeTest 10 / not given / -
      not the same load: runTimeInMinutes 1 / not given / -
      also different: seed 1 / not given / -
      old: requests failed, and the files do not contain the latencies of the succeeded ones alone. Latencies are compared with those of other runs over all requests, failed ones included.
      b: The load generator was the bottleneck.
      old: Locust does not tell operations.

      How much requests.perSecond varies within a run
        a: too few points at full load
        b: too few points at full load
        old: too few points at full load
        Each run is a single sample: repeat all of them before relying on a small change.

      passed: latency.p99 +10%: b has 16.455 ms, the limit is at most 19.91 ms (baseline a: 18.1 ms); but the load generator was limited in b
      failed: latency.p99 +10%: old has 560 ms, the limit is at most 19.91 ms (baseline a: 18.1 ms)"
    `)
  })

  it("has one user in the singular", () => {
    const text = textOf(compareRuns([runOf("a", { users: 1 }), runOf("b", { users: 1000 })]))
    assert.include(text, "a (baseline): BATCH_VOLUME, 1 user, 60 s")
    assert.include(text, "b: BATCH_VOLUME, 1,000 users, 60 s")
  })

  it("shows a note on several runs once", () => {
    const notes = [{ kind: "source", sentence: "Locust does not tell it." }] as const
    const text = textOf(compareRuns([runOf("x", { notes }), runOf("b"), runOf("y", { notes })]))
    assert.include(text, "\nx, y: Locust does not tell it.\n")
  })

  it("warns of runs of different models, and shows service times, which both have", () => {
    const closed = runOf("a", { total: figuresOf({ "latency.p99": 10, "service.p99": 10 }) })
    const open = runOf("b", {
      model: "open",
      total: figuresOf({ "latency.p99": 1910, "service.p99": 12, "starts.dropped": 5 })
    })
    const text = textOf(compareRuns([closed, open]))
    assert.include(text, "\nnot the same load: model closed / open\n")
    assert.include(
      text,
      "\nDifferent models: latency.* starts at the due time of an iteration in the open model"
    )
    assert.match(text, /service\.p99 ms +10 +12 +\+20\.0 %/)
    assert.match(text, /starts\.dropped +- +5/)
    assert.notMatch(textOf(compareRuns([closed, closed])), /model|service/)
  })

  it("has no warnings between runs that are alike", () => {
    const text = textOf(compareRuns([runOf("a", { total: own(1) }), runOf("b", { total: own(1) })]))
    assert.notInclude(text, "not the same load")
    assert.notInclude(text, "do not tell")
    assert.notInclude(text, "missing")
    assert.notInclude(text, "operations.rolledBack")
  })
})

describe("the comparison as Markdown", () => {
  it("marks runs in the heading, and takes no name for Markdown or HTML", () => {
    const markdown = markdownOf(comparison)
    const heading = "| all requests | a | b (generator limited) | change | old (Locust) | change |"
    assert.include(markdown, `${heading}\n|---|---:|---:|---:|---:|---:|\n`)
    assert.include(markdown, "| operations.perSecond | 26,620 | 29,282 | +10.0 % | - |  |")
    assert.include(markdown, String.raw`| a\|b &lt;i&gt;\_c\_ | a |`)
    assert.include(markdown, "- not the same load: clientCount 10 / 20 / -")
    assert.include(markdown, "- failed: latency.p99 +10%: old has 560 ms")
  })
})

describe("a comparison of runs in which requests failed", () => {
  const refusing = (label: string, p95: number) =>
    runOf(label, {
      total: figuresOf({ "latency.p95": 1, "service.p95": 0.5, "failures.count": 9 }),
      succeeded: succeededOf({ "latency.p95": p95, "service.p95": p95 - 20 })
    })
  const rows = (...runs: ReadonlyArray<ComparedRun>) =>
    textOf(compareRuns(runs))
      .split("\n")
      .filter((line) => /^(latency|service)\.p95/.test(line))
      .map((line) => line.replaceAll(/ +/g, " "))

  it("has rows of the succeeded ones below those of all", () => {
    const both = [refusing("a", 300), refusing("b", 330)] as const
    assert.deepStrictEqual(rows(...both), [
      "latency.p95 ms 1 1 same",
      "latency.p95 ms, succeeded 300 330 +10.0 %",
      "service.p95 ms 0.50 0.50 same",
      "service.p95 ms, succeeded 280 310 +10.7 %"
    ])
    assert.include(csvOf(compareRuns(both)), '\r\n,"latency.p95, succeeded",ms,b,330,10,+10.0 %,')
    assert.notInclude(textOf(compareRuns(both)), "do not contain the latencies of the succeeded ones")
  })

  it("says once which files have those of all requests only", () => {
    const old = { ...refusing("old", 300), succeeded: null }
    const text = textOf(compareRuns([old, refusing("b", 330), { ...old, label: "older" }]))
    assert.lengthOf(text.match(/the files do not contain the latencies of the succeeded ones/g) ?? [], 1)
    assert.include(text, "old, older: requests failed, and the files")
  })
})

describe("a name in Markdown", () => {
  it("contains neither mentions nor links", () => {
    const figures = figuresOf({ "requests.total": 1 })
    const byName = [{ name: "@everyone https://x.test", method: "POST", figures, succeeded: null }]
    const markdown = markdownOf(compareRuns([runOf("@me", { byName }), runOf("b", { byName })]))
    assert.notMatch(markdown, /@everyone|@me|https:\/\/x/)
  })
})

describe("the comparison as CSV", () => {
  it("has a line for every name, figure and run, with the reason for a missing value", () => {
    const [header, ...rows] = csvOf(comparison).trimEnd().split("\r\n")
    assert.strictEqual(header, "Request,Figure,Unit,Run,Value,Change %,Change,No value because")
    assert.strictEqual(rows.length, 3 * (28 + 27 + 27))
    assert.includeMembers(rows, [
      ",operations.perSecond,perSecond,a,26620,,,",
      ",operations.perSecond,perSecond,b,29282.000000000004,10,+10.0 %,",
      ",operations.perSecond,perSecond,old,,,,unknown",
      "students,latency.p95,ms,b,,,,missing",
      "a|b <i>_c_,latency.p95,ms,old,,,,noRequests"
    ])
  })
})
