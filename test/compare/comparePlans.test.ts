/** Folders of plans and of studies, compared. */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { comparePlans, readPlans } from "../../src/compare/comparePlans.ts"
import { parseFailOn } from "../../src/compare/failOn.ts"
import { readRun } from "../../src/compare/readRun.ts"
import { planComparisonCsv, planComparisonText } from "../../src/output/planComparisonText.ts"
import { type JournalPhase, PlanJournalJson } from "../../src/result/PlanJournal.ts"
import { phaseVerdicts } from "../../src/result/PlanComparison.ts"
import { type Stress, stressJson } from "../../src/result/Stress.ts"
import { markedPlace, SweepJson } from "../../src/result/Sweep.ts"
import { VersusJson } from "../../src/result/Versus.ts"
import { sampleStress } from "../result/sampleStress.ts"
import { sampleUserSweep } from "../result/sampleSweep.ts"
import { sampleVersus } from "../result/sampleVersus.ts"
import { filesIn, ownSummary, withFiles } from "./files.ts"

const phaseOf = (name: string, index: number, some: Partial<JournalPhase> = {}): JournalPhase => ({
  name,
  command: "run",
  settings: {},
  continueOnFailure: false,
  folder: `0${index}-${name}`,
  plannedSeconds: null,
  state: "completed",
  startedAt: null,
  endedAt: null,
  exitCode: 0,
  reason: null,
  files: ["summary.json"],
  setAside: [],
  ...some
})

const journalText = (phases: ReadonlyArray<JournalPhase>) =>
  Effect.orDie(
    Schema.encode(PlanJournalJson)({
      version: "0.1.0",
      name: "mine",
      description: null,
      source: "mine.yaml",
      digest: "abc",
      target: {},
      startedAt: "2026-11-28T20:00:00.000Z",
      endedAt: null,
      phases
    })
  )

const limits = (...texts: ReadonlyArray<string>) => texts.map((text) => Either.getOrThrow(parseFailOn(text)))

/** Two plans: `load` is slower in the second one, `users` is a sweep, `old` is in the first and `new` in the second. */
const twoPlans = Effect.gen(function* () {
  const summary = yield* ownSummary
  const slower = summary.replaceAll(/"p95": [\d.]+/g, '"p95": 99999')
  const sweep = yield* Effect.orDie(Schema.encode(SweepJson)(sampleUserSweep()))
  const users = phaseOf("users", 2, { command: "sweep", files: ["sweep.json"] })
  const skipped = phaseOf("late", 4, { state: "skipped", files: [] })
  const folder = yield* filesIn({
    "a/plan.json": yield* journalText([phaseOf("load", 1), users, phaseOf("old", 3), skipped]),
    "a/01-load/summary.json": summary,
    "a/02-users/sweep.json": sweep,
    "a/03-old/summary.json": summary,
    "b/plan.json": yield* journalText([phaseOf("load", 1), users, phaseOf("new", 3), skipped]),
    "b/01-load/summary.json": slower,
    "b/02-users/sweep.json": sweep,
    "b/03-new/summary.json": summary,
    "run/summary.json": summary
  })
  return { a: `${folder}/a`, b: `${folder}/b`, run: `${folder}/run` }
})

describe("the folders of two plans", () => {
  it.scoped("are compared phase by phase, with the limits applied to each", () =>
    withFiles(
      Effect.gen(function* () {
        const { a, b } = yield* twoPlans
        const plans = yield* readPlans([a, b])
        assert.isDefined(plans)
        if (plans === undefined) return
        const comparison = yield* comparePlans(plans, limits("latency.p95 +10%"))
        assert.deepStrictEqual(
          phaseVerdicts(comparison).map(({ passed, sentence }) => [sentence.slice(0, 14), passed]),
          [
            ["load: failed: ", false],
            ["users: passed:", true]
          ]
        )
        assert.deepStrictEqual(
          comparison.notCompared.map(({ name, reason }) => [name, reason.replaceAll(/\S*\//g, "")]),
          [
            ["old", "b does not have it"],
            ["late", "it is skipped in a; it is skipped in b"],
            ["new", "a does not have it"]
          ]
        )
        const text = planComparisonText(comparison)
        assert.match(text, /\nload +[\d.,]+ +[\d.,]+ +same /)
        assert.include(text, "not compared: old, because ")
        assert.match(planComparisonCsv(comparison), /^Phase,Request,Figure/)
      })
    )
  )

  it.scoped("apply a limit of a request name only to phases that send it", () =>
    withFiles(
      Effect.gen(function* () {
        const { a, b } = yield* twoPlans
        const plans = yield* readPlans([a, b])
        if (plans === undefined) return assert.fail("no plans")
        const comparison = yield* comparePlans(plans, limits("1 user.latency.p95 +10%"))
        assert.deepStrictEqual(
          phaseVerdicts(comparison).map(({ sentence }) => sentence.slice(0, 5)),
          comparison.phases.some(({ comparison: { groups } }) => groups.some(({ name }) => name === "1 user"))
            ? ["users"]
            : []
        )
      })
    )
  )

  it.scoped("are not compared with a run, and runs are no plans", () =>
    withFiles(
      Effect.gen(function* () {
        const { a, run } = yield* twoPlans
        const { message } = yield* Effect.flip(readPlans([a, run]))
        assert.include(message, "is the folder of a plan, which is compared with another plan only")
        assert.isUndefined(yield* readPlans([run, run]))
      })
    )
  )

  it.scoped("may not lead outside of the folder of the plan", () =>
    withFiles(
      Effect.gen(function* () {
        const folder = yield* filesIn({
          "a/plan.json": yield* Effect.map(journalText([phaseOf("x", 1)]), (text) =>
            text.replace("01-x", "../secret")
          )
        })
        const { message } = yield* Effect.flip(readPlans([`${folder}/a`, `${folder}/a`]))
        assert.include(message, "is not a valid plan.json")
      })
    )
  )
})

describe("the folder of a study", () => {
  it.scoped("is compared by the load that answers its question, and by each load", () =>
    withFiles(
      Effect.gen(function* () {
        const sweep = sampleUserSweep()
        const folder = yield* filesIn({
          "s/sweep.json": yield* Effect.orDie(Schema.encode(SweepJson)(sweep)),
          "v/versus.json": yield* Effect.orDie(Schema.encode(VersusJson)(sampleVersus(2)))
        })
        const run = yield* readRun(`${folder}/s`)
        const best = sweep.points.find(
          ({ clientCount }) => clientCount === markedPlace(sweep.answer)?.place.clientCount
        )
        assert.strictEqual(run.total["latency.p95"], best?.figures?.latencyMs?.p95 ?? null)
        assert.lengthOf(run.byName, sweep.points.filter(({ figures }) => figures !== null).length)
        const versus = yield* readRun(`${folder}/v`)
        assert.strictEqual(versus.total["operations.perSecond"], sampleVersus(2).batch.operations.perSecond)
        const fs = yield* FileSystem.FileSystem
        yield* fs.writeFileString(`${folder}/s/sweep.json`, "{}")
        const { message } = yield* Effect.flip(readRun(`${folder}/s`))
        assert.include(message, "is not a valid sweep.json: at ")
      })
    )
  )
  it.scoped(
    "says of stress that the compared load is no knee, if the one beyond it could not be judged",
    () =>
      withFiles(
        Effect.gen(function* () {
          const locked: Stress = { ...sampleStress, knee: { _tag: "Locked", good: 10, locked: 20 } }
          const folder = yield* filesIn({
            "knee/stress.json": yield* stressJson(sampleStress),
            "locked/stress.json": yield* stressJson(locked)
          })
          const notes = (name: string) =>
            Effect.map(readRun(`${folder}/${name}`), (run) => run.notes.map(({ kind }) => kind))
          assert.deepStrictEqual([yield* notes("knee"), yield* notes("locked")], [[], ["bound"]])
        })
      )
  )
})
