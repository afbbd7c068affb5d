/** Finds the resources that a user names. */
import type { ApiModel, ResourceSchema } from "./ResourceSchema.ts"

export interface ChosenResources {
  /** In the order of the names, each once. */
  readonly chosen: ReadonlyArray<ResourceSchema>
  /** Names that no resource has. */
  readonly unknown: ReadonlyArray<string>
}

/** Whether a name means a resource: `students` or `ed-fi/students`, in any letter case. */
const isNamed = ({ endpoint, path }: ResourceSchema, name: string): boolean =>
  path.toLowerCase() === name.toLowerCase() || endpoint.toLowerCase() === name.toLowerCase()

/**
 * The resources with some names. An endpoint that several projects have means the first of them in the document; their
 * paths mean each.
 *
 * @param names `students`, `tpdm/candidates`, `termDescriptors`; `all` means every resource but descriptors, and `descriptors`
 *   every one of these
 */
export const chooseResources = (
  { descriptors, resources }: Pick<ApiModel, "descriptors" | "resources">,
  names: ReadonlyArray<string>
): ChosenResources => {
  const chosen = new Set<ResourceSchema>()
  const unknown: Array<string> = []
  const groups = new Map([
    ["all", resources],
    ["descriptors", descriptors]
  ])
  for (const name of names) {
    const group = groups.get(name.toLowerCase())
    const found = [...resources, ...descriptors].find((resource) => isNamed(resource, name))
    if (group !== undefined) for (const resource of group) chosen.add(resource)
    else if (found === undefined) unknown.push(name)
    else chosen.add(found)
  }
  return { chosen: [...chosen], unknown }
}
