/** Fixed-window rate limit per Host header, without a queue. @see contract section 3, "Rate limit" */

/** Length of a window, in milliseconds. */
export const windowMillis = 10_000

export class RateLimit {
  readonly #windows = new Map<string, { startMillis: number; requests: number }>()
  constructor(
    /** Requests per window and host; 0 means no limit. */
    readonly permits: number
  ) {}

  /** Whether another request to this host is allowed. */
  admits(host: string, nowMillis: number): boolean {
    if (this.permits === 0) return true
    const known = this.#windows.get(host)
    if (known === undefined || nowMillis - known.startMillis >= windowMillis) {
      this.#windows.set(host, { startMillis: nowMillis, requests: 1 })
      return true
    }
    known.requests++
    return known.requests <= this.permits
  }
}
