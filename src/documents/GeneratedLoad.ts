/** What the generated records of a load are made of. */
import * as Schema from "effect/Schema"
import { fixturesOf, type GeneratedDocument } from "./generateDocuments.ts"
import { KeySpace } from "./generatedKeys.ts"
import { type DocumentsPlan, PlannedRecord } from "./planDocuments.ts"

/** Plain data that is sent to every worker. */
export const GeneratedLoad = Schema.Struct({
  /** One for each resource. */
  records: Schema.Array(PlannedRecord),
  space: KeySpace
})
export interface GeneratedLoad extends Schema.Schema.Type<typeof GeneratedLoad> {}

/** A load, and the documents that have to be there before it. */
export interface LoadWithFixtures {
  /** Parents before their dependents. */
  readonly fixtures: ReadonlyArray<GeneratedDocument>
  readonly load: GeneratedLoad
}

/** The load of some resources of a plan, with the fixtures that these need. @param paths `ed-fi/courses` */
export const loadOf = (
  plan: DocumentsPlan,
  paths: ReadonlySet<string>,
  space: KeySpace
): LoadWithFixtures => {
  const chosen = plan.records.filter(({ path }) => paths.has(path))
  const needed = new Set(chosen.flatMap(({ fixtures }) => [...fixtures]))
  const fixtures = plan.fixtures.filter(({ number }) => needed.has(number))
  return {
    fixtures: fixturesOf({ fixtures }, space),
    load: {
      records: chosen.map(({ changed, parents, path, record }) => ({ changed, parents, path, record })),
      space
    }
  }
}
