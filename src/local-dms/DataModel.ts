/** The data model of a local DMS: the resources of its projects, each compiled when it is first used. */
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import { dataStandard52 } from "./dataStandard52.ts"
import { dataStandard52Facts } from "./dataStandard52Facts.ts"
import type { ProjectNames, ProjectSource } from "./ProjectSource.ts"
import { ResourceFacts } from "./ResourceFacts.ts"
import { compileResource } from "./compileResource.ts"
import type { ResourceName, SpaceOf } from "./compileResource.ts"
import type { ResourceModel } from "./ResourceModel.ts"

interface Model {
  /** The core project first. */
  readonly projects: ReadonlyArray<ProjectNames>
  /** Whether a part of a URL names a project, case-insensitive: `ed-fi`. */
  readonly hasProject: (text: string) => boolean
  /** By the parts of a URL, case-insensitive: `ed-fi` and `students`. */
  readonly find: (project: string, endpoint: string) => ResourceModel | undefined
  /** By endpoint in all projects, case-insensitive, as batches name resources: `students`, `STUDENTS`. */
  readonly findByEndpoint: (endpoint: string) => ResourceModel | undefined
  /** By resource name in all projects, case-sensitive: `Student`. */
  readonly findByName: (name: string) => ResourceModel | undefined
  /** By the id space of a resource, as a store keeps it: `students`, `tpdm/candidates`. */
  readonly findBySpace: (space: string) => ResourceModel | undefined
  /** All resources and descriptors. */
  readonly all: () => ReadonlyArray<ResourceModel>
}

const decode = Schema.decodeSync(Schema.parseJson(ResourceFacts))

interface Source extends ResourceName {
  readonly facts: () => ResourceFacts
}

/** @param prefix of the id spaces: empty for the core project, otherwise `tpdm/` */
const sourcesOf = ({ names, texts }: ProjectSource, prefix: string): ReadonlyArray<Source> => {
  let descriptorFacts: ResourceFacts | undefined
  const named = (endpoint: string, name: string, isDescriptor: boolean): ResourceName => ({
    project: names.endpoint,
    endpoint,
    space: prefix + endpoint,
    name,
    isDescriptor
  })
  return [
    ...names.resources.map(([endpoint, name]) => ({
      ...named(endpoint, name, false),
      facts: () => decode(texts.resources[endpoint] ?? "")
    })),
    ...names.descriptors.map(([endpoint, name]) => ({
      ...named(endpoint, `${name}Descriptor`, true),
      facts: () => (descriptorFacts ??= decode(texts.descriptor))
    }))
  ]
}

/** Of two entries with one key the first counts: the core project takes precedence. */
const firstBy = (
  sources: ReadonlyArray<Source>,
  keyOf: (source: Source) => string
): ReadonlyMap<string, Source> => new Map(sources.toReversed().map((source) => [keyOf(source), source]))

const make = (projects: ReadonlyArray<ProjectSource>): Model => {
  const sources = projects.flatMap((project, index) =>
    sourcesOf(project, index === 0 ? "" : `${project.names.endpoint}/`)
  )
  const projectNames = new Set(projects.map(({ names }) => names.endpoint.toLowerCase()))
  const byPath = firstBy(sources, ({ endpoint, project }) => `${project}/${endpoint}`.toLowerCase())
  const byEndpoint = firstBy(sources, ({ endpoint }) => endpoint.toLowerCase())
  const byName = firstBy(sources, ({ name }) => name)
  const bySpace = firstBy(sources, ({ space }) => space)
  /** Abstract resources are spaces of their own name. */
  const spaceOf: SpaceOf = (name) => byName.get(name)?.space ?? name
  const compiled = new Map<string, ResourceModel>()
  const compile = (source: Source | undefined): ResourceModel | undefined => {
    if (source === undefined) return undefined
    const known = compiled.get(source.space)
    if (known !== undefined) return known
    const { facts, ...names } = source
    const model = compileResource(names, facts(), spaceOf)
    compiled.set(source.space, model)
    return model
  }
  return {
    projects: projects.map(({ names }) => names),
    hasProject: (text) => projectNames.has(text.toLowerCase()),
    find: (project, endpoint) => compile(byPath.get(`${project}/${endpoint}`.toLowerCase())),
    findByEndpoint: (endpoint) => compiled.get(endpoint) ?? compile(byEndpoint.get(endpoint.toLowerCase())),
    findByName: (name) => compile(byName.get(name)),
    findBySpace: (space) => compiled.get(space) ?? compile(bySpace.get(space)),
    all: () => sources.flatMap((source) => compile(source) ?? [])
  }
}

/** The Ed-Fi Data Standard 5.2, unless another model is provided. */
export class DataModel extends Context.Reference<DataModel>()("edfi-perf/local-dms/DataModel", {
  defaultValue: (): Model => dataStandard
}) {
  /** @param projects the core project first, which the others may refer to */
  static readonly make = make
}

const dataStandard = make([{ names: dataStandard52, texts: dataStandard52Facts }])
