/** The report of a plan: what it answers from the documents of its phases, and what it recommends. */
import { assert, describe, it } from "@effect/vitest"
import { planMarkdown, planText } from "../../src/output/planText.ts"
import { junitPlan } from "../../src/output/junitPlan.ts"
import { databaseLimit } from "../../src/plans/phaseLimits.ts"
import { planReport } from "../../src/plans/planReport.ts"
import type { PhaseDocument } from "../../src/result/PageData.ts"
import type { JournalPhase, PlanJournal } from "../../src/result/PlanJournal.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { sampleUserSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"
import { readXml } from "../output/xml.ts"

const phaseOf = (name: string, command: string, some: Partial<JournalPhase> = {}): JournalPhase => ({
  name,
  command,
  settings: { resources: "students" },
  continueOnFailure: false,
  folder: `01-${name}`,
  plannedSeconds: 60,
  state: "completed",
  startedAt: "2026-11-28T20:00:00.000Z",
  endedAt: "2026-11-28T20:01:00.000Z",
  exitCode: 0,
  reason: null,
  files: ["report.html"],
  setAside: [],
  ...some
})

const journalOf = (...phases: ReadonlyArray<JournalPhase>): PlanJournal => ({
  version: "0.1.0",
  name: "mine",
  description: null,
  source: "mine.yaml",
  digest: "abc",
  target: { baseUrl: "http://127.0.0.1:8080" },
  startedAt: "2026-11-28T20:00:00.000Z",
  endedAt: "2026-11-28T21:00:00.000Z",
  phases
})

const summary = { ...sampleSummary(10, 10), generator: null, database: null, thresholds: [] }

const reportOf = (phases: ReadonlyArray<readonly [JournalPhase, PhaseDocument | undefined]>) =>
  planReport(
    journalOf(...phases.map(([phase]) => phase)),
    new Map(
      phases.flatMap(([{ name }, document]) => (document === undefined ? [] : [[name, document] as const]))
    )
  )

const ofRun = (name: string, some: Partial<Summary> = {}) =>
  [
    phaseOf(name, "run"),
    { _tag: "Report", files: [], summary: { ...summary, ...some } } satisfies PhaseDocument
  ] as const

const experiments = (report: ReturnType<typeof planReport>) =>
  report.next.map(({ experiment }) => experiment).join("\n")

describe("the report of a plan", () => {
  it("answers with throughput and latency of every phase, and marks the peak", () => {
    const sweep = sampleUserSweep()
    const report = reportOf([
      ofRun("load"),
      [phaseOf("users", "sweep"), { _tag: "Sweep", sweep }],
      [phaseOf("batches", "versus"), { _tag: "Versus", versus: sampleVersus(2) }],
      [phaseOf("rate", "capacity"), { _tag: "Capacity", capacity: sampleCapacity }]
    ])
    assert.match(
      report.answer,
      /^4 of 4 phases completed\. load: [\d,.]+ operations\/s, p95 [\d,.]+ ms with /
    )
    const [load, users, batches, rate] = report.phases
    assert.strictEqual(load?.rows[0]?.requests, summary.requests.total)
    assert.strictEqual(load?.rows[0]?.rates[0]?.perSecond, summary.operations.perSecond)
    assert.deepStrictEqual(
      users?.rows.flatMap(({ marked }) => marked ?? []),
      ["peak"]
    )
    assert.strictEqual(users?.verdict, sweep.verdict)
    assert.lengthOf(batches?.rows ?? [], 2)
    assert.strictEqual(rate?.rows[0]?.marked, "highest rate")
    assert.isTrue(rate?.hasKnee)
  })

  it("says that the cause is unknown where nothing shows it, and how to learn it", () => {
    const report = reportOf([ofRun("load", { requests: { ...summary.requests, failed: 0 }, failures: [] })])
    assert.include(report.answer, "What limits the server is unknown: give --databaseUrl.")
    assert.deepStrictEqual(report.phases[0]?.limits, [])
    assert.include(experiments(report), "Measure phase load with --databaseUrl.")
    assert.include(experiments(report), "Add a phase that searches the knee")
  })

  it("names failures of more than 1 % with the most frequent one, and no failures below that", () => {
    const [total, few, many] = [1000, 10, 11]
    const failing = (failed: number) =>
      reportOf([ofRun("load", { requests: { ...summary.requests, total, failed } })]).phases[0]?.limits
    assert.deepStrictEqual(failing(few), [])
    assert.match(failing(many)?.[0]?.evidence ?? "", /^11 of 1,000 requests failed \(1\.10 %\)/)
  })

  it("names what busy sessions of the database waited for, if it was a quarter of the observations", () => {
    const waiting = (seen: number) =>
      databaseLimit({
        ...sampleDatabase(10),
        waits: [
          { event: "IO:WALSync", seen },
          ...["Lock:tuple", "IO:DataFileRead", "LWLock:BufferContent"].map((event) => ({ event, seen: 25 }))
        ]
      })
    assert.deepStrictEqual(waiting(25), [
      {
        kind: "database",
        what: "write-ahead log of the database",
        evidence: "Busy sessions of the database waited for IO:WALSync in 25 % of 100 observations."
      }
    ])
    assert.deepStrictEqual(waiting(24), [])
    assert.deepStrictEqual(databaseLimit(null), [])
  })

  it("recommends to continue what was not measured, before everything else", () => {
    const report = reportOf([
      [phaseOf("one", "run", { state: "interrupted", exitCode: 130 }), undefined],
      [phaseOf("two", "run", { state: "skipped", startedAt: null, endedAt: null, exitCode: null }), undefined]
    ])
    assert.strictEqual(report.state, "interrupted")
    assert.strictEqual(report.next[0]?.experiment, "Continue with --resume: phases one and two.")
    assert.deepStrictEqual(report.confidence, ["Nothing was measured."])
  })

  it("does not trust phases whose load generator was the bottleneck", () => {
    const limited = sampleSummary(10, 10)
    const { generator } = limited
    assert.isNotNull(generator)
    const report = reportOf([
      ofRun("load", {
        generator: generator && {
          ...generator,
          limited: true,
          limitedBy: "generator",
          reasons: ["busy"],
          advice: null
        }
      })
    ])
    assert.strictEqual(report.phases[0]?.limits[0]?.kind, "generator")
    assert.include(report.confidence.join(" "), "Their figures do not describe the server alone: load.")
    assert.include(experiments(report), "Measure phase load again with more --workers")
  })

  it("is the same in the terminal and in Markdown, with links to the pages of phases", () => {
    const report = reportOf([ofRun("load")])
    assert.include(planText(report), report.answer)
    const markdown = planMarkdown(report)
    assert.isTrue(markdown.startsWith("# Plan mine: completed\n\n1 of 1 phase completed."))
    assert.include(markdown, "Details: [load](01-load/report.html).")
  })

  it("is a suite per phase in JUnit", () => {
    const report = reportOf([
      ofRun("load"),
      [phaseOf("late", "run", { state: "failed", exitCode: 3, reason: "no server" }), undefined],
      [phaseOf("never", "run", { state: "skipped", reason: "phase late failed" }), undefined]
    ])
    const { attributes } = readXml(junitPlan(report))
    assert.deepInclude(attributes, { tests: "3", failures: "1" })
  })
})
