/** Whether users began what they were to begin, and when. */
import * as Schema from "effect/Schema"

/**
 * Iterations that had a time at which to begin: in the closed model the first of each user and those after a wait, in
 * the open model all.
 */
export const Starts = Schema.Struct({
  /** Those that began. */
  count: Schema.NonNegativeInt,
  /** Of them, those that began more than `lateStartMillis` after it. */
  late: Schema.NonNegativeInt,
  maxLateMillis: Schema.NonNegative,
  /** Open model: those that did not begin, because nobody was free in time. */
  dropped: Schema.NonNegativeInt
})
export interface Starts extends Schema.Schema.Type<typeof Starts> {}

/** What begins so much after its time counts as late. */
export const lateStartMillis = 10

export const noStarts: Starts = { count: 0, late: 0, maxLateMillis: 0, dropped: 0 }

export const addStarts = (a: Starts, b: Starts): Starts => ({
  count: a.count + b.count,
  late: a.late + b.late,
  maxLateMillis: Math.max(a.maxLateMillis, b.maxLateMillis),
  dropped: a.dropped + b.dropped
})
