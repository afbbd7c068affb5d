/** A `Send` over connections of any kind. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { BufferCollector } from "./BufferCollector.ts"
import { type Connection, ConnectionPool } from "./ConnectionPool.ts"
import type { HttpRequest, RequestBody, RequestListener, SendWith } from "./httpMessage.ts"
import { InFlightRequests, watchTimeouts } from "./InFlightRequests.ts"
import type { Route, SendContext, WireArguments, WireRequest } from "./WireRequest.ts"

export interface WireOptions {
  readonly ignoreCertificateErrors: boolean
  /** From sending a request to the last byte of its response. */
  readonly requestTimeout: Duration.Duration
  /** Maximum size of a response body in bytes, after decompression. */
  readonly maxResponseBytes: number
  /** Maximum number of connections, >= 1; by default one for each request in flight. */
  readonly connections?: number | undefined
}

/** Keep-alive of idle connections if the server sets no limit. */
export const keepAliveMillis = 60_000

/** Finds the connections for a URL. The batches of a run share one `URL`, which is parsed once. */
class Routes<C extends Connection> {
  private readonly pools = new Map<string, ConnectionPool<C>>()
  private readonly routes = new WeakMap<URL, Route<C>>()

  constructor(
    private readonly open: (url: URL) => C,
    private readonly max: number
  ) {}

  routeOf(url: URL): Route<C> {
    const known = this.routes.get(url)
    if (known !== undefined) return known
    const { host, pathname, search } = url
    const made = { host, path: pathname + search, connections: this.poolOf(url) }
    this.routes.set(url, made)
    return made
  }

  private poolOf(url: URL): ConnectionPool<C> {
    const known = this.pools.get(url.origin)
    if (known !== undefined) return known
    const made = new ConnectionPool(() => this.open(url), this.max)
    this.pools.set(url.origin, made)
    return made
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()))
  }
}

/** How requests are sent over one kind of connection. */
export interface Wire<C extends Connection> {
  /** Opens nothing until a request is sent. @param url of the origin */
  readonly open: (url: URL, context: SendContext) => C
  readonly makeRequest: <A, E>(...args: WireArguments<C, A, E>) => WireRequest<C, A, E>
}

/**
 * A `send` whose requests each end within `requestTimeout`. If `connections` is less than the number of requests, the wait
 * for a connection is part of the request's time.
 */
export const sendOver = <C extends Connection>(
  { makeRequest, open }: Wire<C>,
  options: WireOptions
): Effect.Effect<SendWith, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const now = () => clock.unsafeCurrentTimeNanos()
    const timeoutMillis = Duration.toMillis(options.requestTimeout)
    const timeoutNanos = BigInt(Math.ceil(timeoutMillis * 1e6))
    const { connections = Number.POSITIVE_INFINITY, maxResponseBytes } = options
    const inFlight = new InFlightRequests()
    const context = { now, timeoutNanos, maxResponseBytes, buffers: new BufferCollector(), inFlight }
    const routes = new Routes((url) => open(url, context), connections)
    yield* Effect.addFinalizer(() => Effect.promise(() => routes.destroy()))
    yield* watchTimeouts(inFlight, now, { millis: timeoutMillis, nanos: timeoutNanos })

    return <A, E>(request: HttpRequest<RequestBody>, listener: RequestListener<A, E>) =>
      Effect.withFiberRuntime<A, E>((fiber) =>
        Effect.async((resume) => {
          const route = routes.routeOf(request.url)
          const each = makeRequest(request, route, context, now(), listener, resume, fiber)
          route.connections.acquire(each)
        })
      )
  })
