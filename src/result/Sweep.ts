/** `sweep.json`: batch sizes side by side, and the one that is large enough. */
import * as Schema from "effect/Schema"
import { Figures } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, StudyFields } from "./MeasuredSlice.ts"

export const SweepPoint = Schema.Struct({
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  /**
   * `measured`; `limited` by the generator, so that it says nothing of the server; `failing` when more than
   * `--maxFailRatio` failed; `refused` with 413, too many operations; `skipped`, because a smaller one was refused or
   * the sweep ended before.
   */
  outcome: Schema.Literal("measured", "limited", "failing", "refused", "skipped"),
  /** Why, where it was not simply measured. */
  note: Schema.NullOr(Schema.String),
  /** Of all slices together; `null` where there was none. */
  figures: Schema.NullOr(Figures),
  /** Over the slices. */
  operationsPerSecond: Schema.NullOr(MedianAndRange),
  slices: Schema.Array(MeasuredSlice)
})
export interface SweepPoint extends Schema.Schema.Type<typeof SweepPoint> {}

/** The smallest batch that is within 5 % of the best, of one number of users. */
export const Knee = Schema.Struct({
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  operationsPerSecond: Schema.Finite,
  best: Schema.Struct({ batchTripleCount: Schema.Int, operationsPerSecond: Schema.Finite }),
  /** `operationsPerSecond` divided by that of the best. */
  shareOfBest: Schema.Finite,
  /** What was compared and how far apart it is, in a sentence. */
  evidence: Schema.String
})
export interface Knee extends Schema.Schema.Type<typeof Knee> {}

export const Sweep = Schema.Struct({
  ...StudyFields,
  /** By number of users, then by batch size. */
  points: Schema.Array(SweepPoint),
  /** Of each number of users for which there is one. */
  knees: Schema.Array(Knee),
  /** The answer in one sentence. */
  verdict: Schema.String
})
export interface Sweep extends Schema.Schema.Type<typeof Sweep> {}
export const SweepJson = Schema.parseJson(Sweep, { space: 2 })
