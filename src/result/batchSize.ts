/** The size of batches in words: in triples if every record is one, otherwise in records or operations. */
import * as Schema from "effect/Schema"
import { figure, plural } from "./numberFormat.ts"

/** The fewest and the most operations, over the scenarios of a load. */
export const OperationRange = Schema.Struct({ min: Schema.Int, max: Schema.Int })
export interface OperationRange extends Schema.Schema.Type<typeof OperationRange> {}

/** Create, update and delete. */
export const triple: OperationRange = { min: 3, max: 3 }

export const rangeOf = (counts: ReadonlyArray<number>): OperationRange => ({
  min: Math.min(...counts),
  max: Math.max(...counts)
})

const isTriple = ({ max, min }: OperationRange): boolean => min === triple.min && max === triple.max

/** What the size of a batch counts. @param each operations of a record */
export const recordNoun = (each: OperationRange): "triple" | "record" =>
  isTriple(each) ? "triple" : "record"

/** @example recordsText(10, { min: 3, max: 3 }) // "10 triples"; with { min: 3, max: 5 }: "10 records" */
export const recordsText = (count: number, each: OperationRange): string => plural(count, recordNoun(each))

/** @example timesRange(10, { min: 2, max: 5 }) // { min: 20, max: 50 } */
export const timesRange = (count: number, { max, min }: OperationRange): OperationRange => ({
  min: count * min,
  max: count * max
})

/** @example "30", "20 to 50" */
export const rangeText = ({ max, min }: OperationRange): string =>
  min === max ? figure(min) : `${figure(min)} to ${figure(max)}`

/** @example "30 operations", "20 to 50 operations" */
export const operationsText = (range: OperationRange): string => `${rangeText(range)} operations`
