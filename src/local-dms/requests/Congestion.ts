/** How much slower the local DMS becomes with the number of requests that it has at the same time. */

export interface CongestionOptions {
  /** Requests that can be under way at the same time, 1 or more; the others wait. `Infinity` for no limit. */
  readonly concurrency: number
  /** `s` of the Universal Scalability Law, 0 to 1: the share of the work that only one request can do at a time. */
  readonly contention: number
  /** `k` of the Universal Scalability Law, 0 to 1: the cost of agreement between each pair of requests. */
  readonly coherency: number
  /** The server gets stuck when this number of requests wait, 1 or more; `Infinity` for never. */
  readonly stuckAbove: number
}

/** Latency of a request that begins on a stuck server, relative to one on a server that is not stuck. */
export const stuckFactor = 10

/**
 * Counts the requests that the server has, and derives the factor by which a request that begins now is slower:
 * `1 + s(N - 1) + kN(N - 1)` with N requests under way, itself included, so that a closed loop of N users gets the
 * throughput of the Universal Scalability Law, `N / (latency (1 + s(N - 1) + kN(N - 1)))`. It is tenfold on a stuck
 * server: from the moment that `stuckAbove` requests wait until the server has none.
 *
 * With `contention` 0.05 and `coherency` 0.01 a request alone has the factor 1, and the tenth of ten 2.35.
 *
 * @see Gunther, "Guerrilla Capacity Planning", 2007
 */
export class Congestion {
  readonly #options: CongestionOptions
  /** Requests under way and requests that wait. */
  #requests = 0
  #stuck = false

  constructor(options: CongestionOptions) {
    this.#options = options
  }

  /** Requests in progress, at most `concurrency`. */
  get underWay(): number {
    return Math.min(this.#requests, this.#options.concurrency)
  }

  /** Requests in line for one of the `concurrency` seats. */
  get waiting(): number {
    return this.#requests - this.underWay
  }

  get stuck(): boolean {
    return this.#stuck
  }

  /** A request arrives: from now on it is under way, or waits if `concurrency` requests already are. */
  enter(): void {
    this.#requests++
    if (this.waiting >= this.#options.stuckAbove) this.#stuck = true
  }

  /** A request has ended, or has left the line. */
  leave(): void {
    this.#requests--
    if (this.#requests === 0) this.#stuck = false
  }

  /** The factor for the latency of a request that begins now, 1 or more; the request has entered before. */
  factor(): number {
    const { coherency, contention } = this.#options
    const { underWay } = this
    const others = underWay - 1
    return (1 + contention * others + coherency * underWay * others) * (this.#stuck ? stuckFactor : 1)
  }
}
