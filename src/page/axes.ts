/** What the x axis of a chart counts, and how its places are written. */
import { clock } from "../result/numberFormat.ts"
import { exact } from "../result/thresholds.ts"

export interface Axis {
  /** Heads its column in a table: `time`. Charts of one name follow one pointer. */
  readonly name: string
  /** Stands below it; left out where its marks say enough. */
  readonly label?: string
  /** A place, in a table: `1:15`. */
  readonly text: (x: number) => string
  /** The same in a sentence: `at 1:15`. */
  readonly at: (x: number) => string
  /** What a chart covers, of places that ascend; ends a sentence: `over 1:15`. */
  readonly over: (x: ReadonlyArray<number>) => string
  /** How far its marks may be apart; left out where any round number will do. */
  readonly steps?: ReadonlyArray<number>
  /** Where its marks are, in place of steps. */
  readonly marks?: ReadonlyArray<number>
}

/** People count time in 5, 15 and 30 seconds, in minutes and hours. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Steps of an axis that counts things. */
export const wholeSteps = [1, 10, 100, 1000, 10_000, 100_000].flatMap((unit) => [unit, 2 * unit, 5 * unit])

/** Seconds since the start. */
export const timeAxis: Axis = {
  name: "time",
  text: clock,
  at: (seconds) => `at ${clock(seconds)}`,
  over: (x) => `over ${clock(x.at(-1) ?? 0)}`,
  steps: timeSteps
}

/** An axis of numbers. @param one stands after 1: `batch per second`; @param many `batches per second` */
export const numberAxis = (one: string, many: string): Axis => ({
  name: many,
  label: many,
  text: exact,
  at: (x) => `at ${exact(x)} ${x === 1 ? one : many}`,
  over: (x) => `over ${exact(x[0] ?? 0)} to ${exact(x.at(-1) ?? 0)} ${many}`
})

/** Things in a row, counted from 1. @example rowAxis("pair").at(3) // "at pair 3" */
export const rowAxis = (name: string): Axis => ({
  name,
  label: name,
  text: exact,
  at: (x) => `at ${name} ${exact(x)}`,
  over: (x) => `over ${exact(x.length)} ${name}s`,
  steps: wholeSteps
})

/** Numbers as far from each other as places in a list: x is the place, 0-based, of one of `values`. */
export const listAxis = (one: string, many: string, values: ReadonlyArray<number>): Axis => {
  const numbers = numberAxis(one, many)
  const valueAt = (place: number) => values[place] ?? 0
  return {
    ...numbers,
    text: (place) => numbers.text(valueAt(place)),
    at: (place) => numbers.at(valueAt(place)),
    over: (places) => numbers.over(places.map(valueAt)),
    marks: values.map((_, place) => place)
  }
}
