/** A document of a load, planned, and the way in which documents of a load refer to each other. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { capitalized } from "../domain/words.ts"
import type { ResourcesByPath } from "../schema/closure.ts"
import { companionOf, personOf } from "../schema/people.ts"
import type { Reference, ResourceSchema } from "../schema/ResourceSchema.ts"
import { type DocumentKey, referenceTo } from "./referenceTo.ts"
import type { ServerFacts } from "./ServerFacts.ts"
import { SkeletonObject } from "./Skeleton.ts"

/** The resource of a document: `endpoint` and `name` as URLs and batches have them. */
export const DocumentResource = Schema.Struct({
  /** `ed-fi/students` */
  path: Schema.String,
  /** `ed-fi` */
  project: Schema.String,
  /** `students` */
  endpoint: Schema.String,
  /** `Student` */
  name: Schema.String
})
export interface DocumentResource extends Schema.Schema.Type<typeof DocumentResource> {}

export const PlannedDocument = Schema.Struct({
  resource: DocumentResource,
  document: SkeletonObject,
  /** The identity members, nested as in the document: valid as `naturalKey` of a batch operation. */
  naturalKey: SkeletonObject
})
export interface PlannedDocument extends Schema.Schema.Type<typeof PlannedDocument> {}

export const plannedDocument = (resource: ResourceSchema, document: SkeletonObject): PlannedDocument => {
  const { endpoint, members, name, path, project } = resource
  const identity = new Set(
    members.flatMap((member) => ("isIdentity" in member && member.isIdentity ? [member.name] : []))
  )
  return {
    resource: { path, project, endpoint, name: capitalized(name) },
    document,
    naturalKey: { _tag: "Object", members: document.members.filter(([each]) => identity.has(each)) }
  }
}

/** What all documents of a load have in common. */
export interface World {
  readonly resources: ResourcesByPath
  readonly facts: ServerFacts
  /** Whether each person is followed by its companion. */
  readonly companions: boolean
}

/** The companion that follows a person of this resource; `undefined` if it has none. */
export const companionIn = (world: World, resource: ResourceSchema): ResourceSchema | undefined =>
  world.companions ? companionOf(resource, world.resources) : undefined

/** The person that an association follows as its companion; `undefined` if it follows none. */
export const personIn = (world: World, resource: ResourceSchema): ResourceSchema | undefined =>
  world.companions ? personOf(resource, world.resources) : undefined

/** The name of a resource, as names of columns are made with it. */
export const nameIn =
  ({ resources }: World) =>
  (path: string): string =>
    resources.get(path)?.name ?? ""

/** A document to which others refer. */
export interface Target {
  readonly key: DocumentKey
  /** The numbers of the fixtures that it needs, itself included. */
  readonly fixtures: ReadonlySet<number>
}

/**
 * The document of a resource that a reference leads to; otherwise why there is none.
 *
 * @param instance 1, or the number of a second document of the resource
 */
export type FindTarget = (resource: ResourceSchema, instance: number) => Either.Either<Target, string>

/** Finds one known document of a resource, and all others as before. */
export const finding =
  (resource: ResourceSchema, target: Target, findTarget: FindTarget): FindTarget =>
  (each, instance) =>
    each === resource ? Either.right(target) : findTarget(each, instance)

/** A second reference of a key to the same resource leads to a second document: nothing is its own peer. */
const instanceOf = ({ members }: ResourceSchema, reference: Reference): number => {
  if (!reference.isIdentity) return 1
  const roles = members.filter(
    (member) => member._tag === "Reference" && member.isIdentity && member.target === reference.target
  )
  return 1 + Math.max(0, roles.indexOf(reference))
}

/**
 * Makes the references of a document.
 *
 * @param needed takes the fixtures that the document needs
 */
export const makeRefer =
  (resource: ResourceSchema, world: World, needed: Set<number>, findTarget: FindTarget) =>
  (reference: Reference): Either.Either<SkeletonObject, string> =>
    Either.gen(function* () {
      const target = world.resources.get(reference.target ?? "")
      if (target === undefined)
        return yield* Either.left("refers to a resource that the documents do not have")
      const { fixtures, key } = yield* Either.mapLeft(
        findTarget(target, instanceOf(resource, reference)),
        (reason) => `refers to ${target.path}: ${reason}`
      )
      const made = referenceTo(reference, key)
      if (made === undefined) return yield* Either.left(`has a part that the key of ${target.path} lacks`)
      for (const number of fixtures) needed.add(number)
      return made
    })
