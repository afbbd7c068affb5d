/** One HTTP request through undici's dispatcher: times are taken in its callbacks, not in the waiting fiber. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Either from "effect/Either"
import type { Client, Dispatcher } from "undici"
import type { DmsOptions } from "./DmsConfig.ts"
import { TransportFailed, type TransportPhase } from "../domain/BatchError.ts"
import { BufferCollector } from "./BufferCollector.ts"
import { connectReason } from "./connectReason.ts"
import { Connections } from "./Connections.ts"
import { decodeBody, isEncoded, longerThan } from "./decodeBody.ts"
import { connectionOptions } from "./HttpAgent.ts"
import { reasonOf } from "./reasonOf.ts"
import type { Send, HttpResponse, HttpRequest } from "./httpMessage.ts"

const tooLong = "ResponseExceededMaxSizeError"

/** undici's error for an invalid status such as 099. */
const assertion = "AssertionError"

const unreadable: ReadonlySet<string> = new Set([
  "HTTPParserError",
  "HeadersOverflowError",
  "ResponseContentLengthMismatchError",
  assertion,
  tooLong
])

/** undici's errors for a response that arrived but is not a valid HTTP response to this request. */
const isUnreadable = ({ message, name }: Error): boolean =>
  unreadable.has(name) || ["bad response", "bad upgrade"].includes(message)

const nothing = Buffer.alloc(0)

/** Where a URL leads: to some connections, and what to ask for there. */
interface Route {
  readonly path: string
  readonly connections: Connections
}

/** Shared by all requests of one `send`. */
interface Sending {
  readonly now: () => bigint
  readonly timeoutNanos: bigint
  readonly maxResponseBytes: number
  readonly buffers: BufferCollector
}

/** A request under way: undici's handler, and what the watch over all of them needs. */
class InFlightRequest implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined
  private connection: Client | undefined
  private status: number | undefined
  private headers: HttpResponse["headers"] = {}
  private body: Buffer = nothing
  /** What came after the first piece of the body; most answers come in one. */
  private readonly more: Array<Buffer> = []
  private over = false
  /** Among the requests under way. */
  place = -1

  constructor(
    private readonly request: HttpRequest,
    private readonly route: Route,
    private readonly sending: Sending,
    readonly startedNanos: bigint,
    private readonly finish: (response: HttpResponse | TransportFailed) => void
  ) {}

  /** Sends it on this connection. */
  readonly start = (connection: Client): void => {
    // It may have been given up while it waited for the connection.
    if (this.over) return this.route.connections.giveBack(connection)
    this.connection = connection
    const { body, headers, method } = this.request
    connection.dispatch({ path: this.route.path, method, headers, body }, this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.over) controller.abort(new Error("given up"))
    else this.request.onSend?.()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpResponse["headers"]): void {
    // What is below 200 only announces the answer.
    if (status < 200) return
    this.status = status
    this.headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.body === nothing) this.body = chunk
    else this.more.push(chunk)
  }

  onResponseEnd(): void {
    if (this.over) return
    const endedNanos = this.sending.now()
    // It arrived between two checks of the watch, and is late all the same.
    if (endedNanos - this.startedNanos > this.sending.timeoutNanos) return this.failLate()
    this.end()
    const { headers, more, status = 0 } = this
    const received = more.length === 0 ? this.body : Buffer.concat([this.body, ...more])
    if (!isEncoded(headers)) return this.succeed(received, endedNanos)
    Either.match(decodeBody(headers, received, this.sending.maxResponseBytes), {
      onLeft: (detail) => this.finish(new TransportFailed({ phase: "answer", status, detail })),
      onRight: (body) => this.succeed(body, endedNanos)
    })
  }

  private succeed(body: Uint8Array, endedNanos: bigint): void {
    const { headers, startedNanos, status = 0 } = this
    this.sending.buffers.received(body.length)
    this.finish({ status, headers, body, startedNanos, endedNanos })
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const phase = isUnreadable(error) ? "answer" : this.controller === undefined ? "connect" : "reset"
    this.fail(phase, this.reasonOf(phase, error))
  }

  private reasonOf(phase: TransportPhase, error: Error): string {
    if (error.name === tooLong) return longerThan(this.sending.maxResponseBytes)
    if (error.name === assertion) return "a response that is not valid HTTP"
    return phase === "connect" ? connectReason(error) : reasonOf(error)
  }

  failLate(): void {
    const within = `within ${Number(this.sending.timeoutNanos) / 1e6} ms`
    // What was never sent cannot have been committed.
    if (this.controller === undefined) this.fail("connect", `no connection was free or made ${within}`)
    else this.fail("timeout", `no complete answer ${within}`)
  }

  fail(phase: TransportPhase, detail: string): void {
    if (this.over) return
    this.giveUp()
    const status = this.status
    this.finish(new TransportFailed({ phase, detail, ...(status === undefined ? {} : { status }) }))
  }

  /** Closes the connection, because the answer may still come on it. */
  giveUp(): void {
    if (this.over) return
    this.end()
    this.controller?.abort(new Error("given up"))
  }

  private end(): void {
    this.over = true
    const { connection, route } = this
    if (connection !== undefined) route.connections.giveBack(connection)
  }
}

/**
 * The requests under way. Not a `Set`: its tables are replaced every few requests, each remembers the next, and one
 * that V8 has come to keep long keeps all later ones and their requests with it until a full collection.
 */
class Watched {
  private readonly requests: Array<InFlightRequest> = []

  add(request: InFlightRequest): void {
    request.place = this.requests.push(request) - 1
  }

  /** The last one takes the place of the one that goes. */
  remove(request: InFlightRequest): void {
    const { place } = request
    const last = this.requests.at(-1)
    if (last === undefined || this.requests[place] !== request) return
    this.requests[place] = last
    last.place = place
    this.requests.pop()
  }

  /** From the last to the first, so that the one that is visited may be removed. */
  forEach(visit: (request: InFlightRequest) => void): void {
    for (let place = this.requests.length - 1; place >= 0; place--) {
      const request = this.requests[place]
      if (request !== undefined) visit(request)
    }
  }
}

/**
 * A `send` whose requests each end within `requestTimeout`, looked at every 100 ms or twenty times within it. One
 * watch over all requests costs nothing per request, where a timer for each costs 86 microseconds. Where connections
 * are fewer than requests, the wait for one is part of the request's time.
 */
export const undiciSend = (options: DmsOptions): Effect.Effect<Send, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const now = () => clock.unsafeCurrentTimeNanos()
    const timeoutMillis = Duration.toMillis(options.requestTimeout)
    const timeoutNanos = BigInt(Math.ceil(timeoutMillis * 1e6))
    const { maxResponseBytes } = options
    const sending = { now, timeoutNanos, maxResponseBytes, buffers: new BufferCollector() }
    const underWay = new Watched()

    const byOrigin = new Map<string, Connections>()
    yield* Effect.addFinalizer(() =>
      Effect.promise(() => Promise.all([...byOrigin.values()].map((connections) => connections.destroy())))
    )
    const connectionsTo = (origin: string): Connections => {
      const known = byOrigin.get(origin)
      if (known !== undefined) return known
      const made = new Connections(
        origin,
        connectionOptions(options),
        options.connections ?? Number.POSITIVE_INFINITY
      )
      byOrigin.set(origin, made)
      return made
    }
    // The batches of a run share one URL, which is taken apart once.
    const routes = new WeakMap<URL, Route>()
    const routeOf = (url: URL): Route => {
      const known = routes.get(url)
      if (known !== undefined) return known
      const made = { path: url.pathname + url.search, connections: connectionsTo(url.origin) }
      routes.set(url, made)
      return made
    }

    const failLate = Effect.sync(() => {
      const lateFrom = now() - timeoutNanos
      underWay.forEach((each) => {
        if (each.startedNanos <= lateFrom) each.failLate()
      })
    })
    yield* Effect.forkScoped(
      Effect.interruptible(
        Effect.forever(Effect.delay(failLate, Math.min(100, Math.max(1, timeoutMillis / 20))))
      )
    )

    return (request: HttpRequest) =>
      Effect.async<HttpResponse, TransportFailed>((resume) => {
        const route = routeOf(request.url)
        const each = new InFlightRequest(request, route, sending, now(), (end) => {
          underWay.remove(each)
          resume(end instanceof TransportFailed ? Effect.fail(end) : Effect.succeed(end))
        })
        underWay.add(each)
        route.connections.take(each.start)
        return Effect.sync(() => {
          underWay.remove(each)
          each.giveUp()
        })
      })
  })
