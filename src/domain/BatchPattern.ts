/** The definition of similar batches: each iteration of each user sends another one of them. */
import type { Operation } from "./Operation.ts"
import type { RecordId } from "./RecordId.ts"

export interface BatchPattern {
  /** Name of its requests in reports: `students-batch-10`. */
  readonly name: string
  readonly seed: number
  /** Number of groups of operations in a batch: a whole number >= 1. */
  readonly groups: number
  /** Number of records in a group: a whole number >= 1. */
  readonly recordsPerGroup: number
  /** The operations of one group: a plain function of its records. */
  readonly operationsOf: (records: ReadonlyArray<RecordId>) => ReadonlyArray<Operation>
}

/** Identifies a batch of a pattern by user and iteration, 0-based. */
export type BatchAt = Pick<RecordId, "user" | "iteration">

/**
 * The operations of one batch. The record `index` counts through all groups: with 2 records per group, the second
 * group has the records 2 and 3.
 */
export const operationsAt = (
  pattern: BatchPattern,
  { iteration, user }: BatchAt
): ReadonlyArray<Operation> => {
  const { groups, operationsOf, recordsPerGroup, seed } = pattern
  return Array.from({ length: groups }, (_, group) =>
    operationsOf(
      Array.from({ length: recordsPerGroup }, (__, at) => ({
        seed,
        user,
        iteration,
        index: group * recordsPerGroup + at
      }))
    )
  ).flat()
}
