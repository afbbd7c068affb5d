/** One measured slice of a study: a short run of its own, before and after others. */
import * as Schema from "effect/Schema"
import { EndedBy } from "../domain/LoadResult.ts"
import { DatabaseActivity } from "./DatabaseActivity.ts"
import { Figures } from "./Figures.ts"
import { FullLoad } from "./fullLoad.ts"
import { RefusedStart } from "./RefusedStart.ts"

export const MeasuredSlice = Schema.Struct({
  /** When its measurement began, seconds since the study began; its warm-up was before that. */
  startedSeconds: Schema.Finite,
  /** Until the last answer: longer than the load was on. */
  elapsedSeconds: Schema.Finite,
  endedBy: EndedBy,
  /** Present if `endedBy` is `refused`. */
  refused: Schema.optionalWith(Schema.NullOr(RefusedStart), { default: () => null }),
  /**
   * This is its warm-up, which ended before its time, so that nothing was measured after it; `database` is then `null`,
   * because what it did has no load to be divided by.
   */
  isWarmUp: Schema.Boolean,
  /** The most that ran at the same time. */
  users: Schema.Int,
  /** Of all requests, those that were answered after the load was stopped too; rates are those of `atFullLoad`. */
  ...Figures.fields,
  /** What was answered while the load was on; the counts and seconds of several slices can be added up. */
  atFullLoad: FullLoad,
  /** Why the load generator was the bottleneck, in words; empty when it was not. */
  limited: Schema.Array(Schema.String),
  /** `null` when nobody looked at it. */
  database: Schema.NullOr(DatabaseActivity)
})
export interface MeasuredSlice extends Schema.Schema.Type<typeof MeasuredSlice> {}

/** How slices differ: the middle one, and the outermost. */
export const MedianAndRange = Schema.Struct({ median: Schema.Finite, min: Schema.Finite, max: Schema.Finite })
export interface MedianAndRange extends Schema.Schema.Type<typeof MedianAndRange> {}

/** What every study says of itself. */
export const StudyFields = {
  /** ISO 8601, UTC. */
  startedAt: Schema.String,
  elapsedSeconds: Schema.Finite,
  /** `completed`, or why it ended before; what was measured until then is in it. */
  endedBy: Schema.Union(Schema.Literal("completed"), EndedBy),
  /** What was refused in the load that ended the study; present if `endedBy` is `refused`. */
  refused: Schema.optionalWith(Schema.NullOr(RefusedStart), { default: () => null }),
  /** What a reader has to know before the figures are believed: failures, a generator at its limit, an early end. */
  warnings: Schema.Array(Schema.String),
  /** What was asked for, without secrets. */
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

const StudyHead = Schema.Struct(StudyFields)
export interface StudyHead extends Schema.Schema.Type<typeof StudyHead> {}
