/** The facts of a project, those of each resource as a JSON text that is decoded when the resource is first used. */
import type { NamedFacts, ProjectFacts } from "./ResourceFacts.ts"

export interface ProjectSource extends Pick<
  ProjectFacts,
  "name" | "endpoint" | "version" | "descriptors" | "abstract"
> {
  readonly resources: ReadonlyArray<NamedFacts<string>>
  readonly descriptor: string
}
