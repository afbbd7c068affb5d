/** Modules of others: what they may export, and how mistakes in them are reported. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { availableScenarios } from "../../src/run/ownScenarios.ts"
import { scenarios } from "../../src/scenarios/index.ts"
import { noReads } from "../dms/noReads.ts"
import { fixtureKeys, noSingles } from "./prepared.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"

const scenario = (members: string) => `({
  name: "Mine",
  testType: "BATCH_VOLUME",
  description: "mine",
  byDefault: true,
  tripleCount: "configured",
  requestNames: () => ["mine"],
  prepare: () => { throw new Error("no teacher is left") },
  ${members}
})`

/** Loads a module of this text. */
const load = (text: string) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "scenarios-"))),
    (folder) => {
      const file = join(folder, "mine.mjs")
      writeFileSync(file, text)
      return availableScenarios([file])
    },
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const refusalOf = (text: string) =>
  Effect.map(Effect.flip(load(text)), ({ detail, module }) => {
    assert.match(module, /mine\.mjs$/)
    return detail
  })

describe("the scenarios of a module", () => {
  it.effect("stand before the built-in ones, one or several", () =>
    Effect.gen(function* () {
      const one = yield* load(`export default ${scenario("")}`)
      assert.deepStrictEqual(
        one.scenarios.map(({ name }) => name),
        ["Mine", ...scenarios.map(({ name }) => name)]
      )
      assert.match(one.modules[0] ?? "", /^file:.*mine\.mjs$/)
      const two = yield* load(`export default [${scenario("")}, ${scenario('name: "Other"')}]`)
      assert.deepStrictEqual(
        two.own.map(({ name }) => name),
        ["Mine", "Other"]
      )
    })
  )

  it.effect("may be instances of a class", () =>
    Effect.gen(function* () {
      const { own } = yield* load(`
        class Mine { name = "Mine"; testType = "OWN"; description = ""; byDefault = true; tripleCount = "none"
          requestNames() { return [this.name] }
          prepare() { throw new Error("none") } }
        export default new Mine()`)
      assert.deepStrictEqual(
        own.map((scenario) => scenario.requestNames({})),
        [["Mine"]]
      )
    })
  )

  it.effect("fail with their name when they cannot be prepared, whatever they throw", () =>
    Effect.gen(function* () {
      const { own } = yield* load(`export default ${scenario("")}`)
      const prepared = Effect.forEach(own, ({ prepare }) => prepare({ seed: 1 }))
      const { message } = yield* Effect.flip(prepared).pipe(
        Effect.provide(
          Layer.mergeAll(
            noReads,
            noSingles,
            Layer.succeed(SharedFixtures, { keys: Effect.succeed(fixtureKeys) }),
            Layer.mock(BatchClient, { naming: "endpoint" })
          )
        )
      )
      assert.strictEqual(message, "scenario Mine could not be prepared: no teacher is left")
    })
  )

  const expected = "expected a scenario, or an array of scenarios"

  it.effect.each([
    ["that exports nothing", "", `its default export is not a scenario; ${expected}`],
    ["with an empty array", "export default []", `its default export is empty; ${expected}`],
    [
      "whose prepare is a number",
      `export default ${scenario("prepare: 5")}`,
      `its default export is not a scenario: prepare of Mine is not a function; ${expected}`
    ],
    [
      "whose requestNames returns nothing",
      `export default ${scenario("requestNames: () => undefined")}`,
      `its default export is not a scenario: requestNames of Mine does not return an array of texts; ${expected}`
    ],
    [
      "whose name has a blank",
      `export default ${scenario('name: "My Test"')}`,
      `its default export is not a scenario: name of My Test is not a text without blanks; ${expected}`
    ],
    [
      "with the name of a built-in scenario",
      `export default ${scenario('name: "studentvolumetest"')}`,
      "the scenario name studentvolumetest is used twice; choose another name"
    ],
    ["that throws", 'throw new Error("broken")', "cannot be loaded: broken"]
  ] as const)("of a module %s are refused", ([, text, detail]) =>
    Effect.map(refusalOf(text), (refusal) => assert.strictEqual(refusal, detail))
  )
})
