/** The load of a run, as a value. It is a schema, because workers receive it in a message. */
import * as Schema from "effect/Schema"
import { Stages } from "../domain/Stages.ts"

const common = {
  /** The users and arrivals of this thread: those whose number, 0-based, is `index` modulo `of`. Default: all. */
  share: Schema.optional(
    Schema.Struct({ index: Schema.NonNegativeInt, of: Schema.Int.pipe(Schema.positive()) })
  ),
  /** Start of the whole load in milliseconds since 1970, if another thread started it. Default: the start of this plan. */
  startedAtMillis: Schema.optional(Schema.Number),
  /**
   * Load before the run, whose requests are counted apart; the users start with it and go on in the run. Times of a run
   * count from its end: with 30,000 the first user starts at -30,000. Default: 0.
   */
  warmUpMillis: Schema.optional(Schema.NonNegative),
  /** Duration of the run after the warm-up; iterations in flight at its end may finish. */
  runMillis: Schema.Number,
  /** Maximum time for iterations in flight after the end of the run; then they are interrupted. */
  gracefulStopMillis: Schema.NonNegative,
  /** 0 to 1; the run ends when a larger share of its requests has failed. */
  maxFailRatio: Schema.Number
}

/** The waits between two iterations of a user. */
const waits = Schema.Struct({ seed: Schema.Number, minMillis: Schema.Number, maxMillis: Schema.Number })

/** Closed model: users start one after the other and then stay. */
export const UsersPlan = Schema.TaggedStruct("Users", {
  ...common,
  /** Number of users in the whole run, >= 1. */
  users: Schema.Int.pipe(Schema.positive()),
  /** Users started per second in the whole run, > 0. */
  spawnPerSecond: Schema.Positive,
  waits,
  /** How many times each user runs all workloads; `Infinity` until the run ends. */
  passes: Schema.Number,
  /**
   * Number of records in the whole run, >= 1: it ends when so many have had a verdict of the server, those of a warm-up not
   * counted. Every workload needs `recordsPerIteration`. Absent: no limit.
   */
  records: Schema.optional(Schema.Int.pipe(Schema.positive()))
})
export interface UsersPlan extends Schema.Schema.Type<typeof UsersPlan> {}

/** Closed model: the number of users changes over time. */
export const StagedUsersPlan = Schema.TaggedStruct("StagedUsers", {
  ...common,
  /** Number of users over time, in the whole run; the first stage begins with the warm-up. */
  users: Stages,
  waits
})
export interface StagedUsersPlan extends Schema.Schema.Type<typeof StagedUsersPlan> {}

/** Open model: iterations begin when they are due, whether earlier ones have ended or not. */
export const ArrivalsPlan = Schema.TaggedStruct("Arrivals", {
  ...common,
  /** Iterations due per second over time, in the whole run; the first stage begins with the warm-up. */
  arrivals: Stages,
  /** Maximum number of concurrent iterations in the whole run, >= 1. */
  maxUsers: Schema.Int.pipe(Schema.positive()),
  /** How late an iteration may begin, > 0; one that cannot is dropped, and counted as such. */
  startWithinMillis: Schema.Positive
})
export interface ArrivalsPlan extends Schema.Schema.Type<typeof ArrivalsPlan> {}

export const LoadPlan = Schema.Union(UsersPlan, StagedUsersPlan, ArrivalsPlan)
export type LoadPlan = typeof LoadPlan.Type

/** The share of a plan; without one, the whole run. */
export const shareOf = ({
  share
}: Pick<LoadPlan, "share">): { readonly index: number; readonly of: number } => share ?? { index: 0, of: 1 }

/**
 * The records of this share: in proportion to its users, so that all shares add up to the plan. `undefined` without a
 * number of records.
 *
 * @example 10 records and 3 users in 2 shares: share 0 has users 0 and 2 and 6 records, share 1 has user 1 and 4 records
 */
export const recordsOfShare = (plan: LoadPlan): number | undefined => {
  if (plan._tag !== "Users" || plan.records === undefined) return undefined
  const { records, users } = plan
  const { index, of } = shareOf(plan)
  /** Users of the shares before this one. */
  const usersBefore = (share: number) => share * Math.floor(users / of) + Math.min(share, users % of)
  const recordsBefore = (share: number) => Math.floor((records * usersBefore(share)) / users)
  return recordsBefore(index + 1) - recordsBefore(index)
}
