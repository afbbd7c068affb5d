/** Long runs in virtual time: what drifts is named, what does not is not, and their files stay small. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { growthAfter } from "../../src/local-dms/Latency.ts"
import type { LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { maxPoints, maxWarmUpPoints, type Second, Timeline } from "../../src/metrics/Timeline.ts"
import { textReport } from "../../src/output/text.ts"
import { pageHtml } from "../../src/output/pageHtml.ts"
import { driftSentence } from "../../src/result/driftText.ts"
import { summarize, summaryJson } from "../../src/result/Summary.ts"
import { measure } from "../../src/run/measure.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import { it } from "../engine/virtualTime.ts"
import { inMemory } from "../integration/client.ts"
import { delays, second } from "../metrics/health.ts"
import { specOf } from "../run/specOf.ts"

/** One user for an hour, with a request every two seconds or so. */
const anHour = (server: Partial<LocalDmsOptions>) =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      const spec = specOf({
        clientCount: "1",
        runTimeInMinutes: "60",
        batchTripleCount: "1",
        testList: "StudentBatchVolumeTest"
      })
      const { summary } = yield* measure(spec, yield* prepareScenarios(spec.scenarios, spec.seed))
      return summary
    }).pipe(Effect.scoped)
    const latency = { _tag: "lognormal", medianMillis: 2000, sigma: 0.3 } as const
    const fiber = yield* Effect.fork(Effect.provide(program, inMemory({ latency, ...server })))
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  })

describe("a run of an hour", () => {
  it.effect("names a latency that grows by 1 % a minute, and the throughput that falls with it", () =>
    Effect.gen(function* () {
      const summary = yield* anHour({ latencyGrowth: 1 })
      const verdicts = Object.fromEntries(
        (summary.drift?.series ?? []).map(({ name, verdict }) => [name, verdict])
      )
      assert.deepStrictEqual(verdicts, {
        "latency p50": "drift",
        "latency p95": "drift",
        "operations per second": "drift",
        "failed requests": "steady"
      })
      const [p50] = summary.drift?.series ?? []
      const growth = growthAfter(60 * 60_000, 1) / growthAfter(6 * 60_000, 1)
      assert.closeTo((p50?.to ?? 0) / (p50?.from ?? 1), growth, 0.1 * growth)
      assert.match(textReport(summary), /latency p50 +\S+ ms +\S+ ms +\+\d/)
    })
  )

  it.effect("names no drift where there is none", () =>
    Effect.gen(function* () {
      const summary = yield* anHour({})
      assert.isNotNull(summary.drift)
      assert.isUndefined(driftSentence(summary.drift))
      assert.include(textReport(summary), "\nNo drift between 6:00 and 1:00:00.")
    })
  )
})

const maxBytes = 3_000_000

/** Eight seconds at a time, which is eight times as quick. */
const stepSeconds = 8

const histogramOf = (...micros: ReadonlyArray<number>): Histogram => {
  const histogram = new Histogram()
  for (const each of micros) histogram.record(each)
  return histogram
}

/** Latencies of a second: made once, because a timeline copies them. */
const latencies = Array.from({ length: 7 }, (_, place) => ({
  succeeded: histogramOf(100_000 + place * 12_345),
  failed: histogramOf(60_000_123)
}))

const health = second({
  cpuMicros: 123_456,
  busyMicros: 98_765,
  ranMicros: 111_111,
  waitedMicros: 22_222,
  loopDelays: delays(1.234, 2.345),
  pauses: { count: 2, totalMicros: 3456, maxMicros: 2345 },
  rssBytes: 151_234_567,
  sockets: 12
})

/** A part of a run: a batch in time, and one that failed. */
const secondOf = (elapsedSeconds: number): Second => ({
  elapsedSeconds,
  seconds: stepSeconds,
  users: 12,
  requests: 2,
  failures: 1,
  operations: 30,
  rows: 0,
  latenciesByOutcome: latencies[(elapsedSeconds / stepSeconds) % latencies.length] ?? {
    succeeded: new Histogram(),
    failed: undefined
  },
  starts: { count: 0, late: 0, maxLateMillis: 0, dropped: 0 },
  generator: health
})

const timelineOf = (hours: number, max: number) =>
  Effect.gen(function* () {
    const timeline = new Timeline(max)
    const steps = (3600 * hours) / stepSeconds
    for (let step = 1; step <= steps; step++) {
      timeline.add(secondOf(step * stepSeconds))
      // The test runner expects a word every minute, on busy machines too.
      if (step % 1000 === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return timeline.points
  })

describe("the files of a run of 48 hours after a warm-up of eight", () => {
  it.effect("are smaller than 3 MB", () =>
    Effect.gen(function* () {
      const timeline = yield* timelineOf(48, maxPoints)
      const warmUp = yield* timelineOf(8, maxWarmUpPoints)
      const measurements = (yield* Recorder).measurements()
      const elapsedSeconds = 48 * 3600
      const summary = summarize(
        {
          testType: "BATCH_VOLUME",
          model: "closed",
          plannedSeconds: elapsedSeconds,
          constantAfter: 0,
          maxFailRatio: 1,
          failOnLimited: false,
          isLocal: false,
          requestNames: ["students-batch-10"],
          thresholds: [],
          config: { clientCount: 12 }
        },
        {
          startedAtMillis: 0,
          elapsedSeconds,
          endedBy: "runTime",
          refusal: undefined,
          users: 12,
          warmUpSeconds: 8 * 3600,
          warmUp: { plannedSeconds: 8 * 3600, seconds: 8 * 3600, measurements, timeline: warmUp }
        },
        measurements,
        timeline
      )
      assert.isAtMost(summary.timeline.length, maxPoints)
      assert.strictEqual(summary.timeline.at(-1)?.elapsedSeconds, elapsedSeconds)
      assert.isNotNull(summary.drift)
      assert.isBelow((yield* summaryJson(summary)).length, maxBytes)
      assert.isBelow((yield* pageHtml({ _tag: "Report", summary, files: [] })).length, maxBytes)
    }).pipe(Effect.provide(Recorder.layer))
  )
})
