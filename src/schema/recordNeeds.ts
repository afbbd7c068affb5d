/** What the documents of a record need: its parents, which of them are new for each record, and why it cannot be made. */
import * as Either from "effect/Either"
import { closureOf, parentsOf, type ResourcesByPath } from "./closure.ts"
import { haveUniqueKeys, newPerRecord, withDependents } from "./newPerRecord.ts"
import { allMembers, keyOf, type Member, type Reference, type ResourceSchema } from "./ResourceSchema.ts"
import { changesOf } from "./updates.ts"

/** Which members a document has: the required ones, or all whose references close no circle. */
export const extents = ["minimal", "full"] as const
export type Extent = (typeof extents)[number]

export interface RecordNeeds {
  /** Created for each record, parents before dependents, the record last; never empty. */
  readonly created: ReadonlyArray<ResourceSchema>
  /** The paths of all parents: a reference to anything else is left out. */
  readonly parents: ReadonlySet<string>
  /** The optional reference that an update adds, if the record has nothing else to change. */
  readonly addedByUpdate: Reference | undefined
}

/** Why no record of a resource can be created and deleted, as a clause; `undefined` if it can. */
export const untestableReason = (
  resource: ResourceSchema,
  resources: ResourcesByPath
): string | undefined => {
  const closure = closureOf(resource, resources)
  if (Either.isLeft(closure)) return closure.left
  if (!resource.canDelete) return "the API has no DELETE for it"
  if (keyOf(resource).length === 0) return "the document marks no member of its key"
  if (newPerRecord(resource, closure.right).length === 0)
    return "its key has no part that can have any value (a text, or an int64)"
  return undefined
}

/**
 * Whether documents of an extent have a member. The members that extensions add to a resource, in `_ext`, are always
 * left out if they may be.
 *
 * @see api-facts section 1, extensions
 */
export const isSent = (member: Pick<Member, "isRequired" | "name">, extent: Extent): boolean =>
  member.isRequired || (extent === "full" && member.name !== "_ext")

const targetsOf = ({ members }: ResourceSchema): ReadonlyArray<string> => [
  ...new Set(
    allMembers(members.filter((member) => isSent(member, "full"))).flatMap((member) =>
      member._tag === "Reference" && member.target !== undefined ? [member.target] : []
    )
  )
]

/** The reference that an update adds or drops; only if nothing of the record is freer. */
const changedReference = (resource: ResourceSchema): Reference | undefined => {
  const [change] = changesOf(resource)
  if (change?.kind !== "reference") return undefined
  return resource.members.find(
    (member): member is Reference =>
      member._tag === "Reference" && !member.isRequired && member.name === change.member
  )
}

/**
 * A record may refer to an optional parent if the parent does not need the record itself, and if what is new for each
 * record still has unique keys.
 */
const makeIsAllowed = (
  resource: ResourceSchema,
  resources: ResourcesByPath,
  source: ResourceSchema | undefined
) => {
  return (target: string): boolean => {
    const parent = resources.get(target)
    if (parent === undefined || parent === resource) return false
    return Either.match(closureOf(parent, resources), {
      onLeft: () => false,
      onRight: (closure) =>
        !closure.includes(resource) &&
        (source === undefined || haveUniqueKeys(withDependents(source, [...closure, parent])))
    })
  }
}

/**
 * Parents have minimal documents, also those of a full record: a load of one resource then depends on few others.
 *
 * @returns otherwise the reason why it cannot be made, as a clause
 * @example of ed-fi/studentSchoolAssociations, minimal: created [students, studentSchoolAssociations], parents
 *   ed-fi/schools and ed-fi/students
 */
export const recordNeeds = (
  resource: ResourceSchema,
  resources: ResourcesByPath,
  extent: Extent
): Either.Either<RecordNeeds, string> =>
  Either.gen(function* () {
    const reason = untestableReason(resource, resources)
    if (reason !== undefined) return yield* Either.left(reason)
    const required = parentsOf(resource)
    const [source = resource] = newPerRecord(resource, yield* closureOf(resource, resources))
    const isAllowed = makeIsAllowed(resource, resources, source)
    const changed = changedReference(resource)
    const addedByUpdate = changed !== undefined && isAllowed(changed.target ?? "") ? changed : undefined
    const optional = extent === "full" ? targetsOf(resource) : [addedByUpdate?.target ?? ""]
    const parents = new Set([...required, ...optional.filter(isAllowed)])
    const closure = yield* closureOf(resource, resources, [...parents])
    const created = withDependents(source, [...closure, resource], (each) =>
      each === resource ? [...parents] : parentsOf(each)
    )
    return { created, parents, addedByUpdate }
  })
