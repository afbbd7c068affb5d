/** What the engine is asked to do. A schema, because workers get theirs in a message. */
import * as Schema from "effect/Schema"
import { Stages } from "../domain/Stages.ts"

const common = {
  /** What is started here: users and arrivals whose number, 0-based, is `index` modulo `of`. All when left out. */
  share: Schema.optional(
    Schema.Struct({ index: Schema.NonNegativeInt, of: Schema.Int.pipe(Schema.positive()) })
  ),
  /** When the whole run began, milliseconds since 1970, where another thread began it; here when left out. */
  startedAtMillis: Schema.optional(Schema.Number),
  /** From the start of the first user; iterations under way then may finish. */
  runMillis: Schema.Number,
  /** How long iterations under way may take once the run has ended, before they are interrupted. */
  gracefulStopMillis: Schema.NonNegative,
  /** 0 to 1; the run ends when a larger share of its requests has failed. */
  maxFailRatio: Schema.Number
}

/** Between two iterations of a user. */
const waits = Schema.Struct({ seed: Schema.Number, minMillis: Schema.Number, maxMillis: Schema.Number })

/** Closed model: users that are started one after the other and then stay. */
export const UsersPlan = Schema.TaggedStruct("Users", {
  ...common,
  /** Of the whole run, >= 1. */
  users: Schema.Int.pipe(Schema.positive()),
  /** Users started per second, > 0, all shares together. */
  spawnPerSecond: Schema.Positive,
  waits,
  /** How often each user goes through all workloads; `Infinity` for as long as the run lasts. */
  passes: Schema.Number
})
export interface UsersPlan extends Schema.Schema.Type<typeof UsersPlan> {}

/** Closed model: users that come and go. */
export const StagedUsersPlan = Schema.TaggedStruct("StagedUsers", {
  ...common,
  /** How many users there are to be, all shares together. */
  users: Stages,
  waits
})
export interface StagedUsersPlan extends Schema.Schema.Type<typeof StagedUsersPlan> {}

/** Open model: iterations that begin when they are due, whether those before them have ended or not. */
export const ArrivalsPlan = Schema.TaggedStruct("Arrivals", {
  ...common,
  /** Iterations due per second, all shares together. */
  arrivals: Stages,
  /** The most iterations under way at once, all shares together, >= 1. */
  maxUsers: Schema.Int.pipe(Schema.positive()),
  /** How much after its due time an iteration may begin, > 0; what cannot begin by then is dropped and counted. */
  startWithinMillis: Schema.Positive
})
export interface ArrivalsPlan extends Schema.Schema.Type<typeof ArrivalsPlan> {}

export const LoadPlan = Schema.Union(UsersPlan, StagedUsersPlan, ArrivalsPlan)
export type LoadPlan = typeof LoadPlan.Type

/** Which numbers are a plan's: all where it has no share. */
export const shareOf = ({
  share
}: Pick<LoadPlan, "share">): { readonly index: number; readonly of: number } => share ?? { index: 0, of: 1 }
