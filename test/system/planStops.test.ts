/** Plans whose phases are stopped, each by one condition: the report says why, and the plan goes on or ends as its file says. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { writeFile } from "node:fs/promises"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import type { Faults } from "../../src/local-dms/Faults.ts"
import { PlanReportJson } from "../../src/result/PlanReport.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { startProgram, startRun } from "../cli/startedRun.ts"

/** The built command with its modules, which the scenario of a phase needs. */
const built = [process.execPath, `${process.cwd()}/dist/bin.js`]

/** Faults of the server from a phase on. */
type FaultsFrom = Readonly<Record<number, Faults>>

/** Carries out a plan against a local DMS in a process of its own. @param flags of the plan, by the id of that process */
const carriedOut = (
  phases: ReadonlyArray<string>,
  faultsFrom: FaultsFrom,
  {
    files = {},
    flags = () => [],
    store = "memory"
  }: {
    readonly files?: Readonly<Record<string, string>>
    readonly flags?: (pid: number) => ReadonlyArray<string>
    readonly store?: string
  } = {}
) =>
  Effect.gen(function* () {
    const at = yield* folder
    const server = yield* startRun(at, ["local-dms", "--port", "0", "--latency", "20ms"], {
      PERF_LOCAL_DMS_STORE: store
    })
    const url = (yield* server.line(/listening on/)).replace(/^.* listening on /, "")
    const text = ["name: stops", `defaults: { ${defaults.join(", ")} }`, "phases:", ...phases, ""].join("\n")
    for (const [name, content] of Object.entries({ "plan.yaml": text, ...files }))
      yield* Effect.promise(() => writeFile(`${at}/${name}`, content))
    const target = ["-b", url, "-k", "local", "-s", "local-secret"]
    const plan = yield* startProgram(at, [...built, "plan", "plan.yaml", ...target, ...flags(server.pid)])
    for (const [phase, faults] of Object.entries(faultsFrom)) {
      yield* plan.line(new RegExp(`^phase ${phase} of `))
      yield* HttpClientRequest.put(`${url}/_local/faults`).pipe(
        HttpClientRequest.bodyUnsafeJson(faults),
        HttpClient.execute,
        Effect.provide(FetchHttpClient.layer)
      )
    }
    const { exitCode, out } = yield* plan.ended
    const report = yield* Effect.flatMap(read(at, "out", "report.json"), Schema.decode(PlanReportJson))
    return { exitCode, out, report, markdown: yield* read(at, "out", "report.md") }
  })

/** A minute, of which no phase needs more than a few seconds. */
const defaults = [
  "testList: StudentBatchVolumeTest",
  "clientCount: 2",
  "runTimeInMinutes: 1",
  "abortOnThreshold: true",
  "abortDelay: 0s",
  "gracefulStop: 1s"
]

const phase = (name: string, settings: string, goesOn = true) =>
  `  - { name: ${name}, continueOnFailure: ${goesOn}, run: { ${settings} } }`

/** Every iteration stops the event loop of its thread for longer than a load generator may. */
const busyScenario = `
import { StudentBatchVolumeTest } from "edfi-perf"
import * as Effect from "effect/Effect"

const spin = Effect.sync(() => {
  const until = performance.now() + 120
  while (performance.now() < until);
})

export default {
  ...StudentBatchVolumeTest,
  name: "BusyBatchVolumeTest",
  byDefault: true,
  prepare: (options) =>
    Effect.map(StudentBatchVolumeTest.prepare(options), (workload) => ({
      ...workload,
      iteration: (id) => Effect.zipRight(spin, workload.iteration(id))
    }))
}
`

describe("a plan whose phases are stopped", { timeout: 300_000 }, () => {
  it.scopedLive("says why, goes on after those that may fail, and ends with the one that may not", () =>
    Effect.gen(function* () {
      const { exitCode, markdown, out, report } = yield* carriedOut(
        [
          phase("failing", "maxFailRatio: 0.05"),
          phase("slow", 'threshold: "latency.p95 < 1ms"'),
          phase("leaking", 'threshold: "process.memoryGrowth < 30%"'),
          phase(
            "busy",
            "scenario: busy.mjs, testList: BusyBatchVolumeTest, runTimeInMinutes: 0.15, failOnLimited: true",
            false
          ),
          phase("never", "clientCount: 1")
        ],
        {
          1: { operationError: { probability: 0.3 } },
          2: {},
          3: { leak: { every: 1 }, leakBytes: 8_000_000 },
          4: {}
        },
        { files: { "busy.mjs": busyScenario }, flags: (pid) => ["--watch", `pid:${pid}`] }
      )
      assert.strictEqual(exitCode, 1, out)
      const why: ReadonlyArray<readonly [name: string, state: string, verdict: RegExp]> = [
        ["failing", "failed", /^The run was stopped because .*fail/],
        ["slow", "failed", /latency\.p95 < 1ms was not kept: /],
        ["leaking", "failed", /process\.memoryGrowth < 30% was not kept: /],
        ["busy", "failed", /^The run failed because .*\(--failOnLimited\)/],
        ["never", "skipped", /^phase busy failed$/]
      ]
      assert.deepStrictEqual(
        report.phases.map(({ name, state }) => [name, state]),
        why.map(([name, state]) => [name, state])
      )
      for (const [index, [name, , verdict]] of why.entries()) {
        const found = report.phases[index]
        assert.match(found?.verdict ?? found?.reason ?? "", verdict, `${name}\n${out}`)
      }
      const failed = why.filter(([, state]) => state === "failed").map(([name]) => name)
      const answer =
        "0 of 5 phases completed; failed: failing, slow, leaking and busy; not completed: never. "
      assert.isTrue(report.answer.startsWith(answer), report.answer)
      for (const name of failed) {
        assert.match(report.answer, new RegExp(` ${name} failed: The run `))
        assert.match(markdown, new RegExp(`${name} \\(run: .*\\), failed with exit code 1, `))
      }
    })
  )

  it.scopedLive("stops one whose database is blocked, and measures the next one", () =>
    Effect.gen(function* () {
      const { url } = yield* Effect.acquireRelease(
        Effect.promise(() => startThrowAwayPostgres("")),
        ({ stop }) => Effect.promise(stop)
      )
      const { exitCode, out, report } = yield* carriedOut(
        [
          phase("blocked", 'threshold: "database.blockedSeconds < 3"'),
          phase("after", 'recordCount: 20, threshold: "failures.ratio < 1%"')
        ],
        { 1: { lock: { at: 20 }, lockSeconds: 12 } },
        { store: url, flags: () => ["--databaseUrl", url] }
      )
      assert.strictEqual(exitCode, 1, out)
      const [blocked, after] = report.phases
      assert.match(blocked?.verdict ?? "", /database\.blockedSeconds < 3 was not kept: /, out)
      assert.match(
        report.answer,
        /^1 of 2 phases completed; failed: blocked\. blocked failed: The run was stopped by /
      )
      assert.strictEqual(after?.state, "completed", out)
    })
  )
})
