/** Without a request, figures that describe requests are unknown in every output, never 0. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { historyRows, statsCsv } from "../../src/output/csv.ts"
import { junitXml } from "../../src/output/junit.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { summarize, summaryJson, SummaryJson } from "../../src/result/Summary.ts"
import { sweepText } from "../../src/output/sweepText.ts"
import { capacityMarkdown, capacityText } from "../../src/output/capacityText.ts"
import { progressLine } from "../../src/output/progressLine.ts"
import { requestRows, textReport } from "../../src/output/text.ts"
import { figureOf, judge } from "../../src/result/thresholds.ts"
import { figureNames } from "../../src/domain/Threshold.ts"
import { versusMarkdown, versusText } from "../../src/output/versusText.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"

/** A run that ended before any request of it did. */
const emptyRun = Effect.gen(function* () {
  const recorder = yield* Recorder
  const slice = recorder.unsafeEndSlice(1, 1)
  const measurements = recorder.measurements()
  const summary = summarize(
    {
      testType: "BATCH_VOLUME",
      model: "closed",
      plannedSeconds: 1,
      maxFailRatio: 0,
      failOnLimited: false,
      isLocal: false,
      requestNames: ["students-batch-1"],
      thresholds: [],
      config: {}
    },
    { startedAtMillis: 1_795_348_800_000, elapsedSeconds: 1, endedBy: "runTime", users: 1 },
    measurements,
    recorder.timeline
  )
  return { measurements, slice, summary }
}).pipe(Effect.provide(Recorder.layer))

const noRequests = { total: 0, failed: 0, expectedFailures: 0, perSecond: 0 }

describe("a run without a request", () => {
  it.effect("has no latency in any of its outputs", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* emptyRun
      assert.deepStrictEqual(requestRows(summary).at(-1), ["total", "0", "0", "0", "0", "-", "-", "-", "-"])
      assert.match(textReport(summary), /^total +0 +0 +0 +0 +- +- +- +-$/m)
      assert.include(markdownReport(summary), "| total | 0 | 0 | 0 | 0 | - | - | - | - |")
      assert.strictEqual(
        progressLine(slice, 60),
        "0:01 / 1:00  1 user  0 requests/s  0 operations/s  p95 -  0 failures"
      )
      assert.include(
        junitXml(summary),
        '<skipped message="the run ended before a request of this name was sent"/>'
      )
    })
  )

  it.effect("has null in its summary.json, and reads back the same", () =>
    Effect.gen(function* () {
      const { summary } = yield* emptyRun
      assert.deepStrictEqual([summary.latencyMs, summary.serviceMs], [null, null])
      assert.deepStrictEqual(yield* Schema.decode(SummaryJson)(yield* summaryJson(summary)), summary)
    })
  )

  it.effect("reads the same from a file of an older version with zeros", () =>
    Effect.gen(function* () {
      const { summary } = yield* emptyRun
      const zeros = '{"min":0,"mean":0,"p50":0,"p90":0,"p95":0,"p99":0,"p999":0,"max":0}'
      const older = (yield* summaryJson(summary)).replace('"latencyMs": null', `"latencyMs": ${zeros}`)
      assert.include(older, zeros)
      assert.deepStrictEqual(yield* Schema.decode(SummaryJson)(older), summary)
    })
  )

  it.effect("has N/A for percentiles in Locust's files, and 0 where Locust writes 0", () =>
    Effect.gen(function* () {
      const { measurements, slice } = yield* emptyRun
      const percentiles = "N/A,".repeat(11).slice(0, -1)
      assert.strictEqual(
        statsCsv(measurements, 1).split("\r\n").at(-2),
        `,Aggregated,0,0,0,0,0,0,0,0,0,${percentiles}`
      )
      assert.match(historyRows(slice), new RegExp(`,1,,Aggregated,0,0,${percentiles},0,0,0,0,0,0,0\r\n$`))
    })
  )

  it.effect("does not pass any threshold on figures that describe requests", () =>
    Effect.gen(function* () {
      const { summary } = yield* emptyRun
      assert.deepStrictEqual(
        figureNames.filter((name) => figureOf(summary, name) === null),
        figureNames.filter((name) => /^(latency|service)\.|^failures\.ratio$/.test(name))
      )
      const threshold = {
        expression: "latency.p95 < 1s",
        name: undefined,
        figure: "latency.p95",
        operator: "<",
        bound: 1000
      } as const
      assert.deepInclude(judge(threshold, summary, []), { value: null, passed: false })
    })
  )
})

describe("a study with a part without a request", () => {
  it("has no figures for that side, point or step in text and Markdown", () => {
    const versus = sampleVersus(3)
    const single = {
      ...versus.single,
      requests: noRequests,
      operations: { ...versus.single.operations, succeeded: 0, perSecond: 0 },
      latencyMs: null,
      operationMs: null
    }
    const began = { ...versus, single }
    assert.match(versusText(began), /^single requests +0 +[\d,]+ +0 +0 +0 +- +- +- +-$/m)
    const never = { ...versus, single: { ...single, elapsedSeconds: 0, slices: [] } }
    assert.match(versusText(never), /^single requests +- +[\d,]+ +- +0 +0 +- +- +- +-$/m)
    assert.match(versusMarkdown(never), /\| single requests \| - \| [\d,]+ \| - \| 0 \| 0 \| - \|/)

    const sweep = sampleSweep([10])
    const [point] = sweep.points
    assert.isDefined(point)
    assert.isNotNull(point.figures)
    const empty = { ...point, figures: { ...point.figures, requests: noRequests, latencyMs: null } }
    assert.match(sweepText({ ...sweep, points: [empty] }), / 0 +- +- +- +0/)

    const [step] = sampleCapacity.steps
    assert.isDefined(step)
    const steps = [{ ...step, slice: { ...step.slice, requests: noRequests, latencyMs: null } }]
    assert.match(capacityText({ ...sampleCapacity, steps }), /^ *\d+\/s +40 +- +0 /m)
    assert.match(capacityMarkdown({ ...sampleCapacity, steps }), /^\| \d+\/s \| 40 \| - \| 0 \|/m)
  })
})
