/** A request in flight on undici's dispatcher: its times are taken in undici's callbacks, not in the waiting fiber. */
import * as Either from "effect/Either"
import type { Client, Dispatcher } from "undici"
import { TransportFailed, type TransportPhase } from "../domain/BatchError.ts"
import type { BufferCollector } from "./BufferCollector.ts"
import type { ConnectionPool } from "./ConnectionPool.ts"
import { decodeBody, isEncoded, tooLongMessage } from "./decodeBody.ts"
import { connectErrorReason, errorReason } from "./errorReason.ts"
import type { HttpResponse, HttpRequest } from "./httpMessage.ts"

/** The path of a URL, and the connections to its origin. */
export interface Route {
  readonly path: string
  readonly connections: ConnectionPool
}

/** Shared by all requests of one `send`. */
export interface SendContext {
  readonly now: () => bigint
  readonly timeoutNanos: bigint
  readonly maxResponseBytes: number
  readonly buffers: BufferCollector
}

const tooLong = "ResponseExceededMaxSizeError"

/** undici's error for an invalid status such as 099. */
const assertion = "AssertionError"

const invalidResponseErrors: ReadonlySet<string> = new Set([
  "HTTPParserError",
  "HeadersOverflowError",
  "ResponseContentLengthMismatchError",
  assertion,
  tooLong
])

/** undici's errors for a response that arrived but is not a valid HTTP response to this request. */
const isInvalidResponse = ({ message, name }: Error): boolean =>
  invalidResponseErrors.has(name) || ["bad response", "bad upgrade"].includes(message)

const noBytes = Buffer.alloc(0)

export class InFlightRequest implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined
  private connection: Client | undefined
  private status: number | undefined
  private headers: HttpResponse["headers"] = {}
  private body: Buffer = noBytes
  /** The chunks of the body after the first; most responses have one chunk. */
  private readonly laterChunks: Array<Buffer> = []
  private isOver = false
  /** Index in `InFlightRequests`. */
  position = -1

  /** @param finish called exactly once, unless the request is abandoned */
  constructor(
    private readonly request: HttpRequest,
    private readonly route: Route,
    private readonly context: SendContext,
    readonly startedNanos: bigint,
    private readonly finish: (response: HttpResponse | TransportFailed) => void
  ) {}

  /** Sends the request on this connection. */
  readonly start = (connection: Client): void => {
    // It may have been abandoned while it waited for the connection.
    if (this.isOver) return this.route.connections.release(connection)
    this.connection = connection
    const { body, headers, method } = this.request
    connection.dispatch({ path: this.route.path, method, headers, body }, this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.isOver) controller.abort(new Error("abandoned"))
    else this.request.onSend?.()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpResponse["headers"]): void {
    // An interim response; the final one follows.
    if (status < 200) return
    this.status = status
    this.headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.body === noBytes) this.body = chunk
    else this.laterChunks.push(chunk)
  }

  onResponseEnd(): void {
    if (this.isOver) return
    const endedNanos = this.context.now()
    // The timeout passed between two timeout checks.
    if (endedNanos - this.startedNanos > this.context.timeoutNanos) return this.failTimedOut()
    this.end()
    const { headers, laterChunks, status = 0 } = this
    const received = laterChunks.length === 0 ? this.body : Buffer.concat([this.body, ...laterChunks])
    if (!isEncoded(headers)) return this.succeed(received, endedNanos)
    Either.match(decodeBody(headers, received, this.context.maxResponseBytes), {
      onLeft: (detail) => this.finish(new TransportFailed({ phase: "answer", status, detail })),
      onRight: (body) => this.succeed(body, endedNanos)
    })
  }

  private succeed(body: Uint8Array, endedNanos: bigint): void {
    const { headers, startedNanos, status = 0 } = this
    this.context.buffers.received(body.length)
    this.finish({ status, headers, body, startedNanos, endedNanos })
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const phase = isInvalidResponse(error) ? "answer" : this.controller === undefined ? "connect" : "reset"
    this.fail(phase, this.reasonOf(phase, error))
  }

  private reasonOf(phase: TransportPhase, error: Error): string {
    if (error.name === tooLong) return tooLongMessage(this.context.maxResponseBytes)
    if (error.name === assertion) return "the response is not valid HTTP"
    return phase === "connect" ? connectErrorReason(error) : errorReason(error)
  }

  failTimedOut(): void {
    const within = `within ${Number(this.context.timeoutNanos) / 1e6} ms`
    // A request that was never sent cannot have been committed.
    if (this.controller === undefined) this.fail("connect", `no connection available ${within}`)
    else this.fail("timeout", `no complete response ${within}`)
  }

  fail(phase: TransportPhase, detail: string): void {
    if (this.isOver) return
    this.abandon()
    const status = this.status
    this.finish(new TransportFailed({ phase, detail, ...(status === undefined ? {} : { status }) }))
  }

  /** Closes the connection, because the response may still arrive on it. */
  abandon(): void {
    if (this.isOver) return
    this.end()
    this.controller?.abort(new Error("abandoned"))
  }

  private end(): void {
    this.isOver = true
    const { connection, route } = this
    if (connection !== undefined) route.connections.release(connection)
  }
}

/**
 * All requests in flight. Not a `Set`: V8 replaces the table of a busy `Set` every few requests, and each old table
 * references the next one. Once one of them is promoted to the old generation, all later tables and their requests
 * stay in memory until a full collection.
 */
export class InFlightRequests {
  private readonly requests: Array<InFlightRequest> = []

  add(request: InFlightRequest): void {
    request.position = this.requests.push(request) - 1
  }

  /** Moves the last request to the position of the removed one. */
  remove(request: InFlightRequest): void {
    const { position } = request
    const last = this.requests.at(-1)
    if (last === undefined || this.requests[position] !== request) return
    this.requests[position] = last
    last.position = position
    this.requests.pop()
  }

  /** Visits the last request first, so that `visit` may remove the request it is given. */
  forEach(visit: (request: InFlightRequest) => void): void {
    for (let position = this.requests.length - 1; position >= 0; position--) {
      const request = this.requests[position]
      if (request !== undefined) visit(request)
    }
  }
}
