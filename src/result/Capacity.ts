/** `capacity.json`: the highest arrival rate that keeps the objectives, and the first objective that fails above it. */
import * as Schema from "effect/Schema"
import { MeasuredSlice, StudyFields } from "./MeasuredSlice.ts"
import { Verdict } from "./thresholds.ts"

/** 95 % confidence interval of a figure, in its dimension; `high` is `null` with too few samples. */
export const Interval = Schema.Struct({ low: Schema.Finite, high: Schema.NullOr(Schema.Finite) })
export interface Interval extends Schema.Schema.Type<typeof Interval> {}

export const CapacityStep = Schema.Struct({
  /** Batches started per second. */
  arrivalRate: Schema.Finite,
  /** The rate is doubled while the objectives are kept, halved until a rate keeps them, and then bisected between the two. */
  phase: Schema.Literal("doubling", "halving", "bisection"),
  /**
   * 1 or 2. A step that does not keep its objectives, or in which the generator was the bottleneck, is repeated; the
   * second attempt decides.
   */
  attempt: Schema.Int,
  /** Planned duration. */
  seconds: Schema.Finite,
  /** Every objective was kept, every batch was started in time, and no queue grew. */
  kept: Schema.Boolean,
  /** The reasons for a step that was not kept; empty when it was. */
  broke: Schema.Array(Schema.String),
  /** In the order of the objectives. */
  verdicts: Schema.Array(Verdict),
  /** Number of requests behind each verdict, in the order of the objectives. */
  samples: Schema.Array(Schema.Int),
  /** In the order of the objectives; `null` for figures without an interval, such as a mean or a maximum. */
  intervals: Schema.Array(Schema.NullOr(Interval)),
  /** Batches that could not be started in time. */
  dropped: Schema.Int,
  /** Batches completed per second in the second half of the step; `null` if it has no whole second. */
  answeredPerSecond: Schema.NullOr(Schema.Finite),
  slice: MeasuredSlice
})
export interface CapacityStep extends Schema.Schema.Type<typeof CapacityStep> {}

/**
 * The reason for the end of the search:
 *
 * - `precise`: the highest kept and the lowest broken rate are as close as `--precision` requires
 * - `maxRate`: `--maxRate` kept the objectives
 * - `maxSteps`: the maximum number of steps was reached
 * - `floor`: not even the lowest rate with enough batches kept the objectives
 * - `generator`: the load generator was the bottleneck
 * - `stopped`: a step was cut short
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
  /** The highest rate that kept the objectives, batches per second; `null` when none did. The capacity only after `precise`. */
  highest: Schema.NullOr(Schema.Finite),
  /** The lowest rate that did not keep the objectives; `null` when none was found. */
  lowestBroken: Schema.NullOr(Schema.Finite),
  /** The reasons at `lowestBroken`. */
  brokeFirst: Schema.Array(Schema.String),
  /** The confidence intervals of the step that decided, in sentences. */
  precision: Schema.String,
  /** The result in one sentence. */
  verdict: Schema.String
})
export interface Capacity extends Schema.Schema.Type<typeof Capacity> {}
export const CapacityJson = Schema.parseJson(Capacity, { space: 2 })
