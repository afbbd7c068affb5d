/** What must be new for each record, so that its key is unique. */
import { parentsOf, isFound } from "./closure.ts"
import { isPerson } from "./people.ts"
import { freeKeyMember } from "./freeKey.ts"
import { referencesOf, type ResourceSchema } from "./ResourceSchema.ts"

/** The resources that the identity of a resource reaches and that can be created, itself included. */
const identityChain = (
  resource: ResourceSchema,
  known: ReadonlyMap<string, ResourceSchema>
): ReadonlySet<ResourceSchema> => {
  const reached = new Set<ResourceSchema>()
  const visit = (at: ResourceSchema): void => {
    if (reached.has(at) || (at !== resource && isFound(at))) return
    reached.add(at)
    for (const { isIdentity, target } of referencesOf(at)) {
      const next = known.get(target ?? "")
      if (isIdentity && next !== undefined) visit(next)
    }
  }
  visit(resource)
  return reached
}

/**
 * A source, and everything of a creation order that depends on it.
 *
 * @param order parents before their dependents
 * @param parentsIn the parents of a resource of `order`
 */
export const withDependents = (
  source: ResourceSchema,
  order: ReadonlyArray<ResourceSchema>,
  parentsIn: (resource: ResourceSchema) => ReadonlyArray<string> = parentsOf
): ReadonlyArray<ResourceSchema> => {
  const dependents = new Set([source.path])
  for (const each of order) {
    if (!isFound(each) && parentsIn(each).some((parent) => dependents.has(parent))) dependents.add(each.path)
  }
  return order.filter(({ path }) => dependents.has(path))
}

/** Whether each document has a key of its own: by a free member, or by a reference to one that has. */
export const haveUniqueKeys = (created: ReadonlyArray<ResourceSchema>): boolean => {
  const unique = new Set<string>()
  for (const each of created) {
    const refersToUnique = referencesOf(each).some(
      ({ isIdentity, target }) => isIdentity && unique.has(target ?? "")
    )
    if (freeKeyMember(each) === undefined && !refersToUnique) return false
    unique.add(each.path)
  }
  return true
}

/** People first, then texts, then numbers. */
const rank = (resource: ResourceSchema): number =>
  isPerson(resource) ? 0 : freeKeyMember(resource)?.type === "string" ? 1 : 2

/**
 * The documents that are created for each record, parents before dependents, the record last: the smallest set that
 * makes the key unique. It begins with a resource that has a free key member (people preferred, numbers last), and has
 * everything that depends on it. All other parents are shared by all records.
 *
 * @param closure of the resource, as `closureOf` has it
 * @returns empty if no part of the key is free
 * @example of ed-fi/students: [students]; of ed-fi/studentSchoolAssociations: [students, studentSchoolAssociations]
 */
export const newPerRecord = (
  resource: ResourceSchema,
  closure: ReadonlyArray<ResourceSchema>
): ReadonlyArray<ResourceSchema> => {
  const order = [...closure, resource]
  const chain = identityChain(resource, new Map(order.map((each) => [each.path, each])))
  const [best] = [...chain]
    .filter((each) => freeKeyMember(each) !== undefined)
    .map((source) => ({ source, documents: withDependents(source, order) }))
    .filter(({ documents }) => haveUniqueKeys(documents))
    .toSorted(
      (one, other) => one.documents.length - other.documents.length || rank(one.source) - rank(other.source)
    )
  return best?.documents ?? []
}
