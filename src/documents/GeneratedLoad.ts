/** What the generated records of a load are made of. */
import * as Schema from "effect/Schema"
import { fixturesOf, type GeneratedDocument, pooledParents } from "./generateDocuments.ts"
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
  /** Of the batches in which fixtures and pools are created. Default: 100. */
  readonly maxBatchOperations?: number | undefined
}

/** The number of documents in the pools of a load: parents of each user and index. */
export const pooledCount = ({ records, space }: GeneratedLoad): number =>
  records.reduce((sum, { parents, pool }) => sum + (pool === undefined ? 0 : parents.length), 0) *
  space.users *
  space.perIteration

/**
 * The documents in the pools of a load, in groups that do not depend on each other: one for each resource, user and index.
 * In a group parents are before their dependents.
 */
export function* poolGroups({ records, space }: GeneratedLoad): Generator<ReadonlyArray<GeneratedDocument>> {
  for (const planned of records) {
    if (planned.pool === undefined) continue
    for (let user = 0; user < space.users; user++) {
      for (let index = 0; index < space.perIteration; index++) {
        yield pooledParents(planned, { user, index }, space)
      }
    }
  }
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
      records: chosen.map(({ changed, companions, parents, path, pool, record }) => ({
        changed,
        companions,
        parents,
        path,
        pool,
        record
      })),
      space
    }
  }
}
