/** `sweep.json`: batch sizes, numbers of users or pairs of both compared, and one answer. */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { OperationRange, triple } from "./batchSize.ts"
import { Figures } from "./Figures.ts"
import { MeasuredSlice, MedianAndRange, noResult, StudyFields } from "./MeasuredSlice.ts"
import { ScalabilityFit } from "./ScalabilityLaw.ts"

export const SweepPoint = Schema.Struct({
  clientCount: Schema.Int,
  /** `null` for single requests. */
  batchTripleCount: Schema.NullOr(Schema.Int),
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
  /** Of the slices; `null` without a complete one. */
  operationsPerSecond: Schema.NullOr(MedianAndRange),
  slices: Schema.Array(MeasuredSlice)
})
export interface SweepPoint extends Schema.Schema.Type<typeof SweepPoint> {}

/** A point with a valid result. */
export const SweepPlace = Schema.Struct({
  ...Struct.pick(SweepPoint.fields, "clientCount", "batchTripleCount"),
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
  /** Several batch sizes, one number of users: `enough` is the knee. */
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
  /** Operations of a record, over the scenarios; absent in files of older versions, which sent triples only. */
  operationsPerRecord: Schema.optionalWith(OperationRange, { default: () => triple }),
  /** By number of users, then by batch size, ascending. */
  points: Schema.Array(SweepPoint),
  answer: SweepAnswer,
  noResult,
  /** The result in one or two sentences. */
  verdict: Schema.String
})
export interface Sweep extends Schema.Schema.Type<typeof Sweep> {}
/** Whether a sweep sends batches; single requests have no batch size. */
export const sendsBatches = ({ testType }: Pick<Sweep, "testType">): boolean => testType !== "VOLUME"

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
export type LoadPlace = Pick<SweepPoint, "clientCount" | "batchTripleCount">

export const isSamePlace = (a: LoadPlace, b: LoadPlace): boolean =>
  a.clientCount === b.clientCount && a.batchTripleCount === b.batchTripleCount
