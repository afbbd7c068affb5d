/** What the engine is asked to do. A schema, because workers get theirs in a message. */
import * as Schema from "effect/Schema"

export const LoadPlan = Schema.Struct({
  /** Of the whole run, >= 1. */
  users: Schema.Int.pipe(Schema.positive()),
  /** Which of them are started here: those whose id, 0-based, is `index` modulo `of`. All when left out. */
  share: Schema.optional(
    Schema.Struct({ index: Schema.NonNegativeInt, of: Schema.Int.pipe(Schema.positive()) })
  ),
  /** When the whole run began, milliseconds since 1970, where another thread began it; here when left out. */
  startedAtMillis: Schema.optional(Schema.Number),
  /** Users started per second, > 0, all shares together. */
  spawnPerSecond: Schema.Positive,
  /** From the start of the first user; iterations under way then may finish. */
  runMillis: Schema.Number,
  /** How long iterations under way may take once the run has ended, before they are interrupted. */
  gracefulStopMillis: Schema.NonNegative,
  /** Between two iterations of a user. */
  waits: Schema.Struct({ seed: Schema.Number, minMillis: Schema.Number, maxMillis: Schema.Number }),
  /** 0 to 1; the run ends when a larger share of its requests has failed. */
  maxFailRatio: Schema.Number,
  /** How often each user goes through all workloads; `Infinity` for as long as the run lasts. */
  passes: Schema.Number
})
export interface LoadPlan extends Schema.Schema.Type<typeof LoadPlan> {}
