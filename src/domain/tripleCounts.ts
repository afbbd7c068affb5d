/** The number of operations that most records take. */
import type { OperationCounts } from "./Sample.ts"

/** Create, update and delete of a record, or only the first two of one that stays. */
export const tripleCounts = ({
  deleteResources = true
}: { readonly deleteResources?: boolean | undefined } = {}): OperationCounts => ({
  create: 1,
  update: 1,
  delete: deleteResources ? 1 : 0
})
