/** Servers with one known cause each: the report of a plan names it, and none of those that are absent. */
import { assert, describe, it } from "@effect/vitest"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { readFileSync } from "node:fs"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import type { DatabaseReader } from "../../src/database/DatabaseReader.ts"
import { nothingInspected } from "../../src/database/Inspection.ts"
import type { Holder } from "../../src/database/Reading.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { planReport } from "../../src/plans/planReport.ts"
import type { ProcessSource } from "../../src/processes/ProcessReader.ts"
import type { Limit } from "../../src/result/Limit.ts"
import type { PhaseDocument } from "../../src/result/PageData.ts"
import { StressJson } from "../../src/result/Stress.ts"
import { type Summary, SummaryJson } from "../../src/result/Summary.ts"
import { measure } from "../../src/run/measure.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import type { MeasureSlice, SliceSpec } from "../../src/studies/MeasureSlice.ts"
import { stress } from "../../src/studies/stress.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { readingAt, server as databaseServer } from "../database/readings.ts"
import { startRun } from "../cli/startedRun.ts"
import { it as virtual } from "../engine/virtualTime.ts"
import { inMemory } from "../integration/client.ts"
import { journalOf, phaseOf } from "../plans/journals.ts"
import { readingOf } from "../processes/readings.ts"
import { specOf } from "../run/specOf.ts"
import { studied } from "../run/studied.ts"

/** The kinds of limits that the report of a plan names, sorted. */
const causesIn = (documents: ReadonlyArray<readonly [name: string, document: PhaseDocument]>) => {
  const phases = documents.map(([name, { _tag }]) => phaseOf(name, _tag === "Report" ? "run" : "stress"))
  const report = planReport(journalOf(...phases), new Map(documents))
  const limits: ReadonlyArray<Limit> = report.phases.flatMap((phase) => phase.limits)
  return { kinds: [...new Set(limits.map(({ kind }) => kind))].toSorted(), limits, answer: report.answer }
}

/** Without those of a machine on which other tests run. */
const ofServer = (kinds: ReadonlyArray<Limit["kind"]>) =>
  kinds.filter((kind) => !["generator", "machine", "processors", "database"].includes(kind))

const reportOf = (summary: Summary) => ({ _tag: "Report", files: [], summary }) as const

const asked = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 1,
  raised: "users",
  first: 1,
  maximum: 16,
  slices: 2,
  sliceSeconds: 60,
  warmUpSeconds: 2,
  config: {}
} as const

const texts = { batchTripleCount: "1", testList: "StudentBatchVolumeTest" }

/** The process of a server of 150 MB, with the memory that the local DMS has leaked. */
const processOf = (leakBytes: number): Effect.Effect<ProcessSource, never, LocalDms> =>
  Effect.map(LocalDms, ({ stats }) => ({
    label: "name:dms",
    intervalMillis: 1000,
    read: Effect.map(stats, ({ faults: { leak = 0 } }) =>
      readingOf({ residentBytes: 150_000_000 + leak * leakBytes })
    )
  }))

/** An hour of one user, with the server's process watched. */
const anHour = (server: Partial<LocalDmsOptions>) =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      const spec = specOf({ ...texts, clientCount: "1", runTimeInMinutes: "60" })
      const processes = [yield* processOf(server.faults?.leakBytes ?? 0)]
      const workloads = yield* prepareScenarios(spec.scenarios, spec.seed)
      return (yield* measure(spec, workloads, { processes })).summary
    }).pipe(Effect.scoped)
    const fiber = yield* Effect.fork(Effect.provide(program, inMemory(server)))
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  })

const latency = { _tag: "lognormal", medianMillis: 2000, sigma: 0.3 } as const

const servers: ReadonlyArray<{
  readonly cause: string
  readonly server: Partial<LocalDmsOptions>
  readonly kinds: ReadonlyArray<Limit["kind"]>
  readonly evidence: RegExp
}> = [
  { cause: "none", server: {}, kinds: [], evidence: /^$/ },
  {
    cause: "a knee at four users",
    server: { concurrency: 4 },
    kinds: ["server"],
    evidence: /^From 4 users to 8 users throughput \S+ .*p50 grew by \d+/
  },
  {
    cause: "a leak",
    server: { faults: { leak: { every: 1 }, leakBytes: 20_000 } },
    kinds: ["memory"],
    evidence: / the load was constant, but memory of name:dms grew by [\d.]+ %, .*as a leak would/
  },
  {
    cause: "a latency that grows by 1 % a minute",
    server: { latencyGrowth: 1 },
    kinds: ["drift"],
    evidence: / the load was constant, but latency p50 grew by [\d.]+ %, .*operations per second fell/
  },
  {
    cause: "a knee, a leak and such a latency",
    server: { concurrency: 4, latencyGrowth: 1, faults: { leak: { every: 1 }, leakBytes: 20_000 } },
    kinds: ["drift", "memory", "server"],
    evidence: /From 4 users to 8 users [^]*latency p50 grew [^]*memory of name:dms grew/
  }
]

describe("the plan of a climb and an hour, in virtual time", () => {
  virtual.effect.each(servers)("of a server with $cause", ({ evidence, kinds, server }) =>
    Effect.gen(function* () {
      const options = { latency, ...server }
      const climb = yield* studied(texts, options, (measure) => stress(asked, measure))
      const summary = yield* anHour(options)
      const found = causesIn([
        ["climb", { _tag: "Stress", stress: climb }],
        ["hour", reportOf(summary)]
      ])
      assert.deepStrictEqual(found.kinds, kinds, found.answer)
      assert.match(found.limits.map((limit) => limit.evidence).join("\n"), evidence)
    })
  )
})

const lockSeconds = 17

/**
 * The database of a local DMS in memory. A lock that is begun holds its writes up; sessions that take turns with locks of
 * their own are seen at every reading.
 */
const lockable = (takesTurns: boolean) => {
  let lockedMillis = Number.NEGATIVE_INFINITY
  const holderAt = (now: number): ReadonlyArray<Holder> => {
    const idleSeconds = (now - lockedMillis) / 1000
    if (idleSeconds < lockSeconds)
      return [{ transaction: "lock", idleSeconds, state: "idle in transaction", statement: "LOCK TABLE t" }]
    return takesTurns
      ? [{ transaction: `of ${now}`, idleSeconds: 0, state: "active", statement: "UPDATE t SET a = $1" }]
      : []
  }
  const reader: DatabaseReader["Type"] = {
    server: databaseServer,
    inspect: Effect.succeed(nothingInspected),
    read: Effect.map(Clock.currentTimeMillis, (now) => {
      const holders = holderAt(now)
      const pairs = holders.map(({ idleSeconds, state, statement }) => ({
        blocked: "INSERT INTO t VALUES ($1)",
        blocking: statement,
        blockingState: state,
        lock: "relation RowExclusiveLock",
        seen: 1,
        longestSeconds: idleSeconds
      }))
      return readingAt(now, { blocked: pairs.length, pairs, holders })
    })
  }
  const begin = ({ faults }: LocalDms["Type"]) =>
    Effect.gen(function* () {
      lockedMillis = yield* Clock.currentTimeMillis
      yield* faults.set({ ...(yield* faults.get), lock: { at: 1 }, lockSeconds })
    })
  return { begin, reader }
}

const locks: ReadonlyArray<{
  readonly cause: string
  readonly server: Partial<LocalDmsOptions>
  /** Whether a lock begins with a slice. @param nth of its users, from 0 */
  readonly isLocked: (users: number, nth: number) => boolean
  readonly takesTurns: boolean
  readonly kinds: ReadonlyArray<Limit["kind"]>
  readonly verdict: RegExp
}> = [
  {
    cause: "a lock in two slices of a step",
    server: {},
    isLocked: (users, nth) => users === 8 && nth < 2,
    takesTurns: false,
    kinds: ["locks"],
    verdict:
      /^The knee is not known; it is at least 4 users: .*With 8 users a transaction of the database held/
  },
  {
    cause: "a knee at four users, and a lock in most of the step beyond it",
    server: { concurrency: 4 },
    isLocked: (users, nth) => users === 8 && nth < 2,
    takesTurns: false,
    kinds: ["locks"],
    verdict: /^The knee is not known; it is at least 4 users: /
  },
  {
    cause: "a knee at four users, and a lock in one slice of the step beyond it",
    server: { concurrency: 4 },
    isLocked: (users, nth) => users === 8 && nth === 1,
    takesTurns: false,
    kinds: ["locks", "server"],
    verdict: /^The knee is 4 users: /
  },
  {
    cause: "a knee at four users, whose sessions take turns with a lock",
    server: { concurrency: 4 },
    isLocked: () => false,
    takesTurns: true,
    kinds: ["server"],
    verdict: /^The knee is 4 users: /
  }
]

describe("a climb in virtual time", () => {
  virtual.effect.each(locks)("of a server with $cause", ({ isLocked, kinds, server, takesTurns, verdict }) =>
    Effect.gen(function* () {
      const { begin, reader } = lockable(takesTurns)
      const counts = new Map<number, number>()
      const withLocks =
        (measure: MeasureSlice<unknown>, dms: LocalDms["Type"]) =>
        (slice: SliceSpec): ReturnType<MeasureSlice<unknown>> => {
          const users = slice.load._tag === "Users" ? slice.load.clientCount : 0
          const nth = counts.get(users) ?? 0
          counts.set(users, nth + 1)
          return isLocked(users, nth) ? Effect.zipRight(begin(dms), measure(slice)) : measure(slice)
        }
      const climb = yield* studied(
        texts,
        // Readings every five seconds need a clock of whole milliseconds.
        { latency: { _tag: "fixed", millis: 2000 }, ...server },
        (measure) =>
          Effect.flatMap(LocalDms, (dms) => stress({ ...asked, slices: 3 }, withLocks(measure, dms))),
        {},
        reader
      )
      assert.match(climb.verdict, verdict)
      const found = causesIn([["climb", { _tag: "Stress", stress: climb }]])
      assert.deepStrictEqual(found.kinds, kinds, found.answer)
    })
  )
})

/** A local DMS as a process. */
const started = (words: ReadonlyArray<string>, store = "memory") =>
  Effect.gen(function* () {
    const run = yield* startRun(yield* folder, ["local-dms", "--port", "0", ...words], {
      PERF_LOCAL_DMS_STORE: store
    })
    const line = yield* run.line(/listening on/)
    return { pid: run.pid, url: line.replace(/^.* listening on /, "") }
  })

/** A run against it, with its process watched. */
const measured = (
  { pid, url }: { readonly pid: number; readonly url: string },
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
) =>
  Effect.gen(function* () {
    const output = yield* folder
    const load = ["--testList", "StudentBatchVolumeTest", "--batchTripleCount", "1", ...words]
    const target = ["-b", url, "-k", "local", "-s", "local-secret", "-o", output, "--watch", `pid:${pid}`]
    const run = yield* startRun(output, ["run", ...target, ...load], variables)
    const { exitCode, out } = yield* run.ended
    const summary = yield* Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
    return { exitCode, out, summary }
  })

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024

describe("the process of a server", () => {
  const growth = (words: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const dms = yield* started(["--latency", "20ms", ...words])
      const limit = ["--threshold", `pid:${dms.pid}.process.memoryGrowth < 200%`]
      const before = residentBytes(dms.pid)
      const run = yield* measured(dms, ["-c", "2", "--recordCount", "500", ...limit])
      const [processes] = run.summary.processes
      return { ...run, processes, grown: residentBytes(dms.pid) - before }
    })

  it.scopedLive("has the memory that the fault leak keeps, and a limit of its growth is not kept", () =>
    Effect.gen(function* () {
      const { exitCode, grown, out, processes, summary } = yield* growth([
        "--fault",
        "leak=1",
        "--leakSize",
        "1MB"
      ])
      assert.strictEqual(summary.requests.total, 500)
      // The memory of its start may be collected meanwhile.
      assert.isAbove(grown, 400e6)
      assert.isAbove((processes?.memory?.last ?? 0) - (processes?.memory?.first ?? 0), 300e6)
      assert.strictEqual(exitCode, 1, out)
      assert.match(out, /pid:\d+\.process\.memoryGrowth/)
    })
  )

  it.scopedLive("does not grow like that without it", () =>
    Effect.gen(function* () {
      const { exitCode, grown, out } = yield* growth([])
      assert.isBelow(grown, 200e6)
      assert.strictEqual(exitCode, 0, out)
    })
  )
})

// Beside each other, because one of them waits for the lock.
describe("the database of a server", { concurrent: true }, () => {
  const runOn = (words: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { url } = yield* Effect.acquireRelease(
        Effect.promise(() => startThrowAwayPostgres("")),
        ({ stop }) => Effect.promise(stop)
      )
      const dms = yield* started(words, url)
      return yield* measured(dms, ["-c", "4", "--runTimeInMinutes", "0.35"], { PERF_DATABASE_URL: url })
    })

  it.scopedLive("that is locked for 17 s shows the lock, who held it, and no other cause", () =>
    Effect.gen(function* () {
      const { out, summary } = yield* runOn(["--fault", "lock=@20", "--lockFor", "17s"])
      const { database } = summary
      assert.isAtLeast(database?.blocking.sustainedSeconds ?? 0, 10, out)
      assert.isAtMost(database?.blocking.sustainedSeconds ?? Infinity, database?.seconds ?? 0)
      assert.strictEqual(database?.blocking.maxWaiting, 4)
      const holder = database?.blocking.pairs.find(({ blocking }) => blocking?.startsWith("LOCK TABLE"))
      assert.deepInclude(holder, {
        blocking: "LOCK TABLE edfi_perf.document IN EXCLUSIVE MODE",
        blockingState: "idle in transaction"
      })
      const { kinds, limits } = causesIn([["writes", reportOf(summary)]])
      assert.deepStrictEqual(ofServer(kinds), ["locks"], out)
      const lock = limits.find(({ kind }) => kind === "locks")
      assert.include(lock?.evidence, "LOCK TABLE edfi_perf.document")
    })
  )

  it.scopedLive("that is locked in the second step of stress shows the lock, and no knee", () =>
    Effect.gen(function* () {
      const { url: databaseUrl } = yield* Effect.acquireRelease(
        Effect.promise(() => startThrowAwayPostgres("")),
        ({ stop }) => Effect.promise(stop)
      )
      const { url } = yield* started(["--latency", "20ms"], databaseUrl)
      const output = yield* folder
      const load = ["--testList", "StudentBatchVolumeTest", "--batchTripleCount", "1", "--maxUsers", "2"]
      const steps = ["--slices", "1", "--sliceTime", "10s", "--warmUp", "1s"]
      const target = ["-b", url, "-k", "local", "-s", "local-secret", "-o", output]
      const run = yield* startRun(output, ["stress", ...target, ...load, ...steps], {
        PERF_DATABASE_URL: databaseUrl
      })
      yield* run.line(/1 user: /)
      yield* HttpClientRequest.put(`${url}/_local/faults`).pipe(
        HttpClientRequest.bodyUnsafeJson({ lock: { at: 1 }, lockSeconds: 15 }),
        HttpClient.execute,
        Effect.provide(FetchHttpClient.layer)
      )
      const { out } = yield* run.ended
      const climb = yield* Effect.flatMap(read(output, "stress.json"), Schema.decode(StressJson))
      const [first, second] = climb.steps
      assert.isNull(first?.heldUp, out)
      // On a machine that is too busy the first step ends the climb.
      if (first?.outcome === "limited") return
      assert.isAtLeast(second?.heldUp?.seconds ?? 0, 4, out)
      assert.strictEqual(
        second?.slices[0]?.database?.blocking.longestHold?.statement,
        "LOCK TABLE edfi_perf.document IN EXCLUSIVE MODE"
      )
      if (second?.outcome === "limited") return
      assert.deepStrictEqual(climb.knee, { _tag: "Locked", good: 1, locked: 2 }, out)
      assert.include(out, "The knee is not known; it is at least 1 user: ")
      assert.strictEqual(climb.limits[0]?.kind, "locks")
    })
  )

  it.scopedLive("that is not locked shows no lock", () =>
    Effect.gen(function* () {
      const { summary } = yield* runOn([])
      assert.deepStrictEqual(ofServer(causesIn([["writes", reportOf(summary)]]).kinds), [])
    })
  )
})
