import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { scenarios } from "../../src/scenarios/index.ts"
import type { GivenSettings } from "../../src/settings/readSettings.ts"
import { decodeRunConfig, resourceChoice } from "../../src/settings/RunConfig.ts"

const from = (source: "flag" | "variable", texts: Readonly<Record<string, string>>): GivenSettings =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { value, from: source }]))

const flags = (texts: Readonly<Record<string, string>>) => from("flag", { local: "true", ...texts })

/** As the command checks settings before it knows the scenarios of resources. */
const decode = (given: GivenSettings) => decodeRunConfig(given, { scenarios, isPartial: true }, 42)

const planOf = (given: GivenSettings) => Either.getOrThrow(decode(given)).spec.plan

const problemsOf = (given: GivenSettings) =>
  Either.match(decode(given), {
    onLeft: ({ problems }) => problems.map(({ accepted, given: way }) => `${way}: ${accepted}`),
    onRight: () => []
  })

describe("--testType PIPECLEAN", () => {
  it("is one pass of one user, which no share of failures ends", () => {
    const plan = planOf(flags({ testType: "pipeclean" }))
    assert.deepInclude(plan, { _tag: "Users", users: 1, passes: 1, runMillis: Infinity, maxFailRatio: 1 })
    assert.strictEqual(planOf(flags({ testType: "PIPECLEAN", maxFailRatio: "0.1" })).maxFailRatio, 0.1)
  })

  it("refuses the flags of other loads, and takes no notice of their variables", () => {
    const others = { clientCount: "20", runTimeInMinutes: "3", deleteResources: "false", workers: "4" }
    const reason = "one user takes one record of each resource from its creation to its deletion"
    assert.sameMembers(
      [...problemsOf(flags({ testType: "PIPECLEAN", ...others }))],
      Object.entries(others).map(
        ([name, value]) => `--${name} ${value}: cannot be combined with --testType PIPECLEAN: ${reason}`
      )
    )
    const given = { ...flags({ testType: "PIPECLEAN" }), ...from("variable", { ...others, stages: "30s:5" }) }
    assert.deepInclude(planOf(given), { _tag: "Users", users: 1 })
    assert.deepStrictEqual(problemsOf(flags({ testType: "PIPECLEAN", clientCount: "1" })), [])
  })

  it("means all resources, unless some are named", () => {
    const choice = (texts: Readonly<Record<string, string>>) => resourceChoice(flags(texts), [])
    assert.deepInclude(choice({ testType: "PIPECLEAN" }), { resources: ["all"], isDefault: true })
    assert.deepInclude(choice({ testType: "PIPECLEAN", resources: "courses" }), {
      resources: ["courses"],
      isDefault: false
    })
    assert.deepInclude(choice({ testType: "PIPECLEAN", testList: "CoursePipecleanTest" }), {
      resources: [],
      scenarios: ["CoursePipecleanTest"]
    })
    assert.deepStrictEqual(problemsOf(flags({ testType: "PIPECLEAN", exclude: "courses" })), [])
  })

  it("is no test of the scenarios of a module", () => {
    const given = flags({ testType: "PIPECLEAN", scenario: "mine.js" })
    const decoded = decodeRunConfig(given, { scenarios }, 42)
    assert.isTrue(Either.isLeft(decoded))
    if (Either.isLeft(decoded)) assert.include(decoded.left.message, "cannot be combined with --scenario")
  })
})

describe("--testList", () => {
  it("names the test type of a scenario of another one", () => {
    const problems = problemsOf(flags({ testList: "CoursePipecleanTest,StudentChangeQueryTest" }))
    assert.deepStrictEqual(
      problems.map((problem) => problem.replace(/^.*?: /, "")),
      [
        "CoursePipecleanTest belongs to --testType PIPECLEAN",
        "StudentChangeQueryTest belongs to --testType CHANGE_QUERY"
      ]
    )
  })
})

describe("--testType CHANGE_QUERY", () => {
  it("is one pass of one user, or of several who share the resources", () => {
    assert.deepInclude(planOf(flags({ testType: "CHANGE_QUERY" })), {
      users: 1,
      passes: 1,
      maxFailRatio: 0.5
    })
    assert.deepInclude(planOf(flags({ testType: "CHANGE_QUERY", clientCount: "4" })), { users: 4, passes: 1 })
  })

  it("reads the resources of the Python suite, and keeps its state in the output folder", () => {
    const choice = resourceChoice(flags({ testType: "CHANGE_QUERY", output: "results" }), [])
    assert.strictEqual(choice.resources.length, 12)
    assert.strictEqual(choice.changeState, "results/change_version_tracker.json")
    const named = resourceChoice(flags({ testType: "CHANGE_QUERY", changeState: "state.json" }), [])
    assert.strictEqual(named.changeState, "state.json")
  })

  it("has a flag that means nothing elsewhere", () => {
    assert.deepStrictEqual(problemsOf(flags({ changeState: "state.json" })), [
      "--changeState state.json: requires --testType CHANGE_QUERY"
    ])
    assert.deepStrictEqual(problemsOf(flags({ testType: "CHANGE_QUERY", document: "full" })), [
      "--document full: cannot be combined with --testType CHANGE_QUERY: the run reads the changes of each resource once"
    ])
  })
})
