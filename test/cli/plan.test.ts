/** `edfi-perf plan`, as its users meet it: a file and words in; a folder, text and an exit code out. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { PlanJournalJson } from "../../src/result/PlanJournal.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"

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

/** Runs of a quarter of a second, without deletes, whose records the server counts. */
const twoRuns = `
name: short
defaults: { testType: VOLUME, testList: StudentVolumeTest, clientCount: 2, runTimeInMinutes: 0.004 }
phases:
  - name: first
    run: { }
  - name: second
    run: { clientCount: 1 }
`

const twoBatchRuns = twoRuns.replace("VOLUME, testList: Student", "BATCH_VOLUME, testList: StudentBatch")

/** A server in this process, a folder, and plans that are carried out in it. */
const inFolder = (server: Partial<LocalDmsOptions> = {}) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make(secret), ...server })
    const at = yield* folder
    const variables = {
      PERF_API_BASEURL: dms.url,
      PERF_API_KEY: "key",
      PERF_API_SECRET: secret,
      PERF_OUTPUT_DIR: `${at}/out`,
      PERF_RESOURCE_NAMING: "endpoint",
      // Meant for runs: a plan takes its load from the file.
      CLIENT_COUNT: "77"
    }
    const carryOut = (text: string, ...words: ReadonlyArray<string>) =>
      Effect.zipRight(
        write(`${at}/plan.yaml`, text),
        edfiPerf(["plan", `${at}/plan.yaml`, ...words], variables)
      )
    const journal = Effect.flatMap(read(at, "out/plan.json"), Schema.decode(PlanJournalJson))
    const out = `${at}/out`
    /** A file that another command left. */
    const writeEarlier = (name: string) =>
      Effect.flatMap(FileSystem.FileSystem, (fs) =>
        Effect.zipRight(fs.makeDirectory(out), fs.writeFileString(`${out}/${name}`, "{}"))
      ).pipe(Effect.provide(NodeContext.layer))
    const run = edfiPerf(["run", "--runInDebugMode"], variables)
    return { at, carryOut, dms, journal, out, run, writeEarlier }
  })

const noServer = { PERF_OUTPUT_DIR: "/nowhere" }

describe("edfi-perf plan", () => {
  it.scopedLive(
    "carries out its phases with one login, in folders that compare reads, and reports the whole",
    () =>
      Effect.gen(function* () {
        const { carryOut, dms, journal, out, writeEarlier } = yield* inFolder()
        yield* writeEarlier("summary.json")
        const { exitCode, out: text } = yield* carryOut(twoRuns, "--out", "junit")
        assert.strictEqual(exitCode, 0, text)
        assert.include(text, "\nphase 1 of 2: first (run), about 0:00, files in ")
        assert.include(text, "\n2 of 2 phases completed. first: ")
        const { phases } = yield* journal
        assert.deepStrictEqual(
          phases.map(({ exitCode: code, folder: name, state }) => [name, state, code]),
          [
            ["01-first", "completed", 0],
            ["02-second", "completed", 0]
          ]
        )
        const summaries = yield* Effect.forEach(phases, ({ folder: name }) =>
          Effect.flatMap(read(out, name, "summary.json"), Schema.decode(SummaryJson))
        )
        assert.deepStrictEqual(
          summaries.map(({ users }) => users),
          [2, 1]
        )
        assert.strictEqual((yield* dms.stats).logins, 1)
        assert.sameMembers(yield* filesIn(out), [
          "01-first",
          "02-second",
          "plan.json",
          "report.json",
          "report.md",
          "report.html",
          "junit.xml"
        ])
        assert.include(yield* read(out, "report.html"), '"_tag":"Plan"')
        const everything = yield* Effect.forEach(
          ["plan.json", "report.json", "report.md", "report.html"],
          (name) => read(out, name)
        )
        assert.notInclude([text, ...everything].join("\n"), secret)
        const compared = yield* edfiPerf([
          "compare",
          `${out}/01-first`,
          `${out}/02-second`,
          "--page",
          `${out}/c.html`
        ])
        assert.strictEqual(compared.exitCode, 0, compared.err)
        const plans = yield* edfiPerf([
          "compare",
          out,
          out,
          "--failOn",
          "latency.p95 +0ms",
          "--page",
          `${out}/p.html`
        ])
        assert.strictEqual(plans.exitCode, 0, plans.err)
        assert.include(plans.out, "\nfirst: passed: latency.p95 +0ms: ")
        assert.includeMembers(yield* filesIn(out), ["p-first.html", "p-second.html"])
      })
  )

  it.scopedLive("stops at a phase that failed, and measures it again with --resume", () =>
    Effect.gen(function* () {
      const { carryOut, dms, journal, out } = yield* inFolder()
      const noFaults = yield* dms.faults.get
      yield* dms.faults.set({ ...noFaults, operationError: { probability: 1 } })
      const failed = yield* carryOut(twoBatchRuns)
      assert.strictEqual(failed.exitCode, 1, failed.out)
      assert.deepStrictEqual(
        (yield* journal).phases.map(({ state }) => state),
        ["failed", "skipped"]
      )
      yield* dms.faults.set(noFaults)
      const again = yield* carryOut(twoBatchRuns, "--resume")
      assert.strictEqual(again.exitCode, 0, again.out)
      const { phases } = yield* journal
      assert.deepStrictEqual(phases[0]?.setAside, ["01-first.failed-1"])
      assert.include(yield* filesIn(`${out}/01-first.failed-1`), "summary.json")
      const nothingLeft = yield* carryOut(twoBatchRuns, "--resume")
      assert.notInclude(nothingLeft.out, "phase 1 of 2")
      assert.strictEqual(nothingLeft.exitCode, 0)
    })
  )

  it.scopedLive("refuses to continue another plan, and to replace results, and says what is different", () =>
    Effect.gen(function* () {
      const { carryOut, dms, journal, run } = yield* inFolder()
      const without = yield* carryOut(twoRuns, "--resume")
      assert.strictEqual(without.exitCode, 2)
      assert.include(without.err, "has no plan.json that --resume could continue")
      yield* carryOut(twoRuns)
      const second = yield* carryOut(twoRuns)
      assert.strictEqual(second.exitCode, 2)
      assert.include(second.err, "has results of the plan short; --resume continues it")
      const changed = yield* carryOut(twoRuns.replace("clientCount: 1 ", "clientCount: 9 "), "--resume")
      assert.strictEqual(changed.exitCode, 2)
      assert.include(changed.err, "phase second: clientCount was 1 and is 9")
      const commented = yield* carryOut(`# a comment\n${twoRuns}`, "--resume")
      assert.strictEqual(commented.exitCode, 0, commented.err)
      const { logins } = yield* dms.stats
      const other = yield* run
      assert.strictEqual(other.exitCode, 2)
      assert.match(
        other.err,
        /out cannot be written: it has the results of a plan; choose another with --output/
      )
      assert.strictEqual((yield* dms.stats).logins, logins)
      assert.strictEqual((yield* journal).name, "short")
    })
  )

  it.scopedLive("reports every wrong value with line and column before anything is sent", () =>
    Effect.gen(function* () {
      const { at, carryOut, dms } = yield* inFolder()
      const { err, exitCode } = yield* carryOut(
        [
          "name: wrong",
          "defaults: { warmUp: never }",
          "phases:",
          "  - name: a",
          "    run: { clientCount: 0 }",
          "  - name: b",
          "    sweep:",
          "      slices: many",
          "      testType: NONE",
          "  - { name: c, run: { mixture: nowhere.yaml } }"
        ].join("\n")
      )
      assert.strictEqual(exitCode, 2)
      const lines = err.replaceAll(`${at}/`, "").split("\n")
      assert.deepStrictEqual(
        lines.slice(0, 6).map((line) => line.replace(/: accepts .*$/, "")),
        [
          "edfi-perf: 5 wrong settings, nothing was sent:",
          "  plan.yaml:2:13 defaults.warmUp",
          "  plan.yaml:5:12 phases[0].run.clientCount",
          "  plan.yaml:8:7 phases[1].sweep.slices",
          "  plan.yaml:9:7 phases[1].sweep.testType",
          lines[5] ?? ""
        ]
      )
      assert.match(lines[5] ?? "", /^ {2}plan\.yaml:10:23 phases\[2\]\.run\.mixture: there is no such file; /)
      assert.strictEqual((yield* dms.stats).logins, 0)
    })
  )

  it.scopedLive("reports every unknown resource with line and column before the first phase begins", () =>
    Effect.gen(function* () {
      const { at, carryOut, out } = yield* inFolder()
      yield* write(
        `${at}/mine.yaml`,
        "name: mine\nitems:\n  - name: a\n    weight: 1\n    steps: [{ record: gradez }]\n"
      )
      const { err, exitCode } = yield* carryOut(
        [
          "name: wrong",
          "phases:",
          "  - name: a",
          "    run: { resources: [students, schols], clientCount: 1 }",
          "  - name: b",
          "    sweep: { resources: all, exclude: sectoins }",
          `  - { name: c, run: { mixture: ${at}/mine.yaml } }`
        ].join("\n")
      )
      assert.strictEqual(exitCode, 2)
      assert.deepStrictEqual(err.replaceAll(`${at}/`, "").trimEnd().split("\n"), [
        "edfi-perf: 3 wrong settings, nothing was sent:",
        "  plan.yaml:4:12 phases[0].run.resources: schols is no resource of the API; did you mean schools?",
        "  plan.yaml:6:30 phases[1].sweep.exclude: sectoins is no resource of the API; did you mean sections?",
        "  mine.yaml:5:15 items[0].steps[0].record: gradez is no resource of the API; did you mean grades?"
      ])
      assert.notInclude(yield* filesIn(out), "plan.json")
    })
  )

  it.scopedLive("prints with --dryRun what it would do, without a server and without a folder", () =>
    Effect.gen(function* () {
      const { exitCode, out } = yield* edfiPerf(["plan", "dms-team", "--dryRun"], noServer)
      assert.strictEqual(exitCode, 0)
      assert.match(out, /^plan dms-team, \d+ phases; nothing was sent\n/)
      assert.match(
        out,
        /\nstudents +stress +VOLUME, students +5 users, steps of 2 slices of 300 s with 180 s of warm-up, up to 320 users +at most 1:52:00\n/
      )
      assert.match(
        out,
        /\nmix +stress +VOLUME, mixture representative +5 users, .*, up to 320 users, then a soak of 1:00:00 +at most 2:56:01\n/
      )
      assert.match(
        out,
        /\nMeasurements: at most \d+:\d\d:\d\d, and the phases of unknown duration: smoke, changes\.\n/
      )
    })
  )

  it.scopedLive("needs one file, and a server", () =>
    Effect.gen(function* () {
      const none = yield* edfiPerf(["plan"], noServer)
      assert.strictEqual(none.exitCode, 2)
      assert.include(none.err, "no plan is given: plan needs one: a YAML file, or dms-team or quick")
      assert.include(none.err, "--baseUrl is missing")
      const unknown = yield* edfiPerf(["plan", "quik", "--local"], noServer)
      assert.include(unknown.err, "did you mean quick?")
    })
  )
})
