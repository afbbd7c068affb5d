/**
 * People and their companions: where claims follow relationships, a client may create a person, but update it, or create
 * what refers to it, only after an association has related the person to an education organization of the client.
 *
 * @see api-facts section 5
 */
import type { ResourcesByPath } from "./closure.ts"
import { exceptions } from "./exceptions.ts"
import type { ResourceSchema } from "./ResourceSchema.ts"

type Named = Pick<ResourceSchema, "endpoint" | "project">

export const isPerson = ({ endpoint }: Named): boolean => exceptions.people.has(endpoint)

/**
 * The association that relates a person to an education organization.
 *
 * @returns `undefined` if the resource is no person, or the documents have no such association
 * @example of ed-fi/students: ed-fi/studentSchoolAssociations
 */
export const companionOf = (
  { endpoint, project }: Named,
  resources: ResourcesByPath
): ResourceSchema | undefined => resources.get(`${project}/${exceptions.people.get(endpoint) ?? ""}`)

/** The person whose companion an association is. @example of ed-fi/studentContactAssociations: ed-fi/contacts */
export const personOf = (
  { endpoint, project }: Named,
  resources: ResourcesByPath
): ResourceSchema | undefined => {
  const [person] = [...exceptions.people].find(([, association]) => association === endpoint) ?? []
  return person === undefined ? undefined : resources.get(`${project}/${person}`)
}
