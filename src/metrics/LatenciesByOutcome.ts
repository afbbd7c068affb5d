/**
 * The latencies of requests that did not fail, and of those that failed, apart: a rate limiter refuses in less than a
 * millisecond, and an overloaded server fails after its timeout. Neither is the time of a confirmed batch.
 */
import * as Schema from "effect/Schema"
import { Histogram, HistogramFromBytes } from "./Histogram.ts"

/** One value for the requests that did not fail (succeeded, or refused as intended), and one for those that failed. */
export interface ByOutcome<A> {
  readonly succeeded: A
  /** `undefined` where no request failed. */
  readonly failed?: A | undefined
}

/**
 * The latencies of all requests. Where some failed it is a sum of both, which does not change afterwards; else it is
 * `succeeded` itself.
 */
export const allOf = ({ failed, succeeded }: ByOutcome<Histogram>): Histogram => {
  if (failed === undefined) return succeeded
  const sum = succeeded.copy()
  sum.add(failed)
  return sum
}

/** In a message: the bytes of the histograms. */
export const HistogramsByOutcome = Schema.Struct({
  succeeded: HistogramFromBytes,
  failed: Schema.optional(HistogramFromBytes)
})

export class LatenciesByOutcome implements ByOutcome<Histogram> {
  readonly succeeded = new Histogram()
  /** Made at the first failure: a histogram takes 94 KB. */
  failed: Histogram | undefined = undefined

  /** One histogram increment. */
  record(micros: number, isFailed: boolean): void {
    if (isFailed) (this.failed ??= new Histogram()).record(micros)
    else this.succeeded.record(micros)
  }

  /** The result is the same as if all had been recorded here. */
  add(other: ByOutcome<Histogram>): void {
    this.succeeded.add(other.succeeded)
    if (other.failed !== undefined) (this.failed ??= new Histogram()).add(other.failed)
  }
}
