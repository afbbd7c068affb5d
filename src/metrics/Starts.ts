/** How punctually iterations began. */
import * as Schema from "effect/Schema"

/**
 * Iterations that had a due time: in the closed model the first of each user and those after a wait, in the open model
 * all.
 */
export const Starts = Schema.Struct({
  /** Iterations that began. */
  count: Schema.NonNegativeInt,
  /** Iterations that began more than `lateStartMillis` after their due time. */
  late: Schema.NonNegativeInt,
  maxLateMillis: Schema.NonNegative,
  /** Open model: iterations that did not begin, because no user was free in time. */
  dropped: Schema.NonNegativeInt
})
export interface Starts extends Schema.Schema.Type<typeof Starts> {}

/** An iteration that begins later than this after its due time is late. */
export const lateStartMillis = 10

export const noStarts: Starts = { count: 0, late: 0, maxLateMillis: 0, dropped: 0 }

export const addStarts = (a: Starts, b: Starts): Starts => ({
  count: a.count + b.count,
  late: a.late + b.late,
  maxLateMillis: Math.max(a.maxLateMillis, b.maxLateMillis),
  dropped: a.dropped + b.dropped
})
