/** Plans a load of any resources: their documents with the values that the server has, and their scenarios. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type KeysExhausted, makeKeySpace } from "../documents/generatedKeys.ts"
import { loadOf } from "../documents/GeneratedLoad.ts"
import {
  type DocumentsPlan,
  type LeftOut,
  type ParentKind,
  planDocuments
} from "../documents/planDocuments.ts"
import { countOf } from "../domain/Sample.ts"
import type { PlannedScenario } from "../engine/Scenario.ts"
import { findServerFacts } from "../fixtures/findServerFacts.ts"
import type { FixtureOptions } from "../fixtures/SharedFixtures.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import { type RunnableScenario, ScenarioNotReady } from "../scenarios/loadModules.ts"
import {
  handMade,
  handMadeWithCompanions,
  isHandMade,
  resourceScenarios
} from "../scenarios/resourceScenarios.ts"
import { neededDescriptors } from "../schema/neededDescriptors.ts"
import type { Extent } from "../schema/recordNeeds.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import { defaultFixtures, defaultTripleCount, type RunOptions } from "./RunOptions.ts"
import { maxUsersOf, operationsPerRecord, randomSeed, type RunSpec } from "./RunSpec.ts"

/** The chosen resources, planned: what a load of them sends. */
export interface PlannedResources {
  readonly plan: DocumentsPlan
  /** In the order in which the resources were chosen. */
  readonly scenarios: ReadonlyArray<RunnableScenario>
  /** The paths of generated resources by the names of their scenarios. */
  readonly pathOf: ReadonlyMap<string, string>
  /** The chosen resources that cannot be generated, and why. */
  readonly leftOut: ReadonlyArray<LeftOut>
  /** Whether people have companions. */
  readonly companions: boolean
}

export interface PlanResourcesOptions {
  /** `minimal`: required members; `full`: all that close no circle. Default: `minimal`. */
  readonly document?: Extent
  /** Whether people get the associations that their updates need where relationships are checked. Default: `false`. */
  readonly companions?: boolean
  /** Whether each record gets parents of its own, or those of a pool. Default: `new`. */
  readonly parents?: ParentKind
  /** The agency and the school year, which have to exist. Default: agency 255901, the server's current school year. */
  readonly fixtures?: FixtureOptions
}

export const nothingPlanned: DocumentsPlan = {
  fixtures: [],
  records: [],
  leftOut: [],
  keyUse: { forms: new Set(), slots: 1 }
}

/** Scenarios need names of their own: the second resource of a name is left out. */
export const withScenarios = (
  chosen: ReadonlyArray<ResourceSchema>,
  plan: DocumentsPlan,
  companions: boolean
): PlannedResources => {
  const scenarios: Array<RunnableScenario> = []
  const owners = new Map<string, string>(builtIn.map(({ name }) => [name, "a built-in one"]))
  const pathOf = new Map<string, string>()
  const leftOut: Array<LeftOut> = [...plan.leftOut]
  for (const { path } of chosen) {
    if (isHandMade(path)) {
      scenarios.push(...(companions ? handMadeWithCompanions : handMade)[path])
      continue
    }
    const own = plan.records.filter((record) => record.path === path).flatMap(resourceScenarios)
    const taken = own.find(({ name }) => owners.has(name))
    if (taken !== undefined) {
      leftOut.push({ path, reason: `its scenario ${taken.name} has the name of ${owners.get(taken.name)}` })
      continue
    }
    scenarios.push(...own)
    for (const { name } of own) {
      owners.set(name, `one of ${path}`)
      pathOf.set(name, path)
    }
  }
  return { plan, scenarios, pathOf, leftOut, companions }
}

/**
 * Reads the agency, the school year and the needed descriptor values of the server, and plans the chosen resources.
 * `ed-fi/students` and `ed-fi/sections` have builders of their own, and need none of it.
 *
 * @param chosen of the model, such as `chooseResources(model, ["courses"]).chosen`
 * @throws FixtureMissing the server has no such agency or school year
 * @throws FixtureRefused the server refused one of the requests
 */
export const planResources = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  options: PlanResourcesOptions = {}
) =>
  Effect.gen(function* () {
    const { companions = false, document: extent = "minimal", fixtures = defaultFixtures, parents } = options
    const generated = chosen.filter(({ path }) => !isHandMade(path))
    if (generated.length === 0) return withScenarios(chosen, nothingPlanned, companions)
    const facts = yield* findServerFacts(
      neededDescriptors(model, generated, extent, { companions }),
      fixtures
    )
    const plan = planDocuments(model, generated, { extent, facts, companions, parents })
    return withScenarios(chosen, plan, companions)
  })

/** What a load says about the keys that it needs. */
type KeyedLoad = Pick<RunSpec, "plan" | "scenarios">

const recordsPerIteration = ({ scenarios }: KeyedLoad): number =>
  Math.max(...scenarios.map(({ batchTripleCount = 1 }) => batchTripleCount))

/**
 * The documents that some loads send, with keys for all of their users and records.
 *
 * @param loads against one server
 * @param seeds how many consecutive seeds they use, from `seed` on: 1 for a run, one for each load of a study
 * @returns `undefined` if they send no generated documents; fails if keys would repeat
 */
export const generatedFor = (
  { pathOf, plan }: PlannedResources,
  loads: Arr.NonEmptyReadonlyArray<KeyedLoad>,
  { seed, seeds }: { readonly seed: number; readonly seeds: number }
): Either.Either<RunSpec["generated"], KeysExhausted> => {
  const scenarios = loads.flatMap((load) => load.scenarios)
  const paths = new Set(scenarios.flatMap(({ scenario }) => pathOf.get(scenario.name) ?? []))
  if (paths.size === 0) return Either.right(undefined)
  const demand = {
    users: Math.max(...loads.map((load) => maxUsersOf(load.plan))),
    perIteration: Math.max(...loads.map(recordsPerIteration)),
    loads: seeds,
    fixtureSeed: seed
  }
  return Either.map(makeKeySpace(demand, plan.keyUse), (space) => loadOf(plan, paths, space))
}

/** The largest number of operations in a batch that a DMS accepts unless it is configured otherwise. */
export const maxBatchOperations = 100

/** With as many records per batch as fit, at most ten. */
const withBatchSize = (scenario: RunnableScenario): PlannedScenario<RunnableScenario> => {
  if (scenario.tripleCount === "none") return { scenario }
  const fitting = Math.floor(maxBatchOperations / countOf(operationsPerRecord({ scenario })))
  return { scenario, batchTripleCount: Math.max(1, Math.min(defaultTripleCount, fitting)) }
}

/**
 * The options of a run that sends planned resources.
 *
 * @param testType of the scenarios to run: `BATCH_VOLUME` or `VOLUME`
 * @throws KeysExhausted the load needs more keys than there are
 * @throws ScenarioNotReady no planned resource has a scenario of the test type
 * @example runOptionsOf(planned, "VOLUME", { target: { _tag: "Connected", connection }, plan: users(10, 60) })
 */
export const runOptionsOf = (
  planned: PlannedResources,
  testType: string,
  options: Omit<RunOptions, "generated" | "scenarios" | "testType">
) =>
  Effect.gen(function* () {
    const scenarios = planned.scenarios
      .filter((scenario) => scenario.testType === testType)
      .map(withBatchSize)
    if (!Arr.isNonEmptyReadonlyArray(scenarios)) {
      const detail = "none of the planned resources has a scenario of this test type"
      return yield* new ScenarioNotReady({ scenario: testType, detail })
    }
    const seed = options.seed ?? (yield* randomSeed)
    const generated = yield* generatedFor(planned, [{ ...options, scenarios }], { seed, seeds: 1 })
    return { ...options, scenarios, seed, generated }
  })
