/** PIPECLEAN: one record of each resource, from its creation to its deletion, and a verdict on each resource. */
import * as Effect from "effect/Effect"
import { ReadClient } from "../dms/ReadClient.ts"
import { SingleClient } from "../dms/SingleClient.ts"
import { FindingSink } from "../domain/FindingSink.ts"
import { singleName } from "../domain/requestName.ts"
import type { Scenario } from "../engine/Scenario.ts"
import {
  readNamesOf,
  readOnlyRequests,
  type ReadResource,
  type Requests,
  type SoFar,
  writtenRequests,
  type WrittenResource
} from "./pipecleanRequests.ts"
import {
  afterStep,
  beginWalk,
  nextStep,
  notTried,
  stepsOf,
  verdictOf,
  type Walkable
} from "./pipecleanSteps.ts"

/** What PIPECLEAN needs to know of a resource. */
export type PipecleanResource =
  ({ readonly _tag: "Written" } & WrittenResource) | ({ readonly _tag: "ReadOnly" } & ReadResource)

const walkableOf = (resource: PipecleanResource): Walkable =>
  resource._tag === "Written"
    ? {
        canCreate: true,
        canUpdate: resource.canUpdate,
        canDelete: resource.canDelete,
        hasCompanions: resource.record.companions.length > 0
      }
    : { canCreate: false, canUpdate: false, canDelete: false, hasCompanions: false }

/** The paths of the resources that the record of a resource needs, each once. */
export const needsOf = (resource: PipecleanResource): ReadonlyArray<string> => {
  if (resource._tag === "ReadOnly") return []
  const { fixtures, path: own, record } = resource
  const paths = [...fixtures, ...record.parents].map(({ resource: { path } }) => path)
  return [...new Set(paths)].filter((path) => path !== own)
}

/** The names of all requests of a resource. */
const requestNamesOf = (resource: PipecleanResource): ReadonlyArray<string> => {
  const { byId, byKey, list } = readNamesOf(resource)
  if (resource._tag === "ReadOnly") return [list, byId]
  const { fixtures, record } = resource
  const others = [...record.parents, ...record.companions].map((each) => each.resource)
  const taken = new Set(stepsOf(walkableOf(resource)))
  const names = [
    ...[...fixtures.map((each) => each.resource), ...others].map((each) => singleName("create", each)),
    list,
    singleName("create", resource),
    byId,
    byKey,
    ...(taken.has("update") ? [singleName("update", resource)] : []),
    ...(taken.has("delete") ? [resource, ...others].map((each) => singleName("delete", each)) : [])
  ]
  return [...new Set(names)]
}

const nothing = Effect.succeed(undefined)

/** Takes the steps of a resource one after the other. */
const walkThrough = (resource: PipecleanResource, requests: Requests) =>
  Effect.gen(function* () {
    let state = beginWalk(walkableOf(resource))
    for (let step = nextStep(state); step !== undefined; step = nextStep(state)) {
      state = afterStep(state, step, yield* requests[step] ?? nothing)
    }
    return verdictOf(resource.path, state)
  })

export interface NamedPipeclean {
  /** `StudentPipecleanTest` */
  readonly name: string
  readonly resource: PipecleanResource
}

/**
 * The scenarios of some resources, with one iteration each. Their verdicts go to the `FindingSink`; an iteration never
 * fails, so that every resource has a verdict.
 *
 * @param resources in the order of their dependencies
 */
export const pipecleanScenarios = (
  resources: ReadonlyArray<NamedPipeclean>
): ReadonlyArray<Scenario<never, ReadClient | SingleClient>> => {
  const sofar: SoFar = { created: new Set(), failed: new Set() }
  return resources.map(({ name, resource }) => ({
    name,
    testType: "PIPECLEAN",
    description: `${resource.path}: each kind of request once`,
    byDefault: true,
    tripleCount: "none",
    resource: resource.path,
    requestNames: () => requestNamesOf(resource),
    prepare: () =>
      Effect.gen(function* () {
        // All scenarios are prepared before the first one runs.
        sofar.created.clear()
        sofar.failed.clear()
        const clients = { single: yield* SingleClient, reads: yield* ReadClient }
        const verdict = Effect.suspend(() =>
          walkThrough(
            resource,
            resource._tag === "Written"
              ? writtenRequests(clients, sofar, resource)
              : readOnlyRequests(clients, resource)
          )
        )
        return {
          name,
          iteration: () =>
            Effect.gen(function* () {
              const found = notTried(resource.path, needsOf(resource), sofar.failed) ?? (yield* verdict)
              if (found.verdict === "failed") sofar.failed.add(resource.path)
              const sink = yield* FindingSink
              sink.unsafeAddVerdict(found)
            })
        }
      })
  }))
}
