/** The x axes of charts, and the formats of their values. */
import { clock } from "../result/numberFormat.ts"
import { exact } from "../result/thresholds.ts"

export interface Axis {
  /** The column head in a table: `time`. Charts with the same name share the pointer. */
  readonly name: string
  /** Shown below the axis; left out where the ticks suffice. */
  readonly label?: string
  /** A value in a table: `1:15`. */
  readonly text: (x: number) => string
  /** The same in a sentence: `at 1:15`. */
  readonly at: (x: number) => string
  /** The extent of ascending values; ends a sentence: `over 1:15`. */
  readonly over: (x: ReadonlyArray<number>) => string
  /** The allowed distances of ticks; any round number when left out. */
  readonly steps?: ReadonlyArray<number>
  /** Explicit ticks, instead of steps. */
  readonly marks?: ReadonlyArray<number>
}

/** Ticks at 5, 15 and 30 seconds, minutes and hours. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Steps of an axis of integers. */
export const wholeSteps = [1, 10, 100, 1000, 10_000, 100_000].flatMap((unit) => [unit, 2 * unit, 5 * unit])

/** @example clockText(75) // "1:15", clockText(-12) // "-0:12", in the warm-up */
export const clockText = (seconds: number): string =>
  Math.round(seconds) < 0 ? `-${clock(-seconds)}` : clock(seconds)

/** Seconds since the start of the run; negative in its warm-up. */
export const timeAxis: Axis = {
  name: "time",
  text: clockText,
  at: (seconds) => `at ${clockText(seconds)}`,
  over: (x) => `over ${clock(x.at(-1) ?? 0)}`,
  steps: timeSteps
}

/** An axis of numbers. @param one the unit in singular: `batch per second`; @param many in plural */
export const numberAxis = (one: string, many: string): Axis => ({
  name: many,
  label: many,
  text: exact,
  at: (x) => `at ${exact(x)} ${x === 1 ? one : many}`,
  over: (x) => `over ${exact(x[0] ?? 0)} to ${exact(x.at(-1) ?? 0)} ${many}`
})

/** An axis of numbered items, from 1. @example rowAxis("pair").at(3) // "at pair 3" */
export const rowAxis = (name: string): Axis => ({
  name,
  label: name,
  text: exact,
  at: (x) => `at ${name} ${exact(x)}`,
  over: (x) => `over ${exact(x.length)} ${name}s`,
  steps: wholeSteps
})

/** A category axis of numbers, evenly spaced: x is the 0-based index into `values`. */
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
