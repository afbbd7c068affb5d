/** Builds the document of a resource from its members. */
import * as Either from "effect/Either"
import { isAlwaysSent } from "../schema/closure.ts"
import { type Extent, isSent } from "../schema/recordNeeds.ts"
import { type Member, type Reference, referencesOf, type ResourceSchema } from "../schema/ResourceSchema.ts"
import { descriptorValue, scalarValue, type Variant } from "./memberValues.ts"
import type { ServerFacts } from "./ServerFacts.ts"
import { fixed, type Skeleton, type SkeletonMember, type SkeletonObject } from "./Skeleton.ts"

/** How the members of one document get their values. */
export interface BuildOptions {
  readonly extent: Extent
  readonly facts: ServerFacts
  /**
   * The reference to a document of the load.
   *
   * @returns otherwise why there is none, completing "its member NAME ..."
   */
  readonly refer: (reference: Reference) => Either.Either<SkeletonObject, string>
  /** The value of a member of the document's own key, where it is not any valid one. */
  readonly ownKey: (name: string) => Skeleton | undefined
}

interface MemberOptions extends BuildOptions {
  readonly variant: Variant
  /** Values of members that share a column with a reference. */
  readonly columns: ReadonlyMap<string, Skeleton>
}

const noColumns: MemberOptions["columns"] = new Map()
const noOwnKey = () => undefined

/** The value of one member; otherwise why it has none, completing "its member NAME ...". */
export const buildMember = (member: Member, options: MemberOptions): Either.Either<Skeleton, string> => {
  const { columns, facts, ownKey, variant } = options
  switch (member._tag) {
    case "Scalar": {
      const shared = ownKey(member.name) ?? columns.get(member.name)
      if (shared !== undefined) return Either.right(shared)
      const value = scalarValue(member, variant, facts)
      return value === undefined
        ? Either.left("has bounds that no known value satisfies")
        : Either.right(fixed(value))
    }
    case "Descriptor": {
      const shared = columns.get(member.name)
      if (shared !== undefined) return Either.right(shared)
      const value = descriptorValue(member, variant, facts) ?? descriptorValue(member, 0, facts)
      if (value !== undefined) return Either.right(fixed(value))
      return Either.left(
        `needs a value of ${member.candidates[0] ?? "a descriptor"}, and the server has none`
      )
    }
    case "Reference":
      return options.refer(member)
    case "Collection":
      return Either.map(buildPart(member.members, options), (item) => ({ _tag: "List", items: [item] }))
    case "Part":
      return buildPart(member.members, options)
    case "Unsupported":
      return Either.left(member.detail)
  }
}

/** An object inside of a document; never empty, because a server may reject that. */
const buildPart = (
  members: ReadonlyArray<Member>,
  options: MemberOptions
): Either.Either<SkeletonObject, string> => {
  const inner = { ...options, columns: noColumns, ownKey: noOwnKey }
  return Either.flatMap(
    buildMembers(members, (member) => isSent(member, options.extent), inner),
    (built) =>
      Either.map(
        built.length > 0 ? Either.right(built) : buildMembers(members, () => true, inner),
        (chosen) => ({ _tag: "Object", members: chosen })
      )
  )
}

const buildMembers = (
  members: ReadonlyArray<Member>,
  isChosen: (member: Member) => boolean,
  options: MemberOptions
): Either.Either<ReadonlyArray<SkeletonMember>, string> => {
  const built: Array<SkeletonMember> = []
  for (const member of members.filter(isChosen)) {
    const value = buildMember(member, options)
    if (Either.isRight(value)) built.push([member.name, value.right])
    else if (member.isRequired) return Either.left(`its required member ${member.name} ${value.left}`)
  }
  return Either.right(built)
}

/** The values of columns that references decide; those of the identity take precedence. */
const columnsOf = (
  references: ReadonlyArray<Reference>,
  refer: BuildOptions["refer"]
): ReadonlyMap<string, Skeleton> => {
  const columns = new Map<string, Skeleton>()
  for (const reference of references.toSorted((one, other) => +other.isIdentity - +one.isIdentity)) {
    const target = Either.getOrUndefined(refer(reference))
    for (const [at, { column }] of reference.members.entries()) {
      const value = target?.members[at]?.[1]
      if (value !== undefined && !columns.has(column)) columns.set(column, value)
    }
  }
  return columns
}

/** The options for the members of a whole document: with the values of the columns that its references decide. */
export const memberOptions = (
  resource: ResourceSchema,
  options: BuildOptions,
  variant: Variant
): MemberOptions => {
  const sent = referencesOf(resource).filter(
    (reference) => isAlwaysSent(resource, reference) || options.extent === "full"
  )
  return { ...options, variant, columns: columnsOf(sent, options.refer) }
}

/**
 * The document of a new record.
 *
 * A minimal one has the required members, and those of the exceptions; a full one all that have a value. Members that
 * are one column of the server have the same value. A collection has one element.
 *
 * @returns otherwise the reason why it cannot be made, as a clause
 */
export const buildDocument = (
  resource: ResourceSchema,
  options: BuildOptions
): Either.Either<SkeletonObject, string> =>
  Either.map(
    buildMembers(
      resource.members,
      (member) => isAlwaysSent(resource, member) || isSent(member, options.extent),
      memberOptions(resource, options, 0)
    ),
    (members) => ({ _tag: "Object", members })
  )
