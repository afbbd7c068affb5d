/** Plans test types whose run is one pass over the resources: PIPECLEAN and CHANGE_QUERY. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { flatKey } from "../documents/flatKey.ts"
import { fixturesOf, generateRecord } from "../documents/generateDocuments.ts"
import { type ChangeVersions, readChangeVersions } from "../dms/changeVersions.ts"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import {
  type DocumentsPlan,
  type LeftOut,
  planDocuments,
  type RecordPlan
} from "../documents/planDocuments.ts"
import { type ChangeKind, changeKinds } from "../domain/ChangesRead.ts"
import { changeQueryScenarios } from "../scenarios/changeQueryScenario.ts"
import { inDependencyOrder } from "../scenarios/dependencyOrder.ts"
import { needsOf, pipecleanScenarios, type PipecleanResource } from "../scenarios/pipecleanScenario.ts"
import { type RunnableScenario, ScenarioNotReady } from "../scenarios/loadModules.ts"
import { type ResourceTestType, scenarioNameOf } from "../scenarios/resourceScenarios.ts"
import { exceptions } from "../schema/exceptions.ts"
import { peopleIn } from "../schema/neededResources.ts"
import type { ApiModel, ResourceSchema } from "../schema/ResourceSchema.ts"
import { ChangeStateAhead, readChangeState, windowAfter } from "./changeState.ts"
import type { PlanResourcesOptions } from "./planResources.ts"
import { defaultFixtures, type RunOptions } from "./RunOptions.ts"
import { type ChangeReading, users } from "./RunSpec.ts"
import { type CompanionUse, planWithCompanions } from "./tryBeforeLoad.ts"

/** Whether clients only read the records of a resource. */
export const isReadOnly = ({ endpoint }: Pick<ResourceSchema, "endpoint">): boolean =>
  exceptions.readOnly.includes(endpoint)

/** The documents of PIPECLEAN. */
export interface WrittenPlan {
  readonly plan: DocumentsPlan
  /** Whether people have companions. */
  readonly companions: boolean
}

/** One user makes one record of each resource, the number `iteration`. */
const makeWritten = (plan: DocumentsPlan, seed: number) =>
  Effect.gen(function* () {
    const demand = { users: 1, perIteration: 1, loads: 1, fixtureSeed: seed }
    const space = yield* makeKeySpace(demand, plan.keyUse)
    return (resource: ResourceSchema, planned: RecordPlan, iteration: number): PipecleanResource => {
      const { canDelete, canUpdate, endpoint, path, project } = resource
      const record = generateRecord(planned, { seed, user: 0, iteration, index: 0 }, space)
      const fixtures = plan.fixtures.filter(({ number }) => planned.fixtures.has(number))
      return {
        _tag: "Written",
        path,
        project,
        endpoint,
        canDelete,
        canUpdate,
        key: flatKey(resource, record.record.document),
        fixtures: fixturesOf({ fixtures }, space),
        record
      }
    }
  })

/** What a one-pass run does. */
export interface PlannedPass {
  readonly scenarios: ReadonlyArray<RunnableScenario>
  /** The chosen resources without a scenario, and why. */
  readonly leftOut: ReadonlyArray<LeftOut>
  /** Set in CHANGE_QUERY. */
  readonly changes?: ChangeReading
}

/** Scenarios need names of their own: the second resource of a name is left out. */
const withOwnNames = (testType: ResourceTestType, chosen: ReadonlyArray<ResourceSchema>) => {
  const owners = new Map<string, string>()
  const leftOut: Array<LeftOut> = []
  const named = chosen.flatMap((resource) => {
    const { name: of, path } = resource
    const name = scenarioNameOf(testType, of)
    const owner = owners.get(name)
    if (owner !== undefined)
      leftOut.push({ path, reason: `its scenario ${name} has the name of one of ${owner}` })
    else owners.set(name, path)
    return owner === undefined ? [{ name, resource }] : []
  })
  return { named, leftOut }
}

/**
 * The scenarios of PIPECLEAN in the order of their dependencies.
 *
 * @param chosen the resources, read-only ones included
 * @param plan of those that are written
 * @param seed of the documents: 0 to 2^53 - 1
 * @throws KeysExhausted there are no keys for the records
 */
export const pipecleanOf = (chosen: ReadonlyArray<ResourceSchema>, plan: DocumentsPlan, seed: number) =>
  Effect.gen(function* () {
    const written = yield* makeWritten(plan, seed)
    const { leftOut, named } = withOwnNames("PIPECLEAN", chosen)
    const resources = named.flatMap(({ name, resource }, iteration) => {
      const { endpoint, path, project } = resource
      if (isReadOnly(resource))
        return [{ name, resource: { _tag: "ReadOnly", path, project, endpoint } as const }]
      const planned = plan.records.find((record) => record.path === path)
      return planned === undefined ? [] : [{ name, resource: written(resource, planned, iteration) }]
    })
    const ordered = inDependencyOrder(
      resources,
      ({ resource }) => resource.path,
      ({ resource }) => needsOf(resource)
    )
    const planned: PlannedPass = {
      scenarios: pipecleanScenarios(ordered),
      leftOut: [...plan.leftOut, ...leftOut]
    }
    return planned
  })

export interface PipecleanOptions extends Pick<PlanResourcesOptions, "document" | "fixtures"> {
  /** Whether people get the associations that their updates may need; `auto` tries one person. Default: `auto`. */
  readonly companions?: CompanionUse
  /** Of the documents: 0 to 2^53 - 1. */
  readonly seed: number
}

/** Plans the documents of resources that are written; `auto` tries one person if `check` accepts the plan. */
export const planWritten = <A, E, R>(
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  { companions = "auto", document: extent = "minimal", fixtures = defaultFixtures, seed }: PipecleanOptions,
  check: (planned: WrittenPlan) => Effect.Effect<A, E, R>
) => {
  const generated = chosen.filter((resource) => !isReadOnly(resource))
  return planWithCompanions(
    { model, generated, people: peopleIn(model, generated, { extent }) },
    { companions, document: extent },
    { fixtures, seed, testType: "PIPECLEAN" },
    (withCompanions, facts): WrittenPlan => ({
      companions: withCompanions,
      plan: planDocuments(model, generated, { extent, facts, companions: withCompanions })
    }),
    check
  )
}

/**
 * Plans PIPECLEAN of some resources with the values that the server has.
 *
 * @param chosen of the model, such as `chooseResources(model, ["all"]).chosen`
 * @throws FixtureMissing the server has no such agency or school year
 * @throws FixtureRefused the server refused one of the requests
 * @throws KeysExhausted there are no keys for the records
 */
export const planPipeclean = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  options: PipecleanOptions
) =>
  Effect.gen(function* () {
    const { plan } = yield* planWritten(model, chosen, options, () => Effect.void)
    return yield* pipecleanOf(chosen, plan, options.seed)
  })

/** The lists of changes that a server has; of read-only resources it may record no deletes. */
const kindsOf = (resource: ResourceSchema, { hasKeyChanges }: ChangeVersions): ReadonlyArray<ChangeKind> =>
  changeKinds.filter((kind) =>
    isReadOnly(resource) ? kind === "changed" : kind !== "keyChanged" || hasKeyChanges
  )

/**
 * Plans CHANGE_QUERY of some resources, in their order. The newest version is read here, before any change, so that what is
 * written later belongs to the next run.
 *
 * @param stateFile has the version up to which everything was read; a complete run replaces it
 * @throws ChangeStateUnreadable, ChangeStateAhead the file cannot be used
 */
export const planChangeQueries = (chosen: ReadonlyArray<ResourceSchema>, stateFile: string) =>
  Effect.gen(function* () {
    const stored = yield* readChangeState(stateFile)
    const versions = yield* readChangeVersions
    const { newest } = versions
    if (stored !== undefined && stored > newest)
      return yield* new ChangeStateAhead({ file: stateFile, stored, newest })
    const window = windowAfter(stored, newest)
    const { leftOut, named } = withOwnNames("CHANGE_QUERY", chosen)
    const resources = named.map(({ name, resource }) => {
      const { endpoint, path, project } = resource
      return { name, resource: { path, project, endpoint, kinds: kindsOf(resource, versions) } }
    })
    const planned: PlannedPass = {
      scenarios: changeQueryScenarios(resources, window),
      leftOut,
      changes: { window, stateFile }
    }
    return planned
  })

/**
 * The options of a run of one pass; it ends after the pass, however long that takes.
 *
 * @param options `users` of CHANGE_QUERY share its resources; PIPECLEAN has one. Default: 1
 * @throws ScenarioNotReady nothing was planned
 * @example passOptionsOf(yield* planPipeclean(model, chosen, { seed: 7 }), { target: { _tag: "Connected", connection } })
 */
export const passOptionsOf = (
  { changes, scenarios: planned }: PlannedPass,
  {
    users: count = 1,
    ...options
  }: Omit<RunOptions, "changes" | "plan" | "scenarios" | "testType"> & { readonly users?: number }
) =>
  Effect.gen(function* () {
    const scenarios = planned.map((scenario) => ({ scenario }))
    if (!Arr.isNonEmptyReadonlyArray(scenarios))
      return yield* new ScenarioNotReady({ scenario: "the pass", detail: "no resource was planned" })
    const once = { passes: 1 }
    // Of PIPECLEAN every resource has a verdict, however many fail.
    const plan =
      changes === undefined
        ? users(1, Number.POSITIVE_INFINITY, { ...once, maxFailRatio: 1 })
        : users(count, Number.POSITIVE_INFINITY, once)
    return { ...options, changes, plan, scenarios }
  })
