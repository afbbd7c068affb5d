import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { figureNames, keeps, parseThreshold, type Threshold } from "../../src/domain/Threshold.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { figuresOf } from "../../src/result/Figures.ts"
import { figureOf, isLost, judge, type Judged, measuredText, Verdict } from "../../src/result/thresholds.ts"
import { sampleDatabase } from "./sampleDatabase.ts"
import { watched as watchedProcesses } from "./sampleProcesses.ts"
import { sampleSummary } from "./sampleSummary.ts"
import { samples } from "./summaryOf.ts"

const threshold = (text: string): Threshold => Either.getOrThrow(parseThreshold(text))

/** Figures of the samples, in all and by name, and those of nothing. */
const counted = Effect.gen(function* () {
  const make = Effect.provide(Recorder, Layer.fresh(Recorder.layer))
  const recorder = yield* make
  for (const sample of samples) recorder.unsafeRecord(sample)
  const { rows, total } = recorder.measurements()
  return {
    total: figuresOf(total, 10),
    byName: rows.map((row) => ({ name: row.name, ...figuresOf(row, 10) })),
    nothing: figuresOf((yield* make).measurements().total, 10)
  }
})

const allOf = (figures: Judged) =>
  Object.fromEntries(figureNames.map((name) => [name, figureOf(figures, name)]))

describe("figureOf", () => {
  it.effect("finds every figure; in the closed model service times are the latencies", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(allOf({ ...(yield* counted).total, starts: { dropped: 3 } }), {
        "latency.min": 1,
        "latency.mean": 51.5,
        "latency.p50": 2,
        "latency.p90": 250,
        "latency.p95": 250,
        "latency.p99": 250,
        "latency.p999": 250,
        "latency.max": 250,
        "service.min": 1,
        "service.mean": 51.5,
        "service.p50": 2,
        "service.p90": 250,
        "service.p95": 250,
        "service.p99": 250,
        "service.p999": 250,
        "service.max": 250,
        "starts.dropped": 3,
        "requests.total": 5,
        "requests.perSecond": 0.5,
        "failures.count": 1,
        "failures.ratio": 0.2,
        "operations.succeeded": 24,
        "operations.perSecond": 2.4,
        "operations.rolledBack": 6,
        "operations.refused": 0,
        "operations.unknown": 0,
        "rows.read": 0,
        "rows.perSecond": 0
      })
    })
  )

  it.effect("finds no latency and no ratio where there was no request", () =>
    Effect.gen(function* () {
      const { nothing } = yield* counted
      for (const [name, value] of Object.entries(allOf({ ...nothing, starts: { dropped: 0 } }))) {
        assert.strictEqual(value, /^(latency|service)|\.ratio$/.test(name) ? null : 0, name)
      }
    })
  )

  it.effect("finds response times and service times of the open model", () =>
    Effect.gen(function* () {
      const recorder = yield* Recorder
      for (const sample of samples) recorder.unsafeRecord({ ...sample, waitedMicros: 1_000_000 })
      const figures = allOf(figuresOf(recorder.total, 10))
      assert.deepInclude(figures, { "latency.min": 1001, "latency.mean": 1051.5, "latency.max": 1250 })
      assert.deepInclude(figures, { "service.min": 1, "service.mean": 51.5, "service.max": 250 })
      assert.strictEqual(figures["starts.dropped"], null)
    }).pipe(Effect.provide(Recorder.layer))
  )
})

describe("judge", () => {
  it.effect("judges all requests, or those of one name", () =>
    Effect.gen(function* () {
      const { byName, total } = yield* counted
      assert.deepStrictEqual(judge(threshold(" failures.ratio <= 20% "), total, byName), {
        expression: "failures.ratio <= 20%",
        dimension: "ratio",
        value: 0.2,
        judgedBy: null,
        passed: true
      })
      assert.deepStrictEqual(judge(threshold("students-batch-2.latency.p95 < 1ms"), total, byName), {
        expression: "students-batch-2.latency.p95 < 1ms",
        dimension: "ms",
        value: 250,
        judgedBy: null,
        passed: false
      })
    })
  )

  it.effect("fails without a measurement", () =>
    Effect.gen(function* () {
      const { byName, nothing, total } = yield* counted
      const never = judge(threshold("students-batch-9.requests.total < 5"), total, byName)
      assert.deepInclude(never, { value: null, passed: false })
      assert.deepInclude(judge(threshold("latency.p95 < 5s"), nothing, []), { value: null, passed: false })
    })
  )
})

describe("a latency, where requests failed", () => {
  const times = (p50: number | null) => ({
    latencyMs:
      p50 === null ? null : { min: 0, mean: p50, p50, p90: p50, p95: p50, p99: p50, p999: p50, max: 9999 },
    serviceMs: null
  })

  /** The figures of a run with these medians, of all, of succeeded and of failed requests. */
  const withMedians = (all: number, succeeded: number | null, failed: number) =>
    Effect.map(counted, ({ total }) => ({
      ...total,
      ...times(all),
      byOutcome: { succeeded: times(succeeded), failed: times(failed) }
    }))

  it.effect("is judged by the worse of succeeded and all requests", () =>
    Effect.gen(function* () {
      const refused = yield* withMedians(1, 300, 1)
      const slowFailures = yield* withMedians(900, 300, 9000)
      const judged = (text: string, total: Judged) => {
        const { judgedBy, passed, value } = judge(threshold(text), total, [])
        return [value, judgedBy, passed]
      }
      assert.deepStrictEqual(judged("latency.p50 < 100ms", refused), [300, "succeeded", false])
      assert.deepStrictEqual(judged("service.p50 <= 100ms", refused), [300, "succeeded", false])
      assert.deepStrictEqual(judged("latency.p50 > 100ms", refused), [1, "all", false])
      assert.deepStrictEqual(judged("latency.p50 < 500ms", slowFailures), [900, "all", false])
      assert.deepStrictEqual(judged("latency.p50 >= 500ms", slowFailures), [300, "succeeded", false])
      assert.deepStrictEqual(judged("latency.max < 1s", refused), [9999, null, false])
    })
  )

  it.effect.prop(
    "keeps a threshold if, and only if, that of all and that of succeeded requests keep it",
    [
      FastCheck.nat(20),
      FastCheck.nat(20),
      FastCheck.nat(20),
      FastCheck.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const)
    ],
    ([all, succeeded, bound, operator]) =>
      Effect.gen(function* () {
        const limit = threshold(`latency.p50 ${operator} ${bound}ms`)
        const { passed } = judge(limit, yield* withMedians(all, succeeded, 5), [])
        assert.strictEqual(passed, keeps(limit, all) && keeps(limit, succeeded))
      })
  )

  it.effect("keeps no threshold if nothing succeeded, and says so", () =>
    Effect.gen(function* () {
      const total = yield* withMedians(1, null, 1)
      for (const text of ["latency.p50 < 100ms", "latency.p50 > 0ms"]) {
        const verdict = judge(threshold(text), total, [])
        assert.deepInclude(verdict, { value: null, judgedBy: "succeeded", passed: false })
        assert.strictEqual(measuredText(verdict), "no request succeeded")
      }
    })
  )

  it.effect("names the requests that it describes where the two differ", () =>
    Effect.gen(function* () {
      const text = (total: Judged) => measuredText(judge(threshold("latency.p50 < 1s"), total, []))
      assert.strictEqual(text(yield* withMedians(1, 412, 1)), "412 ms of succeeded requests")
      assert.strictEqual(text(yield* withMedians(900, 412, 9000)), "900 ms of all requests")
      assert.strictEqual(text({ ...(yield* withMedians(900, 412, 9000)), byOutcome: null }), "900 ms")
    })
  )

  it.effect("ends a run early by the worse of both, and by all requests while none has succeeded", () =>
    Effect.gen(function* () {
      const lost = (total: Judged) => isLost(threshold("latency.p50 < 100ms"), total, [])
      assert.isTrue(lost(yield* withMedians(1, 300, 1)))
      assert.isTrue(lost(yield* withMedians(9000, null, 9000)))
      assert.isFalse(lost(yield* withMedians(1, null, 1)))
      assert.isFalse(lost(yield* withMedians(1, 50, 1)))
    })
  )

  it("is that of all requests in a file without it", () => {
    const decoded = Schema.decodeUnknownSync(Verdict)({
      expression: "latency.p95 < 1s",
      dimension: "ms",
      value: 12,
      passed: true
    })
    assert.strictEqual(decoded.judgedBy, null)
    assert.strictEqual(measuredText(decoded), "12 ms")
  })
})

describe("a threshold on the server", () => {
  const summary = sampleSummary(10, 1)
  const watched = (label: string, first: number, last: number) => ({
    ...watchedProcesses(label, [1], 1),
    memory: { first, last, max: last }
  })
  const judged = (expression: string, more: Partial<Judged>) =>
    judge(Either.getOrThrow(parseThreshold(expression)), { ...summary, ...more }, [])

  it("is about the longest sustained blocking and the longest transaction", () => {
    const database = sampleDatabase(10)
    assert.deepInclude(judged("database.blockedSeconds < 6s", { database }), { value: 6.25, passed: false })
    assert.deepInclude(judged("database.longestTransactionSeconds < 3", { database }), {
      value: 2.5,
      passed: true
    })
  })

  it("is not kept where waits of other logins are hidden, because none could be seen", () => {
    const shown = sampleDatabase(10)
    const database = { ...shown, blocking: { ...shown.blocking, maxHidden: 3 } }
    assert.deepInclude(judged("database.blockedSeconds < 60", { database }), { value: null, passed: false })
  })

  it("is about the memory of one label, or of that which grew most", () => {
    const processes = [watched("name:dotnet", 100, 150), watched("name:postgres", 100, 110)]
    assert.deepInclude(judged("process.memoryGrowth < 40%", { processes }), { value: 0.5, passed: false })
    const ofPostgres = judged("name:postgres.process.memoryGrowth < 40%", { processes })
    assert.isTrue(ofPostgres.passed)
    assert.strictEqual(judged("pid:7.process.memoryGrowth < 40%", { processes }).value, null)
  })
})

describe("the measured value of a threshold", () => {
  it.each([
    ["ms", 500.001, "500.001 ms"],
    ["ms", 12, "12 ms"],
    ["ratio", 0.010_01, "1.001 %"],
    ["perSecond", 3100.5, "3,100.5 /s"],
    ["seconds", 6.25, "6.25 s"],
    ["count", 1_234_567, "1,234,567"],
    ["ms", null, "nothing measured"]
  ] as const)(
    "in %s, %d, is so exact that one that is only just not kept does not look kept: %s",
    (...row) => {
      const [dimension, value, text] = row
      assert.strictEqual(measuredText({ dimension, value }), text)
    }
  )
})
