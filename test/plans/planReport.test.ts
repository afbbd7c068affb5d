/** The report of a plan: what it answers from the documents of its phases, and what it recommends. */
import { assert, describe, it } from "@effect/vitest"
import { planMarkdown, planText } from "../../src/output/planText.ts"
import { junitPlan } from "../../src/output/junitPlan.ts"
import { capacityRows } from "../../src/plans/phaseRows.ts"
import { workOf } from "../../src/plans/phaseReport.ts"
import { planReport } from "../../src/plans/planReport.ts"
import type { Drift, DriftSeries } from "../../src/result/Drift.ts"
import type { PhaseDocument } from "../../src/result/PageData.ts"
import type { JournalPhase } from "../../src/result/PlanJournal.ts"
import { databaseLimits } from "../../src/result/serverLimits.ts"
import type { Stress, StressStep } from "../../src/result/Stress.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { runLimits } from "../../src/plans/phaseLimits.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { watched } from "../result/sampleProcesses.ts"
import { sampleStress } from "../result/sampleStress.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { sampleUserSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"
import { readXml } from "../output/xml.ts"
import { journalOf, phaseOf } from "./journals.ts"

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

const ofStress = (name: string, some: Partial<Stress> = {}) =>
  [
    phaseOf(name, "stress"),
    { _tag: "Stress", stress: { ...sampleStress, ...some } } satisfies PhaseDocument
  ] as const

const manifestWith = (cores: number): NonNullable<Summary["manifest"]> => ({
  tool: { name: "edfi-perf", version: "0.1.0", commit: "9f3c2ab41d2093c5d1c7b5e5bb3a8a2c0f1e2d3c" },
  server: {
    version: "8.0.0",
    informationalVersion: null,
    build: null,
    dataModels: [{ name: "Ed-Fi", version: "5.2.0" }]
  },
  machine: { os: "linux", cpu: "a CPU", cores, memoryBytes: 8e9, node: "v22" },
  database: null,
  fresh: null,
  endedAt: null
})

const experiments = (report: ReturnType<typeof planReport>) =>
  report.next.map(({ experiment }) => experiment).join("\n")

describe("what a phase sends", () => {
  it.each([
    ["run", {}, "BATCH_VOLUME, all scenarios"],
    ["stress", { testType: "READ" }, "READ, default resources"],
    ["run", { testType: "VOLUME", resources: "students,sections" }, "VOLUME, students, sections"],
    ["versus", {}, "students"],
    ["sweep", { mixture: "district-day", resources: "students" }, "BATCH_VOLUME, mixture district-day"]
  ] as const)("%s of %o is %s", (command, settings, work) => {
    assert.strictEqual(workOf({ command, settings }), work)
  })
})

describe("the rows of a phase", () => {
  it("of a capacity search for reads have rows per second", () => {
    const steps = sampleCapacity.steps.map((step) => ({
      ...step,
      slice: {
        ...step.slice,
        operations: { ...step.slice.operations, succeeded: 0, perSecond: 0 },
        rows: { ...step.slice.rows, read: 25_000, perSecond: 2500 }
      }
    }))
    const rates = capacityRows({ ...sampleCapacity, steps }).map((row) => row.rates)
    assert.deepStrictEqual(rates[0], [{ counted: "rows", perSecond: 2500 }])
    assert.strictEqual(capacityRows(sampleCapacity)[0]?.rates[0]?.counted, "operations")
  })
})

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
    assert.include(report.answer, "What limits the server is unknown: give --watch and --databaseUrl.")
    assert.deepStrictEqual(report.phases[0]?.limits, [])
    assert.include(experiments(report), "Measure phase load with --databaseUrl.")
    assert.include(experiments(report), "Measure phase load with --watch.")
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
      databaseLimits({
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
    const few = [{ event: "IO:WALSync", seen: 19 }]
    assert.deepStrictEqual(databaseLimits({ ...sampleDatabase(10), waits: few }), [])
    assert.deepStrictEqual(databaseLimits(null), [])
  })

  it("does not ask for the database where it was watched and nothing stood out", () => {
    const database = { ...sampleDatabase(10), waits: [] }
    const processes = [watched("name:dotnet", [0.5], 1e6)]
    const report = reportOf([
      ofRun("load", { requests: { ...summary.requests, failed: 0 }, database, processes })
    ])
    assert.include(report.answer, "What limits the server is unknown: no figure stood out.")
    assert.notInclude(planText(report), "--databaseUrl")
    assert.notInclude(planText(report), "--watch")
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

  it("names other programs on the machine once, though the load generator and the processors both show them", () => {
    const { generator } = sampleSummary(10, 10)
    const others = { mean: 1.88, max: 1.9, processors: 2, busiest: [] }
    const limited = generator && { ...generator, limited: true, limitedBy: "machine" as const, others }
    const cpuCores = { mean: 0.1, max: 0.2 }
    const processes = [watched("pid:7", [0.4], 1e8)]
    const kinds = (is: typeof generator) =>
      runLimits({ ...summary, processes, generator: is && { ...is, cpuCores } }).map(({ kind }) => kind)
    assert.deepStrictEqual(kinds(limited), ["machine"])
    assert.deepStrictEqual(kinds(limited && { ...limited, limited: false, limitedBy: null, reasons: [] }), [
      "machine"
    ])
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
    assert.include(report.confidence.join(" "), "The figures of load do not describe the server alone")
    assert.include(experiments(report), "Measure phase load again with more --workers")
  })

  it("is the same in the terminal and in Markdown, with links to the pages of phases", () => {
    const report = reportOf([ofRun("load")])
    assert.include(planText(report), report.answer)
    const markdown = planMarkdown(report)
    assert.isTrue(markdown.startsWith("# Plan mine: completed\n\n1 of 1 phase completed."))
    assert.include(markdown, "Details: [load](01-load/report.html).")
  })

  it("has the knee of a stress, what broke beyond it, and the soak with its drift", () => {
    const report = reportOf([ofStress("mix")])
    const [mix] = report.phases
    assert.deepStrictEqual(
      mix?.rows.map(({ load, marked }) => [load, marked]),
      [
        ["5 users", null],
        ["10 users", "knee"],
        ["20 users", null],
        ["soak with 7 users", null]
      ]
    )
    assert.include(report.answer, "mix: 540 operations/s, p95 90 ms with 10 users, the knee.")
    assert.deepStrictEqual(mix?.limits, [
      {
        kind: "server",
        what: "server, whose throughput no longer grows with its load",
        evidence: "From 10 users to 20 users throughput fell by 5 %, p50 grew by 100 % and p95 grew by 100 %."
      },
      {
        kind: "drift",
        what: "server, which gets slower with time at the same load",
        evidence:
          "In the soak with 7 users: Between 6:00 and 1:00:00 the load was constant, but latency p95 grew by 51.2 %, from " +
          "80 ms to 121 ms. Figures of the whole run are means over this change."
      }
    ])
    assert.match(
      mix?.verdict ?? "",
      /^The knee is 10 users\. Soak with 7 users for 1:00:00: .* It drifted\.$/
    )
    assert.notInclude(experiments(report), "soakAfter")
    assert.notInclude(experiments(report), "maxUsers")
  })

  it("recommends a soak where none was measured, more load at the maximum, and less where the first load broke", () => {
    const of = (some: Partial<Stress>) => experiments(reportOf([ofStress("mix", { soak: null, ...some })]))
    assert.include(of({}), "Measure phase mix with soakAfter, such as 60m.")
    const atMaximum = of({ knee: { _tag: "NotReached", good: 320 } })
    assert.include(atMaximum, "Measure phase mix with a higher maxUsers.")
    assert.notInclude(atMaximum, "soakAfter")
    assert.notInclude(atMaximum, "Add a phase that searches the knee")
    assert.notInclude(of({ knee: { _tag: "NotReached", good: 160 } }), "a higher maxUsers")
    const first: Stress["knee"] = { _tag: "Knee", good: 5, broken: 10, broke: ["flattens"] }
    assert.include(of({ knee: first }), "Measure phase mix from a lower first load.")
    assert.notInclude(of({}), "lower first load")
    const [step] = sampleStress.steps
    const began = (outcome: StressStep["outcome"]) =>
      of({ knee: { _tag: "None" }, steps: step === undefined ? [] : [{ ...step, outcome }] })
    assert.include(began("broken"), "Measure phase mix from a lower first load.")
    assert.notInclude(began("limited"), "lower first load")
    assert.notInclude(began("locked"), "lower first load")
    const both = experiments(reportOf([ofStress("mix"), ofStress("students", { soak: null })]))
    assert.notInclude(both, "soakAfter")
  })

  it("names locks that held sessions up for long, and not those that a load takes for milliseconds", () => {
    const blockedFor = (sustainedSeconds: number, longestSeconds: number, maxHidden = 0) => {
      const database = sampleDatabase(60)
      const blocking = { ...database.blocking, sustainedSeconds, longestSeconds, maxHidden }
      return databaseLimits({ ...database, waits: [], blocking })
    }
    const [lock] = blockedFor(12, 7)
    assert.strictEqual(lock?.kind, "locks")
    assert.include(
      lock?.evidence ?? "",
      "for 12 s without a break (database.blockedSeconds), up to 2 sessions at a time"
    )
    assert.include(lock?.evidence ?? "", 'Most often "UPDATE dms.document')
    assert.deepStrictEqual(blockedFor(9, 7), [])
    assert.deepStrictEqual(blockedFor(60, 0.2), [])
    assert.deepStrictEqual(blockedFor(12, 7, 1), [])
  })

  describe("of a load that stayed the same", () => {
    const series = (name: string, some: Partial<DriftSeries>): DriftSeries => ({
      name,
      kind: "latency",
      unit: "ms",
      from: 100,
      to: 150,
      perHour: 50,
      interval: { low: 48, high: 52 },
      verdict: "drift",
      ...some
    })
    const slower = series("latency p95", {})
    const faster = series("latency p50", { to: 50 })
    const leak = series("memory of name:dotnet", {
      kind: "memory",
      unit: "bytes",
      from: 1e8,
      to: 2e8,
      verdict: "leak"
    })
    const drift = (...all: ReadonlyArray<DriftSeries>): Drift => ({
      fromSeconds: 360,
      toSeconds: 3600,
      series: all
    })
    const limitsOf = (phase: ReturnType<typeof ofRun> | ReturnType<typeof ofStress>) =>
      reportOf([phase]).phases[0]?.limits

    it("names a server that got slower and memory that grew, and what would tell the cause", () => {
      const report = reportOf([ofRun("soak", { drift: drift(slower, faster, leak) })])
      assert.deepStrictEqual(
        report.phases[0]?.limits.map(({ kind, what }) => [kind, what]),
        [
          ["drift", "server, which gets slower with time at the same load"],
          ["memory", "memory of name:dotnet, which grows as with a leak"]
        ]
      )
      assert.include(
        report.phases[0]?.limits[0]?.evidence,
        "latency p95 grew by 50.0 %, from 100 ms to 150 ms."
      )
      assert.match(experiments(report), /Restart the server.*soak[^]*memory dumps/)
    })

    it("does so in the soak of stress", () => {
      const { soak } = sampleStress
      assert.isNotNull(soak)
      const kinds = limitsOf(ofStress("climb", { soak: { ...soak, drift: drift(leak) } }))?.map(
        ({ kind }) => kind
      )
      assert.deepStrictEqual(kinds, ["server", "memory"])
    })

    it("names none of a server that got faster, is steady, or was measured by a limited load generator", () => {
      assert.deepStrictEqual(limitsOf(ofRun("soak", { drift: drift(faster) })), [])
      assert.deepStrictEqual(limitsOf(ofRun("soak", { drift: drift({ ...slower, verdict: "unclear" }) })), [])
      const { generator } = sampleSummary(10, 10)
      assert.isNotNull(generator)
      const limited = { ...generator, limited: true, limitedBy: "generator" as const, reasons: ["too busy"] }
      const kinds = limitsOf(ofRun("soak", { drift: drift(slower, leak), generator: limited }))?.map(
        ({ kind }) => kind
      )
      assert.deepStrictEqual(kinds, ["generator"])
    })
  })

  it("has the top statements of all phases together, with their share and their phases", () => {
    const report = reportOf([
      ofRun("one", { database: sampleDatabase(10) }),
      ofRun("two", { database: sampleDatabase(30) }),
      ofRun("three")
    ])
    const [first, second] = report.statements
    assert.deepInclude(first, {
      text: "INSERT INTO dms.document VALUES ($1, $2)",
      calls: 40_000,
      totalMillis: 16_000,
      phases: ["two", "one"]
    })
    assert.closeTo(first?.share ?? 0, 6 / 11, 1e-9)
    assert.strictEqual(second?.totalMillis, 8000)
    assert.include(
      planText(report),
      "54.5 % of the time of all statements: INSERT INTO dms.document VALUES ($1, $2); 40,000 calls, 16 s in all, 0.4 ms each (two and one)"
    )
    assert.notInclude(planText(reportOf([ofRun("load")])), "Top statements")
  })

  it("has what watched processes used, and what the phases were measured with", () => {
    const report = reportOf([
      ofRun("one", {
        processes: [watched("name:postgres", [1, 2], 50e6)],
        manifest: manifestWith(4),
        database: sampleDatabase(10)
      }),
      ofRun("two", { manifest: manifestWith(8) })
    ])
    const text = planText(report)
    assert.include(
      text,
      "one: name:postgres used 1.50 cores, at most 2; memory from 50 MB to 100 MB, at most 100 MB."
    )
    assert.deepStrictEqual(report.manifest, [
      { name: "tool", values: ["edfi-perf 0.1.0, commit 9f3c2ab41d20"] },
      { name: "server", values: ["8.0.0, Ed-Fi 5.2.0"] },
      {
        name: "generator's machine",
        values: ["a CPU, 4 cores, 8 GB, linux, Node v22", "a CPU, 8 cores, 8 GB, linux, Node v22"]
      },
      { name: "database", values: ["PostgreSQL 15.18, 31 MB before and 31.9 MB after the load"] }
    ])
    assert.include(planMarkdown(report), "## Manifest\n\n- tool: edfi-perf 0.1.0, commit")
  })

  it("counts the phases without a caveat in correct sentences", () => {
    const drifting = sampleStress.soak?.drift ?? null
    assert.strictEqual(
      reportOf([ofRun("one", { drift: drifting })]).confidence[0],
      "0 of 1 measured phase has no caveat."
    )
    assert.strictEqual(
      reportOf([ofRun("one"), ofRun("two", { drift: drifting })]).confidence[0],
      "1 of 2 measured phases has no caveat."
    )
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
