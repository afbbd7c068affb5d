/** The common part of all BATCH_VOLUME scenarios: one batch of unique records per iteration. */
import * as Effect from "effect/Effect"
import { BatchClient } from "../dms/BatchClient.ts"
import { type BatchPattern, operationsAt } from "../domain/BatchPattern.ts"
import type { Operation } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { Scenario, ScenarioOptions } from "../engine/Scenario.ts"

/**
 * Makes the operations of records, three for each. It is called for single records or, if a scenario has a fixed number
 * of triples, for all records of a batch. The result may depend only on the records' keys and variants (`draw`, `pick`),
 * so that batches can be prepared before the run.
 */
export type Operations = (records: ReadonlyArray<RecordId>) => ReadonlyArray<Operation>

/**
 * A scenario whose iterations send one batch of triples each.
 *
 * @param options.label prefix of request names: `students` for `students-batch-10`
 * @param options.operations prepares the data of the batches, once, and returns the function that makes operations
 */
export const batchVolume = <E, R>(options: {
  readonly name: string
  readonly description: string
  readonly label: string
  readonly byDefault: boolean
  readonly tripleCount: "configured" | number
  readonly operations: Effect.Effect<Operations, E, R>
}): Scenario<E, R | BatchClient> => {
  const { byDefault, description, label, name, operations, tripleCount } = options
  const tripleCountOf = ({ batchTripleCount = 1 }: Omit<ScenarioOptions, "seed">): number =>
    tripleCount === "configured" ? batchTripleCount : tripleCount
  const requestName = (count: number): string => `${label}-batch-${count}`
  return {
    name,
    testType: "BATCH_VOLUME",
    description,
    byDefault,
    tripleCount,
    requestNames: (settings) => [requestName(tripleCountOf(settings))],
    prepare: ({ seed, ...settings }) =>
      Effect.gen(function* () {
        const { postBatch, postPattern } = yield* BatchClient
        const count = tripleCountOf(settings)
        const [groups, recordsPerGroup] = tripleCount === "configured" ? [count, 1] : [1, count]
        const pattern: BatchPattern = {
          name: requestName(count),
          seed,
          groups,
          recordsPerGroup,
          operationsOf: yield* operations
        }
        return {
          name,
          iteration:
            postPattern === undefined
              ? (at) => postBatch(operationsAt(pattern, at), pattern.name)
              : yield* postPattern(pattern)
        }
      })
  }
}
