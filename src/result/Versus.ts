/** `versus.json`: single requests beside batches, in alternating slices. */
import * as Schema from "effect/Schema"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { Figures, Latency } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, StudyFields } from "./MeasuredSlice.ts"

/** One of the two ways, over all of its slices. */
export const Side = Schema.Struct({
  testType: Schema.String,
  /** Of all slices together; rates are what was answered at full load over the time of that. */
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
  /** Virtual users of either side. */
  clientCount: Schema.Int,
  batchTripleCount: Schema.Int,
  /** What the records are: `students`, `sections`. */
  records: Schema.Array(Schema.String),
  single: Side,
  batch: Side,
  /** Operations per second of batches divided by those of single requests, of each pair of neighbouring slices. */
  pairs: Schema.Array(Schema.Struct({ single: Schema.Finite, batch: Schema.Finite, ratio: Schema.Finite })),
  /** Over the pairs; `null` when no pair was measured. */
  ratio: Schema.NullOr(MedianAndRange),
  /** For the operations that batches made, single requests would have needed as many requests as operations. */
  requestsSaved: Schema.Struct({
    operations: Schema.Int,
    requests: Schema.Int,
    /** 1 - requests / operations; `null` when there was no operation. */
    share: Schema.NullOr(Schema.Finite)
  }),
  /** The answer in one sentence, with its evidence. */
  verdict: Schema.String
})
export interface Versus extends Schema.Schema.Type<typeof Versus> {}
export const VersusJson = Schema.parseJson(Versus, { space: 2 })
