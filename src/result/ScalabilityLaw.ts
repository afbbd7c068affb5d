/**
 * The Universal Scalability Law: throughput as a function of concurrent users.
 *
 * X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
 *
 * @see N. J. Gunther, Guerrilla Capacity Planning, Springer 2007, chapters 4 to 6
 */
import * as Schema from "effect/Schema"

/** The three parameters. */
export const Scalability = Schema.Struct({
  /** Lambda, > 0: operations per second of one user. */
  perUser: Schema.Finite,
  /** Sigma, >= 0: the share of the work that waits for the others. 0.05 limits throughput to 20 times one user. */
  contention: Schema.Finite,
  /** Kappa, >= 0: the cost of each pair of users that keep each other consistent. It makes throughput fall. */
  coherency: Schema.Finite
})
export interface Scalability extends Schema.Schema.Type<typeof Scalability> {}

/** Users and operations per second. */
const ThroughputAt = Schema.Struct({ users: Schema.Finite, operationsPerSecond: Schema.Finite })

/** The law fitted to measured points, or why it does not describe them. */
export const ScalabilityFit = Schema.Union(
  Schema.TaggedStruct("Fitted", {
    ...Scalability.fields,
    /** The share of the variance of throughput that the law explains, up to 1. */
    rSquared: Schema.Finite,
    /** The predicted peak; `null` if the law has none up to twice the largest number of users that was measured. */
    peak: Schema.NullOr(ThroughputAt),
    /** Measured minus predicted, operations per second, for each number of users, ascending. */
    residuals: Schema.Array(ThroughputAt)
  }),
  Schema.TaggedStruct("NotFitted", {
    /** Ends the sentence "No scalability law: ...". */
    reason: Schema.String
  })
)
export type ScalabilityFit = typeof ScalabilityFit.Type

/** The law is neither drawn nor are its predictions shown beyond this multiple of the largest measured number of users. */
export const maxExtrapolation = 2

/**
 * Operations per second that the law predicts.
 *
 * @param users >= 1
 * @example throughputAt({ perUser: 100, contention: 0.1, coherency: 0.01 }, 5) // 500 / 1.6 = 312.5
 */
export const throughputAt = ({ coherency, contention, perUser }: Scalability, users: number): number =>
  (perUser * users) / (1 + contention * (users - 1) + coherency * users * (users - 1))

/**
 * The number of users with the highest predicted throughput, N* = sqrt((1 - sigma) / kappa), at least 1; infinite
 * without coherency.
 *
 * @example peakUsers({ perUser: 100, contention: 0.1, coherency: 0.01 }) // sqrt(0.9 / 0.01) = 9.49
 */
export const peakUsers = ({ coherency, contention }: Scalability): number =>
  contention >= 1 ? 1 : Math.max(1, Math.sqrt((1 - contention) / coherency))
