/** The scenarios that a command knows: the built-in ones, and those of the modules that `--scenario` names. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { scenarios } from "../scenarios/index.ts"
import { loadModules, type RunnableScenario, WrongScenarioModule } from "../scenarios/loadModules.ts"

export interface AvailableScenarios {
  /** Those of the modules first. */
  readonly scenarios: Arr.NonEmptyReadonlyArray<RunnableScenario>
  /** Those of the modules alone. */
  readonly own: ReadonlyArray<RunnableScenario>
  /** The modules, as file URLs. */
  readonly modules: ReadonlyArray<string>
}

/** A name that occurs twice, in any letter case; reports and `--testList` need unique names. */
const repeatedName = (names: ReadonlyArray<string>): string | undefined => {
  const lower = names.map((name) => name.toLowerCase())
  return names.find((_, i) => lower.indexOf(lower[i] ?? "") < i)
}

/** @param paths of modules, relative to the working directory */
export const availableScenarios = (
  paths: ReadonlyArray<string>
): Effect.Effect<AvailableScenarios, WrongScenarioModule> =>
  Effect.gen(function* () {
    const modules = paths.map((path) => pathToFileURL(resolve(path)).href)
    const own = yield* loadModules(modules)
    const repeated = repeatedName([...scenarios, ...own].map(({ name }) => name))
    if (repeated !== undefined) {
      return yield* new WrongScenarioModule({
        module: paths.join(","),
        detail: `the scenario name ${repeated} is used twice; choose another name`
      })
    }
    return { modules, own, scenarios: Arr.appendAll(own, scenarios) }
  })
