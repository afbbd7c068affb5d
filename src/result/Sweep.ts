/** `sweep.json`: batch sizes compared, and the smallest that is large enough. */
import * as Schema from "effect/Schema"
import { Figures } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, StudyFields } from "./MeasuredSlice.ts"

export const SweepPoint = Schema.Struct({
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  /**
   * - `measured`: the result is valid
   * - `limited`: the load generator was the bottleneck, so the result does not describe the server
   * - `failing`: more requests failed than `--maxFailRatio` allows
   * - `refused`: the server rejected the size with 413
   * - `skipped`: a smaller size was refused, or the sweep ended before
   */
  outcome: Schema.Literal("measured", "limited", "failing", "refused", "skipped"),
  /** Details of the outcome; `null` for a complete measurement. */
  note: Schema.NullOr(Schema.String),
  /** Of all slices together; `null` without a slice. */
  figures: Schema.NullOr(Figures),
  /** Of the slices; `null` without a complete one. */
  operationsPerSecond: Schema.NullOr(MedianAndRange),
  slices: Schema.Array(MeasuredSlice)
})
export interface SweepPoint extends Schema.Schema.Type<typeof SweepPoint> {}

/** The smallest batch size within 5 % of the highest rate, for one number of users. */
export const Knee = Schema.Struct({
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  operationsPerSecond: Schema.Finite,
  best: Schema.Struct({ batchTripleCount: Schema.Int, operationsPerSecond: Schema.Finite }),
  /** `operationsPerSecond` divided by that of `best`. */
  shareOfBest: Schema.Finite,
  /** The rates that were compared, in one or more sentences. */
  evidence: Schema.String
})
export interface Knee extends Schema.Schema.Type<typeof Knee> {}

export const Sweep = Schema.Struct({
  ...StudyFields,
  /** By number of users, then by batch size, ascending. */
  points: Schema.Array(SweepPoint),
  /** One per number of users with a valid result. */
  knees: Schema.Array(Knee),
  /** The result in one sentence. */
  verdict: Schema.String
})
export interface Sweep extends Schema.Schema.Type<typeof Sweep> {}
export const SweepJson = Schema.parseJson(Sweep, { space: 2 })
