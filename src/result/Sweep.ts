/** `sweep.json`: sizes of batches or of pages, numbers of users, or pairs of both compared, and one answer. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { OperationRange, recordNoun, recordsText, triple } from "./batchSize.ts"
import { Figures } from "./Figures.ts"
import { plural } from "./numberFormat.ts"
import { shownTimes } from "./outcomeRows.ts"
import { MeasuredSlice, MedianAndRange, noResult, StudyFields } from "./MeasuredSlice.ts"
import { ScalabilityFit } from "./ScalabilityLaw.ts"

export const SweepPoint = Schema.Struct({
  clientCount: Schema.Int,
  /** `null` for single requests and reads. */
  batchTripleCount: Schema.NullOr(Schema.Int),
  /** Rows per page of a sweep of READ, otherwise `null`. */
  pageSize: Schema.optionalWith(Schema.NullOr(Schema.Int), { default: () => null }),
  /**
   * - `measured`: the result is valid
   * - `limited`: the load generator or its machine was the bottleneck, so the result does not describe the server
   * - `failing`: more requests failed than `--maxFailRatio` allows
   * - `refused`: the server rejected the size with 413
   * - `skipped`: a smaller size was refused, or the sweep ended before
   */
  outcome: Schema.Literal("measured", "limited", "failing", "refused", "skipped"),
  /** Details of the outcome; `null` for a complete measurement. */
  note: Schema.NullOr(Schema.String),
  /** Of all slices together; `null` without a slice. */
  figures: Schema.NullOr(Figures),
  /** Of the slices; `null` without a complete one. 0 in a sweep of READ. */
  operationsPerSecond: Schema.NullOr(MedianAndRange),
  /** Of the slices of a sweep of READ; otherwise, or without a complete one, `null`. */
  rowsPerSecond: Schema.optionalWith(Schema.NullOr(MedianAndRange), { default: () => null }),
  slices: Schema.Array(MeasuredSlice)
})
export interface SweepPoint extends Schema.Schema.Type<typeof SweepPoint> {}

/** A point with a valid result. */
export const SweepPlace = Schema.Struct({
  ...Struct.pick(SweepPoint.fields, "clientCount", "batchTripleCount", "pageSize", "rowsPerSecond"),
  operationsPerSecond: MedianAndRange
})
export interface SweepPlace extends Schema.Schema.Type<typeof SweepPlace> {}

/** Throughput with one number of users compared with another. */
export const UserStep = Schema.Struct({
  from: Schema.Int,
  to: Schema.Int,
  /** 0.25 is a quarter more, -0.46 is 46 % less; of the rates as they are printed. */
  change: Schema.Finite,
  /** Whether the ranges of their slices do not overlap; `null` if one of them has a single slice. */
  differs: Schema.NullOr(Schema.Boolean)
})
export interface UserStep extends Schema.Schema.Type<typeof UserStep> {}

const places = {
  /** The highest median; of equal ones that with fewer users, then that with smaller batches. */
  best: SweepPlace,
  /** The fewest users, then the smallest batches, with at least 95 % of `best`. */
  enough: SweepPlace
}

/** The one answer of a sweep; which one depends on what was varied. */
export const SweepAnswer = Schema.Union(
  /** Several sizes of batches or pages, one number of users: `enough` is the knee. */
  Schema.TaggedStruct("BatchSize", places),
  /** Several numbers of users, one batch size or single requests: `best` is the peak. */
  Schema.TaggedStruct("Users", {
    ...places,
    /** From each number of users with a valid result to the next one, ascending. */
    steps: Schema.Array(UserStep),
    /** From the peak to the largest number of users with a valid result; `null` if that is the peak. */
    afterPeak: Schema.NullOr(UserStep),
    law: ScalabilityFit
  }),
  /** Several of both: `best` is the best pair. */
  Schema.TaggedStruct("Pair", places),
  /** No point has a valid result. */
  Schema.TaggedStruct("None", {})
)
export type SweepAnswer = typeof SweepAnswer.Type

export const Sweep = Schema.Struct({
  ...StudyFields,
  testType: Schema.optionalWith(Schema.String, { default: () => "BATCH_VOLUME" }),
  /**
   * Operations of a record, over the scenarios; without meaning in a sweep of READ. Absent in files of older versions,
   * which sent triples only.
   */
  operationsPerRecord: Schema.optionalWith(OperationRange, { default: () => triple }),
  /** By number of users, then by batch size, ascending. */
  points: Schema.Array(SweepPoint),
  answer: SweepAnswer,
  noResult,
  /** The result in one or two sentences. */
  verdict: Schema.String
})
export interface Sweep extends Schema.Schema.Type<typeof Sweep> {}

/** The words for what a sweep counts, and for the sizes that it varies. */
export interface SweepTerms {
  /** What its rates count: `operations`, `rows`. */
  readonly counted: "operations" | "rows"
  /** What a size is a number of; `undefined` for single requests. */
  readonly unit: "triple" | "record" | "row" | undefined
  /** What has a size. */
  readonly sized: "batch" | "page"
}

export const termsOf = ({
  operationsPerRecord,
  testType
}: Pick<Sweep, "operationsPerRecord" | "testType">): SweepTerms => {
  switch (testType) {
    case "READ":
      return { counted: "rows", unit: "row", sized: "page" }
    case "VOLUME":
      return { counted: "operations", unit: undefined, sized: "batch" }
    default:
      return { counted: "operations", unit: recordNoun(operationsPerRecord), sized: "batch" }
  }
}

/** What a point reached in a second: rows of reads, otherwise operations. */
export const rateOf = <R extends MedianAndRange | null>({
  operationsPerSecond,
  rowsPerSecond
}: {
  readonly operationsPerSecond: R
  readonly rowsPerSecond: MedianAndRange | null
}): R | MedianAndRange => rowsPerSecond ?? operationsPerSecond

/** Records per batch or rows per page; `null` for single requests. */
export const sizeOf = ({ batchTripleCount, pageSize }: Pick<LoadPlace, "batchTripleCount" | "pageSize">) =>
  pageSize ?? batchTripleCount

/**
 * The size of a place that has one.
 *
 * @param each operations of a record
 * @example "10 triples", "10 records", "100 rows"
 */
export const sizeText = (
  { batchTripleCount, pageSize }: Pick<LoadPlace, "batchTripleCount" | "pageSize">,
  each: OperationRange
): string => (pageSize === null ? recordsText(batchTripleCount ?? 0, each) : plural(pageSize, "row"))

/**
 * The service time of a row, in milliseconds per 1,000 rows: all request times divided by all rows.
 *
 * @returns `null` if no row was read
 * @example 10 requests of 20 ms with 500 rows: 40
 */
export const msPerThousandRows = ({ figures }: Pick<SweepPoint, "figures">): number | null => {
  if (figures === null || figures.rows.read === 0) return null
  const mean = shownTimes(figures).latencyMs?.mean
  const succeeded = figures.requests.total - figures.requests.failed
  return mean === undefined ? null : (1000 * mean * succeeded) / figures.rows.read
}

export const SweepJson = Schema.parseJson(Sweep, { space: 2 })

/** What a study varies. */
export type Varied = Exclude<SweepAnswer["_tag"], "None">

/** The one point that reports mark, and its name; `undefined` without an answer. */
export const markedPlace = (
  answer: SweepAnswer
): { readonly place: SweepPlace; readonly name: "knee" | "peak" | "best pair" } | undefined => {
  switch (answer._tag) {
    case "BatchSize":
      return { place: answer.enough, name: "knee" }
    case "Users":
      return { place: answer.best, name: "peak" }
    case "Pair":
      return { place: answer.best, name: "best pair" }
    case "None":
      return undefined
  }
}

/** The place that a point has in the sweep. */
export type LoadPlace = Pick<SweepPoint, "clientCount" | "batchTripleCount" | "pageSize">

export const isSamePlace = (a: LoadPlace, b: LoadPlace): boolean =>
  a.clientCount === b.clientCount && sizeOf(a) === sizeOf(b)
