/** The modules that help, `--version` and a misspelt flag load. */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { scenarios } from "../../src/scenarios/index.ts"
import type { ScenarioInfo } from "../../src/engine/Scenario.ts"
import { knownScenarios } from "../../src/scenarios/knownScenarios.ts"

/** Everything that a module of this package imports at once, directly and through others. */
const staticImports = (file: URL, seen = new Set<string>()): ReadonlySet<string> => {
  const source = readFileSync(file, "utf8")
  for (const [, path = ""] of source.matchAll(/^(?:import|export) (?!type\b)(?:[^"]*? from )?"([^"]+)"/gm)) {
    const target = path.startsWith(".") ? new URL(path, file) : undefined
    const id = target?.href.replace(/.*\/src\//, "") ?? path
    if (seen.has(id)) continue
    seen.add(id)
    if (target !== undefined) staticImports(target, seen)
  }
  return seen
}

describe("knownScenarios", () => {
  it("lists every scenario as it describes itself, in the same order", () => {
    const options = { batchTripleCount: 7, deleteResources: false, failDeliberately: true }
    const facts = (scenario: ScenarioInfo) => [
      scenario.name,
      scenario.testType,
      scenario.description,
      scenario.byDefault,
      scenario.tripleCount,
      scenario.requestNames(options)
    ]
    assert.deepStrictEqual(knownScenarios.map(facts), scenarios.map(facts))
  })
})

describe("the start of the command", () => {
  it("loads the tables of settings and no client, engine, server or database", () => {
    const loaded = [...staticImports(new URL("../../src/cli/program.ts", import.meta.url))]
    assert.include(loaded, "settings/RunSettings.ts")
    const heavy =
      /^(undici|pg|ws$|@effect\/(sql|opentelemetry|experimental|cli\/Command)|.*HttpClient|(dms|engine|fixtures|documents|workers|schema|run\/measure|database|output|web|otlp)\/|scenarios\/(?!knownScenarios)|local-dms\/(LocalDms|\w+Store|listen)\.ts|cli\/(run|versus|sweep|capacity|compare|resources|documents|localDms)\.ts)/
    assert.deepStrictEqual(
      loaded.filter((id) => heavy.test(id)),
      []
    )
  })
})
