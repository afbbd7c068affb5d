/** The document of an update: the one of the new record with one member changed. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { ResourceSchema } from "../schema/ResourceSchema.ts"
import { type Change, changesOf } from "../schema/updates.ts"
import { buildMember, type BuildOptions, memberOptions } from "./buildDocument.ts"
import { type Skeleton, type SkeletonMember, SkeletonObject } from "./Skeleton.ts"

export const ChangedDocument = Schema.Struct({
  /** The member that differs. */
  member: Schema.String,
  document: SkeletonObject
})
export interface ChangedDocument extends Schema.Schema.Type<typeof ChangedDocument> {}

const isSame = (one: Skeleton | undefined, other: Skeleton): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/**
 * The second value of a member; `"left out"` if an optional member has no second value.
 *
 * @returns `undefined` if the member cannot change
 */
const secondValue = (
  { kind, member: name }: Change,
  current: Skeleton | undefined,
  resource: ResourceSchema,
  options: BuildOptions
): Skeleton | "left out" | undefined => {
  const member = resource.members.find((each) => each.name === name)
  if (member === undefined) return undefined
  const forUpdate = memberOptions(resource, options, 1)
  // A change of one of several members of a column breaks their equality.
  if (forUpdate.columns.has(name)) return undefined
  const value = Either.getOrUndefined(buildMember(member, forUpdate))
  const isPresentReference = kind === "reference" && current !== undefined
  if (value !== undefined && !isPresentReference && !isSame(current, value)) return value
  return current !== undefined && !member.isRequired ? "left out" : undefined
}

/**
 * Changes the member whose values are the freest, of those that have a second value.
 *
 * @param document as `buildDocument` makes it with the same options
 * @returns `undefined` if nothing can change: the record is created and deleted only
 */
export const changeDocument = (
  resource: ResourceSchema,
  document: SkeletonObject,
  options: BuildOptions
): ChangedDocument | undefined => {
  if (!resource.canUpdate) return undefined
  for (const change of changesOf(resource)) {
    const current = document.members.find(([name]) => name === change.member)?.[1]
    const value = secondValue(change, current, resource, options)
    if (value === undefined) continue
    const members = resource.members.flatMap(({ name }): ReadonlyArray<SkeletonMember> => {
      if (name === change.member) return value === "left out" ? [] : [[name, value]]
      return document.members.filter(([each]) => each === name)
    })
    return { member: change.member, document: { _tag: "Object", members } }
  }
  return undefined
}
