/** The data model of a local DMS: the resources of its projects, each compiled when it is first used. */
import * as Context from "effect/Context"
import { columnFieldsOf } from "./model/columns.ts"
import { compileResource } from "./model/compileResource.ts"
import type { ResourceName, SpaceOf } from "./model/compileResource.ts"
import { dataStandard52 } from "./model/dataStandard52.ts"
import { dataStandard52Facts } from "./model/dataStandard52Facts.ts"
import { extendFacts } from "./model/extendFacts.ts"
import { sourceOfTexts } from "./model/ProjectSource.ts"
import type { ProjectNames, ProjectSource } from "./model/ProjectSource.ts"
import type { ResourceFacts } from "./model/ResourceFacts.ts"
import type { ResourceModel } from "./model/ResourceModel.ts"
import { tpdm11 } from "./model/tpdm11.ts"
import { tpdm11Facts } from "./model/tpdm11Facts.ts"

/** A resource as the ApiSchema files have it, and its names; `facts` includes what extensions add. */
export interface ResourceSource extends ResourceName {
  readonly facts: () => ResourceFacts
}

/** The resources of all projects. */
export interface Models {
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
  /** The fields of a query that names columns with roles, by lower-case name: `locationschoolid`. */
  readonly columnFields: (model: ResourceModel) => ResourceModel["queryFields"]
  /** All resources and descriptors, those of the core project first. */
  readonly all: () => ReadonlyArray<ResourceModel>
  /** The same before they are compiled. */
  readonly sources: ReadonlyArray<ResourceSource>
}

/** @param isCore an extension has its endpoint before its id spaces: `tpdm/candidates` */
const sourcesOf = (
  { descriptor, names, resource }: ProjectSource,
  isCore: boolean,
  extensions: ReadonlyArray<ProjectSource>
): ReadonlyArray<ResourceSource> => {
  const lacking = (endpoint: string): never => {
    throw new Error(`${names.endpoint}/${endpoint} has no facts`)
  }
  const factsOf = (endpoint: string): ResourceFacts =>
    extensions.reduce(
      (facts, { extension }) => {
        const added = extension(endpoint)
        return added === undefined ? facts : extendFacts(facts, added)
      },
      resource(endpoint) ?? lacking(endpoint)
    )
  let descriptorFacts: ResourceFacts | undefined
  const named = (endpoint: string, name: string, isDescriptor: boolean): ResourceName => ({
    project: names.endpoint,
    endpoint,
    space: isCore ? endpoint : `${names.endpoint}/${endpoint}`,
    name,
    isDescriptor
  })
  return [
    ...names.resources.map(([endpoint, name]) => ({
      ...named(endpoint, name, false),
      facts: () => factsOf(endpoint)
    })),
    ...names.descriptors.map(([endpoint, name]) => ({
      ...named(endpoint, `${name}Descriptor`, true),
      facts: () => (descriptorFacts ??= descriptor() ?? lacking(endpoint))
    }))
  ]
}

/** Of two entries with one key the first counts: the core project takes precedence. */
const firstBy = (
  sources: ReadonlyArray<ResourceSource>,
  keyOf: (source: ResourceSource) => string
): ReadonlyMap<string, ResourceSource> =>
  new Map(sources.toReversed().map((source) => [keyOf(source), source]))

const make = (projects: ReadonlyArray<ProjectSource>): Models => {
  const [, ...extensions] = projects
  const sources = projects.flatMap((project, index) =>
    index === 0 ? sourcesOf(project, true, extensions) : sourcesOf(project, false, [])
  )
  const projectNames = new Set(projects.map(({ names }) => names.endpoint.toLowerCase()))
  const byPath = firstBy(sources, ({ endpoint, project }) => `${project}/${endpoint}`.toLowerCase())
  const byEndpoint = firstBy(sources, ({ endpoint }) => endpoint.toLowerCase())
  const byName = firstBy(sources, ({ name }) => name)
  const byProjectAndName = firstBy(sources, ({ name, project }) => `${project} ${name}`)
  const bySpace = firstBy(sources, ({ space }) => space)
  /** A project means its own resource if two have one name. Abstract resources are spaces of their own name. */
  const spaceIn =
    (project: string): SpaceOf =>
    (name) =>
      (byProjectAndName.get(`${project} ${name}`) ?? byName.get(name))?.space ?? name
  const compiled = new Map<string, ResourceModel>()
  const compile = (source: ResourceSource | undefined): ResourceModel | undefined => {
    if (source === undefined) return undefined
    const known = compiled.get(source.space)
    if (known !== undefined) return known
    const { facts, ...names } = source
    const model = compileResource(names, facts(), spaceIn(source.project))
    compiled.set(source.space, model)
    return model
  }
  const columnFields = new Map<ResourceModel, ResourceModel["queryFields"]>()
  return {
    projects: projects.map(({ names }) => names),
    hasProject: (text) => projectNames.has(text.toLowerCase()),
    find: (project, endpoint) => compile(byPath.get(`${project}/${endpoint}`.toLowerCase())),
    findByEndpoint: (endpoint) => {
      const known = compiled.get(endpoint)
      // An id space with its project is no endpoint.
      return known?.endpoint === endpoint ? known : compile(byEndpoint.get(endpoint.toLowerCase()))
    },
    findByName: (name) => compile(byName.get(name)),
    findBySpace: (space) => compiled.get(space) ?? compile(bySpace.get(space)),
    columnFields: (model) => {
      const known = columnFields.get(model)
      if (known !== undefined) return known
      const source = bySpace.get(model.identity.space)
      const fields = source === undefined ? model.queryFields : columnFieldsOf(source.facts())
      columnFields.set(model, fields)
      return fields
    },
    all: () => sources.flatMap((source) => compile(source) ?? []),
    sources
  }
}

/** The Ed-Fi Data Standard 5.2 with TPDM, as a stock DMS, unless another model is provided. */
export class DataModel extends Context.Reference<DataModel>()("edfi-perf/local-dms/DataModel", {
  defaultValue: (): Models => stock
}) {
  /** @param projects the core project first, which the others may refer to */
  static readonly make = make
}

const stock = make([sourceOfTexts(dataStandard52, dataStandard52Facts), sourceOfTexts(tpdm11, tpdm11Facts)])
