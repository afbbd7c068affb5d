/** `run --scenario`: which scenarios run, and what is refused. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { loadWithModules } from "../../src/cli/run.ts"
import { givenOf } from "../../src/settings/readSettings.ts"
import { runSettings } from "../../src/settings/RunConfig.ts"

const scenario = (name: string, testType: string) => `{
  name: "${name}", testType: "${testType}", description: "", byDefault: false, tripleCount: "none",
  requestNames: () => ["${name}"], prepare: () => { throw new Error("none") }
}`

/** The names of the scenarios that run with a module of OwnA (OWN) and OwnB (OTHER), or the message. */
const chosen = (
  flags: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {}
): Effect.Effect<ReadonlyArray<string> | string> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "scenarios-"))),
    (folder) => {
      const file = join(folder, "own.mjs")
      writeFileSync(file, `export default [${scenario("OwnA", "OWN")}, ${scenario("OwnB", "OTHER")}]`)
      return givenOf(runSettings, { local: "true", scenario: file, ...flags }).pipe(
        Effect.flatMap(loadWithModules),
        Effect.map(({ spec }) => spec.scenarios.map((planned) => planned.scenario.name)),
        Effect.catchAll(({ message }) => Effect.succeed(message.replaceAll(file, "own.mjs"))),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
      )
    },
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

describe("run --scenario", () => {
  it.effect("runs the scenarios of the module alone, of its first test type or of the given one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* chosen({}), ["OwnA"])
      assert.deepStrictEqual(yield* chosen({ testType: "other" }), ["OwnB"])
    })
  )

  it.effect("takes precedence over a test list and a test type in variables", () =>
    Effect.gen(function* () {
      const variables = { PERF_TEST_LIST: "StudentBatchVolumeTest", PERF_TEST_TYPE: "VOLUME" }
      assert.deepStrictEqual(yield* chosen({}, variables), ["OwnA"])
    })
  )

  it.effect("is refused where none of its scenarios would run", () =>
    Effect.gen(function* () {
      const refusal =
        "1 wrong setting, nothing was sent:\n" +
        "  --scenario own.mjs: none of its scenarios is chosen by --testType and --testList: OwnA (OWN), OwnB (OTHER)"
      assert.strictEqual(yield* chosen({ testType: "VOLUME" }), refusal)
      assert.strictEqual(yield* chosen({ testList: "StudentBatchVolumeTest" }), refusal)
    })
  )
})
