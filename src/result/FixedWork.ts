/** A load of a number of records: how long it took, and how many of its documents are on the server. */
import * as Schema from "effect/Schema"
import { countOf, type OperationCounts } from "../domain/Sample.ts"
import type { Measured, Measurements } from "../metrics/Recorder.ts"
import { rateOf } from "./Figures.ts"

export const FixedWork = Schema.Struct({
  /** `--recordCount`. */
  planned: Schema.Int,
  /** Records that had a verdict: confirmed, rolled back or refused; `planned` at the end of a complete run. */
  judged: Schema.NonNegativeInt,
  /** `judged` per second of the run. */
  perSecond: Schema.NonNegative,
  /**
   * Confirmed creates less confirmed deletes. A create of a record that was there before is an update (an upsert), and the
   * responses to batches do not tell which it was.
   */
  there: Schema.Int,
  /** Present if some records have new parents or companions, which `there` counts too: the maximum of documents that a record creates. */
  documentsPerRecord: Schema.optional(Schema.Int),
  /** How many more may be there, because the requests that create them had no verdict. */
  maybeMore: Schema.NonNegativeInt,
  /** How many fewer may be there, because single requests that delete them had no verdict. */
  maybeFewer: Schema.NonNegativeInt
})
export interface FixedWork extends Schema.Schema.Type<typeof FixedWork> {}

/** The records of a load, and what its batches do to them. */
export interface PlannedWork {
  readonly records: number
  /** The maximum of documents that a record creates, new parents and companions included. Default: 1. */
  readonly documentsPerRecord?: number
  /** The operations of a record, by the names of the requests that have all of them: of batches. */
  readonly operationsInBatch: ReadonlyMap<string, OperationCounts>
}

/** Documents that remain of one operation of a request: 1 for a POST, -1 for a DELETE, 1/2 in a batch of creates and updates. */
const remainingOf = ({ method, name }: Measured, { operationsInBatch }: PlannedWork): number => {
  const each = operationsInBatch.get(name)
  if (each !== undefined) return (each.create - each.delete) / countOf(each)
  return method === "POST" ? 1 : method === "DELETE" ? -1 : 0
}

export const fixedWorkOf = (
  work: PlannedWork,
  { judgedRecords, rows, total: { succeeded } }: Pick<Measurements, "judgedRecords" | "rows" | "total">,
  elapsedSeconds: number
): FixedWork => {
  const unknown = rows.map((row) => row.unknown * remainingOf(row, work))
  const { documentsPerRecord = 1 } = work
  const sum = (of: (count: number) => number) => Math.round(unknown.reduce((all, one) => all + of(one), 0))
  return {
    planned: work.records,
    judged: judgedRecords,
    perSecond: rateOf(judgedRecords, elapsedSeconds),
    there: succeeded.create - succeeded.delete,
    ...(documentsPerRecord > 1 ? { documentsPerRecord } : {}),
    maybeMore: sum((count) => Math.max(0, count)),
    maybeFewer: sum((count) => Math.max(0, -count))
  }
}
