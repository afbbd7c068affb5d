/** `capacity.json`: the highest arrival rate that keeps the objectives, and what broke first above it. */
import * as Schema from "effect/Schema"
import { MeasuredSlice, StudyFields } from "./MeasuredSlice.ts"
import { Verdict } from "./thresholds.ts"

export const CapacityStep = Schema.Struct({
  /** Batches started per second. */
  arrivalRate: Schema.Finite,
  phase: Schema.Literal("doubling", "bisection"),
  /** Every objective was kept, and every batch was started in time. */
  kept: Schema.Boolean,
  /** What was not kept, in words; empty when all was. */
  broke: Schema.Array(Schema.String),
  /** In the order of the objectives. */
  verdicts: Schema.Array(Verdict),
  /** Batches that could not be started in time. */
  dropped: Schema.Int,
  slice: MeasuredSlice
})
export interface CapacityStep extends Schema.Schema.Type<typeof CapacityStep> {}

export const Capacity = Schema.Struct({
  ...StudyFields,
  /** As they were written: `latency.p95 < 500ms`. */
  objectives: Schema.Array(Schema.String),
  /** In the order in which they were measured. */
  steps: Schema.Array(CapacityStep),
  /** The highest that kept them, batches per second; `null` when none did. */
  highest: Schema.NullOr(Schema.Finite),
  /** The lowest that did not; `null` when none was found. */
  lowestBroken: Schema.NullOr(Schema.Finite),
  /** What broke at `lowestBroken`, in words. */
  brokeFirst: Schema.Array(Schema.String),
  /** How well the percentiles of a step are known, in a sentence: with so many samples, to within so much. */
  precision: Schema.String,
  /** The answer in one sentence. */
  verdict: Schema.String
})
export interface Capacity extends Schema.Schema.Type<typeof Capacity> {}
export const CapacityJson = Schema.parseJson(Capacity, { space: 2 })
