/** The scenarios of test types whose run is one pass over the resources: PIPECLEAN and CHANGE_QUERY. */
import * as Effect from "effect/Effect"
import { flatKey } from "../documents/flatKey.ts"
import { fixturesOf, generateRecord } from "../documents/generateDocuments.ts"
import { type ChangeVersions, readChangeVersions } from "../dms/changeVersions.ts"
import { makeKeySpace } from "../documents/generatedKeys.ts"
import type { DocumentsPlan, LeftOut, RecordPlan } from "../documents/planDocuments.ts"
import { type ChangeKind, changeKinds } from "../domain/ChangesRead.ts"
import { ChangeStateAhead, readChangeState, windowAfter } from "../run/changeState.ts"
import type { ChangeReading } from "../run/RunSpec.ts"
import { changeQueryScenarios } from "../scenarios/changeQueryScenario.ts"
import { inDependencyOrder } from "../scenarios/dependencyOrder.ts"
import { needsOf, pipecleanScenarios, type PipecleanResource } from "../scenarios/pipecleanScenario.ts"
import type { RunnableScenario } from "../scenarios/loadModules.ts"
import { scenarioNameOf } from "../scenarios/resourceScenarios.ts"
import { exceptions } from "../schema/exceptions.ts"
import type { ResourceSchema } from "../schema/ResourceSchema.ts"
import type { OnePassType } from "../settings/onePass.ts"

/** Whether clients only read the records of a resource. */
export const isReadOnly = ({ endpoint }: Pick<ResourceSchema, "endpoint">): boolean =>
  exceptions.readOnly.includes(endpoint)

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
  readonly leftOut: ReadonlyArray<LeftOut>
  readonly changes?: ChangeReading
}

/** Scenarios need names of their own: the second resource of a name is left out. */
const withOwnNames = (testType: OnePassType, chosen: ReadonlyArray<ResourceSchema>) => {
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
 */
export const planPipeclean = (chosen: ReadonlyArray<ResourceSchema>, plan: DocumentsPlan, seed: number) =>
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

/** The lists of changes that a server has; of read-only resources it may record no deletes. */
const kindsOf = (resource: ResourceSchema, { hasKeyChanges }: ChangeVersions): ReadonlyArray<ChangeKind> =>
  changeKinds.filter((kind) =>
    isReadOnly(resource) ? kind === "changed" : kind !== "keyChanged" || hasKeyChanges
  )

/**
 * The scenarios of CHANGE_QUERY in the order of the resources. The newest version is read here, before any change, so
 * that what is written later belongs to the next run.
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
