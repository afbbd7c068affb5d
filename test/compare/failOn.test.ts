import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { parseFailOn } from "../../src/compare/failOn.ts"
import { type FigureName, pointAt } from "../../src/domain/Threshold.ts"
import type { ComparedRun } from "../../src/result/Comparison.ts"
import { figuresOf, runOf, succeededOf } from "./runs.ts"

const parsed = (text: string) => Either.getOrThrow(parseFailOn(text))

/** Verdicts of an expression for runs, the baseline first. */
const verdicts = (expression: string, ...runs: ReadonlyArray<ComparedRun>) =>
  compareRuns(runs, [parsed(expression)]).verdicts

const totals = (expression: string, figure: FigureName, baseline: number, value: number) =>
  verdicts(
    expression,
    runOf("a", { total: figuresOf({ [figure]: baseline }) }),
    runOf("b", { total: figuresOf({ [figure]: value }) })
  )[0]

describe("--failOn", () => {
  it.each([
    ["latency.p95 +10%", "latency.p95", 100, 110, true],
    ["latency.p95 +10%", "latency.p95", 100, 110.1, false],
    ["latency.p95 +10%", "latency.p95", 100, 50, true],
    ["latency.p95 -10%", "latency.p95", 100, 89, false],
    ["latency.p95 +20ms", "latency.p95", 100, 120, true],
    ["latency.p95 +20ms", "latency.p95", 100, 121, false],
    ["latency.p95 + 0.02 s", "latency.p95", 100, 121, false],
    ["latency.p95+1%", "latency.p95", 0, 0.5, false],
    ["operations.perSecond -5%", "operations.perSecond", 1000, 950, true],
    ["operations.perSecond -5%", "operations.perSecond", 1000, 949.9, false],
    ["operations.perSecond -5%", "operations.perSecond", 1000, 2000, true],
    ["requests.perSecond -100/s", "requests.perSecond", 1000, 899, false],
    ["failures.count +0", "failures.count", 0, 0, true],
    ["failures.count +0", "failures.count", 0, 1, false],
    ["failures.count +10%", "failures.count", 10, 11, true],
    ["failures.ratio +1%", "failures.ratio", 0.005, 0.015, true],
    ["failures.ratio +1%", "failures.ratio", 0.005, 0.0151, false],
    ["failures.ratio +1%", "failures.ratio", 0, 0.01, true],
    // 0.1 + 0.2 is more than 0.3 in binary fractions, and not for people.
    ["failures.ratio +20%", "failures.ratio", 0.1, 0.3, true]
  ] as const)("%s: %s of %d and then %d passes: %s", (expression, figure, baseline, value, passes) => {
    assert.strictEqual(totals(expression, figure, baseline, value)?.passed, passes)
  })

  it("states values, limit and verdict", () => {
    assert.deepStrictEqual(totals("latency.p95 +10%", "latency.p95", 100, 150), {
      expression: "latency.p95 +10%",
      run: "b",
      dimension: "ms",
      baseline: 100,
      value: 150,
      limit: 110,
      judgedBy: null,
      passed: false,
      sentence: "failed: latency.p95 +10%: b has 150 ms, the limit is at most 110 ms (baseline a: 100 ms)"
    })
    assert.strictEqual(
      totals("operations.perSecond -5%", "operations.perSecond", 1000, 1200)?.sentence,
      "passed: operations.perSecond -5%: b has 1,200 /s, the limit is at least 950 /s (baseline a: 1,000 /s)"
    )
  })

  it("writes values so exactly that one that is only just not allowed does not look allowed", () => {
    assert.strictEqual(
      totals("latency.p95 +10%", "latency.p95", 1000, 1100.004)?.sentence,
      "failed: latency.p95 +10%: b has 1,100.004 ms, the limit is at most 1,100 ms (baseline a: 1,000 ms)"
    )
    assert.strictEqual(
      totals("failures.ratio +1%", "failures.ratio", 0, 0.010_01)?.sentence,
      "failed: failures.ratio +1%: b has 1.001 %, the limit is at most 1 % (baseline a: 0 %)"
    )
  })

  it("names the runs in which the load generator was limited, whether a limit is kept or not", () => {
    const note = { kind: "limited", sentence: "The load generator was the bottleneck." } as const
    const run = (label: string, p95: number, limited: boolean) =>
      runOf(label, { total: figuresOf({ "latency.p95": p95 }), notes: limited ? [note] : [] })
    const sentence = (...runs: ReadonlyArray<ComparedRun>) =>
      verdicts("latency.p95 +10%", ...runs)[0]?.sentence
    assert.match(
      sentence(run("a", 100, false), run("b", 105, true)) ?? "",
      /^passed: .*; but the load generator was limited in b$/
    )
    assert.match(
      sentence(run("a", 100, true), run("b", 125, true)) ?? "",
      /^failed: .*; but the load generator was limited in a and b$/
    )
    assert.notInclude(sentence(run("a", 100, false), run("b", 105, false)), "limited")
  })

  it("judges every later run", () => {
    const runs = [100, 105, 120].map((p95, i) =>
      runOf(String(i), { total: figuresOf({ "latency.p95": p95 }) })
    )
    assert.deepStrictEqual(
      verdicts("latency.p95 +10%", ...runs).map(({ passed, run }) => [run, passed]),
      [
        ["1", true],
        ["2", false]
      ]
    )
  })

  it("may be about one request name, which may have blanks, dots and signs in it", () => {
    const named = (name: string, p99: number) =>
      runOf("r", {
        byName: [{ name, method: "GET", figures: figuresOf({ "latency.p99": p99 }), succeeded: null }]
      })
    for (const name of ["students-batch-10", "/ed-fi/students?a=1 + 2", "v1.latency.p99"]) {
      const [verdict] = verdicts(`${name}.latency.p99 +10%`, named(name, 10), named(name, 12))
      assert.deepInclude(verdict, { baseline: 10, value: 12, passed: false })
    }
  })

  it("judges a latency by the worse of two changes, of succeeded and of all requests", () => {
    const run = (label: string, all: number, succeeded?: number | null) =>
      runOf(label, {
        total: figuresOf({ "latency.p50": all }),
        succeeded:
          succeeded === undefined ? null : succeededOf(succeeded === null ? {} : { "latency.p50": succeeded })
      })
    const say = (...runs: ReadonlyArray<ComparedRun>) =>
      verdicts("latency.p50 +10%", ...runs).map(({ sentence }) => sentence.replace(": latency.p50 +10%", ""))
    assert.deepStrictEqual(say(run("a", 100, 300), run("b", 50, 400)), [
      "failed: b has 400 ms of succeeded requests, the limit is at most 330 ms (baseline a: 300 ms)"
    ])
    assert.deepStrictEqual(say(run("a", 100, 300), run("b", 150, 300)), [
      "failed: b has 150 ms of all requests, the limit is at most 110 ms (baseline a: 100 ms)"
    ])
    assert.deepStrictEqual(say(run("a", 100, 300), run("b", 100, 310)), [
      "passed: b has 310 ms of succeeded requests, the limit is at most 330 ms (baseline a: 300 ms)"
    ])
    assert.deepStrictEqual(say(run("a", 100, 300), run("b", 1, null)), [
      "failed: b has no request that succeeded"
    ])
    assert.deepStrictEqual(say(run("a", 100), run("b", 100, 400)), [
      "passed: b has 100 ms, the limit is at most 110 ms (baseline a: 100 ms)"
    ])
    assert.deepStrictEqual(say(run("a", 100, 300), run("old", 100), run("c", 100, 400)), [
      "passed: old has 100 ms, the limit is at most 110 ms (baseline a: 100 ms)",
      "failed: c has 400 ms of succeeded requests, the limit is at most 330 ms (baseline a: 300 ms)"
    ])
    const unknown = runOf("old", { unknown: ["latency.p50"] })
    assert.deepStrictEqual(say(run("a", 100, 300), unknown, run("c", 100, 300)), [
      "failed: the files of old do not contain this figure",
      "passed: c has 100 ms of all requests, the limit is at most 110 ms (baseline a: 100 ms)"
    ])
  })

  it("fails for a figure that is unknown, missing or not measured, with the reason", () => {
    const own = runOf("a", { total: figuresOf({ "operations.perSecond": 10, "latency.p95": 5 }) })
    const locust = runOf("old", { unknown: ["operations.perSecond"] })
    const say = (expression: string, ...runs: ReadonlyArray<ComparedRun>) =>
      verdicts(expression, ...runs).map(({ passed, sentence }) => `${passed} ${sentence}`)
    assert.deepStrictEqual(say("operations.perSecond -5%", own, locust), [
      "false failed: operations.perSecond -5%: the files of old do not contain this figure"
    ])
    assert.deepStrictEqual(say("operations.perSecond -5%", locust, own), [
      "false failed: operations.perSecond -5%: the files of old do not contain this figure"
    ])
    assert.deepStrictEqual(say("latency.p95 +5%", own, locust), [
      "false failed: latency.p95 +5%: old has no requests with this figure"
    ])
    assert.deepStrictEqual(say("students.latency.p95 +5%", own, own), [
      "false failed: students.latency.p95 +5%: a has no request named students"
    ])
  })
})

describe("a wrong --failOn", () => {
  it.each([
    ["latency.p96 +10%", 8, "one of min, mean, p50, p90, p95, p99, p999, max"],
    ["latency.p96+10%", 8, "one of min, mean, p50, p90, p95, p99, p999, max"],
    ["  latency.p96 +10%", 10, "one of min, mean, p50, p90, p95, p99, p999, max"],
    ["latency.p95 10%", 12, "+ or -"],
    ["  latency.p95   10%", 16, "+ or -"],
    ["latency.p95", 11, "+ or -"],
    ["students-batch-10.latency.p95 10%", 30, "+ or -"],
    ["latency.p95 < 10%", 12, "+ or -"],
    ["latency.p95 +", 13, "a number such as 500 or 0.5"],
    ["latency.p95 +ten%", 13, "a number such as 500 or 0.5"],
    ["latency.p95 +-10%", 13, "a number such as 500 or 0.5"],
    ["latency.p95 +10", 15, "%, us, ms, s or min"],
    ["latency.p95 +10/s", 15, "%, us, ms, s or min"],
    ["latency.p95 +10%, latency.p99 +10%", 15, "%, us, ms, s or min"],
    ["failures.ratio +0.01", 20, "%"],
    ["failures.count +1 x", 18, "% or nothing more"],
    ["operations.perSecond -5", 23, "% or /s"],
    [`latency.p95 +1${"0".repeat(400)}%`, 13, "a smaller number"]
  ])("%s is refused at %d: expected %s", (text, at, expected) => {
    const mistake = Either.getOrThrow(Either.flip(parseFailOn(text)))
    assert.strictEqual(pointAt(text, mistake), `${text}\n${" ".repeat(at)}^ expected ${expected}`)
  })

  it("without a figure lists all figures", () => {
    const mistake = Either.getOrThrow(Either.flip(parseFailOn("speed +10%")))
    assert.strictEqual(mistake.at, 0)
    assert.include(mistake.expected, "operations.perSecond")
  })
})

describe("--failOnLimited", () => {
  const limited = {
    notes: [{ kind: "limited", sentence: "The load generator was the bottleneck." }]
  } as const

  it("fails when the load generator was limited in any run, the baseline too, and names it", () => {
    const judge = (...runs: ReadonlyArray<ComparedRun>) => compareRuns(runs, [], true).limitedVerdict
    assert.deepStrictEqual(judge(runOf("a", limited), runOf("b"), runOf("c", limited)), {
      passed: false,
      sentence: "failed: --failOnLimited: the load generator was limited in a and c"
    })
    assert.deepInclude(judge(runOf("a"), runOf("b")), { passed: true })
  })

  it("names the runs that are too short to tell", () => {
    const short = { notes: [{ kind: "tooShort", sentence: "Too short to tell." }] } as const
    assert.deepStrictEqual(
      compareRuns([runOf("a"), runOf("b", short), runOf("c", short)], [], true).limitedVerdict,
      {
        passed: true,
        sentence:
          "passed: --failOnLimited: the load generator was not limited in any run that is long enough to tell; too short: b and c"
      }
    )
  })

  it("has no verdict unless it is given", () => {
    assert.isNull(compareRuns([runOf("a", limited), runOf("b")]).limitedVerdict)
  })
})
