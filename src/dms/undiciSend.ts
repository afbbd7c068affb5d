/** The fast `Send`: undici's dispatcher called directly. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { TransportFailed } from "../domain/BatchError.ts"
import { BufferCollector } from "./BufferCollector.ts"
import { ConnectionPool } from "./ConnectionPool.ts"
import type { DmsOptions } from "./DmsConfig.ts"
import { connectionOptions } from "./HttpAgent.ts"
import type { Send, HttpResponse, HttpRequest } from "./httpMessage.ts"
import { InFlightRequest, InFlightRequests, type Route } from "./InFlightRequest.ts"

/** Finds the connections for a URL. The batches of a run share one `URL`, which is parsed once. */
class Routes {
  private readonly pools = new Map<string, ConnectionPool>()
  private readonly routes = new WeakMap<URL, Route>()

  constructor(private readonly options: DmsOptions) {}

  routeOf(url: URL): Route {
    const known = this.routes.get(url)
    if (known !== undefined) return known
    const made = { path: url.pathname + url.search, connections: this.poolOf(url.origin) }
    this.routes.set(url, made)
    return made
  }

  private poolOf(origin: string): ConnectionPool {
    const known = this.pools.get(origin)
    if (known !== undefined) return known
    const max = this.options.connections ?? Number.POSITIVE_INFINITY
    const made = new ConnectionPool(origin, connectionOptions(this.options), max)
    this.pools.set(origin, made)
    return made
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()))
  }
}

/** Fails requests that exceed the timeout: checks twenty times per timeout, and at least every 100 ms. */
const watchTimeouts = (
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

/**
 * A `send` whose requests each end within `requestTimeout`. One periodic check of all requests costs nothing per
 * request; a timer for each costs 86 microseconds. If `connections` is less than the number of requests, the wait for
 * a connection is part of the request's time.
 */
export const undiciSend = (options: DmsOptions): Effect.Effect<Send, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const now = () => clock.unsafeCurrentTimeNanos()
    const timeoutMillis = Duration.toMillis(options.requestTimeout)
    const timeoutNanos = BigInt(Math.ceil(timeoutMillis * 1e6))
    const { maxResponseBytes } = options
    const context = { now, timeoutNanos, maxResponseBytes, buffers: new BufferCollector() }
    const inFlight = new InFlightRequests()
    const routes = new Routes(options)
    yield* Effect.addFinalizer(() => Effect.promise(() => routes.destroy()))
    yield* watchTimeouts(inFlight, now, { millis: timeoutMillis, nanos: timeoutNanos })

    return (request: HttpRequest) =>
      Effect.async<HttpResponse, TransportFailed>((resume) => {
        const route = routes.routeOf(request.url)
        const each = new InFlightRequest(request, route, context, now(), (end) => {
          inFlight.remove(each)
          resume(end instanceof TransportFailed ? Effect.fail(end) : Effect.succeed(end))
        })
        inFlight.add(each)
        route.connections.acquire(each.start)
        return Effect.sync(() => {
          inFlight.remove(each)
          each.abandon()
        })
      })
  })
