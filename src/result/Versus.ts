/** `versus.json`: single requests compared with batches, in alternating slices. */
import * as Schema from "effect/Schema"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { Figures, Latency } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, noResult, StudyFields } from "./MeasuredSlice.ts"

/** Single requests or batches, over all of their slices. */
export const Side = Schema.Struct({
  testType: Schema.String,
  /** Of all slices together; rates are those at full load. */
  ...Figures.fields,
  elapsedSeconds: Schema.Finite,
  /** A request's latency divided by its operations: 1 for single requests, 30 in a batch of 10 triples. */
  operationMs: Latency,
  slices: Schema.Array(MeasuredSlice),
  database: Schema.NullOr(DatabaseActivity)
})
export interface Side extends Schema.Schema.Type<typeof Side> {}

/** Operations per second of two neighbouring slices, as they are printed; `ratio` is batch divided by single. */
export const VersusPair = Schema.Struct({
  single: Schema.Finite,
  batch: Schema.Finite,
  ratio: Schema.Finite
})
export interface VersusPair extends Schema.Schema.Type<typeof VersusPair> {}

/**
 * The pair in the middle by its ratio; of an even number, the lower one of the two in the middle. Reports print the ratio
 * with the two rates of this pair, so that one follows from the other.
 *
 * @example ratios 4.8, 4.0, 3.5 and 5.1: the pair with 4.0
 */
export const medianPair = (pairs: ReadonlyArray<VersusPair>): VersusPair | undefined =>
  pairs.toSorted((a, b) => a.ratio - b.ratio)[Math.floor((pairs.length - 1) / 2)]

export const Versus = Schema.Struct({
  ...StudyFields,
  /** Virtual users on each side. */
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  /** Kinds of records: `students`, `sections`. */
  records: Schema.Array(Schema.String),
  single: Side,
  batch: Side,
  pairs: Schema.Array(VersusPair),
  /** Of the pairs; the median is the ratio of one of them (`medianPair`). `null` without a pair. */
  ratio: Schema.NullOr(MedianAndRange),
  /** Confirmed operations of batches, each of which would be one single request, and the batches that were sent. */
  requestsSaved: Schema.Struct({
    operations: Schema.Int,
    requests: Schema.Int,
    /** 1 - requests / operations; `null` without an operation. */
    share: Schema.NullOr(Schema.Finite)
  }),
  noResult,
  /** The result in one sentence, with its evidence. */
  verdict: Schema.String
})
export interface Versus extends Schema.Schema.Type<typeof Versus> {}
export const VersusJson = Schema.parseJson(Versus, { space: 2 })
