/** `capacity.json`: the highest arrival rate that keeps the objectives, and what broke first above it. */
import * as Schema from "effect/Schema"
import { MeasuredSlice, StudyFields } from "./MeasuredSlice.ts"
import { Verdict } from "./thresholds.ts"

/** Where a figure lies with 95 % confidence, in its dimension; `high` is `null` where there were too few samples. */
export const Interval = Schema.Struct({ low: Schema.Finite, high: Schema.NullOr(Schema.Finite) })
export interface Interval extends Schema.Schema.Type<typeof Interval> {}

export const CapacityStep = Schema.Struct({
  /** Batches started per second. */
  arrivalRate: Schema.Finite,
  /** Doubled while steps are kept, halved while none was, and then halfway between the highest kept and the lowest broken. */
  phase: Schema.Literal("doubling", "halving", "bisection"),
  /**
   * 1, or 2 where the first did not keep its objectives or the generator was the bottleneck in it: the second alone is
   * believed.
   */
  attempt: Schema.Int,
  /** How long batches were started. */
  seconds: Schema.Finite,
  /** Every objective was kept, every batch was started in time, and the server kept up with them. */
  kept: Schema.Boolean,
  /** What was not kept, in words; empty when all was. */
  broke: Schema.Array(Schema.String),
  /** In the order of the objectives. */
  verdicts: Schema.Array(Verdict),
  /** In the order of the objectives: how many requests each was judged by. */
  samples: Schema.Array(Schema.Int),
  /** In the order of the objectives; `null` for a figure of which a number of samples tells no error: a mean, a maximum. */
  intervals: Schema.Array(Schema.NullOr(Interval)),
  /** Batches that could not be started in time. */
  dropped: Schema.Int,
  /** Batches per second that were answered while others were started, in the second half of the step. */
  answeredPerSecond: Schema.NullOr(Schema.Finite),
  slice: MeasuredSlice
})
export interface CapacityStep extends Schema.Schema.Type<typeof CapacityStep> {}

/**
 * Why the search ended: the highest rate that kept them and the lowest that did not were close enough (`precise`), the
 * most that was asked for was kept (`maxRate`), there were no steps left (`maxSteps`), not even the lowest rate that
 * can be judged was kept (`floor`), the load generator was the bottleneck (`generator`), or a step was cut short
 * (`stopped`).
 */
export const SearchEnd = Schema.Literal("precise", "maxRate", "maxSteps", "floor", "generator", "stopped")
export type SearchEnd = typeof SearchEnd.Type

export const Capacity = Schema.Struct({
  ...StudyFields,
  /** As they were written: `latency.p95 < 500ms`. */
  objectives: Schema.Array(Schema.String),
  /** In the order in which they were measured. */
  steps: Schema.Array(CapacityStep),
  searchEnd: SearchEnd,
  /** The highest that kept them, batches per second; `null` when none did. Only after `precise` it is the most. */
  highest: Schema.NullOr(Schema.Finite),
  /** The lowest that did not; `null` when none was found. */
  lowestBroken: Schema.NullOr(Schema.Finite),
  /** What broke at `lowestBroken`, in words. */
  brokeFirst: Schema.Array(Schema.String),
  /** How well the figures of the step are known that decides, in sentences: with so many samples, to within so much. */
  precision: Schema.String,
  /** The answer in one sentence. */
  verdict: Schema.String
})
export interface Capacity extends Schema.Schema.Type<typeof Capacity> {}
export const CapacityJson = Schema.parseJson(Capacity, { space: 2 })
