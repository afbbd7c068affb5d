import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Step } from "../../src/domain/ResourceVerdict.ts"
import {
  afterStep,
  beginWalk,
  nextStep,
  notTried,
  stepsOf,
  verdictOf,
  type Walkable
} from "../../src/scenarios/pipecleanSteps.ts"

const everything: Walkable = { canCreate: true, canUpdate: true, canDelete: true, hasCompanions: true }
const nothing: Walkable = { canCreate: false, canUpdate: false, canDelete: false, hasCompanions: false }

const failure = { request: "REQUEST", problem: "the problem" }

/** Takes all steps; those in `failing` fail. */
const walk = (walkable: Walkable, failing: ReadonlyArray<Step> = []) => {
  let state = beginWalk(walkable)
  for (let step = nextStep(state); step !== undefined; step = nextStep(state)) {
    state = afterStep(state, step, failing.includes(step) ? failure : undefined)
  }
  return { tried: state.tried, verdict: verdictOf("ed-fi/students", state) }
}

const all: ReadonlyArray<Step> = [
  "parents",
  "list",
  "create",
  "createCompanions",
  "read",
  "find",
  "update",
  "readUpdated",
  "deleteCompanions",
  "delete",
  "readDeleted",
  "deleteParents"
]

describe("the steps of PIPECLEAN", () => {
  it("are taken in order, and pass a resource if all succeed", () => {
    assert.deepStrictEqual(walk(everything), {
      tried: all,
      verdict: { resource: "ed-fi/students", verdict: "passed" }
    })
  })

  it("of a resource that is only read are a list and one document", () => {
    assert.deepStrictEqual(walk(nothing), {
      tried: ["list", "read"],
      verdict: { resource: "ed-fi/students", verdict: "readOnly" }
    })
  })

  it("leave out what the server does not offer", () => {
    const { tried } = walk({ ...nothing, canCreate: true })
    assert.deepStrictEqual(tried, ["parents", "list", "create", "read", "find"])
  })

  it("leave out companions of records that are no people", () => {
    const { tried } = walk({ ...everything, hasCompanions: false })
    assert.deepStrictEqual(
      tried,
      all.filter((step) => !step.endsWith("Companions"))
    )
  })

  /** What is deleted of a record that is there. */
  const cleanUp = ["deleteCompanions", "delete", "deleteParents"] as const
  const upTo = (step: Step) => all.slice(0, all.indexOf(step) + 1)

  const table: ReadonlyArray<readonly [Step, ReadonlyArray<Step>]> = [
    ["parents", ["parents", "deleteParents"]],
    ["list", ["parents", "list", "deleteParents"]],
    ["create", ["parents", "list", "create", "deleteParents"]],
    ["createCompanions", [...upTo("createCompanions"), ...cleanUp]],
    ["read", [...upTo("read"), ...cleanUp]],
    ["update", [...upTo("update"), ...cleanUp]],
    ["deleteCompanions", [...upTo("delete"), "deleteParents"]],
    // The parents of a record that is still there cannot be deleted.
    ["delete", upTo("delete")],
    ["readDeleted", all]
  ]

  it.each(table)("after a failure at %s only delete what is there", (step, tried) => {
    assert.deepStrictEqual(walk(everything, [step]), {
      tried,
      verdict: { resource: "ed-fi/students", verdict: "failed", step, ...failure }
    })
  })

  it("end, whatever fails, with the first failure as the verdict", () => {
    fc.assert(
      fc.property(
        fc.subarray([...all]),
        fc.record({
          canCreate: fc.boolean(),
          canUpdate: fc.boolean(),
          canDelete: fc.boolean(),
          hasCompanions: fc.boolean()
        }),
        (failing, walkable) => {
          const { tried, verdict } = walk(walkable, failing)
          assert.deepStrictEqual(
            tried,
            stepsOf(walkable).filter((step) => tried.includes(step))
          )
          const first = tried.find((step) => failing.includes(step))
          assert.strictEqual(verdict.step, first)
          assert.strictEqual(verdict.verdict === "failed", first !== undefined)
          if (walkable.canDelete && tried.includes("create") && !failing.includes("create"))
            assert.include(tried, "delete")
        }
      )
    )
  })
})

describe("a resource of PIPECLEAN", () => {
  it("is not tried if it needs one that failed", () => {
    const failed = new Set(["ed-fi/schools"])
    assert.deepStrictEqual(notTried("ed-fi/courses", ["ed-fi/schools"], failed), {
      resource: "ed-fi/courses",
      verdict: "notTried",
      problem: "because ed-fi/schools failed"
    })
    assert.isUndefined(notTried("ed-fi/students", [], failed))
  })
})
