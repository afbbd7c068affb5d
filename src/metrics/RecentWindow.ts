/** The last ten seconds of one kind of request, for history rows and progress lines. */
import { countOf } from "../domain/Sample.ts"
import type { Addable } from "./Counts.ts"
import type { Histogram, Latencies } from "./Histogram.ts"
import { allOf, type ByOutcome, LatenciesByOutcome } from "./LatenciesByOutcome.ts"

/** Number of slices in a window; Locust's recent window is about ten seconds as well. */
export const windowSlices = 10

/** The counts of one slice. */
export interface SliceCounts {
  readonly latenciesByOutcome: ByOutcome<Histogram>
  readonly requests: number
  readonly failures: number
  readonly operations: number
  readonly rows: number
  /** How long the slice took by the clock. */
  readonly seconds: number
}

/** Rates per second and latencies over the window. */
export interface Recent {
  readonly requestsPerSecond: number
  readonly failuresPerSecond: number
  readonly operationsPerSecond: number
  readonly rowsPerSecond: number
  /** Of all requests. */
  readonly latencies: Latencies
  readonly latenciesByOutcome: ByOutcome<Latencies>
  /** The slice that just ended, alone. */
  readonly slice: SliceCounts
}

export class RecentWindow {
  private readonly ended: Array<SliceCounts> = []

  /**
   * Adds the slice that just ended and sums up the window: the last ten slices, or as many as there are.
   *
   * @param seconds how long the slice took by the clock, about 1
   */
  endSlice(counted: Addable, seconds: number): Recent {
    const { failures, latenciesByOutcome, requests, rowsRead: rows, succeeded } = counted
    const operations = countOf(succeeded)
    const slice: SliceCounts = { latenciesByOutcome, requests, failures, operations, rows, seconds }
    this.ended.push(slice)
    if (this.ended.length > windowSlices) this.ended.shift()
    const latencies = new LatenciesByOutcome()
    const sum = { requests: 0, failures: 0, operations: 0, rows: 0, seconds: 0 }
    for (const each of this.ended) {
      latencies.add(each.latenciesByOutcome)
      sum.requests += each.requests
      sum.failures += each.failures
      sum.operations += each.operations
      sum.rows += each.rows
      sum.seconds += each.seconds
    }
    const perSecond = (count: number): number => (sum.seconds > 0 ? count / sum.seconds : 0)
    return {
      requestsPerSecond: perSecond(sum.requests),
      failuresPerSecond: perSecond(sum.failures),
      operationsPerSecond: perSecond(sum.operations),
      rowsPerSecond: perSecond(sum.rows),
      latencies: allOf(latencies),
      latenciesByOutcome: latencies,
      slice
    }
  }
}
