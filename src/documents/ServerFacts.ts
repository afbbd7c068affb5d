/** What documents take from the server that receives them. */
import { capitalized } from "../domain/words.ts"
import type { DescriptorResource } from "../schema/ResourceSchema.ts"

export interface ServerFacts {
  /** An existing school year. */
  readonly schoolYear: number
  /** The agency of the schools; must exist. */
  readonly localEducationAgencyId: number
  /** The namespace of assessments, surveys and the like; a key may write in namespaces that begin with it. */
  readonly namespace: string
  /** The values of each descriptor, `namespace#codeValue`, by the name of its schema: `gradeLevelDescriptor`. */
  readonly descriptors: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Ed-Fi's own namespace, which stock vendors may write in. */
export const defaultNamespace = "uri://ed-fi.org"

/**
 * Two values of each descriptor that no server has: for documents that are shown and not sent.
 *
 * @example of gradeLevelDescriptor: uri://ed-fi.org/GradeLevelDescriptor#Value 1
 */
export const madeUpDescriptors = (
  descriptors: ReadonlyArray<DescriptorResource>
): ServerFacts["descriptors"] =>
  new Map(
    descriptors.map(({ name }) => [
      name,
      [1, 2].map((number) => `${defaultNamespace}/${capitalized(name)}#Value ${number}`)
    ])
  )
