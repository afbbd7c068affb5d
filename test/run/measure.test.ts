/** A whole run under the test clock: scenarios, engine, client and server, without a socket. */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { LocalDmsExit } from "../../src/run/localDmsProcess.ts"
import { measure, measureGenerator, type RunSnapshot } from "../../src/run/measure.ts"
import { DiscoveryDocument } from "../../src/dms/DiscoveryDocument.ts"
import { serverFactsOf } from "../../src/dms/serverFacts.ts"
import { version } from "../../src/domain/version.ts"
import { Machine } from "../../src/metrics/Machine.ts"
import type { ProcessSource } from "../../src/processes/ProcessReader.ts"
import type { Sample } from "../../src/domain/Sample.ts"
import type { StartGenerator } from "../../src/engine/supervise.ts"
import { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import { nothingInspected } from "../../src/database/Inspection.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { openSamplesFile } from "../../src/output/samplesFile.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { type RunState, type Summary, summaryJson } from "../../src/result/Summary.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import { server as databaseServer, steadyAt } from "../database/readings.ts"
import { inMemory } from "../integration/client.ts"
import { memoryDisk } from "../output/memoryDisk.ts"
import { readingOf } from "../processes/readings.ts"
import { specOf } from "./specOf.ts"
import { it } from "../engine/virtualTime.ts"

/** Runs a configuration to its end. */
const runUnderTestClock = (texts: Readonly<Record<string, string>>, server: Partial<LocalDmsOptions> = {}) =>
  Effect.gen(function* () {
    // Forked with its layers, because logging in and preparing fixtures take time by this clock as well.
    const program = Effect.gen(function* () {
      const spec = specOf(texts)
      const { content, disk } = yield* memoryDisk(10_000_000)
      const samples = spec.files?.out.includes("json")
        ? yield* Effect.provideService(openSamplesFile("samples.jsonl"), FileSystem.FileSystem, disk)
        : undefined
      const { summary } = yield* measure(spec, yield* prepareScenarios(spec.scenarios, spec.seed), {
        samples
      })
      const stats = yield* (yield* LocalDms).stats
      return { summary, stats, json: yield* summaryJson(summary), samples: content() }
    }).pipe(Effect.scoped)
    const fiber = yield* Effect.fork(
      Effect.provide(program, inMemory({ latency: { _tag: "fixed", millis: 50 }, ...server }))
    )
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  }).pipe(Logger.withMinimumLogLevel(LogLevel.None))

describe("measure", () => {
  it.effect("gives the same summary.json twice for one seed", () =>
    Effect.gen(function* () {
      const texts = { clientCount: "4", runTimeInMinutes: "0.03", batchTripleCount: "1", maxWait: "40" }
      const server = {
        latency: { _tag: "uniform", fromMillis: 20, toMillis: 80 } as const,
        faults: { writeConflict: { probability: 0.2 } }
      }
      const first = yield* Effect.scoped(runUnderTestClock(texts, server))
      const second = yield* Effect.scoped(runUnderTestClock(texts, server))
      assert.isAbove(first.summary.requests.total, 50)
      assert.isAbove(first.summary.requests.failed, 0)
      assert.strictEqual(
        second.json.replaceAll(/"(?:startedAt|endedAt)": "[^"]*"/g, ""),
        first.json.replaceAll(/"(?:startedAt|endedAt)": "[^"]*"/g, "")
      )
    })
  )

  it.effect.each([
    [{}, ["students-batch-10", "sections-batch-10"]],
    [
      { testType: "VOLUME", testList: "StudentVolumeTest", failDeliberately: "true" },
      [
        "POST /data/ed-fi/students",
        "PUT /data/ed-fi/students/{id}",
        "DELETE /data/ed-fi/students/{id}",
        "POST /data/ed-fi/students [Deliberate Failure]"
      ]
    ]
  ] as const)("in debug mode has no rates, and the names of all planned requests", ([texts, names]) =>
    Effect.gen(function* () {
      const { summary } = yield* runUnderTestClock({ ...texts, runInDebugMode: "true" })
      assert.includeMembers([...summary.requestNames], [...names])
      assert.isAbove(summary.requests.total, 0)
      assert.deepStrictEqual([summary.requests.perSecond, summary.operations.perSecond], [0, 0])
      // A single pass of this seed has no deliberate failure.
      assert.sameMembers(
        summary.byName.map(({ name }) => name),
        summary.requestNames.filter((name) => !name.endsWith("[Deliberate Failure]"))
      )
    })
  )

  it.effect("has exact figures: 2 users, 50 ms a batch, 5.97 s are 239 batches of 9 operations", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runUnderTestClock({
        clientCount: "2",
        spawnRate: "40",
        runTimeInMinutes: "0.0995",
        batchTripleCount: "3"
      })
      // User 0 sends at 0, 50, ... 5950 ms and user 1 at 25, 75, ... 5925 ms; the last response arrives at 6 s.
      assert.deepStrictEqual([summary.endedBy, summary.elapsedSeconds], ["runTime", 6])
      assert.deepStrictEqual(summary.requests, {
        total: 239,
        failed: 0,
        expectedFailures: 0,
        perSecond: 39.833
      })
      assert.deepInclude(summary.operations, {
        succeeded: 2151,
        rolledBack: 0,
        perSecond: 358.5,
        byOp: { create: 717, update: 717, delete: 717 }
      })
      assert.deepInclude(summary.latencyMs, { min: 50, mean: 50, p50: 50, p99: 50, max: 50 })
      assert.deepStrictEqual(
        summary.byName.map(({ name, requests }) => [name, requests.total]),
        [
          ["sections-batch-3", 120],
          ["students-batch-3", 119]
        ]
      )
      assert.strictEqual(stats.batches.committed, 239)
      assert.deepStrictEqual(
        [stats.rows["students"] ?? 0, stats.rows["sections"] ?? 0, stats.logins],
        [0, 0, 1]
      )
    })
  )

  it.effect("has exact figures of single requests: three of 50 ms each make a record in 150 ms", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runUnderTestClock({
        testType: "VOLUME",
        clientCount: "2",
        spawnRate: "40",
        runTimeInMinutes: "0.0195"
      })
      // User 0 begins records at 0, 150, ... 1050 ms and user 1 at 25, 175, ... 1075 ms: 8 of either, in turn.
      assert.deepStrictEqual([summary.endedBy, summary.elapsedSeconds], ["runTime", 1.225])
      const { expectedFailures, failed, total } = summary.requests
      assert.deepStrictEqual([total, failed, expectedFailures], [48, 0, 0])
      assert.deepInclude(summary.operations, {
        succeeded: 48,
        byOp: { create: 16, update: 16, delete: 16 }
      })
      assert.strictEqual(summary.operations.perSecond, summary.requests.perSecond)
      assert.deepInclude(summary.latencyMs, { min: 50, mean: 50, p50: 50, p99: 50, max: 50 })
      assert.deepStrictEqual(
        summary.byName.map(({ method, name, requests }) => [method, name, requests.total]),
        [
          ["DELETE", "DELETE /data/ed-fi/sections/{id}", 8],
          ["DELETE", "DELETE /data/ed-fi/students/{id}", 8],
          ["POST", "POST /data/ed-fi/sections", 8],
          ["POST", "POST /data/ed-fi/students", 8],
          ["PUT", "PUT /data/ed-fi/sections/{id}", 8],
          ["PUT", "PUT /data/ed-fi/students/{id}", 8]
        ]
      )
      assert.deepStrictEqual(summary.config["scenarios"], ["StudentVolumeTest", "SectionVolumeTest"])
      assert.deepStrictEqual([stats.rows["students"] ?? 0, stats.rows["sections"] ?? 0], [0, 0])
    })
  )

  it.effect("counts deliberate failures apart, and leaves records where they are to stay", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runUnderTestClock({
        testType: "VOLUME",
        testList: "StudentVolumeTest",
        clientCount: "1",
        runTimeInMinutes: "0.0195",
        failDeliberately: "true",
        deleteResources: "false",
        threshold: "failures.count < 1"
      })
      // Two records of 100 ms and a refusal of 50 ms make 250 ms: five times.
      assert.deepStrictEqual(
        [summary.elapsedSeconds, summary.endedBy, summary.thresholds[0]?.passed],
        [1.25, "runTime", true]
      )
      const { expectedFailures, failed, total } = summary.requests
      assert.deepStrictEqual([total, failed, expectedFailures], [25, 0, 5])
      assert.deepInclude(summary.operations, { succeeded: 20, refused: 0, unknown: 0 })
      assert.deepStrictEqual(
        summary.byName.map(({ name, requests }) => [name, requests.total, requests.expectedFailures]),
        [
          ["POST /data/ed-fi/students", 10, 0],
          ["POST /data/ed-fi/students [Deliberate Failure]", 5, 5],
          ["PUT /data/ed-fi/students/{id}", 10, 0]
        ]
      )
      assert.deepStrictEqual(stats.requests["POST /data/ed-fi/students"], { "201": 10, "400": 5 })
      assert.strictEqual(stats.rows["students"], 10)
    })
  )

  it.effect(
    "writes a line for every request and every second, which add up to the figures of the summary",
    () =>
      Effect.gen(function* () {
        const { samples, summary } = yield* runUnderTestClock(
          { clientCount: "3", runTimeInMinutes: "0.05", batchTripleCount: "2", out: "json" },
          {
            latency: { _tag: "uniform", fromMillis: 20, toMillis: 80 },
            faults: { writeConflict: { probability: 0.2 } }
          }
        )
        const lines = samples
          .trimEnd()
          .split("\n")
          .map((line) => Schema.decodeSync(SampleLine)(line))
        const ended = lines.filter((line) => line.type === "request")
        assert.deepStrictEqual(summary.samples, { written: summary.requests.total, dropped: 0 })
        assert.strictEqual(ended.length, summary.requests.total)
        assert.strictEqual(ended.filter(({ failure }) => failure !== null).length, summary.requests.failed)
        assert.isAbove(summary.requests.failed, 0)
        const sum = (of: (line: (typeof ended)[number]) => number) =>
          ended.reduce((all, line) => all + of(line), 0)
        assert.deepStrictEqual(
          {
            create: sum(({ operations }) => operations.create),
            update: sum(({ operations }) => operations.update),
            delete: sum(({ operations }) => operations.delete)
          },
          summary.operations.byOp
        )
        assert.strictEqual(
          sum(({ failure }) => failure?.operations ?? 0),
          summary.operations.rolledBack
        )
        assert.deepStrictEqual(
          [sum(({ sentBytes }) => sentBytes), sum(({ receivedBytes }) => receivedBytes)],
          [summary.bytes.sent, summary.bytes.received]
        )
        assert.strictEqual(Math.max(...ended.map(({ latencyMs }) => latencyMs)), summary.latencyMs?.max)
        // In one thread they are in the order of their ends, and none ends after the run.
        const ends = ended.map(({ elapsedSeconds }) => elapsedSeconds)
        assert.deepStrictEqual(
          ends,
          ends.toSorted((a, b) => a - b)
        )
        assert.strictEqual(ends.at(-1), summary.elapsedSeconds)
        assert.deepStrictEqual(
          lines.filter((line) => line.type === "second"),
          summary.timeline.map((point) => ({ type: "second" as const, ...point }))
        )
      })
  )

  it.effect("renews its token in a run of 31 minutes: two logins, no failure", () =>
    Effect.gen(function* () {
      const { stats, summary } = yield* runUnderTestClock({
        clientCount: "1",
        runTimeInMinutes: "31",
        batchTripleCount: "1",
        testList: "StudentBatchVolumeTest",
        minWait: "60000"
      })
      assert.deepStrictEqual([summary.requests.total, summary.requests.failed], [31, 0])
      assert.strictEqual(stats.logins, 2)
    })
  )

  it.effect("requires no school when only students are sent", () =>
    Effect.gen(function* () {
      const { stats } = yield* runUnderTestClock({
        clientCount: "1",
        runTimeInMinutes: "0.01",
        testList: "StudentBatchVolumeTest"
      })
      assert.deepStrictEqual(stats.rows["schools"] ?? 0, 0)
    })
  )
})

describe("measure in the open model", () => {
  const figuresOf = ({ config, last, ...summary }: Summary) => ({
    model: summary.model,
    ended: [summary.endedBy, summary.elapsedSeconds, summary.plannedSeconds],
    users: summary.users,
    starts: summary.starts,
    requests: summary.requests,
    latencyMs: summary.latencyMs,
    serviceMs: summary.serviceMs,
    load: [config["arrivalRate"], config["stages"], config["clientCount"], config["spawnRate"]],
    last
  })

  it.effect("has exact figures: 20 per second for 3 s, 50 ms a batch, are 60 batches, three at once", () =>
    Effect.gen(function* () {
      const texts = { arrivalRate: "20/s", runTimeInMinutes: "0.05", batchTripleCount: "3" }
      const { stats, summary } = yield* runUnderTestClock(texts)
      const all = { min: 50, mean: 50, p50: 50, p90: 50, p95: 50, p99: 50, p999: 50, max: 50 }
      assert.deepStrictEqual(figuresOf(summary), {
        model: "open",
        // The last is due at 2.95 s.
        ended: ["runTime", 3, 3],
        users: 1,
        starts: { timed: 60, late: 0, maxLateMs: 0, dropped: 0 },
        requests: { total: 60, failed: 0, expectedFailures: 0, perSecond: 20 },
        latencyMs: all,
        serviceMs: all,
        load: [20, undefined, 1000, undefined],
        last: summary.last
      })
      assert.deepStrictEqual(
        summary.byName.map(({ name, requests }) => [name, requests.total]),
        [
          ["sections-batch-3", 30],
          ["students-batch-3", 30]
        ]
      )
      assert.deepStrictEqual([stats.batches.committed, stats.rows["students"] ?? 0], [60, 0])
    })
  )

  it.effect(
    "distinguishes response and service times with too few users, and counts dropped iterations",
    () =>
      Effect.gen(function* () {
        // One user makes 20 of the 40 per second; iterations 100 ms late are dropped.
        const texts = { stages: "0s:40/s,1990ms:40/s", clientCount: "1", startWithin: "100ms", out: "json" }
        const { samples, summary } = yield* runUnderTestClock({
          ...texts,
          testList: "StudentBatchVolumeTest"
        })
        const { latencyMs, serviceMs, starts, timeline } = summary
        assert.strictEqual(starts.timed + starts.dropped, 80)
        assert.strictEqual(summary.requests.total, starts.timed)
        assert.deepStrictEqual([serviceMs?.min, serviceMs?.max, latencyMs?.min], [50, 50, 50])
        assert.deepStrictEqual([latencyMs?.max, starts.maxLateMs], [150, 100])
        assert.strictEqual(
          timeline.reduce((sum, { dropped }) => sum + dropped, 0),
          starts.dropped
        )
        // 40 in the time, and at 2000 and 2050 two that stood in line.
        assert.deepStrictEqual([starts.timed, starts.dropped], [42, 38])
        const lines = samples
          .trimEnd()
          .split("\n")
          .map((line) => Schema.decodeSync(SampleLine)(line))
        const waits = lines.flatMap((line) =>
          line.type === "request" ? [[line.latencyMs, line.serviceMs]] : []
        )
        assert.deepStrictEqual(waits.slice(0, 4), [
          [50, 50],
          [75, 50],
          [100, 50],
          [125, 50]
        ])
      })
  )

  it.effect("judges response times, service times and dropped starts", () =>
    Effect.gen(function* () {
      const threshold = "latency.max < 150ms,service.max < 51ms,starts.dropped < 1,starts.dropped <= 38"
      const texts = { stages: "0s:40/s,1990ms:40/s", clientCount: "1", startWithin: "100ms", threshold }
      const { summary } = yield* runUnderTestClock({ ...texts, testList: "StudentBatchVolumeTest" })
      assert.deepStrictEqual(
        summary.thresholds.map(({ passed, value }) => [value, passed]),
        [
          [150, false],
          [50, true],
          [38, false],
          [38, true]
        ]
      )
    })
  )

  it.effect("makes users come and go by stages, in the closed model", () =>
    Effect.gen(function* () {
      const texts = { stages: "0s:2,1s:2,0s:1,1s:1", testList: "StudentBatchVolumeTest" }
      const { summary } = yield* runUnderTestClock(texts)
      const figures = figuresOf(summary)
      assert.deepStrictEqual(figures.ended, ["runTime", 2, 2])
      assert.deepStrictEqual([figures.model, figures.users, figures.serviceMs], ["closed", 2, null])
      assert.deepStrictEqual(figures.load, [undefined, "0s:2,1s:2,0s:1,1s:1", 2, undefined])
      // 20 a second of each user.
      assert.strictEqual(summary.requests.total, 60)
    })
  )
})

/** A request that took so long; operations are three. */
const taking = (latencyMicros: number, name = "students-batch-1"): Sample => ({
  name,
  method: "POST",
  sentNanos: 0n,
  latencyMicros,
  sentBytes: 1,
  receivedBytes: 1,
  outcome: { _tag: "Succeeded", operations: { create: 1, update: 1, delete: 1 } }
})

const twenty = (sample: Sample): ReadonlyArray<Sample> => Array.from({ length: 20 }, () => sample)

/** Two users whose requests all end in the middle of a second, 0-based. */
const crewOf =
  (samplesIn: (second: number) => ReadonlyArray<Sample>): StartGenerator<Recorder> =>
  ({ watch }) =>
    Effect.gen(function* () {
      const recorder = yield* Recorder
      yield* Effect.gen(function* () {
        for (let second = 0; ; second++) {
          yield* watch.sleepUntil(1000 * second + 500)
          for (const sample of samplesIn(second)) recorder.unsafeRecord(sample)
        }
      }).pipe(Effect.interruptible, Effect.forkScoped)
      return { running: () => 2, maxRunning: () => 2, stop: Effect.void }
    })

describe("a database that is watched", () => {
  it.effect("is in the state during the run, and in the summary with figures per operation", () =>
    Effect.gen(function* () {
      const reader = DatabaseReader.of({
        server: databaseServer,
        inspect: Effect.succeed(nothingInspected),
        read: Effect.map(Clock.currentTimeMillis, (millis) => steadyAt(millis / 1000))
      })
      const states: Array<RunState["database"]> = []
      const fiber = yield* Effect.fork(
        measureGenerator(
          specOf({ runTimeInMinutes: "0.2" }),
          // 300 operations a second, beside 100 commits.
          crewOf(() => Array.from({ length: 100 }, () => taking(1000))),
          {
            database: reader,
            observe: ({ state }) => Effect.sync(() => void states.push(state().database))
          }
        )
      )
      yield* TestClock.adjust("30 seconds")
      const { database, operations } = (yield* Fiber.join(fiber)).summary
      assert.deepStrictEqual(
        [database?.operations, database?.total.commits, database?.perOperation.commits],
        [operations.succeeded, 1200, 0.3333]
      )
      // At second 4 nothing was read but the start, at second 7 once more.
      assert.deepStrictEqual(
        [states[3]?.timeline.length, states[6]?.timeline.length, states[6]?.operations],
        [0, 1, null]
      )
    }).pipe(Effect.provide(Recorder.layer))
  )
})

describe("processes that are watched", () => {
  it.effect("are in the state of each second, and in the summary without the warm-up", () =>
    Effect.gen(function* () {
      const source: ProcessSource = {
        label: "name:dotnet",
        intervalMillis: 1000,
        // Half a core in the warm-up of two seconds, then two.
        read: Effect.map(Clock.currentTimeMillis, (millis) =>
          readingOf({
            cpuMicros: millis <= 2000 ? 500 * millis : 1_000_000 + 2000 * (millis - 2000),
            residentBytes: 1000 + millis
          })
        )
      }
      const seen: Array<number> = []
      const spec = specOf({ runTimeInMinutes: "0.1", warmUp: "2" })
      const fiber = yield* Effect.fork(
        measureGenerator(
          spec,
          crewOf(() => []),
          {
            processes: [source],
            observe: ({ state }) => Effect.sync(() => void seen.push(state().processes.length))
          }
        )
      )
      yield* TestClock.adjust("20 seconds")
      const [activity] = (yield* Fiber.join(fiber)).summary.processes
      assert.deepStrictEqual([activity?.cores?.mean, activity?.cores?.max], [2, 2])
      assert.strictEqual(activity?.timeline[0]?.elapsedSeconds, -1)
      assert.isTrue(seen.every((count) => count === 1))
    }).pipe(Effect.provide(Recorder.layer))
  )
})

describe("the manifest of a run", () => {
  const manifestOf = Effect.gen(function* () {
    const fiber = yield* Effect.fork(
      measureGenerator(
        specOf({ runTimeInMinutes: "0.1" }),
        crewOf(() => [])
      )
    )
    yield* TestClock.adjust("10 seconds")
    return (yield* Fiber.join(fiber)).summary.manifest
  }).pipe(Effect.provide(Recorder.layer))

  it.effect("has the end of the load, and neither server nor machine where nothing is known of them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* manifestOf, {
        tool: { name: "edfi-perf", version, commit: null },
        server: null,
        machine: null,
        database: null,
        fresh: null,
        endedAt: "1970-01-01T00:00:06.000Z"
      })
    })
  )

  it.effect("has what the server says of itself, and the machine", () =>
    Effect.gen(function* () {
      const server = serverFactsOf({ version: "1.0", dataModels: [{ name: "Ed-Fi", version: "5.2.0" }] })
      const facts = { os: "linux", cpu: "fast", cores: 2, memoryBytes: 8e9, node: "20.18.1" }
      const manifest = yield* manifestOf.pipe(
        Effect.provideService(DiscoveryDocument, {
          url: "http://host/",
          isFound: true,
          addresses: {},
          server
        }),
        Effect.provideService(Machine, { facts })
      )
      assert.deepStrictEqual([manifest?.server, manifest?.machine], [server, facts])
    })
  )
})

describe("a load whose local DMS exited", () => {
  /** The exit is known at the end of the load, which another event ended. */
  const exitedDuring = (plan: Readonly<Record<string, string>>, stop: Effect.Effect<void> = Effect.never) =>
    Effect.gen(function* () {
      const load = crewOf(() => [])
      const exit = { exited: Effect.never, sofar: Effect.succeedSome("exit code 1") }
      const fiber = yield* Effect.fork(
        measureGenerator(specOf(plan), load, { stop }).pipe(Effect.provideService(LocalDmsExit, exit))
      )
      yield* TestClock.adjust("10 seconds")
      const { endedBy, localDmsExit } = (yield* Fiber.join(fiber)).summary
      return [endedBy, localDmsExit]
    }).pipe(Effect.provide(Recorder.layer))

  it.effect("was ended by that exit, whatever else ended it at the same time, except an interrupt", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* exitedDuring({ runTimeInMinutes: "0.05" }), [
        "localDmsExited",
        "exit code 1"
      ])
      assert.deepStrictEqual(yield* exitedDuring({ runTimeInMinutes: "1" }, Effect.sleep("2 seconds")), [
        "interrupt",
        null
      ])
    })
  )
})

describe("the configuration in a report", () => {
  const reported = (texts: Readonly<Record<string, string>>) =>
    Effect.gen(function* () {
      const spec = specOf({ clientCount: "1", runTimeInMinutes: "0.05", ...texts })
      const fiber = yield* Effect.fork(
        measureGenerator(
          spec,
          crewOf(() => [])
        )
      )
      yield* TestClock.adjust("5 seconds")
      return (yield* Fiber.join(fiber)).summary.config
    }).pipe(Effect.provide(Recorder.layer))

  it.effect("contains the addresses of server and collector, but not the key of the collector", () =>
    Effect.gen(function* () {
      const paths = { apiPrefix: "/data", oauthEndpoint: "/oauth/token", batchPath: "/batch" }
      const otlpEndpoint = "http://127.0.0.1:4318/otlp?key=hidden"
      assert.deepInclude(yield* reported({ ...paths, out: "json,junit", web: "true", otlpEndpoint }), {
        ...paths,
        out: ["json", "junit"],
        web: true,
        otlpEndpoint: "http://127.0.0.1:4318/otlp"
      })
      const plain = yield* reported({})
      assert.strictEqual(plain["web"], false)
      for (const name of ["apiPrefix", "oauthEndpoint", "batchPath", "out", "otlpEndpoint"]) {
        assert.notProperty(plain, name)
      }
    })
  )
})

describe("a run in progress", () => {
  it.effect("has the newest second alone, and the maximum of users, also between two observations", () =>
    Effect.gen(function* () {
      const crew: StartGenerator<Recorder> = (run) =>
        Effect.map(crewOf(() => [taking(50_000)])(run), (two) => ({ ...two, maxRunning: () => 3 }))
      const spec = specOf({ clientCount: "3", runTimeInMinutes: "0.05" })
      const seen: Array<readonly [number | undefined, number, number]> = []
      const observe = ({ slice, state }: RunSnapshot) =>
        Effect.sync(() => {
          const { last, users } = state()
          assert.deepStrictEqual(last, slice.point)
          seen.push([last?.elapsedSeconds, slice.users, users])
        })
      const fiber = yield* Effect.fork(measureGenerator(spec, crew, { observe }))
      yield* TestClock.adjust("4 seconds")
      const { summary } = yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen.slice(0, 2), [
        [1, 2, 3],
        [2, 2, 3]
      ])
      assert.strictEqual(summary.last?.elapsedSeconds, 3)
    }).pipe(Effect.provide(Recorder.layer))
  )
})

describe("--abortOnThreshold", () => {
  const endOf = (
    threshold: string,
    texts: Readonly<Record<string, string>> = {},
    samplesIn: (second: number) => ReadonlyArray<Sample> = () => twenty(taking(50_000))
  ) =>
    Effect.gen(function* () {
      // The second user starts after half a second.
      const own = { clientCount: "2", spawnRate: "2", batchTripleCount: "1", runTimeInMinutes: "0.5" }
      const spec = specOf({ ...own, abortOnThreshold: "true", abortDelay: "3", threshold, ...texts })
      const fiber = yield* Effect.fork(measureGenerator(spec, crewOf(samplesIn)))
      yield* TestClock.adjust("40 seconds")
      const { elapsedSeconds, endedBy, thresholds } = (yield* Fiber.join(fiber)).summary
      return [endedBy, elapsedSeconds, thresholds.map(({ passed }) => passed)] as const
    }).pipe(Effect.provide(Recorder.layer))

  it.effect.each([
    // The delay is over 3.5 s after the start, the next look is at 4 s.
    ["latency.p95 < 40ms", 4],
    ["operations.perSecond > 60", 4],
    ["students-batch-1.latency.mean > 51", 4],
    ["requests.total < 20", 4],
    ["requests.total < 100", 5],
    ["failures.ratio < 1%, requests.total <= 119", 6]
  ] as const)("ends a run at the first look at which %s is not kept: after %d s", ([threshold, seconds]) =>
    Effect.gen(function* () {
      const [endedBy, elapsedSeconds, passed] = yield* endOf(threshold)
      assert.deepStrictEqual([endedBy, elapsedSeconds, passed.at(-1)], ["threshold", seconds, false])
    })
  )

  it.effect("ends a run in the second in which a threshold is no longer kept", () =>
    Effect.gen(function* () {
      const slower = (second: number) => twenty(taking(second < 9 ? 50_000 : 70_000))
      assert.deepStrictEqual(yield* endOf("latency.max < 60ms", {}, slower), ["threshold", 10, [false]])
      assert.deepStrictEqual(yield* endOf("latency.min < 60ms", {}, slower), ["runTime", 30, [true]])
    })
  )

  it.effect("counts the delay from the start of the last user", () =>
    Effect.gen(function* () {
      const texts = { clientCount: "15", abortDelay: "0" }
      assert.deepStrictEqual(yield* endOf("latency.p95 < 40ms", texts), ["threshold", 7, [false]])
      const never = { clientCount: "2", abortDelay: "1 minute" }
      assert.deepStrictEqual(yield* endOf("latency.p95 < 40ms", never), ["runTime", 30, [false]])
    })
  )

  it.effect.each([
    ["what is kept", "latency.p95 < 60ms,failures.ratio < 1%", [true, true]],
    ["a count that is reached late", "requests.total > 590, operations.succeeded >= 1800", [true, true]],
    ["a count that is never reached", "requests.total > 1000000", [false]],
    ["a name of which nothing was measured", "sections-batch-1.latency.p95 < 1s", [false]]
  ] as const)("does not end a run for %s", ([, threshold, passed]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* endOf(threshold), ["runTime", 30, [...passed]])
    })
  )

  it.effect("leaves the verdict to the end where it is not given", () =>
    Effect.gen(function* () {
      const ended = yield* endOf("latency.p95 < 40ms", { abortOnThreshold: "false" })
      assert.deepStrictEqual(ended, ["runTime", 30, [false]])
    })
  )
})
