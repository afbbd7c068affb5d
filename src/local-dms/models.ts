/** The resources that the local DMS knows, each compiled when it is first used. */
import * as Schema from "effect/Schema"
import { dataStandard52 } from "./dataStandard52.ts"
import { dataStandard52Facts } from "./dataStandard52Facts.ts"
import type { ProjectNames } from "./ProjectSource.ts"
import { ResourceFacts } from "./ResourceFacts.ts"
import { compileResource } from "./compileResource.ts"
import type { ResourceName, SpaceOf } from "./compileResource.ts"
import type { ResourceModel } from "./ResourceModel.ts"

export const project: ProjectNames = dataStandard52

const decode = Schema.decodeSync(Schema.parseJson(ResourceFacts))

interface Source extends ResourceName {
  readonly facts: () => ResourceFacts
}

let descriptorFacts: ResourceFacts | undefined

const sources: ReadonlyArray<Source> = [
  ...project.resources.map(([endpoint, name]) => ({
    project: project.endpoint,
    endpoint,
    name,
    isDescriptor: false,
    facts: () => decode(dataStandard52Facts.resources[endpoint] ?? "")
  })),
  ...project.descriptors.map(([endpoint, name]) => ({
    project: project.endpoint,
    endpoint,
    name: `${name}Descriptor`,
    isDescriptor: true,
    facts: () => (descriptorFacts ??= decode(dataStandard52Facts.descriptor))
  }))
]

const byEndpoint = new Map(sources.map((source) => [source.endpoint.toLowerCase(), source]))
const byName = new Map(sources.map((source) => [source.name, source]))

/** Abstract resources are spaces of their own name. */
const spaceOf: SpaceOf = (name) => byName.get(name)?.endpoint ?? name

/** By endpoint, as the data standard spells it. */
const compiled = new Map<string, ResourceModel>()

const compile = (source: Source | undefined): ResourceModel | undefined => {
  if (source === undefined) return undefined
  const known = compiled.get(source.endpoint)
  if (known !== undefined) return known
  const { facts, ...names } = source
  const model = compileResource(names, facts(), spaceOf)
  compiled.set(source.endpoint, model)
  return model
}

/** Whether a part of a URL names a project, case-insensitive: `ed-fi`. */
export const isProject = (text: string): boolean => text.toLowerCase() === project.endpoint

/** By endpoint, case-insensitive: `students`, `STUDENTS`. */
export const findByEndpoint = (endpoint: string): ResourceModel | undefined =>
  compiled.get(endpoint) ?? compile(byEndpoint.get(endpoint.toLowerCase()))

/** By resource name, case-sensitive: `Student`. */
export const findByName = (name: string): ResourceModel | undefined => compile(byName.get(name))

/** All resources and descriptors. */
export const allModels = (): ReadonlyArray<ResourceModel> =>
  sources.flatMap((source) => compile(source) ?? [])
