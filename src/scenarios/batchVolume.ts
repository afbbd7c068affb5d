/** What all BATCH_VOLUME scenarios have in common: one batch per iteration, of records nobody else makes. */
import * as Effect from "effect/Effect"
import { BatchClient } from "../dms/BatchClient.ts"
import type { Operation } from "../domain/Operation.ts"
import type { RecordId } from "../domain/RecordId.ts"
import type { Scenario } from "../engine/Scenario.ts"

/** Turns the records of one batch into its operations, `3 x records` of them. */
export type Operations = (records: ReadonlyArray<RecordId>) => ReadonlyArray<Operation>

/**
 * A scenario whose iterations send one batch of triples each.
 *
 * @param options.label names the requests: `students` makes `students-batch-10`
 * @param options.operations what the batches need is prepared once, then called for every batch
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
  return {
    name,
    testType: "BATCH_VOLUME",
    description,
    byDefault,
    tripleCount,
    prepare: ({ batchTripleCount, seed }) =>
      Effect.gen(function* () {
        const { postBatch } = yield* BatchClient
        const operationsOf = yield* operations
        const requestName = `${label}-batch-${batchTripleCount}`
        const indexes = Array.from({ length: batchTripleCount }, (_, index) => index)
        return {
          name,
          iteration: ({ iteration, user }) => {
            const records = indexes.map((index) => ({ seed, user, iteration, index }))
            return postBatch(operationsOf(records), requestName)
          }
        }
      })
  }
}
