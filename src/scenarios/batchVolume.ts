/** The common part of all BATCH_VOLUME scenarios: one batch of unique records per iteration. */
import * as Effect from "effect/Effect"
import { BatchClient } from "../dms/BatchClient.ts"
import { type BatchPattern, operationsAt, recordsOf } from "../domain/BatchPattern.ts"
import type { Operation } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { Scenario, Workload } from "../engine/Scenario.ts"
import { type BatchFacts, knownBatch, tripleCountOf } from "./knownScenarios.ts"

/**
 * Makes the operations of records, three for each. It is called for single records or, if a scenario has a fixed number
 * of triples, for all records of a batch. The result may depend only on the records' keys and variants (`draw`, `pick`),
 * so that batches can be prepared before the run.
 */
export type Operations = (records: ReadonlyArray<RecordId>) => ReadonlyArray<Operation>

/** The same operations without the deletes: the records stay. */
export const withoutDeletes =
  (operations: Operations): Operations =>
  (records) =>
    operations(records).filter(({ op }) => op !== "delete")

/** A workload whose iterations send one batch of the pattern each. */
export const batchWorkload = (
  name: string,
  pattern: BatchPattern
): Effect.Effect<Workload, never, BatchClient> =>
  Effect.gen(function* () {
    const { postBatch, postPattern } = yield* BatchClient
    return {
      name,
      recordsPerIteration: recordsOf(pattern),
      iteration:
        postPattern === undefined
          ? (at) => postBatch(operationsAt(pattern, at), pattern.name)
          : yield* postPattern(pattern)
    }
  })

/**
 * A scenario whose iterations send one batch of triples each; with `deleteResources: false` of creates and updates.
 *
 * @param options.operations runs once, prepares the data of the batches, and returns the operations of records
 */
export const batchVolume = <E, R>(
  options: BatchFacts & { readonly operations: Effect.Effect<Operations, E, R> }
): Scenario<E, R | BatchClient> => {
  const { label, name, operations, tripleCount } = options
  return {
    ...knownBatch(options),
    prepare: ({ deleteResources = true, seed, ...given }) =>
      Effect.gen(function* () {
        const count = tripleCountOf(options, given)
        const [groups, recordsPerGroup] = tripleCount === "configured" ? [count, 1] : [1, count]
        const triples = yield* operations
        return yield* batchWorkload(name, {
          name: `${label}-batch-${count}`,
          seed,
          groups,
          recordsPerGroup,
          operationsOf: deleteResources ? triples : withoutDeletes(triples)
        })
      })
  }
}
