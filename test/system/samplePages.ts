/** Every kind of page that opens from disk, made from sample documents. */
import * as Either from "effect/Either"
import * as Struct from "effect/Struct"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { parseFailOn } from "../../src/compare/failOn.ts"
import type { Figures } from "../../src/result/Figures.ts"
import type { ProcessesInSlice } from "../../src/result/ProcessActivity.ts"
import type { Stress } from "../../src/result/Stress.ts"
import type { PageData } from "../../src/result/PageData.ts"
import { figuresOf, runOf, timelineOf } from "../compare/runs.ts"
import { samplePlan } from "../plans/samplePlan.ts"
import {
  agent,
  calm,
  lost,
  sampleAgents,
  sampleSliceAgents,
  summaryOnAgents
} from "../result/sampleAgents.ts"
import { sampleCapacity, sampleCollapse } from "../result/sampleCapacity.ts"
import { watched } from "../result/sampleProcesses.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { sampleStress } from "../result/sampleStress.ts"
import { sampleSweep, sampleUserSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"
import type { Versus } from "../../src/result/Versus.ts"

/** Text from elsewhere that would run as code if a page did not escape it. */
export const hostile = "</script><script>alert(1)</script>"

const figures = (operations: number, p95: number) =>
  figuresOf({
    "operations.perSecond": operations,
    "requests.perSecond": operations / 30,
    "requests.total": operations * 2,
    "latency.p50": p95 / 2,
    "latency.p95": p95,
    "failures.count": 0,
    "failures.ratio": 0
  })

const waves = (around: number) =>
  timelineOf(Array.from({ length: 60 }, (_, i) => around + 10 * Math.round(5 * Math.sin(i))))

const comparedRuns = [
  runOf("before", {
    total: figures(1000, 20),
    timeline: waves(1000),
    byName: [{ name: "</script><b>students", method: "POST", figures: figures(1000, 20), succeeded: null }]
  }),
  runOf("after", {
    total: figures(1200, 25),
    timeline: waves(1200),
    config: { clientCount: 20 },
    notes: [{ kind: "limited", sentence: "The load generator was the bottleneck." }]
  }),
  runOf("old", {
    source: "locust",
    path: "old/volume_stats.csv",
    testType: null,
    config: null,
    unknown: ["operations.perSecond"],
    total: figuresOf({ "requests.perSecond": 30, "latency.p95": 200 }),
    notes: [{ kind: "source", sentence: "Locust's files do not tell operations." }],
    timeline: waves(700).map((point) => ({ ...point, operations: null }))
  })
]

const failOns = ["latency.p95 +10%", "requests.perSecond -5%"].map((text) =>
  Either.getOrThrow(parseFailOn(text))
)

export const comparedPage: PageData = {
  _tag: "Compared",
  comparison: compareRuns(comparedRuns, failOns)
}

export const closedSummary = sampleSummary(3600, 2)

export const closedPage: PageData = {
  _tag: "Report",
  summary: closedSummary,
  files: ["summary.json", "batch_volume_stats.csv"]
}

const cores = (around: number) => Array.from({ length: 900 }, (_, i) => around * (1 + 0.3 * Math.sin(i / 20)))

/** A run with watched processes, one of which leaks. */
export const watchedPage: PageData = {
  _tag: "Report",
  summary: {
    ...sampleSummary(900, 2),
    processes: [
      watched("name:dotnet", cores(1.1), 400_000),
      { ...watched("http://db.example.org:9187/metrics", cores(0.4), 90_000), maxProcesses: null }
    ],
    drift: {
      fromSeconds: 90,
      toSeconds: 900,
      series: [
        {
          name: "memory of name:dotnet",
          kind: "memory",
          unit: "bytes",
          from: 40e6,
          to: 360e6,
          perHour: 1440e6,
          interval: { low: 1430e6, high: 1450e6 },
          verdict: "leak"
        }
      ]
    }
  },
  files: ["summary.json"]
}

export const planPage: PageData = { _tag: "Plan", plan: samplePlan }

const short = sampleSummary(300, 1)

/** The open model, with dropped iterations and without failures, thresholds or a database. */
/** The service times of an open run, equal to its latencies. */
const withServices = <Row extends Pick<Figures, "byOutcome" | "latencyMs">>(row: Row) => ({
  ...row,
  serviceMs: row.latencyMs,
  byOutcome: row.byOutcome && {
    succeeded: { ...row.byOutcome.succeeded, serviceMs: row.byOutcome.succeeded.latencyMs },
    failed: { ...row.byOutcome.failed, serviceMs: row.byOutcome.failed.latencyMs }
  }
})

export const openModelPage: PageData = {
  _tag: "Report",
  summary: {
    ...withServices(short),
    model: "open",
    testType: "VOLUME",
    database: null,
    failures: [],
    thresholds: [],
    starts: { ...short.starts, dropped: 12 },
    byName: short.byName.map(withServices),
    timeline: short.timeline.map((point, i) => ({ ...point, dropped: i % 100 === 0 ? 4 : 0 }))
  },
  files: []
}

/** A run that lost an agent, lacked a processor on another one, and has a name that would run as code. */
export const agentsPage: PageData = {
  _tag: "Report",
  summary: summaryOnAgents(
    sampleAgents(
      [
        agent("lab-1"),
        agent(hostile, { health: { ...calm, processorWait: { mean: 0.31, max: 0.5 } }, reconnects: 1 }),
        agent("lab-3", { lost, health: null })
      ],
      { onAgentLost: "continue" }
    )
  ),
  files: []
}

const onAgents = (side: Versus["single"]): Versus["single"] => ({
  ...side,
  slices: side.slices.map((slice) => ({
    ...slice,
    agents: sampleSliceAgents([{ name: "lab-1" }, { name: "a".repeat(64), lost, limited: [hostile] }], {
      startSkewMillis: 340
    })
  }))
})

/** Two agents, one of them with the longest name, lost and limited. */
export const versusOnAgentsPage: PageData = {
  _tag: "Versus",
  versus: { ...sampleVersus(4), single: onAgents(sampleVersus(4).single), warnings: [hostile] }
}

export const sampleVersusRun = { ...sampleVersus(10), warnings: [hostile] }
export const sampleSweepRun = sampleSweep([1, 10, 50])

export const versusPage: PageData = { _tag: "Versus", versus: sampleVersusRun }
export const sweepPage: PageData = { _tag: "Sweep", sweep: sampleSweepRun }
export const usersPage: PageData = { _tag: "Sweep", sweep: sampleUserSweep("VOLUME") }

const noResult =
  "No trustworthy result: other programs had the processors in 6 of 8 slices of single requests."

/** A study whose figures do not describe the server. */
export const untrustedPage: PageData = {
  _tag: "Versus",
  versus: { ...sampleVersus(8), noResult, verdict: `${noResult} Measured was: 3.6 times as many operations.` }
}
export const stressPage: PageData = { _tag: "Stress", stress: sampleStress }

/** Without its timeline. */
const inSlice = (label: string, used: number, some: Partial<ProcessesInSlice> = {}): ProcessesInSlice => ({
  ...Struct.omit(watched(label, [used], 400e6), "timeline"),
  ...some
})

/** A stress study whose server uses up its processors. */
const watchedStress: Stress = {
  ...sampleStress,
  steps: sampleStress.steps.map((step) => ({
    ...step,
    slices: step.slices.map((slice) => ({
      ...slice,
      generator: { cores: 0.2, others: { cores: 0.4 * step.load, processors: 8, busiest: [] } },
      processes: [
        inSlice("name:dotnet", Math.min(3.8, 0.3 * step.load)),
        inSlice("http://db.example.org:9187/metrics", 0.5, { maxProcesses: null })
      ]
    }))
  })),
  limits: [
    {
      kind: "processors",
      what: "processors that name:dotnet may use",
      evidence: "name:dotnet used 3.80 of 4 processors."
    }
  ],
  processes: [watched("name:dotnet", cores(1.1), 400_000)],
  manifest: {
    tool: { name: "edfi-perf", version: "0.1.0", commit: "9f3c2ab41d2093c5d1c7b5e5bb3a8a2c0f1e2d3c" },
    server: null,
    machine: null,
    database: { version: "15.18", name: "edfi", bytesBefore: 12_100_000, bytesAfter: 30_400_000 },
    fresh: { isFresh: true, because: "dms.document had never had a row" },
    endedAt: "2026-11-28T09:00:00.000Z"
  }
}

export const watchedStressPage: PageData = { _tag: "Stress", stress: watchedStress }
export const capacityPage: PageData = { _tag: "Capacity", capacity: sampleCapacity }
export const collapsePage: PageData = { _tag: "Capacity", capacity: sampleCollapse }
