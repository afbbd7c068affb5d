/** `capacity.json`: the highest arrival rate that keeps the objectives, and the first objective that fails above it. */
import * as Schema from "effect/Schema"
import type { Work } from "./kindsOfWork.ts"
import { limitOf } from "./limitText.ts"
import { limits } from "./Limit.ts"
import { MeasuredSlice, type SliceLimit, StudyFields } from "./MeasuredSlice.ts"
import { Verdict } from "./thresholds.ts"

/** 95 % confidence interval of a figure, in its dimension; `high` is `null` with too few samples. */
export const Interval = Schema.Struct({ low: Schema.Finite, high: Schema.NullOr(Schema.Finite) })
export interface Interval extends Schema.Schema.Type<typeof Interval> {}

/** The wait of a study until the server has answered what earlier steps left, while one user sends it probes. */
export const Recovery = Schema.Struct({
  seconds: Schema.NonNegative,
  /** Whether the probes were about as fast again as without load; otherwise the wait ended at its maximum. */
  recovered: Schema.Boolean
})
export interface Recovery extends Schema.Schema.Type<typeof Recovery> {}

export const CapacityStep = Schema.Struct({
  /** Batches started per second. */
  arrivalRate: Schema.Finite,
  /**
   * The rate is doubled while the objectives are kept, halved until a rate keeps them, and then bisected between the two.
   * A confirmation measures a kept rate once more, after the server was overloaded.
   */
  phase: Schema.Literal("doubling", "halving", "bisection", "confirmation"),
  /**
   * 1 or 2. A step that does not keep its objectives, or in which the generator was the bottleneck, is repeated if the
   * server has recovered; the last attempt decides.
   */
  attempt: Schema.Int,
  /** The wait before this step; `null` if none was needed, and in files of older versions. */
  recovery: Schema.optionalWith(Schema.NullOr(Recovery), { default: () => null }),
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
 * What a step shows about the server: its objectives were kept, or not (`broken`), or nothing, because the load generator
 * reached its own limit (`generator`), other programs left it no processor (`machine`), or it was suspended (`suspension`).
 */
export type StepOutcome = "kept" | "broken" | SliceLimit

/** A limited step can show that a rate was kept, but not that the server did not keep it. */
export const outcomeOf = ({
  kept,
  slice
}: Pick<CapacityStep, "kept"> & {
  readonly slice: Pick<MeasuredSlice, "limited" | "limitedBy">
}): StepOutcome => (kept ? "kept" : (limitOf(slice) ?? "broken"))

/**
 * The reason for the end of the search:
 *
 * - `precise`: the highest kept and the lowest broken rate are as close as `--precision` requires
 * - `unjudged`: as close, but at the upper one the server could not be judged
 * - `collapsed`: the server did not keep a rate again that it had kept before it was overloaded
 * - `maxRate`: `--maxRate` kept the objectives
 * - `maxSteps`: the maximum number of steps was reached
 * - `floor`: no rate down to `--minRate` kept the objectives
 * - `generator`: the load generator was the bottleneck
 * - `unreachable`: the server no longer accepted connections
 * - `stopped`: a step was cut short
 */
export const SearchEnd = Schema.Literal(
  "precise",
  "unjudged",
  "collapsed",
  "maxRate",
  "maxSteps",
  "floor",
  "generator",
  "unreachable",
  "stopped"
)
export type SearchEnd = typeof SearchEnd.Type

export const Capacity = Schema.Struct({
  ...StudyFields,
  /** As they were written: `latency.p95 < 500ms`. */
  objectives: Schema.Array(Schema.String),
  /** In the order in which they were measured. */
  steps: Schema.Array(CapacityStep),
  searchEnd: SearchEnd,
  /**
   * The highest rate that kept the objectives, iterations per second; `null` when none did. The capacity only after
   * `precise`; after `collapsed` the highest rate from before the collapse.
   */
  highest: Schema.NullOr(Schema.Finite),
  /** The lowest rate that did not keep the objectives; `null` when none was found. */
  lowestBroken: Schema.NullOr(Schema.Finite),
  /** The lowest rate that could not be judged; `null` when none was found, and in files of older versions. */
  lowestUnjudged: Schema.optionalWith(Schema.NullOr(Schema.Finite), { default: () => null }),
  /** The rate that was measured before the server collapsed; `null` unless the search ended with `collapsed`. */
  collapsedAfter: Schema.optionalWith(Schema.NullOr(Schema.Finite), { default: () => null }),
  /** The reasons at `lowestBroken`. */
  brokeFirst: Schema.Array(Schema.String),
  /** What limited the lowest rate that was not kept, as far as that was measured; empty without such a rate. */
  limits,
  /** The confidence intervals of the step that decided, in sentences. */
  precision: Schema.String,
  /** The result in one sentence. */
  verdict: Schema.String
})
export interface Capacity extends Schema.Schema.Type<typeof Capacity> {}
export const CapacityJson = Schema.parseJson(Capacity, { space: 2 })

/** What the requests of a slice did in a second, and what that counts: rows if it only read. */
export const workRate = ({
  operations,
  rows
}: Pick<MeasuredSlice, "operations" | "rows">): { readonly perSecond: number; readonly counted: Work } => {
  const counted = operations.succeeded === 0 && rows.read > 0 ? "rows" : "operations"
  return { counted, perSecond: counted === "rows" ? rows.perSecond : operations.perSecond }
}

/** What the steps count: rows of a search with reads only. */
export const countedIn = ({ steps }: Pick<Capacity, "steps">): Work =>
  steps.some(({ slice }) => workRate(slice).counted === "rows") ? "rows" : "operations"

/** The step that decided on a rate: the last one at that rate. */
export const stepAt = (
  steps: ReadonlyArray<CapacityStep>,
  rate: number | null | undefined
): CapacityStep | undefined => steps.findLast(({ arrivalRate }) => arrivalRate === rate)

/** The last step that kept the objectives at the highest rate; `undefined` when no rate did. */
export const highestStep = ({ highest, steps }: Pick<Capacity, "highest" | "steps">) =>
  steps.findLast(({ arrivalRate, kept }) => kept && arrivalRate === highest)

/** The lowest rate above the highest kept one, broken or unjudged; `null` when none was found. */
export const upperBound = ({
  lowestBroken,
  lowestUnjudged
}: Pick<Capacity, "lowestBroken" | "lowestUnjudged">): number | null =>
  lowestBroken === null || lowestUnjudged === null
    ? (lowestBroken ?? lowestUnjudged)
    : Math.min(lowestBroken, lowestUnjudged)

/** Whether the search has an answer: a rate that the server keeps, if only as a lower bound. */
export const hasAnswer = ({ highest, searchEnd }: Pick<Capacity, "highest" | "searchEnd">): boolean =>
  highest !== null && searchEnd !== "collapsed"
