/** Plans a load of reads: the resources that have rows, and what is created before. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import { loadOf, type LoadWithFixtures } from "../documents/GeneratedLoad.ts"
import { planDocuments } from "../documents/planDocuments.ts"
import { defaultReadMix, type ReadMix, readRequests, sizesRead } from "../domain/ReadMix.ts"
import { ReadNotReady } from "../fixtures/FixtureError.ts"
import { findServerFacts } from "../fixtures/findServerFacts.ts"
import type { ReadPlan } from "../fixtures/ReadSamples.ts"
import { concurrency, countRows } from "../fixtures/sampleReads.ts"
import type { FixtureOptions } from "../fixtures/SharedFixtures.ts"
import { scenarios as builtIn } from "../scenarios/index.ts"
import { type RunnableScenario, ScenarioNotReady } from "../scenarios/loadModules.ts"
import { readScenario } from "../scenarios/readScenario.ts"
import { scenarioNameOf } from "../scenarios/resourceScenarios.ts"
import { neededDescriptors } from "../schema/neededDescriptors.ts"
import { type ReadableResource, readableOf } from "../schema/readable.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import { maxBatchOperations } from "./planResources.ts"
import { defaultFixtures, type RunOptions } from "./RunOptions.ts"
import type { RunSpec } from "./RunSpec.ts"

/** The record of a population: with a new student each. */
const populated = "ed-fi/studentSchoolAssociations"

/** The API has no enrolled students, or none that can be generated. */
export class CannotPopulate extends Schema.TaggedError<CannotPopulate>()("CannotPopulate", {
  /** As a clause. */
  detail: Schema.String
}) {
  override get message(): string {
    return `enrolled students cannot be created: ${this.detail}`
  }
}

/** What is created before the load, and the resources that have rows then. */
interface PlannedPopulation {
  /** Enrolled students, >= 1. */
  readonly records: number
  readonly generated: LoadWithFixtures
  readonly paths: ReadonlySet<string>
}

/** The resources of a load of reads, and what is created before. */
export interface PlannedReads {
  readonly resources: ReadonlyArray<ReadableResource>
  /** Chosen, but without rows. */
  readonly leftOut: ReadonlyArray<ReadableResource>
  readonly population: PlannedPopulation | undefined
}

export interface PlanReadsOptions {
  /** How many enrolled students to create before the load. Default: none. */
  readonly populate?: number | undefined
  /** The seed of the run that uses the plan: 0 to 2^53 - 1. */
  readonly seed: number
  /** The agency and the school year, which have to exist. Default: agency 255901, the server's current school year. */
  readonly fixtures?: FixtureOptions
}

/** Plans enrolled students with the values that the server has. */
const planPopulation = (
  model: ApiModel,
  records: number,
  { fixtures = defaultFixtures, seed }: PlanReadsOptions
) =>
  Effect.gen(function* () {
    const enrollment = model.resources.find(({ path }) => path === populated)
    if (enrollment === undefined) return yield* new CannotPopulate({ detail: `the API has no ${populated}` })
    const descriptors = neededDescriptors(model, [enrollment], "minimal")
    const facts = yield* findServerFacts(descriptors, fixtures)
    const plan = planDocuments(model, [enrollment], { extent: "minimal", facts })
    const [leftOut] = plan.leftOut
    if (leftOut !== undefined)
      return yield* new CannotPopulate({
        detail: `${leftOut.path} cannot be generated: ${leftOut.reason}`
      })
    const parents = plan.records.flatMap((record) => record.parents)
    const demand = { users: 1, perIteration: 1, loads: 1, fixtureSeed: seed }
    const population: PlannedPopulation = {
      records,
      generated: loadOf(plan, new Set([populated]), yield* makeKeySpace(demand, plan.keyUse)),
      paths: new Set([populated, ...[...plan.fixtures, ...parents].map(({ resource }) => resource.path)])
    }
    return population
  })

/** Those that have rows; the others are named. */
const withRows = (resources: ReadonlyArray<ReadableResource>, populatedPaths: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const reasons = yield* Effect.forEach(
      resources,
      (resource) =>
        populatedPaths.has(resource.path)
          ? Effect.succeed(undefined)
          : Effect.match(countRows(resource), {
              onFailure: ({ message }) => message,
              onSuccess: (rows) => (rows === 0 ? "it has no rows" : undefined)
            }),
      { concurrency }
    )
    for (const [index, { path }] of resources.entries()) {
      const reason = reasons[index]
      if (reason !== undefined) yield* Effect.logWarning(`left out ${path}: ${reason}`)
    }
    const read = resources.filter((_, index) => reasons[index] === undefined)
    const leftOut = resources.filter((_, index) => reasons[index] !== undefined)
    if (read.length > 0) return { resources: read, leftOut }
    return yield* new ReadNotReady({
      detail:
        `none of ${resources.map(({ path }) => path).join(", ")} has a row that can be read; ` +
        "--populate 10000 creates enrolled students before the load"
    })
  })

/**
 * Plans reads of some resources: counts their rows, and leaves out those without any, with a warning. Nothing is written.
 *
 * @param chosen of the model, such as `chooseResources(model, ["students"]).chosen`
 * @throws ReadNotReady none of them has a row
 * @throws CannotPopulate the API has no enrolled students
 */
export const planReads = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  options: PlanReadsOptions
) =>
  Effect.gen(function* () {
    const { populate } = options
    const population = populate === undefined ? undefined : yield* planPopulation(model, populate, options)
    const byRows = yield* withRows(chosen.map(readableOf), population?.paths ?? new Set())
    const planned: PlannedReads = { ...byRows, population }
    return planned
  })

/** The scenarios of the resources: the built-in ones where there are. */
export const readScenariosOf = ({ resources }: PlannedReads): ReadonlyArray<RunnableScenario> =>
  resources.map((resource) => {
    const name = scenarioNameOf("READ", resource.name)
    return builtIn.find((known) => known.name === name) ?? readScenario(resource)
  })

/** How a population is sent. */
interface PopulationOptions {
  /** Of its batches. */
  readonly maxBatchOperations: number
  /** Whether it is deleted after the load. */
  readonly deletesAtEnd: boolean
  /** That of the plan. */
  readonly seed: number
}

/**
 * What a load reads, and creates before.
 *
 * @param mixes of all loads that use the plan: the largest page of all has to be possible
 */
export const readPlanOf = (
  { population, resources }: PlannedReads,
  mixes: ReadonlyArray<ReadMix>,
  { maxBatchOperations, ...options }: PopulationOptions
): Pick<RunSpec, "generated" | "reads"> => {
  const generated = population && { ...population.generated, maxBatchOperations }
  const reads: ReadPlan = {
    resources,
    kinds: Arr.dedupe(mixes.flatMap(readRequests).map(({ kind }) => kind)),
    maxPageSize: Math.max(1, ...mixes.flatMap(sizesRead)),
    population: generated && population && { records: population.records, generated, ...options }
  }
  return { generated, reads }
}

/**
 * The options of a run of READ.
 *
 * @param options `mix`: the weights of the kinds of requests, and the sizes of pages
 * @throws ScenarioNotReady nothing was planned
 * @example readOptionsOf(planned, { seed: 7, target: { _tag: "Connected", connection }, plan: users(10, 60) })
 */
export const readOptionsOf = (
  planned: PlannedReads,
  {
    deletesPopulation = false,
    mix = defaultReadMix,
    ...options
  }: Omit<RunOptions, "generated" | "reads" | "scenarios" | "seed" | "testType"> & {
    readonly mix?: ReadMix
    /** Whether a population is deleted after the load. Default: `false`. */
    readonly deletesPopulation?: boolean
    /** That of the plan. */
    readonly seed: number
  }
) =>
  Effect.gen(function* () {
    const scenarios = readScenariosOf(planned).map((scenario) => ({ scenario, reads: mix }))
    if (!Arr.isNonEmptyReadonlyArray(scenarios))
      return yield* new ScenarioNotReady({ scenario: "READ", detail: "no resource was planned" })
    return {
      ...options,
      ...readPlanOf(planned, [mix], {
        maxBatchOperations,
        seed: options.seed,
        deletesAtEnd: deletesPopulation
      }),
      scenarios
    }
  })
