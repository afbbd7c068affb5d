/** A made-up plan: every command, texts of servers that are long, a phase that failed and one that was skipped. */
import { planReport } from "../../src/plans/planReport.ts"
import type { PhaseDocument } from "../../src/result/PageData.ts"
import type { PlanReport } from "../../src/result/PlanReport.ts"
import { sampleCapacity } from "../result/sampleCapacity.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { watched } from "../result/sampleProcesses.ts"
import { sampleStress } from "../result/sampleStress.ts"
import { sampleSummary } from "../result/sampleSummary.ts"
import { sampleUserSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"
import { journalOf, phaseOf } from "./journals.ts"

const database = sampleDatabase(60)

const documents: ReadonlyArray<readonly [name: string, document: PhaseDocument]> = [
  [
    "writes",
    {
      _tag: "Report",
      files: [],
      summary: {
        ...sampleSummary(600, 10),
        database: {
          ...database,
          blocking: { ...database.blocking, sustainedSeconds: 40, longestSeconds: 12, maxHidden: 0 }
        },
        processes: [
          watched("name:dotnet", [0.4, 1.2, 0.9], 120e6),
          watched("name:postgres", [0.2, 0.3, 0.2], 90e6)
        ]
      }
    }
  ],
  ["batches", { _tag: "Versus", versus: sampleVersus(4) }],
  ["users", { _tag: "Sweep", sweep: sampleUserSweep() }],
  ["knee", { _tag: "Stress", stress: sampleStress }],
  ["rate", { _tag: "Capacity", capacity: sampleCapacity }]
]

const commands = {
  Report: "run",
  Versus: "versus",
  Sweep: "sweep",
  Stress: "stress",
  Capacity: "capacity"
} as const

export const samplePlan: PlanReport = planReport(
  {
    ...journalOf(
      ...documents.map(([name, { _tag }]) => phaseOf(name, commands[_tag])),
      phaseOf("mix", "run", {
        state: "failed",
        exitCode: 3,
        reason:
          "the server has no resource graduationPlanRequirements: choose others with --resources, or exclude them",
        files: []
      }),
      phaseOf("soak", "run", { state: "skipped", startedAt: null, endedAt: null, exitCode: null, files: [] })
    ),
    name: "release-2026-11",
    description: "All workloads of a release, from the first request to the soak"
  },
  new Map(documents)
)
