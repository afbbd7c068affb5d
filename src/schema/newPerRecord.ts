/** What must be new for each record, so that its key is unique. */
import { exceptions } from "./exceptions.ts"
import { parentsOf, isFound } from "./closure.ts"
import { referencesOf, type ResourceSchema, type Scalar } from "./ResourceSchema.ts"

/**
 * Characters that a unique key needs: 17 bits of user, 26 of iteration, 10 of index and 20 of seed are 73 bits, which
 * 15 digits of base 32 hold.
 */
const minTextLength = 15

const isFreeText = ({ format, maxLength, type }: Scalar): boolean =>
  type === "string" && format === undefined && (maxLength === undefined || maxLength >= minTextLength)

const isFreeNumber = ({ format, maximum, type }: Scalar): boolean =>
  type === "integer" && format === "int64" && maximum === undefined

/**
 * The member of a resource's own key that can have any value: a text, otherwise an int64.
 *
 * @example of ed-fi/students: studentUniqueId; of ed-fi/schools: schoolId; of ed-fi/studentSchoolAssociations: none
 */
const freeKeyMember = ({ members }: Pick<ResourceSchema, "members">): Scalar | undefined => {
  const own = members.filter((member): member is Scalar => member._tag === "Scalar" && member.isIdentity)
  return own.find(isFreeText) ?? own.find(isFreeNumber)
}

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

/** A source, and everything of a creation order that depends on it. */
const withDependents = (
  source: ResourceSchema,
  order: ReadonlyArray<ResourceSchema>
): ReadonlyArray<ResourceSchema> => {
  const dependents = new Set([source.path])
  for (const each of order) {
    if (parentsOf(each).some((parent) => dependents.has(parent))) dependents.add(each.path)
  }
  return order.filter(({ path }) => dependents.has(path))
}

/** People first, then texts, then numbers. */
const rank = (resource: ResourceSchema): number =>
  exceptions.people.includes(resource.endpoint) ? 0 : freeKeyMember(resource)?.type === "string" ? 1 : 2

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
    .toSorted(
      (one, other) => one.documents.length - other.documents.length || rank(one.source) - rank(other.source)
    )
  return best?.documents ?? []
}
