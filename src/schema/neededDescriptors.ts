/** The descriptors of which documents need values. */
import * as Either from "effect/Either"
import { byPath, closureOf } from "./closure.ts"
import { type Extent, recordNeeds } from "./recordNeeds.ts"
import {
  allMembers,
  type ApiModel,
  type DescriptorResource,
  type Member,
  requiredMembers,
  type ResourceSchema
} from "./ResourceSchema.ts"

const candidatesOf = (members: ReadonlyArray<Member>): ReadonlyArray<string> =>
  members.flatMap((member) => (member._tag === "Descriptor" ? member.candidates : []))

/**
 * All that members of the chosen resources may have, because an update may add an optional one, and all that their parents
 * need, whose documents are minimal. In the order of the model.
 *
 * @param extent of the records
 */
export const neededDescriptors = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  extent: Extent
): ReadonlyArray<DescriptorResource> => {
  const resources = byPath(model)
  const names = new Set<string>()
  const parents = new Set<ResourceSchema>()
  for (const resource of chosen) {
    for (const name of candidatesOf(allMembers(resource.members))) names.add(name)
    const closure = Either.flatMap(recordNeeds(resource, resources, extent), (needs) =>
      closureOf(resource, resources, [...needs.parents])
    )
    for (const parent of Either.getOrElse(closure, () => [])) parents.add(parent)
  }
  for (const { members } of parents) {
    for (const name of candidatesOf(requiredMembers(members))) names.add(name)
  }
  return model.descriptors.filter(({ name }) => names.has(name))
}
