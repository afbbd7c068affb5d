/** What the outputs show of a run that reads: rows per second, and operations only if it writes too. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { progressLine } from "../../src/output/progressLine.ts"
import { textReport } from "../../src/output/text.ts"
import { chartSpecsOf } from "../../src/page/chartSpecs.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import type { Sample } from "../../src/domain/Sample.ts"
import { metricPoints } from "../../src/result/metricPoints.ts"
import { summarize } from "../../src/result/Summary.ts"

const none = { create: 0, update: 0, delete: 0 }

const page: Sample = {
  name: "GET /data/ed-fi/students?limit=25",
  method: "GET",
  sentNanos: 0n,
  latencyMicros: 2000,
  sentBytes: 0,
  receivedBytes: 9000,
  outcome: { _tag: "Succeeded", operations: none, rows: 25 }
}
const post: Sample = {
  ...page,
  name: "POST /data/ed-fi/students",
  method: "POST",
  outcome: { _tag: "Succeeded", operations: { ...none, create: 1 } }
}

/** The summary and the first slice of a run of 10 s that sent these. */
const runOf = (samples: ReadonlyArray<Sample>) =>
  Effect.gen(function* () {
    const recorder = yield* Recorder
    for (const sample of samples) recorder.unsafeRecord(sample)
    const slice = recorder.unsafeEndSlice(1, 1)
    const setup = {
      testType: "READ",
      model: "closed",
      plannedSeconds: 10,
      maxFailRatio: 0.5,
      requestNames: [],
      thresholds: [],
      failOnLimited: false,
      isLocal: false,
      config: {}
    } as const
    const result = { endedBy: "runTime", startedAtMillis: 0, elapsedSeconds: 10, users: 1 } as const
    const summary = summarize(
      setup,
      { ...result, refusal: undefined, warmUpSeconds: undefined },
      recorder.measurements(),
      recorder.timeline
    )
    return { slice, summary }
  }).pipe(Effect.provide(Recorder.layer))

describe("a run that only reads", () => {
  it.effect("has rows per second in the place of operations per second", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* runOf([page, page])
      assert.deepStrictEqual(summary.rows, { read: 50, perSecond: 5 })
      assert.deepStrictEqual(
        summary.timeline.map(({ rows }) => rows),
        [50]
      )
      const text = textReport(summary)
      assert.include(text, "5 rows per second (50 read), 0.20 requests per second.")
      assert.match(text, /requests\/s +rows\/s +p50 ms/)
      assert.notInclude(text, "operations")
      assert.include(markdownReport(summary), "5 rows per second in 0.20 requests per second, 0 failed")
      assert.include(junitXml(summary), "5 rows per second (50 read), 0.20 requests per second (2)")
      assert.include(junitXml(summary), "2 requests, 0 failed, 5 rows per second, p50")
      assert.include(progressLine(slice, 10), "2 requests/s  50 rows/s  p95")
      assert.deepStrictEqual(
        metricPoints(summary)
          .filter(({ name }) => name === "edfi_perf_rows_read_total")
          .map(({ labels, value }) => [labels["name"], value]),
        [[page.name, 50]]
      )
      const charts = chartSpecsOf(summary).map(({ id }) => id)
      assert.include(charts, "rows")
      assert.notInclude(charts, "operations")
    })
  )
})

describe("a run that reads and writes", () => {
  it.effect("has both rates", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* runOf([page, post, post])
      assert.include(
        textReport(summary),
        "0.20 operations per second (2 confirmed in responses), 2.50 rows per second (25 read), 0.30 requests per second."
      )
      assert.include(progressLine(slice, 10), "3 requests/s  2 operations/s  25 rows/s  p95")
      assert.include(
        markdownReport(summary),
        "0.20 operations per second and 2.50 rows per second in 0.30 requests per second"
      )
      assert.includeMembers(
        chartSpecsOf(summary).map(({ id }) => id),
        ["operations", "rows"]
      )
    })
  )
})

describe("a run that only writes", () => {
  it.effect("shows no rows", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* runOf([post])
      assert.notMatch(textReport(summary) + markdownReport(summary) + progressLine(slice, 10), /\brows\b/)
      assert.notInclude(
        chartSpecsOf(summary).map(({ id }) => id),
        "rows"
      )
    })
  )
})
