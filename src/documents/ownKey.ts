/** The own members of a key: unique values, values of what the server has, and ids without room for unique ones. */
import { freeKeyMember, isNamespace } from "../schema/freeKey.ts"
import type { ResourceSchema, Scalar } from "../schema/ResourceSchema.ts"
import { fixedLengths, type KeyHole } from "./generatedKeys.ts"
import type { ServerFacts } from "./ServerFacts.ts"
import { fixed, type Skeleton, type SkeletonMember, type SkeletonObject } from "./Skeleton.ts"

/** Whose key it is, as in its hole. */
export type KeyOwner = Pick<KeyHole, "owner" | "number">

/** A text with room for this many characters takes every record key as it is. */
const recordKeyLength = 32

/** @param member free, as `freeKeyMember` has it */
const keyHole = (member: Scalar, owner: KeyOwner, { namespace }: ServerFacts): Skeleton => {
  const { maxLength = Infinity, minLength = 0, name, type } = member
  const prefix = type === "string" && isNamespace(name) ? `${namespace}/` : ""
  const room = maxLength - prefix.length
  const isFixed = room < recordKeyLength
  const form: KeyHole["form"] = type !== "string" ? "number" : isFixed ? "fixed" : "text"
  return {
    _tag: "Key",
    hole: {
      form,
      length: form === "fixed" ? Math.min(room, fixedLengths.max) : 0,
      prefix,
      minLength: type === "string" ? Math.max(0, minLength - prefix.length) : 0,
      ...owner
    }
  }
}

/** The largest int32, for ids whose bound the document does not name. */
const largestId = 2 ** 31 - 1

/** An id of a fixture below the agency, counted down from the last: 255901999 of agency 255901. */
const idWithoutRoom = ({ maximum = largestId }: Scalar, number: number, facts: ServerFacts): number => {
  const id = facts.localEducationAgencyId * 1000 + 999 - number
  return id <= maximum ? id : maximum - number
}

/**
 * The values of a document's own key that are not any valid ones.
 *
 * An id of 32 bits has no room for unique values: as the key of a fixture it is the same in every run, which finds the
 * record of the one before.
 */
export const ownKeyOf = (
  resource: ResourceSchema,
  owner: KeyOwner,
  facts: ServerFacts
): ((name: string) => Skeleton | undefined) => {
  const free = freeKeyMember(resource)
  const own = resource.members.filter((member) => member._tag === "Scalar" && member.isIdentity)
  return (name) => {
    if (free?.name === name) return keyHole(free, owner, facts)
    const member = own.find((each) => each.name === name)
    return owner.owner === "fixture" &&
      member?._tag === "Scalar" &&
      member.type === "integer" &&
      name.endsWith("Id")
      ? fixed(idWithoutRoom(member, owner.number, facts))
      : undefined
  }
}

/** The key of a record that the server has: the agency or the school year. */
export const foundDocument = (resource: ResourceSchema, facts: ServerFacts): SkeletonObject => ({
  _tag: "Object",
  members: resource.members.flatMap((member): ReadonlyArray<SkeletonMember> =>
    member._tag === "Scalar" && member.isIdentity
      ? [[member.name, fixed(/year$/i.test(member.name) ? facts.schoolYear : facts.localEducationAgencyId)]]
      : []
  )
})
