/** Plans as processes: killed, interrupted and continued; the shipped plan on PostgreSQL. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { type PlanJournal, PlanJournalJson } from "../../src/result/PlanJournal.ts"
import { PlanReportJson } from "../../src/result/PlanReport.ts"
import { type Knee, StressJson } from "../../src/result/Stress.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { startRun, underWay } from "../cli/startedRun.ts"

const secret = "a-secret-nobody-may-see"

const write = (path: string, text: string) =>
  Effect.provide(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, text)),
    NodeContext.layer
  )

const filesIn = (path: string) =>
  Effect.provide(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(path)),
    NodeContext.layer
  )

const threeRuns = `
name: three
defaults: { testType: VOLUME, testList: StudentVolumeTest, clientCount: 2, runTimeInMinutes: 0.04 }
phases:
  - { name: first, run: {} }
  - { name: second, run: {} }
  - { name: third, run: { clientCount: 1 } }
`

/** Its second phase runs until it is interrupted. */
const longSecond = threeRuns.replace("second, run: {}", "second, run: { runTimeInMinutes: 60 }")

/** A server in this process, and a plan in a folder. */
const planned = (text: string) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make(secret) })
    const at = yield* folder
    yield* write(`${at}/plan.yaml`, text)
    const variables = { PERF_API_BASEURL: dms.url, PERF_API_KEY: "key", PERF_API_SECRET: secret }
    return {
      at,
      start: (...words: ReadonlyArray<string>) => startRun(at, ["plan", "plan.yaml", ...words], variables),
      journal: Effect.flatMap(read(at, "out/plan.json"), Schema.decode(PlanJournalJson)),
      startOf: (phase: string) =>
        Effect.map(
          Effect.flatMap(read(at, "out", phase, "summary.json"), Schema.decode(SummaryJson)),
          ({ startedAt }) => startedAt
        )
    }
  })

describe("a plan that is killed", () => {
  it.scopedLive.each([
    { when: "at the end of a phase", line: /^files in out\/01-first$/ },
    { when: "between two phases", line: /^phase 2 of 3: / },
    { when: "inside a phase", line: /^phase 2 of 3 {2}0:0\d/ }
  ])("$when loses at most the phase that was running", ({ line }) =>
    Effect.gen(function* () {
      const { at, journal, start, startOf } = yield* planned(threeRuns)
      const killed = yield* start()
      yield* killed.line(line)
      yield* killed.signal("SIGKILL")
      yield* killed.ended
      const before = yield* journal
      const running = before.phases.filter(({ state }) => state === "running")
      assert.isAtMost(running.length, 1)
      const completed = before.phases.filter(({ state }) => state === "completed")
      const starts = yield* Effect.forEach(completed, (phase) => startOf(phase.folder))

      const continued = yield* start("--resume")
      const { exitCode, out } = yield* continued.ended
      assert.strictEqual(exitCode, 0, out)
      const after = yield* journal
      assert.deepStrictEqual(
        after.phases.map(({ state }) => state),
        ["completed", "completed", "completed"]
      )
      // What was completed is not measured again.
      assert.deepStrictEqual(yield* Effect.forEach(completed, (phase) => startOf(phase.folder)), starts)
      const aside = after.phases.flatMap(({ setAside }) => setAside)
      assert.isAtMost(aside.length, 1)
      for (const each of aside) assert.include(yield* filesIn(`${at}/out`), each)
      assert.include(yield* read(at, "out", "report.md"), "3 of 3 phases completed")
    })
  )

  it.scopedLive("by Ctrl-C keeps the figures until then, and says how to continue", () =>
    Effect.gen(function* () {
      const { at, journal, start } = yield* planned(longSecond)
      const interrupted = yield* start()
      yield* interrupted.line(new RegExp(`^phase 2 of 3 {2}${underWay.source}`))
      yield* interrupted.signal("SIGINT")
      const { exitCode, out } = yield* interrupted.ended
      assert.strictEqual(exitCode, 130, out)
      const { phases } = yield* journal
      assert.deepStrictEqual(
        phases.map(({ exitCode: code, state }) => [state, code]),
        [
          ["completed", 0],
          ["interrupted", 130],
          ["skipped", null]
        ]
      )
      const summary = yield* Effect.flatMap(
        read(at, "out/02-second/summary.json"),
        Schema.decode(SummaryJson)
      )
      assert.strictEqual(summary.endedBy, "interrupt")
      assert.isAbove(summary.requests.total, 0)
      assert.include(yield* read(at, "out/report.md"), "Continue with --resume: phases second and third")
    })
  )
})

const passAndLoad = `
name: mixed
phases:
  - { name: smoke, run: { testType: PIPECLEAN, resources: courses } }
  - { name: load, run: { testType: VOLUME, testList: StudentVolumeTest, clientCount: 2, recordCount: 8 } }
`

describe("a plan with --workers", { timeout: 300_000 }, () => {
  it.scopedLive("sends phases of one pass by one thread, says so, and the others by its workers", () =>
    Effect.gen(function* () {
      const { at, start } = yield* planned(passAndLoad)
      const { exitCode, out } = yield* (yield* start("--workers", "2")).ended
      assert.strictEqual(exitCode, 0, out)
      const said = "PIPECLEAN is sent by one thread of this machine; --workers is for the other phases"
      assert.strictEqual(out.split(said).length, 2, out)
      const workersOf = (phase: string) =>
        Effect.map(
          Effect.flatMap(read(at, "out", phase, "summary.json"), Schema.decode(SummaryJson)),
          ({ config }) => config["workers"]
        )
      assert.deepStrictEqual([yield* workersOf("01-smoke"), yield* workersOf("02-load")], [1, 2])
    })
  )
})

const twoWrites = `
name: statements
defaults: { testList: StudentBatchVolumeTest, clientCount: 2 }
phases:
  - { name: few, run: { recordCount: 200 } }
  - { name: many, run: { recordCount: 400 } }
`

/** The shipped plan with short phases; on a busy machine stress may have no result, which is no failure of the plan. */
const shortened = readFileSync("plans/dms-team.yaml", "utf8")
  .replaceAll(/^ *continueOnFailure: true\n/gm, "")
  .replaceAll(/^( +)- name: (.*)$/gm, "$1- name: $2\n$1  continueOnFailure: true")
  .replaceAll("sliceTime: 5m", "sliceTime: 500ms")
  .replaceAll("warmUp: 3m", "warmUp: 200ms")
  .replaceAll("maxUsers: 320", "maxUsers: 4")
  .replaceAll("soakAfter: 60m", "soakAfter: 1s")
  .replaceAll(/clientCount: \d+/g, "clientCount: 2")
  .replaceAll(/runTimeInMinutes: \d+/g, "runTimeInMinutes: 0.02")
  .replaceAll("populate: 10000", "populate: 20")
  // The command under test stands in a folder without the files that come with the package.
  .replaceAll("mixture: representative", `mixture: ${process.cwd()}/mixtures/representative.yaml`)

// Beside each other, because one of them mostly waits for the sessions of its database.
/** How the answer to each outcome of a search begins; what it says depends on the speed of the machine, its evidence does not. */
const outcomes: Readonly<Record<Knee["_tag"], RegExp>> = {
  Knee: /^The knee is [\d,]+ users?: [\d.,]+ operations per second.*, p95 [\d.,]+ ms\. Beyond it .*: with [\d,]+ users /,
  Limited:
    /^At least [\d,]+ users?: [\d.,]+ operations per second.*, p95 .*: this is a lower bound, and no knee of the server\./,
  Locked: /^The knee is not known; it is at least /,
  NotReached:
    /^At least [\d,]+ users?: [\d.,]+ operations per second.*, p95 .*[Nn]o knee was found up to there\./,
  None: /^No trustworthy result: with [\d,]+ users?, the first step, .* Measured were [\d.,]+ operations per second/
}

/** Each phase of `stress` names its knee or a lower bound, or says why it has none, with figures; the report has both. */
const checkKnees = (at: string, phases: PlanJournal["phases"], out: string) =>
  Effect.gen(function* () {
    const report = yield* Effect.flatMap(read(at, "out/report.json"), Schema.decode(PlanReportJson))
    const climbs = phases.filter(({ command }) => command === "stress")
    assert.isAbove(climbs.length, 0)
    for (const { folder: name, name: phase } of climbs) {
      const { knee, limits, steps, verdict } = yield* Effect.flatMap(
        read(at, "out", name, "stress.json"),
        Schema.decode(StressJson)
      )
      assert.match(verdict, outcomes[knee._tag], `${phase}\n${out}`)
      const reported = report.phases.find((each) => each.name === phase)
      assert.deepStrictEqual(reported?.search?.knee, knee)
      if (knee._tag === "None") continue
      const good = steps.find(({ load }) => load === knee.good)
      assert.strictEqual(good?.outcome, "good", phase)
      assert.isAbove(good?.operationsPerSecond.median ?? 0, 0)
      const marked = reported?.rows.filter(({ marked: mark }) => mark !== null) ?? []
      assert.lengthOf(marked, 1, phase)
      assert.include(out, verdict)
      const evidence = reported?.limits.map((limit) => limit.evidence).join("\n") ?? ""
      if (knee._tag === "Knee")
        assert.match(evidence, /From \d+ users? to \d+ users? throughput|of the requests failed/)
      if (knee._tag === "Limited") assert.include(["generator", "machine"], limits[0]?.kind, evidence)
    }
  })

describe("the plan of the DMS team, shortened", { concurrent: true }, () => {
  const postgres = Effect.acquireRelease(
    Effect.promise(() => startThrowAwayPostgres("-c shared_preload_libraries=pg_stat_statements")),
    ({ stop }) => Effect.promise(stop)
  )

  // The local DMS has no Change Queries unless it is told to: that phase fails, and the plan goes on.
  it.scopedLive("measures every phase that the server offers on PostgreSQL, without a failed request", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres
      const at = yield* folder
      yield* write(`${at}/plan.yaml`, shortened)
      const run = yield* startRun(at, ["plan", "plan.yaml", "--local"], { PERF_LOCAL_DMS_STORE: url })
      const { exitCode, out } = yield* run.ended
      assert.include([0, 1], exitCode, out)
      const { phases } = yield* Effect.flatMap(read(at, "out/plan.json"), Schema.decode(PlanJournalJson))
      assert.deepStrictEqual(
        phases.filter(({ state }) => state !== "completed" && state !== "failed"),
        []
      )
      const [changes, ...others] = phases.toSorted(
        (a, b) => Number(b.name === "changes") - Number(a.name === "changes")
      )
      assert.deepInclude(changes, { name: "changes", state: "failed", exitCode: 3 })
      for (const phase of others) {
        const document = phase.files.find((file) => file === "summary.json" || file === "stress.json")
        assert.isDefined(document, `${phase.name}: ${phase.reason}\n${out}`)
      }
      yield* checkKnees(at, phases, out)
      const report = yield* read(at, "out/report.md")
      assert.notInclude(report, "failed requests")
      for (const { name } of phases) assert.include(report, name)
    })
  )

  it.scopedLive("reports what the database waited for, and its statements of all phases together", () =>
    Effect.gen(function* () {
      const { url } = yield* postgres
      const sql = yield* PgClient.make({ url: Redacted.make(url), maxConnections: 1 }).pipe(
        Effect.provide(Reactivity.layer)
      )
      yield* sql`CREATE EXTENSION pg_stat_statements`
      const at = yield* folder
      yield* write(`${at}/plan.yaml`, twoWrites)
      const run = yield* startRun(at, ["plan", "plan.yaml", "--local"], {
        PERF_LOCAL_DMS_STORE: url,
        PERF_DATABASE_URL: url
      })
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 0, out)
      assert.notInclude(out, "with --databaseUrl.")

      const text = "SELECT * FROM edfi_perf.insert_document("
      const insertsIn = (name: string, phase: string) =>
        Effect.map(
          Effect.flatMap(read(at, "out", phase, "summary.json"), Schema.decode(SummaryJson)),
          ({ database }) => {
            const { calls = 0, totalMillis = 0 } =
              database?.statements?.top.find((each) => each.text.startsWith(text)) ?? {}
            return { name, calls, totalMillis }
          }
        )
      const [few, many] = [yield* insertsIn("few", "01-few"), yield* insertsIn("many", "02-many")]
      // A batch of ten triples has ten inserts, and each phase creates its fixtures beside them.
      assert.isAtLeast(few.calls, 200)
      assert.isAtLeast(many.calls, 400)
      const [seen] = yield* sql<{ readonly calls: number }>`
        SELECT calls::int FROM pg_stat_statements WHERE query LIKE ${`${text}%`}`
      assert.isAtLeast(seen?.calls ?? 0, few.calls + many.calls)
      const [, statements = ""] = (yield* read(at, "out", "report.md")).split("## Top statements")
      const calls = (few.calls + many.calls).toLocaleString("en-US")
      const [first, second] = [many, few].toSorted((a, b) => b.totalMillis - a.totalMillis)
      assert.match(
        statements,
        new RegExp(
          `^- [\\d.]+ % of the time of all statements: .*insert.*document\\(.*; ${calls} calls, .* \\(${first?.name} and ${second?.name}\\)$`,
          "m"
        )
      )
      assert.notMatch(statements, /edfi-perf statistics/)
    })
  )
})
