/** What a record needs: the parents that must be there before it can be created. */
import * as Either from "effect/Either"
import { exceptions } from "./exceptions.ts"
import {
  type ApiModel,
  type Member,
  type Reference,
  requiredMembers,
  type ResourceSchema
} from "./ResourceSchema.ts"

/** The resources of a model by path. */
export type ResourcesByPath = ReadonlyMap<string, ResourceSchema>

export const byPath = ({ resources }: Pick<ApiModel, "resources">): ResourcesByPath =>
  new Map(resources.map((resource) => [resource.path, resource]))

/** Whether every document of a resource has one of its members: a required one, or one of the exceptions. */
export const isAlwaysSent = (
  { endpoint }: Pick<ResourceSchema, "endpoint">,
  { isRequired, name }: Pick<Member, "isRequired" | "name">
): boolean => isRequired || (exceptions.alsoSent.get(endpoint) ?? []).includes(name)

/** The references of a minimal document: required ones, in collections too, and those that are always sent. */
const sentReferences = (resource: ResourceSchema): ReadonlyArray<Reference> => {
  const { members } = resource
  const also = members.filter((member) => !member.isRequired && isAlwaysSent(resource, member))
  return [...requiredMembers(members), ...also].filter((member) => member._tag === "Reference")
}

/** Why a minimal document cannot be made, as a clause; `undefined` if it can. */
const obstacleOf = ({ members }: ResourceSchema): string | undefined => {
  for (const member of requiredMembers(members)) {
    const required = `its required member ${member.name}`
    if (member._tag === "Unsupported") return `${required} ${member.detail}`
    if (member._tag === "Descriptor" && member.candidates.length === 0)
      return `${required} names no known descriptor`
    if (member._tag === "Reference" && member.target === undefined) {
      return `${required} refers to a resource that the documents do not have`
    }
  }
  return undefined
}

/**
 * The resources that a minimal document of a resource refers to, each once, in the order of its members.
 *
 * @example of ed-fi/sections: ["ed-fi/courseOfferings"]
 */
export const parentsOf = (resource: ResourceSchema): ReadonlyArray<string> => [
  ...new Set(sentReferences(resource).flatMap(({ target }) => (target === undefined ? [] : [target])))
]

/** Whether a record is found on the server, and never created. */
export const isFound = ({ endpoint }: Pick<ResourceSchema, "endpoint">): boolean =>
  exceptions.neverCreated.includes(endpoint)

/**
 * All resources that a resource needs, parents before their dependents, without itself. A record that is found needs
 * nothing.
 *
 * @param resources of the model
 * @param parents of the document; those of a minimal one unless given
 * @returns otherwise the reason why a document cannot be made, as a clause: a required member that the reader does not
 *   understand, here or in a parent, or a circle of required references
 * @example of ed-fi/courseOfferings:
 *   ["ed-fi/localEducationAgencies", "ed-fi/schools", "ed-fi/courses", "ed-fi/schoolYearTypes", "ed-fi/sessions"]
 */
export const closureOf = (
  resource: ResourceSchema,
  resources: ResourcesByPath,
  parents: ReadonlyArray<string> = parentsOf(resource)
): Either.Either<ReadonlyArray<ResourceSchema>, string> => {
  const done = new Set<ResourceSchema>()
  /** @param trail the paths from the resource to `at`, which is not in it */
  const visit = (at: ResourceSchema, trail: ReadonlyArray<string>): string | undefined => {
    if (done.has(at)) return undefined
    if (trail.includes(at.path)) {
      const circle = [...trail.slice(trail.indexOf(at.path)), at.path]
      return `required references form a circle: ${circle.join(" -> ")}`
    }
    if (trail.length === 0 || !isFound(at)) {
      const obstacle = obstacleOf(at)
      if (obstacle !== undefined)
        return trail.length === 0 ? obstacle : `of its parent ${at.path}: ${obstacle}`
      for (const parent of at === resource ? parents : parentsOf(at)) {
        const next = resources.get(parent)
        const reason = next === undefined ? undefined : visit(next, [...trail, at.path])
        if (reason !== undefined) return reason
      }
    }
    done.add(at)
    return undefined
  }
  const reason = visit(resource, [])
  return reason === undefined
    ? Either.right([...done].filter((each) => each !== resource))
    : Either.left(reason)
}
