/** References to a document: its key, under the names that the reference gives to the parts. */
import { columnNames, roleOf } from "../schema/names.ts"
import type { Reference, ResourceSchema } from "../schema/ResourceSchema.ts"
import type { Skeleton, SkeletonMember, SkeletonObject } from "./Skeleton.ts"

/** One part of a key, under all the names that a reference may call it. */
interface KeyPart {
  /** The longest name first: `programEducationOrganizationId`, `educationOrganizationId`. */
  readonly names: ReadonlyArray<string>
  readonly value: Skeleton
}

/** The parts of a document's key. */
export type DocumentKey = ReadonlyArray<KeyPart>

const memberOf = ({ members }: SkeletonObject, name: string): Skeleton | undefined =>
  members.find(([each]) => each === name)?.[1]

/** The name of the resource that a reference leads to; the first letter as in member names. */
const targetName = ({ abstractTarget, target }: Reference, nameOf: (path: string) => string): string =>
  abstractTarget ?? nameOf(target ?? "")

/**
 * The key of a document.
 *
 * @param document of the resource
 * @param nameOf the name of a resource by path: `student` for ed-fi/students
 */
export const documentKey = (
  { members }: ResourceSchema,
  document: SkeletonObject,
  nameOf: (path: string) => string
): DocumentKey =>
  members.flatMap((member): DocumentKey => {
    const value = memberOf(document, member.name)
    if (value === undefined) return []
    if (member._tag === "Scalar" || member._tag === "Descriptor")
      return member.isIdentity ? [{ names: [member.name], value }] : []
    if (member._tag !== "Reference" || !member.isIdentity || value._tag !== "Object") return []
    const target = targetName(member, nameOf)
    return value.members.map(([name, part]) => ({
      names: columnNames(roleOf(member.name), target, name),
      value: part
    }))
  })

/** The part that a name means: the one that has it as its longest name, or else as a shorter one. */
const partNamed = (name: string, key: DocumentKey): Skeleton | undefined => {
  const rank = ({ names }: KeyPart) => names.indexOf(name)
  const [best] = key.filter((part) => rank(part) !== -1).toSorted((one, other) => rank(one) - rank(other))
  if (best !== undefined) return best.value
  // The key of a subtype has another name: `schoolId` for `educationOrganizationId`.
  return key.length === 1 ? key[0]?.value : undefined
}

/**
 * A reference to a document.
 *
 * @param key of the document that `reference` leads to
 * @returns `undefined` if the reference has a member that the key lacks
 */
export const referenceTo = (reference: Reference, key: DocumentKey): SkeletonObject | undefined => {
  const members: Array<SkeletonMember> = []
  for (const { name } of reference.members) {
    const value = partNamed(name, key)
    if (value === undefined) return undefined
    members.push([name, value])
  }
  return { _tag: "Object", members }
}
