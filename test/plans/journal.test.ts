/** The states of a plan: what is measured next, what is skipped, and what --resume keeps. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import {
  beginPhase,
  differencesFrom,
  endPhase,
  endPlan,
  newJournal,
  nextPhase,
  planExitCode,
  resumed,
  toSetAside
} from "../../src/plans/journal.ts"
import type { PlanJournal } from "../../src/result/PlanJournal.ts"
import { journalHead } from "./journals.ts"

const at = "2026-11-28T20:00:00.000Z"

const planOf = (continues: ReadonlyArray<boolean>) => ({
  ...journalHead,
  phases: continues.map((continueOnFailure, index) => ({
    name: `phase${index}`,
    command: "run",
    settings: { clientCount: String(index + 1) },
    continueOnFailure,
    plannedSeconds: 10
  }))
})

/** Carries out phases until none is left. @param exitCodes of the phases, by index */
const carriedOut = (first: PlanJournal, exitCodes: ReadonlyArray<number>): PlanJournal => {
  const index = nextPhase(first)
  if (index === undefined) return endPlan(first, at)
  const end = { exitCode: exitCodes[index] ?? 0, reason: null, files: [] }
  return carriedOut(endPhase(beginPhase(first, index, at), index, end, at), exitCodes)
}

const statesOf = ({ phases }: PlanJournal) => phases.map(({ state }) => state)

const phases = fc.array(
  fc.record({ continues: fc.boolean(), exitCode: fc.constantFrom(0, 1, 2, 3, 4, 130) }),
  { minLength: 1, maxLength: 8 }
)

const journalOf = (drawn: ReadonlyArray<{ readonly continues: boolean }>) =>
  newJournal(planOf(drawn.map(({ continues }) => continues)), at)

describe("a plan", () => {
  it("measures its phases in order, in numbered folders", () => {
    const journal = newJournal(planOf([false, false]), at)
    assert.deepStrictEqual(
      journal.phases.map(({ folder }) => folder),
      ["01-phase0", "02-phase1"]
    )
    assert.strictEqual(nextPhase(journal), 0)
    assert.deepStrictEqual(statesOf(beginPhase(journal, 0, at)), ["running", "pending"])
    assert.deepStrictEqual(statesOf(carriedOut(journal, [0, 0])), ["completed", "completed"])
  })

  it("ends at a failure, unless the phase says to continue", () => {
    const journal = carriedOut(newJournal(planOf([true, false, false]), at), [1, 3, 0])
    assert.deepStrictEqual(statesOf(journal), ["failed", "failed", "skipped"])
    assert.strictEqual(journal.phases[2]?.reason, "phase phase1 failed")
    assert.strictEqual(planExitCode(journal), 3)
  })

  it("has exit code 1 if only phases failed after which it went on", () => {
    assert.strictEqual(planExitCode(carriedOut(newJournal(planOf([true, false]), at), [3, 0])), 1)
    assert.strictEqual(planExitCode(carriedOut(newJournal(planOf([false]), at), [0])), 0)
  })

  it("ends at an interrupt, whatever the phase says", () => {
    const journal = carriedOut(newJournal(planOf([true, true]), at), [130, 0])
    assert.deepStrictEqual(statesOf(journal), ["interrupted", "skipped"])
    assert.strictEqual(planExitCode(journal), 130)
  })

  it("leaves no phase pending or running, and skips only after the phase that ended it", () => {
    fc.assert(
      fc.property(phases, (drawn) => {
        const states = statesOf(
          carriedOut(
            journalOf(drawn),
            drawn.map(({ exitCode }) => exitCode)
          )
        )
        assert.notIncludeMembers(states, ["pending", "running"])
        const first = states.indexOf("skipped")
        if (first >= 0) assert.isTrue(states.slice(first).every((state) => state === "skipped"))
      })
    )
  })
})

describe("--resume", () => {
  it("measures again what was lost while it was running, and keeps what was completed", () => {
    const first = newJournal(planOf([false, false, false]), at)
    const crashed = beginPhase(
      endPhase(beginPhase(first, 0, at), 0, { exitCode: 0, reason: null, files: ["summary.json"] }, at),
      1,
      at
    )
    assert.deepStrictEqual(toSetAside(crashed), [1])
    const going = resumed(crashed, new Map([[1, "02-phase1.interrupted-1"]]))
    assert.deepStrictEqual(statesOf(going), ["completed", "pending", "pending"])
    assert.deepStrictEqual(going.phases[1]?.setAside, ["02-phase1.interrupted-1"])
    assert.deepStrictEqual(going.phases[0]?.files, ["summary.json"])
  })

  it("keeps every phase with a verdict after which the plan went on, and ends like a plan without a break", () => {
    fc.assert(
      fc.property(phases, (drawn) => {
        const ended = carriedOut(
          journalOf(drawn),
          drawn.map(({ exitCode }) => exitCode)
        )
        const again = carriedOut(resumed(ended, new Map()), [])
        for (const [index, { continues, exitCode }] of drawn.entries()) {
          const before = ended.phases[index]
          const isKept =
            before?.state === "completed" || (before?.state === "failed" && continues && exitCode !== 130)
          assert.strictEqual(again.phases[index]?.state, isKept ? before.state : "completed")
        }
        assert.strictEqual(nextPhase(again), undefined)
      })
    )
  })

  it("says what has changed", () => {
    const plan = planOf([false, false])
    const journal = newJournal(plan, at)
    assert.deepStrictEqual(differencesFrom(journal, plan), [])
    const [first, second] = plan.phases
    assert.deepStrictEqual(
      differencesFrom(journal, {
        ...plan,
        digest: "def",
        target: { baseUrl: "http://other", workers: "2" },
        phases: [{ ...first, settings: { clientCount: "9" } }, second].flatMap((phase) =>
          phase === undefined
            ? []
            : [{ name: "", command: "run", continueOnFailure: false, plannedSeconds: 1, ...phase }]
        )
      }),
      [
        "phase phase0: clientCount was 1 and is 9",
        "--baseUrl was http://127.0.0.1:8080 and is http://other",
        "--workers was not set and is 2"
      ]
    )
    assert.deepStrictEqual(differencesFrom(journal, { ...plan, digest: "def" }), [
      "the content of a file that the plan names has changed"
    ])
    assert.deepStrictEqual(differencesFrom(journal, { ...plan, phases: plan.phases.slice(1) }), [
      "the phases were phase0, phase1 and are phase1"
    ])
  })
})
