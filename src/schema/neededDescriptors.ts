/** The descriptors of which documents need values. */
import { type LoadExtent, neededResources } from "./neededResources.ts"
import type { Extent } from "./recordNeeds.ts"
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
 * and companions need, whose documents are minimal. In the order of the model.
 *
 * @param extent of the records
 */
export const neededDescriptors = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  extent: Extent,
  { companions }: Pick<LoadExtent, "companions"> = {}
): ReadonlyArray<DescriptorResource> => {
  const names = new Set<string>()
  for (const resource of chosen) {
    for (const name of candidatesOf(allMembers(resource.members))) names.add(name)
  }
  for (const { members } of neededResources(model, chosen, { extent, companions })) {
    for (const name of candidatesOf(requiredMembers(members))) names.add(name)
  }
  return model.descriptors.filter(({ name }) => names.has(name))
}
