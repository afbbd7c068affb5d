/** The files of `edfi-perf plan`: what they mean, and which are refused. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { readdirSync, readFileSync } from "node:fs"
import { measuringCommands } from "../../src/cli/measuringCommands.ts"
import { readPlan } from "../../src/cli/readPlan.ts"
import { decodePlanConfig, ofCommandLine } from "../../src/settings/PlanConfig.ts"
import { decodePlan } from "../../src/settings/PlanFile.ts"
import { shippedPlans } from "../../src/settings/shippedPlans.ts"

const settings = {
  run: measuringCommands.run.settings,
  versus: measuringCommands.versus.settings,
  sweep: measuringCommands.sweep.settings,
  capacity: measuringCommands.capacity.settings,
  stress: measuringCommands.stress.settings
}

const decoded = (text: string) => decodePlan("mine.yaml", text, settings, ofCommandLine)

const problemsIn = (text: string) =>
  Either.match(decoded(text), {
    onLeft: (problems) =>
      problems.map(({ column, detail, line, member }) => `${line}:${column} ${member}: ${detail}`),
    onRight: () => []
  })

/** @param lines after the name */
const plan = (...lines: ReadonlyArray<string>) => ["name: mine", ...lines].join("\n")

describe("the file of a plan", () => {
  it("gives each phase its own settings as flags, over the defaults that its command has", () => {
    const { phases } = Either.getOrThrow(
      decoded(
        plan(
          "defaults: { resources: [students, sections], sliceTime: 10s, clientCount: 3 }",
          "phases:",
          "  - name: one",
          "    run: { testType: VOLUME, clientCount: 5, deleteResources: false }",
          "  - name: two",
          "    continueOnFailure: true",
          "    sweep: { clientCount: [1, 2, 4] }"
        )
      )
    )
    const texts = phases.map(({ command, continueOnFailure, given, name }) => [
      name,
      command,
      continueOnFailure,
      Object.fromEntries(
        Object.entries(given).map(([setting, value]) => [setting, `${String(value?.value)} (${value?.from})`])
      )
    ])
    assert.deepStrictEqual(texts, [
      [
        "one",
        "run",
        false,
        {
          testType: "VOLUME (flag)",
          clientCount: "5 (flag)",
          deleteResources: "false (flag)",
          resources: "students,sections (variable)"
        }
      ],
      [
        "two",
        "sweep",
        true,
        {
          clientCount: "1,2,4 (flag)",
          resources: "students,sections (variable)",
          sliceTime: "10s (variable)"
        }
      ]
    ])
  })

  it.each([
    [["phases: []"], "2:1 phases: accepts a list of phases, at least one"],
    [
      ["phases:", "  - run: {}"],
      "3:5 phases[0].name: is missing; accepts letters, digits, - and _, at most 60"
    ],
    [
      ["phases:", "  - { name: a/b, run: {} }"],
      "3:7 phases[0].name: accepts letters, digits, - and _, at most 60"
    ],
    [
      ["phases:", "  - { name: a }"],
      "3:5 phases[0]: needs one of run, versus, sweep, capacity, stress, and only one"
    ],
    [
      ["phases:", "  - { name: a, run: {}, sweep: {} }"],
      "3:5 phases[0]: needs one of run, versus, sweep, capacity, stress, and only one"
    ],
    [
      ["phases:", "  - { name: a, runs: {} }"],
      "3:16 phases[0].runs: is no member here; did you mean run? members are name, continueOnFailure, run, versus, sweep, capacity, stress"
    ],
    [
      ["phases:", "  - { name: a, run: {} }", "  - { name: A, run: {} }"],
      "4:7 phases[1].name: is the name of an earlier phase; names are unique in any letter case"
    ],
    [
      ["phases:", "  - { name: a, run: { clientCout: 5 } }"],
      "3:23 phases[0].run.clientCout: is not a setting of run; did you mean clientCount?"
    ],
    [
      ["phases:", "  - { name: a, run: { sliceTime: 5s } }"],
      "3:23 phases[0].run.sliceTime: is not a setting of run"
    ],
    [
      ["phases:", "  - { name: a, run: { seed: } }"],
      "3:23 phases[0].run.seed: accepts a text, a number, true or false, or a list of these"
    ],
    [
      ["phases:", "  - { name: a, run: { clientCount: [1, 2] } }"],
      "3:23 phases[0].run.clientCount: accepts a whole number from 1 to 100000"
    ],
    [
      ["phases:", "  - { name: a, run: { secret: abc } }"],
      "3:23 phases[0].run.secret: is a secret, which a file must not contain; set PERF_API_SECRET"
    ],
    [
      ["phases:", "  - { name: a, run: { baseUrl: https://x } }"],
      "3:23 phases[0].run.baseUrl: belongs to the command line, for all phases: --baseUrl or PERF_API_BASEURL"
    ],
    [
      ["phases:", "  - { name: a, run: { web: true } }"],
      "3:23 phases[0].run.web: belongs to edfi-perf run: a plan has no live page"
    ],
    [
      ["defaults: { seed: 1 }", "phases:", "  - { name: a, run: {} }"],
      "2:13 defaults.seed: belongs to a phase: with one seed all phases would create the same keys"
    ],
    [
      ["defaults: { users: 1 }", "phases:", "  - { name: a, run: {} }"],
      "2:13 defaults.users: is not a setting of any command"
    ]
  ])("refuses %j", (lines, problem) => {
    assert.deepStrictEqual(problemsIn(plan(...lines)), [problem])
  })

  it("refuses YAML that cannot be read, with its place", () => {
    assert.match(problemsIn(plan("phases: [}")).join("\n"), /^2:10 : /)
  })

  it("shows no secret of the file in a message", () => {
    assert.notInclude(
      problemsIn(plan("phases:", "  - { name: a, run: { secret: s3cr3t } }")).join("\n"),
      "s3cr3t"
    )
  })
})

describe("the plans that come with the program", () => {
  it("are the files of the folder", () => {
    assert.deepStrictEqual(
      readdirSync("plans").toSorted(),
      shippedPlans.map((name) => `${name}.yaml`)
    )
  })

  it.effect.each(shippedPlans)("%s is valid, and named as its file", (name) =>
    Effect.gen(function* () {
      const config = yield* decodePlanConfig({ dryRun: { value: "true", from: "flag" } }, [name])
      const read = yield* readPlan(config)
      assert.strictEqual(read.name, name)
      assert.include(readFileSync("docs/plans.md", "utf8"), `\`${name}\``)
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
