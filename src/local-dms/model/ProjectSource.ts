/**
 * Where the facts of a project come from: committed as names, which the command needs at every start, and apart from them
 * as a JSON text per resource, which is decoded when the resource is first used; or reduced from an ApiSchema file.
 */
import * as Schema from "effect/Schema"
import { ResourceFacts } from "./ResourceFacts.ts"
import type { ProjectFacts } from "./ResourceFacts.ts"

export interface ProjectNames extends Pick<
  ProjectFacts,
  "name" | "endpoint" | "version" | "description" | "descriptors" | "abstract"
> {
  /** `["sections", "Section"]` */
  readonly resources: ReadonlyArray<readonly [endpoint: string, name: string]>
}

export interface ProjectTexts {
  /** By endpoint. */
  readonly resources: { readonly [endpoint: string]: string }
  /** By endpoint of the core project: what the project adds to it. */
  readonly extensions: { readonly [endpoint: string]: string }
  /** What all descriptors have in common; empty if there are none. */
  readonly descriptor: string
}

/** A project whose resources can be compiled. */
export interface ProjectSource {
  readonly names: ProjectNames
  /** The facts of a resource, by an endpoint of `names`. */
  readonly resource: (endpoint: string) => ResourceFacts | undefined
  /** What the project adds to a resource of the core project, by its endpoint. */
  readonly extension: (endpoint: string) => ResourceFacts | undefined
  readonly descriptor: () => ResourceFacts | undefined
}

const decode = Schema.decodeSync(Schema.parseJson(ResourceFacts))

const decodeIfAny = (text: string | undefined): ResourceFacts | undefined =>
  text === undefined || text === "" ? undefined : decode(text)

/** A committed project. */
export const sourceOfTexts = (names: ProjectNames, texts: ProjectTexts): ProjectSource => ({
  names,
  resource: (endpoint) => decodeIfAny(texts.resources[endpoint]),
  extension: (endpoint) => decodeIfAny(texts.extensions[endpoint]),
  descriptor: () => decodeIfAny(texts.descriptor)
})

/** A project that was just reduced. */
export const sourceOfFacts = (facts: ProjectFacts): ProjectSource => {
  const resources = new Map(facts.resources.map(([endpoint, , one]) => [endpoint, one]))
  const extensions = new Map(facts.extensions.map(([endpoint, , one]) => [endpoint, one]))
  return {
    names: { ...facts, resources: facts.resources.map(([endpoint, name]) => [endpoint, name] as const) },
    resource: (endpoint) => resources.get(endpoint),
    extension: (endpoint) => extensions.get(endpoint),
    descriptor: () => facts.descriptor
  }
}
