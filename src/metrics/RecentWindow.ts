/** The last ten seconds of one kind of request: what a history row and a progress line describe. */
import { Histogram, type Latencies } from "./Histogram.ts"

/** How many slices a window spans; Locust's recent window is about ten seconds as well. */
export const windowSlices = 10

/** What was counted in one slice. */
export interface SliceCounts {
  readonly latencies: Latencies
  readonly requests: number
  readonly failures: number
  readonly operations: number
  /** How long the slice took by the clock. */
  readonly seconds: number
}

interface OpenSlice extends SliceCounts {
  readonly latencies: Histogram
  requests: number
  failures: number
  operations: number
  seconds: number
}

const emptySlice = (): OpenSlice => ({
  latencies: new Histogram(),
  requests: 0,
  failures: 0,
  operations: 0,
  seconds: 0
})

/** Rates per second and latencies over the window. */
export interface Recent {
  readonly requestsPerSecond: number
  readonly failuresPerSecond: number
  readonly operationsPerSecond: number
  readonly latencies: Latencies
  /** The slice that just ended, alone. */
  readonly slice: SliceCounts
}

export class RecentWindow {
  private readonly ended: Array<OpenSlice> = []
  private open = emptySlice()

  record(latencyMicros: number, failed: boolean, operations: number): void {
    this.open.latencies.record(latencyMicros)
    this.open.requests++
    if (failed) this.open.failures++
    this.open.operations += operations
  }

  /**
   * Ends the open slice and sums up the window: the last ten slices, or as many as there are.
   *
   * @param seconds how long the slice took by the clock, about 1
   */
  endSlice(seconds: number): Recent {
    const slice = this.open
    slice.seconds = seconds
    this.ended.push(slice)
    this.open = emptySlice()
    if (this.ended.length > windowSlices) this.ended.shift()
    const latencies = new Histogram()
    const sum = { requests: 0, failures: 0, operations: 0, seconds: 0 }
    for (const each of this.ended) {
      latencies.add(each.latencies)
      sum.requests += each.requests
      sum.failures += each.failures
      sum.operations += each.operations
      sum.seconds += each.seconds
    }
    const perSecond = (count: number): number => (sum.seconds > 0 ? count / sum.seconds : 0)
    return {
      requestsPerSecond: perSecond(sum.requests),
      failuresPerSecond: perSecond(sum.failures),
      operationsPerSecond: perSecond(sum.operations),
      latencies,
      slice
    }
  }
}
