/** The requests in flight of one `send`, and their common timeout. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface InFlight {
  readonly startedNanos: bigint
  readonly failTimedOut: () => void
  /** Index in `InFlightRequests`. */
  position: number
}

/**
 * All requests in flight. Not a `Set`: V8 replaces the table of a busy `Set` every few requests, and each old table
 * references the next one. Once one of them is promoted to the old generation, all later tables and their requests
 * stay in memory until a full collection.
 */
export class InFlightRequests {
  private readonly requests: Array<InFlight> = []

  add(request: InFlight): void {
    request.position = this.requests.push(request) - 1
  }

  /** Moves the last request to the position of the removed one. */
  remove(request: InFlight): void {
    const { position } = request
    const last = this.requests.at(-1)
    if (last === undefined || this.requests[position] !== request) return
    this.requests[position] = last
    last.position = position
    this.requests.pop()
  }

  /** Visits the last request first, so that `visit` may remove the request it is given. */
  forEach(visit: (request: InFlight) => void): void {
    for (let position = this.requests.length - 1; position >= 0; position--) {
      const request = this.requests[position]
      if (request !== undefined) visit(request)
    }
  }
}

/**
 * Fails requests that exceed the timeout: checks twenty times per timeout, and at least every 100 ms. One periodic check of
 * all requests costs nothing per request; a timer for each costs 86 microseconds.
 */
export const watchTimeouts = (
  inFlight: InFlightRequests,
  now: () => bigint,
  timeout: { readonly millis: number; readonly nanos: bigint }
): Effect.Effect<void, never, Scope.Scope> => {
  const failTimedOut = Effect.sync(() => {
    const startedBefore = now() - timeout.nanos
    inFlight.forEach((each) => {
      if (each.startedNanos <= startedBefore) each.failTimedOut()
    })
  })
  const interval = Math.min(100, Math.max(1, timeout.millis / 20))
  return Effect.asVoid(
    Effect.forkScoped(Effect.interruptible(Effect.forever(Effect.delay(failTimedOut, interval))))
  )
}
