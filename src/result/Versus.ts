/** `versus.json`: single requests compared with batches, in alternating slices. */
import * as Schema from "effect/Schema"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { Figures, Latency } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, StudyFields } from "./MeasuredSlice.ts"

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

export const Versus = Schema.Struct({
  ...StudyFields,
  /** Virtual users on each side. */
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  /** Kinds of records: `students`, `sections`. */
  records: Schema.Array(Schema.String),
  single: Side,
  batch: Side,
  /** Operations per second of each pair of neighbouring slices; `ratio` is batch divided by single. */
  pairs: Schema.Array(Schema.Struct({ single: Schema.Finite, batch: Schema.Finite, ratio: Schema.Finite })),
  /** Of the pairs; `null` without a pair. */
  ratio: Schema.NullOr(MedianAndRange),
  /** Confirmed operations of batches, each of which would be one single request, and the batches that were sent. */
  requestsSaved: Schema.Struct({
    operations: Schema.Int,
    requests: Schema.Int,
    /** 1 - requests / operations; `null` without an operation. */
    share: Schema.NullOr(Schema.Finite)
  }),
  /** The result in one sentence, with its evidence. */
  verdict: Schema.String
})
export interface Versus extends Schema.Schema.Type<typeof Versus> {}
export const VersusJson = Schema.parseJson(Versus, { space: 2 })
