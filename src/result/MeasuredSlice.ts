/** A measured slice of a study, which is a short run, and the fields that all studies share. */
import * as Schema from "effect/Schema"
import { EndedBy } from "../domain/LoadResult.ts"
import { LimitedBy } from "../metrics/generatorLimits.ts"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { Figures } from "./Figures.ts"
import { FullLoad } from "./fullLoad.ts"
import { Manifest } from "./Manifest.ts"
import { ProcessesInSlice, WatchedProcesses } from "./ProcessActivity.ts"
import { RefusedStart } from "./RefusedStart.ts"
import { SliceAgents } from "./SliceAgents.ts"

/** What limited the load generator in a slice: one of those, or a suspension of its process or machine. */
export const SliceLimit = Schema.Literal(...LimitedBy.literals, "suspension")
export type SliceLimit = typeof SliceLimit.Type

/** The processors that the load generator and all other programs of its machine used in a slice, in cores. */
export const GeneratorCores = Schema.Struct({
  /** Of the process of the load generator. */
  cores: Schema.NonNegative,
  /** `null` where the system does not report them: only Linux does. */
  others: Schema.NullOr(
    Schema.Struct({
      cores: Schema.NonNegative,
      /** Processors that the load generator may use; only these are counted. */
      processors: Schema.Int,
      /** The busiest programs by name, at most three. */
      busiest: Schema.Array(Schema.Struct({ name: Schema.String, cores: Schema.NonNegative }))
    })
  )
})
export interface GeneratorCores extends Schema.Schema.Type<typeof GeneratorCores> {}

export const MeasuredSlice = Schema.Struct({
  /** Start of its measurement, after its warm-up, in seconds since the start of the study. */
  startedSeconds: Schema.Finite,
  /** Until the last response, which may arrive after the load has stopped. */
  elapsedSeconds: Schema.Finite,
  endedBy: EndedBy,
  /** Present if `endedBy` is `refused`. */
  refused: Schema.optionalWith(Schema.NullOr(RefusedStart), { default: () => null }),
  /**
   * The figures are those of the warm-up, which ended early, so that nothing was measured after it. `database` is then
   * `null`.
   */
  isWarmUp: Schema.Boolean,
  /** Maximum number of concurrent users. */
  users: Schema.Int,
  /** Counts and latencies cover all requests, including those that ended after the load was stopped; rates are those of `atFullLoad`. */
  ...Figures.fields,
  /** Completed while the load was on; counts and seconds of several slices can be added up. */
  atFullLoad: FullLoad,
  /** The limits that the load generator exceeded; empty when it was not the bottleneck. */
  limited: Schema.Array(Schema.String),
  /** What limited it; `null` when it was not the bottleneck, and in files of older versions. */
  limitedBy: Schema.optionalWith(Schema.NullOr(SliceLimit), { default: () => null }),
  /** The thresholds that ended it, with what was measured; empty unless `endedBy` is `threshold`. */
  missed: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
  /** `null` where the load generator was not observed, and in files of older versions. */
  generator: Schema.optionalWith(Schema.NullOr(GeneratorCores), { default: () => null }),
  /** `null` without `--agents`, and in files of older versions. */
  agents: Schema.optionalWith(Schema.NullOr(SliceAgents), { default: () => null }),
  /** The processes of `--watch`, in its order, while the load was on; empty without it, and in files of older versions. */
  processes: Schema.optionalWith(Schema.Array(ProcessesInSlice), { default: () => [] }),
  /** `null` without `--databaseUrl`. */
  database: Schema.NullOr(DatabaseActivity)
})
export interface MeasuredSlice extends Schema.Schema.Type<typeof MeasuredSlice> {}

/** Median and range of a figure over several slices. */
export const MedianAndRange = Schema.Struct({ median: Schema.Finite, min: Schema.Finite, max: Schema.Finite })
export interface MedianAndRange extends Schema.Schema.Type<typeof MedianAndRange> {}

/** Fields of every study. */
export const StudyFields = {
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  elapsedSeconds: Schema.Finite,
  /** `completed`, or the reason for an early end; the document then has the slices up to then. */
  endedBy: Schema.Union(Schema.Literal("completed"), EndedBy),
  /** The refusal that ended the study; present if `endedBy` is `refused`. */
  refused: Schema.optionalWith(Schema.NullOr(RefusedStart), { default: () => null }),
  /** Circumstances that limit what the figures mean: failures, a limited generator, an early end. */
  warnings: Schema.Array(Schema.String),
  /**
   * The processes of `--watch` over the whole study, with times since its start. Figures begin with the first slice, and
   * include the time between slices. Empty without `--watch`, and in files of older versions.
   */
  processes: Schema.optionalWith(Schema.Array(WatchedProcesses), { default: () => [] }),
  /** `null` in files of older versions. */
  manifest: Schema.optionalWith(Schema.NullOr(Manifest), { default: () => null }),
  /** The settings, without secrets. */
  config: Schema.Record({
    key: Schema.String,
    value: Schema.Union(
      Schema.String,
      Schema.Finite,
      Schema.Boolean,
      Schema.Array(Schema.String),
      Schema.Record({ key: Schema.String, value: Schema.Finite })
    )
  })
}

/** Why a study has no result that can be trusted, in one sentence, with which its verdict begins; `null` if it has one. */
export const noResult = Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })

const StudyHead = Schema.Struct(StudyFields)
export interface StudyHead extends Schema.Schema.Type<typeof StudyHead> {}
