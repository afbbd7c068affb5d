/** Which settings choose resources, and which of them take precedence. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { scenarios } from "../../src/scenarios/index.ts"
import type { GivenSettings } from "../../src/settings/readSettings.ts"
import { needsServer } from "../../src/settings/ResourceChoice.ts"
import { chosenMixture } from "../../src/settings/ResourceChoice.ts"
import { decodeRunConfig, resourceChoice } from "../../src/settings/RunConfig.ts"

type Texts = Readonly<Record<string, string>>

const given = (flags: Texts, variables: Texts = {}): GivenSettings => ({
  ...Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { value, from: "variable" as const }])
  ),
  ...Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [name, { value, from: "flag" as const }])
  )
})

const builtIn = scenarios.map(({ name }) => name)

const choiceOf = (flags: Texts, variables: Texts = {}) => {
  const choice = resourceChoice(given(flags, variables), builtIn)
  const { resources, scenarios: names } = choice
  return { resources, names, needsServer: needsServer(choice) }
}

const nothing = { resources: [], names: [], needsServer: false }

describe("the resources of a run", () => {
  it("are those of the flag, in its order", () => {
    assert.deepStrictEqual(choiceOf({}), nothing)
    assert.deepStrictEqual(choiceOf({ resources: "courses, tpdm/candidates" }), {
      resources: ["courses", "tpdm/candidates"],
      names: [],
      needsServer: true
    })
  })

  it("include those whose scenarios are named, unless these are built-in or misspelt by a letter", () => {
    assert.deepStrictEqual(choiceOf({ testList: "SectionVolumeTest,SessionVolumeTest,studentVolumTest" }), {
      resources: [],
      names: ["SessionVolumeTest"],
      needsServer: true
    })
    assert.deepStrictEqual(choiceOf({ testList: "StudentsVolumeTest,Nonsense" }), nothing)
  })

  it("by a flag take precedence over variables that choose scenarios, and give way to flags", () => {
    const variables = { scenario: "mine.js", testList: "CourseVolumeTest" }
    assert.deepInclude(choiceOf({ resources: "courses" }, variables), { resources: ["courses"], names: [] })
    assert.deepStrictEqual(choiceOf({ scenario: "mine.js" }, { resources: "courses" }), nothing)
  })

  it("cannot be combined with modules, and their details mean nothing without them", () => {
    const problemsOf = (flags: Texts) =>
      Either.match(decodeRunConfig(given({ local: "true", ...flags }), { scenarios }, 1), {
        onLeft: ({ problems }) => problems.map(({ accepted, flag }) => `${flag} ${accepted}`),
        onRight: () => []
      })
    assert.deepStrictEqual(problemsOf({ resources: "courses", scenario: "mine.js" }), [
      "--resources cannot be combined with --scenario"
    ])
    assert.deepStrictEqual(problemsOf({ exclude: "courses", document: "full", spec: "a.json" }), [
      "--document requires --resources",
      "--exclude requires --resources",
      "--spec requires --resources"
    ])
  })

  it("give way to a mixture of a flag, and every flag that chooses scenarios to one of a variable", () => {
    const variables = { scenario: "mine.js", resources: "courses", testList: "CourseVolumeTest" }
    assert.deepStrictEqual(choiceOf({ mixture: "district-day" }, variables), nothing)
    const mixtureOf = (flags: Texts) => chosenMixture(given(flags, { mixture: "mine.yaml" }))
    assert.deepStrictEqual(
      [{}, { resources: "courses" }, { scenario: "mine.js" }, { testList: "A" }, { mixture: "b" }].map(
        mixtureOf
      ),
      ["mine.yaml", undefined, undefined, undefined, "b"]
    )
  })

  it("have smaller batches by default where larger ones do not fit", () => {
    const decoded = decodeRunConfig(given({ local: "true", maxBatchOperations: "20" }), { scenarios }, 1)
    assert.deepStrictEqual(
      Either.getOrThrow(decoded).spec.scenarios.map(({ batchTripleCount }) => batchTripleCount),
      [6, 6]
    )
  })
})
