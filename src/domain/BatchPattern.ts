/** The definition of similar batches: each iteration of each user sends another one of them. */
import type { Operation } from "./Operation.ts"
import type { RecordId } from "./RecordId.ts"

/**
 * For the records of one iteration, by index: all texts by which the operations of a record differ from those of another
 * record, as they stand in JSON: ASCII, without quotes and escapes. Always the same number of texts, in the same order.
 *
 * @example of an enrolled student: ["5HGD-4-39-9"]; with a generated number: ["5HGD-4-39-9", "10000000312"]
 */
export type KeysIn = (iteration: Omit<RecordId, "index">) => (index: number) => ReadonlyArray<string>

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
  /** Of records that differ in nothing else; without it, by their `recordKey` and their variant. One record per group. */
  readonly keysIn?: KeysIn | undefined
}

/** Identifies a batch of a pattern by user and iteration, 0-based. */
export interface BatchAt extends Pick<RecordId, "user" | "iteration"> {
  /** A smaller batch: its first records only, >= 1. Default: all records of the pattern. */
  readonly records?: number | undefined
}

/** The number of records in a batch of the pattern that is not smaller. */
export const recordsOf = ({ groups, recordsPerGroup }: BatchPattern): number => groups * recordsPerGroup

/**
 * The operations of one batch. The record `index` counts through all groups: with 2 records per group, the second
 * group has the records 2 and 3.
 */
export const operationsAt = (
  pattern: BatchPattern,
  { iteration, records = recordsOf(pattern), user }: BatchAt
): ReadonlyArray<Operation> => {
  const { operationsOf, recordsPerGroup, seed } = pattern
  return Array.from({ length: Math.ceil(records / recordsPerGroup) }, (_, group) => {
    const first = group * recordsPerGroup
    const length = Math.min(recordsPerGroup, records - first)
    return operationsOf(Array.from({ length }, (__, at) => ({ seed, user, iteration, index: first + at })))
  }).flat()
}
