/** `versus.json`: single requests compared with batches, in alternating slices. */
import * as Schema from "effect/Schema"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { OperationRange, operationsText, timesRange, triple } from "./batchSize.ts"
import { Figures, Latency } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, noResult, StudyFields } from "./MeasuredSlice.ts"
import { plural } from "./numberFormat.ts"

/** Single requests or batches, over all of their slices. */
export const Side = Schema.Struct({
  testType: Schema.String,
  /** Of all slices together; rates are those at full load. */
  ...Figures.fields,
  elapsedSeconds: Schema.Finite,
  /**
   * The latency of a succeeded request divided by its operations: 1 for single requests, 30 in a batch of 10 triples, the
   * mean of the succeeded requests where batches have different sizes. In files of older versions, of all requests.
   */
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
  /** Records per batch; of several sizes the largest. */
  batchTripleCount: Schema.Int,
  /** Operations per batch; absent in files of older versions, which sent triples only. */
  batchOperations: Schema.optional(OperationRange),
  /** As they were chosen: `students`, `tpdm/candidates`, `all`. `records` in files of older versions. */
  resources: Schema.Array(Schema.String),
  /** The name of the mixture that was sent; then `resources` is empty. */
  mixture: Schema.optional(Schema.String),
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

const Members = Schema.Record({ key: Schema.String, value: Schema.Unknown })

/** Reads the name of older versions. */
const withResources = Schema.transform(Members, Members, {
  strict: true,
  decode: ({ records, ...members }) => (records === undefined ? members : { resources: records, ...members }),
  encode: (members) => members
})

export const VersusJson = Schema.parseJson({ space: 2 }).pipe(
  Schema.compose(withResources, { strict: false }),
  Schema.compose(Versus, { strict: false })
)

/** What was sent. @example "students and sections", "the mixture district-day" */
export const subjectOf = ({ mixture, resources }: Pick<Versus, "mixture" | "resources">): string =>
  mixture === undefined ? resources.join(" and ") : `the mixture ${mixture}`

export const batchOperationsOf = ({
  batchOperations,
  batchTripleCount
}: Pick<Versus, "batchOperations" | "batchTripleCount">): OperationRange =>
  batchOperations ?? timesRange(batchTripleCount, triple)

/** @example "10 triples"; if other records are sent too, "20 to 50 operations" */
export const batchSizeText = (versus: Pick<Versus, "batchOperations" | "batchTripleCount">): string => {
  const { batchTripleCount } = versus
  const operations = batchOperationsOf(versus)
  const ofTriples = timesRange(batchTripleCount, triple)
  return operations.min === ofTriples.min && operations.max === ofTriples.max
    ? plural(batchTripleCount, "triple")
    : operationsText(operations)
}
