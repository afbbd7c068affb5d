/** All resources of which a load creates documents. */
import * as Either from "effect/Either"
import { byPath, closureOf } from "./closure.ts"
import { exceptions } from "./exceptions.ts"
import { companionOf } from "./people.ts"
import { type Extent, recordNeeds } from "./recordNeeds.ts"
import type { ApiModel, ResourceSchema } from "./ResourceSchema.ts"

/** What decides which documents a load creates. */
export interface LoadExtent {
  /** Of the records; their parents are minimal. */
  readonly extent: Extent
  /** Whether people have companions. Default: false. */
  readonly companions?: boolean | undefined
}

/**
 * The resources that records of the chosen ones need: parents, their parents, and the companions of people with all that
 * these need. Chosen resources are among them only if another one needs them.
 *
 * @example of ed-fi/grades: ed-fi/students, ed-fi/schools, ed-fi/sections, ...
 */
export const neededResources = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  { companions = false, extent }: LoadExtent
): ReadonlySet<ResourceSchema> => {
  const resources = byPath(model)
  const needed = new Set<ResourceSchema>()
  const add = (resource: ResourceSchema): void => {
    if (needed.has(resource)) return
    needed.add(resource)
    addCompanion(resource)
  }
  const addCompanion = (resource: ResourceSchema): void => {
    const companion = companions ? companionOf(resource, resources) : undefined
    if (companion === undefined) return
    for (const each of Either.getOrElse(closureOf(companion, resources), () => [])) add(each)
    add(companion)
  }
  for (const resource of chosen) {
    const closure = Either.flatMap(recordNeeds(resource, resources, extent), ({ parents }) =>
      closureOf(resource, resources, [...parents])
    )
    for (const parent of Either.getOrElse(closure, () => [])) add(parent)
    addCompanion(resource)
  }
  return needed
}

/**
 * The people that a load of the chosen resources creates: as records, new parents or fixtures.
 *
 * @returns students first, in the order of the table of exceptions
 */
export const peopleIn = (
  model: ApiModel,
  chosen: ReadonlyArray<ResourceSchema>,
  load: LoadExtent
): ReadonlyArray<ResourceSchema> => {
  const created = [...new Set([...chosen, ...neededResources(model, chosen, load)])]
  return [...exceptions.people.keys()].flatMap((person) =>
    created.filter(({ endpoint }) => endpoint === person)
  )
}
