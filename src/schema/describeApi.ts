/** What an API offers to a load test, resource by resource. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { byPath, closureOf, isFound, parentsOf, type ResourcesByPath } from "./closure.ts"
import { newPerRecord } from "./newPerRecord.ts"
import { untestableReason } from "./recordNeeds.ts"
import { type ApiModel, keyOf, type ResourceSchema } from "./ResourceSchema.ts"
import { changeKinds, changeOf } from "./updates.ts"

const Paths = Schema.Array(Schema.String)

/** One resource. All paths are like `ed-fi/students`. */
export const DescribedResource = Schema.Struct({
  path: Schema.String,
  /** The natural key, flat: `["studentUniqueId"]`. */
  key: Schema.Array(Schema.String),
  /** The resources that a minimal document refers to. */
  parents: Paths,
  /** Created for each record, in this order, the record last; empty if it cannot be tested. */
  newPerRecord: Paths,
  /** Shared by all records, in the order of their creation. */
  shared: Paths,
  /** Of these, the ones that the server must have already. */
  found: Paths,
  /** What an update changes; null if it has nothing but its identity, or has no PUT. */
  update: Schema.NullOr(Schema.Struct({ kind: Schema.Literal(...changeKinds), member: Schema.String })),
  /** Whether an update may also change the key. */
  hasKeyCascade: Schema.Boolean,
  isDeprecated: Schema.Boolean,
  /** Why it cannot be tested, as a clause; null if it can. */
  untestable: Schema.NullOr(Schema.String)
})
export interface DescribedResource extends Schema.Schema.Type<typeof DescribedResource> {}

/** A whole API. */
export const DescribedApi = Schema.Struct({
  /** The files or addresses of its documents. */
  sources: Schema.Array(Schema.String),
  resources: Schema.Array(DescribedResource),
  /** The number of descriptors. */
  descriptors: Schema.Int,
  /** Entries of the documents that have POST, but cannot be read as a resource. */
  unreadable: Schema.Array(Schema.Struct({ path: Schema.String, detail: Schema.String }))
})
export interface DescribedApi extends Schema.Schema.Type<typeof DescribedApi> {}

const pathsOf = (resources: ReadonlyArray<ResourceSchema>): ReadonlyArray<string> =>
  resources.map(({ path }) => path)

const describeResource = (resource: ResourceSchema, resources: ResourcesByPath): DescribedResource => {
  const closure = closureOf(resource, resources)
  const needed = Either.getOrElse(closure, () => [])
  const created = Either.isRight(closure) ? newPerRecord(resource, needed) : []
  const shared = needed.filter((each) => !created.includes(each))
  return {
    path: resource.path,
    key: keyOf(resource),
    parents: parentsOf(resource),
    newPerRecord: pathsOf(created),
    shared: pathsOf(shared),
    found: pathsOf(shared.filter(isFound)),
    update: (resource.canUpdate ? changeOf(resource) : undefined) ?? null,
    hasKeyCascade: resource.hasKeyCascade,
    isDeprecated: resource.isDeprecated,
    untestable: untestableReason(resource, resources) ?? null
  }
}

/** @param sources the files or addresses that the model was read from */
export const describeApi = (model: ApiModel, sources: ReadonlyArray<string>): DescribedApi => {
  const resources = byPath(model)
  return {
    sources,
    resources: model.resources.map((resource) => describeResource(resource, resources)),
    descriptors: model.descriptors.length,
    unreadable: model.unreadable
  }
}
