/**
 * The facts of a project as they are committed: names, which the command needs at every start, and apart from them the
 * facts of each resource as a JSON text, which is decoded when the resource is first used.
 */
import type { ProjectFacts } from "./ResourceFacts.ts"

export interface ProjectNames extends Pick<
  ProjectFacts,
  "name" | "endpoint" | "version" | "descriptors" | "abstract"
> {
  /** `["sections", "Section"]` */
  readonly resources: ReadonlyArray<readonly [endpoint: string, name: string]>
}

export interface ProjectTexts {
  /** By endpoint. */
  readonly resources: { readonly [endpoint: string]: string }
  readonly descriptor: string
}

/** A project whose resources can be compiled. */
export interface ProjectSource {
  readonly names: ProjectNames
  readonly texts: ProjectTexts
}
