/** Long runs in virtual time: what drifts is named, what does not is not, and their files stay small. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { activityOf, afterReading, nothingObserved } from "../../src/database/activityOf.ts"
import { afterProcessReading, nothingSeen, processesOf } from "../../src/processes/activityOf.ts"
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
import { server, steadyAt } from "../database/readings.ts"
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

/** A group of processes whose memory grows. */
const processesOver = (label: string, hours: number) => {
  let seen = nothingSeen(label)
  for (let atSeconds = 0; atSeconds <= 3600 * hours; atSeconds += stepSeconds) {
    seen = afterProcessReading(seen, {
      atSeconds,
      cpuMicros: 1_234_567 * atSeconds,
      residentBytes: 512_345_678 + 500 * atSeconds,
      threads: 87,
      processes: 23,
      readBytes: 12_345 * atSeconds,
      writtenBytes: 123_456 * atSeconds,
      processors: 8,
      threadMicros: new Map([["1@1", 345_678 * atSeconds]]),
      missing: []
    })
  }
  return processesOf(seen)
}

const waits = {
  "IO:WALSync": 3,
  "IO:WALWrite": 1,
  "LWLock:WALWrite": 2,
  "LWLock:BufferContent": 1,
  "Lock:transactionid": 1,
  "Client:ClientRead": 7,
  running: 4
}

const databaseOver = (hours: number) => {
  let observed = nothingObserved(server, 0)
  for (let at = 0; at <= 3600 * hours; at += 2 * stepSeconds) {
    observed = afterReading(observed, steadyAt(at, { waits }))
  }
  return activityOf(observed)
}

describe("the files of a run of 48 hours after a warm-up of eight", () => {
  it.effect("are smaller than 3 MB, with three watched groups of processes and a database", () =>
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
          processes: ["name:dotnet", "name:postgres", "http://db:9100/metrics"].map((label) =>
            processesOver(label, 48)
          ),
          database: databaseOver(48),
          warmUp: { plannedSeconds: 8 * 3600, seconds: 8 * 3600, measurements, timeline: warmUp }
        },
        measurements,
        timeline
      )
      assert.isAtMost(summary.timeline.length, maxPoints)
      assert.strictEqual(summary.timeline.at(-1)?.elapsedSeconds, elapsedSeconds)
      assert.isNotNull(summary.drift)
      assert.isAtMost(summary.processes[0]?.timeline.length ?? 0, 480)
      assert.strictEqual(summary.processes[2]?.timeline.at(-1)?.elapsedSeconds, elapsedSeconds)
      assert.isAtMost(summary.database?.timeline.length ?? 0, 480)
      // All of the time counts, not only its end.
      const leaks = (summary.drift?.series ?? []).filter(({ verdict }) => verdict === "leak")
      assert.deepStrictEqual(
        leaks.map(({ name }) => name),
        ["name:dotnet", "name:postgres", "http://db:9100/metrics"].map((label) => `memory of ${label}`)
      )
      for (const { perHour } of leaks) assert.closeTo(perHour, 500 * 3600, 0.01 * 500 * 3600)
      const json = (yield* summaryJson(summary)).length
      assert.isBelow(json, maxBytes)
      assert.isBelow((yield* pageHtml({ _tag: "Report", summary, files: [] })).length, maxBytes)
    }).pipe(Effect.provide(Recorder.layer))
  )
})
