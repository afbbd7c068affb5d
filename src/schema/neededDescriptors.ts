/** The descriptors of which documents need values. */
import * as Either from "effect/Either"
import { byPath, closureOf } from "./closure.ts"
import { allMembers, type ApiModel, type DescriptorResource, type ResourceSchema } from "./ResourceSchema.ts"

/** All that members of the chosen resources and their parents may have, in the order of the model. */
export const neededDescriptors = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>
): ReadonlyArray<DescriptorResource> => {
  const resources = byPath(model)
  const used = new Set(
    chosen.flatMap((resource) => [resource, ...Either.getOrElse(closureOf(resource, resources), () => [])])
  )
  const names = new Set(
    [...used].flatMap(({ members }) =>
      allMembers(members).flatMap((member) => (member._tag === "Descriptor" ? member.candidates : []))
    )
  )
  return model.descriptors.filter(({ name }) => names.has(name))
}
