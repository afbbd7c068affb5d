/** Runs with a warm-up on the virtual clock: its requests are counted apart, and the server saw exactly the sum. */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import * as Fiber from "effect/Fiber"
import { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import { nothingInspected } from "../../src/database/Inspection.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { openSamplesFile } from "../../src/output/samplesFile.ts"
import { type Summary, SummaryJson, summaryJson } from "../../src/result/Summary.ts"
import type { WarmUp } from "../../src/result/WarmUp.ts"
import { measure, type RunObserver, type RunSnapshot } from "../../src/run/measure.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import { server as databaseServer, steadyAt } from "../database/readings.ts"
import { it } from "../engine/virtualTime.ts"
import { inMemory } from "../integration/client.ts"
import { memoryDisk } from "../output/memoryDisk.ts"
import { specOf } from "./specOf.ts"

/** Runs a configuration to its end, against a server that takes 50 ms. */
const runWith = (
  texts: Readonly<Record<string, string>>,
  server: Partial<LocalDmsOptions> = {},
  observer: RunObserver = {}
) =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      const spec = specOf(texts["testType"] === "VOLUME" ? texts : { batchTripleCount: "1", ...texts })
      const { content, disk } = yield* memoryDisk(10_000_000)
      const samples = spec.files?.out.includes("json")
        ? yield* Effect.provideService(openSamplesFile("samples.jsonl"), FileSystem.FileSystem, disk)
        : undefined
      const snapshots: Array<
        Pick<RunSnapshot, "slice"> & { readonly state: ReturnType<RunSnapshot["state"]> }
      > = []
      const { measurements, summary } = yield* measure(
        spec,
        yield* prepareScenarios(spec.scenarios, spec.seed),
        {
          samples,
          observe: ({ slice, state }) => Effect.sync(() => void snapshots.push({ slice, state: state() })),
          ...observer
        }
      )
      const stats = yield* (yield* LocalDms).stats
      return { measurements, summary, stats, snapshots, samples: content() }
    }).pipe(Effect.scoped)
    const fiber = yield* Effect.fork(
      Effect.provide(program, inMemory({ latency: { _tag: "fixed", millis: 50 }, ...server }))
    )
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  }).pipe(Logger.withMinimumLogLevel(LogLevel.None))

const warmUpOf = ({ warmUp }: Summary): WarmUp => {
  assert.isNotNull(warmUp)
  return warmUp
}

describe("a warm-up", () => {
  it.effect(
    "of 1.99 s is one load with the run: 2 users send 80 batches in it and 119 in the 2.97 s after it",
    () =>
      Effect.gen(function* () {
        const { samples, stats, summary } = yield* runWith({
          clientCount: "2",
          spawnRate: "40",
          warmUp: "1990ms",
          runTimeInMinutes: "0.0495",
          batchTripleCount: "3",
          out: "json"
        })
        const warmUp = warmUpOf(summary)
        // User 0 sends at -1990, -1940, ... 2960 ms and user 1 at -1965, -1915, ... 2935 ms.
        assert.deepStrictEqual(
          [summary.endedBy, summary.elapsedSeconds, summary.plannedSeconds],
          ["runTime", 3.01, 2.97]
        )
        assert.deepStrictEqual([warmUp.seconds, warmUp.plannedSeconds, warmUp.cutShort], [1.99, 1.99, false])
        assert.deepStrictEqual(warmUp.requests, { total: 80, failed: 0, expectedFailures: 0 })
        assert.deepInclude(warmUp.operations, {
          succeeded: 720,
          byOp: { create: 240, update: 240, delete: 240 }
        })
        assert.strictEqual(summary.requests.total, 119)
        assert.strictEqual(stats.batches.committed, 199)
        assert.deepStrictEqual(
          summary.byName.map(({ requests }) => requests.total),
          [60, 59]
        )
        assert.strictEqual(summary.starts.timed, 0)
        assert.strictEqual(summary.config["warmUpSeconds"], 1.99)
        const lines = samples
          .trimEnd()
          .split("\n")
          .map((line) => Schema.decodeSync(SampleLine)(line))
        assert.strictEqual(lines.filter(({ type }) => type === "request").length, 119)
        assert.strictEqual(lines.filter(({ type }) => type === "second").length, summary.timeline.length)
      })
  )

  it.effect("has a timeline of its own, and that of the run starts with its first full second", () =>
    Effect.gen(function* () {
      const { snapshots, summary } = yield* runWith({
        clientCount: "1",
        warmUp: "2490ms",
        runTimeInMinutes: "0.0495",
        testList: "StudentBatchVolumeTest"
      })
      const times = (timeline: Summary["timeline"]) =>
        timeline.map(({ elapsedSeconds, requests, seconds }) => [elapsedSeconds, seconds, requests])
      assert.deepStrictEqual(times(warmUpOf(summary).timeline), [
        [0.49, 0.49, 9],
        [1.49, 1, 20],
        [2.49, 1, 20]
      ])
      assert.deepStrictEqual(times(summary.timeline), [
        [1, 1, 19],
        [2, 1, 20],
        [3, 1, 20],
        [3.01, 0.01, 1]
      ])
      // The batch that was sent at -0.04 s ended at 0.01 s: it belongs to the warm-up, and to no second.
      assert.strictEqual(warmUpOf(summary).requests.total, 50)
      assert.deepStrictEqual(
        snapshots.map(({ slice, state }) => [slice.inWarmUp, state.elapsedSeconds, state.warmUp?.seconds]),
        [
          [true, 0, 0.49],
          [true, 0, 1.49],
          [true, 0, 2.49],
          [false, 1, 2.49],
          [false, 2, 2.49],
          [false, 3, 2.49],
          [false, 3.01, 2.49]
        ]
      )
    })
  )

  it.effect("of single requests ends between two requests of one iteration", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runWith({
        testType: "VOLUME",
        testList: "StudentVolumeTest",
        clientCount: "1",
        warmUp: "1",
        runTimeInMinutes: "0.0195"
      })
      const warmUp = warmUpOf(summary)
      // POST, PUT and DELETE of 50 ms: the seventh record is sent at -100, -50 and 0 ms.
      assert.deepStrictEqual(warmUp.operations.byOp, { create: 7, update: 7, delete: 6 })
      assert.deepStrictEqual(summary.operations.byOp, { create: 8, update: 8, delete: 9 })
      assert.deepStrictEqual(
        [stats.operations.create, stats.operations.update, stats.operations.delete].map(
          ({ students }) => students
        ),
        [15, 15, 15]
      )
    })
  )

  it.effect("of the open model has the arrivals that were due in it, also those that began after it", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runWith(
        {
          arrivalRate: "20/s",
          warmUp: "1",
          runTimeInMinutes: "0.05",
          clientCount: "1",
          startWithin: "120ms",
          testList: "StudentBatchVolumeTest"
        },
        { latency: { _tag: "fixed", millis: 130 } }
      )
      const warmUp = warmUpOf(summary)
      // One user for 20 arrivals per second that take 130 ms each.
      assert.strictEqual(warmUp.requests.total + warmUp.dropped, 20)
      assert.strictEqual(summary.starts.timed + summary.starts.dropped, 60)
      assert.strictEqual(summary.requests.total, summary.starts.timed)
      assert.isAbove(warmUp.dropped, 5)
      assert.isAbove(summary.starts.dropped, 20)
      assert.strictEqual(stats.batches.committed, warmUp.requests.total + summary.requests.total)
    })
  )

  it.effect("counts its failures apart, and neither thresholds nor the failures of the run have them", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runWith(
        { clientCount: "3", warmUp: "2", runTimeInMinutes: "0.05", threshold: "failures.count < 1000" },
        {
          latency: { _tag: "uniform", fromMillis: 20, toMillis: 80 },
          faults: { writeConflict: { probability: 0.2 } }
        }
      )
      const warmUp = warmUpOf(summary)
      assert.isAbove(warmUp.requests.failed, 5)
      assert.isAbove(summary.requests.failed, 5)
      const countOf = (failures: Summary["failures"]) => failures.reduce((sum, { count }) => sum + count, 0)
      assert.strictEqual(countOf(warmUp.failures), warmUp.requests.failed)
      assert.strictEqual(countOf(summary.failures), summary.requests.failed)
      // The detection of the resource naming is one more, which was rolled back.
      assert.deepStrictEqual(
        [stats.batches.rolledBack - 1, stats.batches.committed],
        [
          warmUp.requests.failed + summary.requests.failed,
          warmUp.requests.total - warmUp.requests.failed + summary.requests.total - summary.requests.failed
        ]
      )
      assert.strictEqual(summary.thresholds[0]?.value, summary.requests.failed)
    })
  )

  it.effect(
    "that is interrupted ends the run: everything belongs to the warm-up, and nothing was measured",
    () =>
      Effect.gen(function* () {
        const { stats, summary } = yield* runWith(
          {
            testType: "VOLUME",
            testList: "StudentVolumeTest",
            clientCount: "4",
            spawnRate: "100",
            warmUp: "2",
            runTimeInMinutes: "1"
          },
          { latency: { _tag: "fixed", millis: 400 } },
          // The iterations in flight end after what would have been the end of the warm-up.
          { stop: Effect.sleep(1900) }
        )
        const warmUp = warmUpOf(summary)
        assert.deepStrictEqual([summary.endedBy, summary.elapsedSeconds], ["interrupt", 0])
        assert.deepStrictEqual(
          [summary.requests, summary.operations.succeeded, summary.timeline, summary.latencyMs],
          [{ total: 0, failed: 0, expectedFailures: 0, perSecond: 0 }, 0, [], null]
        )
        assert.strictEqual(warmUp.cutShort, true)
        assert.isAbove(warmUp.seconds, 2)
        assert.strictEqual(warmUp.requests.total, 24)
        assert.strictEqual(stats.operations.delete["students"], 8)
      })
  )

  it.effect(
    "in which more fail than --maxFailRatio allows ends the run, and its failures are in the summary",
    () =>
      Effect.gen(function* () {
        const { summary } = yield* runWith(
          { clientCount: "2", warmUp: "10", runTimeInMinutes: "1" },
          { faults: { writeConflict: { probability: 0.9 } } }
        )
        assert.deepStrictEqual([summary.endedBy, summary.requests.total], ["failureRatio", 0])
        const { cutShort, failures, requests } = warmUpOf(summary)
        assert.isTrue(cutShort)
        assert.isAbove(requests.failed / requests.total, 0.5)
        assert.isNotEmpty(failures)
      })
  )

  it.effect("sees a refusal from the start, whose iterations are counted wherever they were sent", () =>
    Effect.gen(function* () {
      const { summary } = yield* runWith(
        { clientCount: "2", warmUp: "100ms", runTimeInMinutes: "1", testList: "StudentBatchVolumeTest" },
        { batchMaxOperations: 2 }
      )
      assert.strictEqual(summary.endedBy, "refused")
      assert.strictEqual(
        summary.refused?.iterations,
        summary.requests.total + warmUpOf(summary).requests.total
      )
    })
  )

  it.effect("is in the figures of the database, and so in the operations that they are divided by", () =>
    Effect.gen(function* () {
      const { summary } = yield* runWith(
        { clientCount: "1", warmUp: "2", runTimeInMinutes: "0.05" },
        {},
        {
          database: DatabaseReader.of({
            server: databaseServer,
            inspect: Effect.succeed(nothingInspected),
            read: Effect.map(TestClock.currentTimeMillis, steadyAt)
          })
        }
      )
      assert.strictEqual(
        summary.database?.operations,
        summary.operations.succeeded + warmUpOf(summary).operations.succeeded
      )
    })
  )

  it.effect("is read from summary.json as it was written, and is null in files of older versions", () =>
    Effect.gen(function* () {
      const { summary } = yield* runWith({ clientCount: "1", warmUp: "2", runTimeInMinutes: "0.05" })
      const text = yield* summaryJson(summary)
      assert.deepStrictEqual(yield* Schema.decode(SummaryJson)(text), summary)
      const points = text.split("\n").filter((line) => line.trimStart().startsWith('{"elapsedSeconds":'))
      assert.strictEqual(points.length, warmUpOf(summary).timeline.length + summary.timeline.length)
      const Members = Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
      const { warmUp: _, ...older } = yield* Schema.decode(Members)(text)
      assert.isNull((yield* Schema.decode(SummaryJson)(JSON.stringify(older))).warmUp)
    })
  )
})
