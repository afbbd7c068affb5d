/** A request in flight: how it ends, once. Its times are taken where bytes arrive, not in the waiting fiber. */
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Either from "effect/Either"
import { TransportFailed, type TransportPhase } from "../domain/BatchError.ts"
import type { BufferCollector } from "./BufferCollector.ts"
import type { Connection, ConnectionPool, Waiter } from "./ConnectionPool.ts"
import { decodeBody, isEncoded } from "./decodeBody.ts"
import type { HttpRequest, HttpResponse, RequestBody, RequestListener } from "./httpMessage.ts"
import type { InFlight, InFlightRequests } from "./InFlightRequests.ts"

/** The parts of a URL that a request names, and the connections to its origin. */
export interface Route<C extends Connection> {
  readonly host: string
  /** With its query. */
  readonly path: string
  readonly connections: ConnectionPool<C>
}

/** Shared by all requests of one `send`. */
export interface SendContext {
  readonly now: () => bigint
  readonly timeoutNanos: bigint
  readonly maxResponseBytes: number
  readonly buffers: BufferCollector
  readonly inFlight: InFlightRequests
}

/** The arguments of a `WireRequest`; `resume` is called exactly once, unless the request is abandoned. */
export type WireArguments<C extends Connection, A, E> = readonly [
  request: HttpRequest<RequestBody>,
  route: Route<C>,
  context: SendContext,
  startedNanos: bigint,
  listener: RequestListener<A, E>,
  resume: (end: Effect.Effect<A, E>) => void,
  fiber: Fiber.RuntimeFiber<A, E>
]

/**
 * A request is one object with methods, because functions of its own would cost as much as sending it.
 *
 * It is abandoned when the fiber that waits for it ends. A finalizer for each request (what `Effect.async` makes of a
 * canceler) would cost five times as much as an observer of the fiber, and no fiber ends while it waits, unless it was
 * interrupted.
 */
export abstract class WireRequest<C extends Connection, A, E> implements InFlight, Waiter<C> {
  position = -1
  protected isOver = false
  /** Whether writing the request has begun: before that it cannot have changed anything on the server. */
  protected hasBegun = false
  protected status: number | undefined
  /** Where it was sent, or is about to be. */
  protected connection: C | undefined

  constructor(
    protected readonly request: HttpRequest<RequestBody>,
    protected readonly route: Route<C>,
    protected readonly context: SendContext,
    readonly startedNanos: bigint,
    private readonly listener: RequestListener<A, E>,
    private readonly resume: (end: Effect.Effect<A, E>) => void,
    private readonly fiber: Fiber.RuntimeFiber<A, E>
  ) {
    context.inFlight.add(this)
    fiber.addObserver(this.abandon)
  }

  /** Sends the request on this connection. */
  start(connection: C): void {
    // It may have been abandoned while it waited for the connection.
    if (this.isOver) return this.route.connections.release(connection)
    this.connection = connection
    this.sendOn(connection)
  }

  protected abstract sendOn(connection: C): void

  /** Closes the connection of a request that is given up, because a response may still arrive on it. */
  protected abstract close(): void

  protected begin(bodyBytes: number): void {
    this.hasBegun = true
    this.listener.onSend(bodyBytes)
  }

  /**
   * The last byte of the response has arrived.
   *
   * @param received may be reused after the call
   */
  protected complete(
    status: number,
    headers: HttpResponse["headers"],
    received: Uint8Array,
    endedNanos: bigint
  ): void {
    if (this.isOver) return
    this.status = status
    // The timeout passed between two timeout checks.
    if (endedNanos - this.startedNanos > this.context.timeoutNanos) return this.failTimedOut()
    this.end()
    if (!isEncoded(headers)) return this.succeed(headers, received, endedNanos)
    Either.match(decodeBody(headers, received, this.context.maxResponseBytes), {
      onLeft: (detail) => this.finish(new TransportFailed({ phase: "answer", status, detail })),
      onRight: (body) => this.succeed(headers, body, endedNanos)
    })
  }

  private succeed(headers: HttpResponse["headers"], body: Uint8Array, endedNanos: bigint): void {
    const { startedNanos, status = 0 } = this
    this.context.buffers.received(body.length)
    this.finish({ status, headers, body, startedNanos, endedNanos })
  }

  private finish(end: HttpResponse | TransportFailed): void {
    let next: Effect.Effect<A, E>
    try {
      next = this.listener.onEnd(end)
    } catch (defect) {
      // It belongs to the fiber that waits, not to the socket.
      next = Effect.die(defect)
    }
    this.resume(next)
  }

  failTimedOut(): void {
    const within = `within ${Number(this.context.timeoutNanos) / 1e6} ms`
    if (this.hasBegun) this.fail("timeout", `no complete response ${within}`)
    else this.fail("connect", `no connection available ${within}`)
  }

  protected fail(phase: TransportPhase, detail: string): void {
    if (this.isOver) return
    this.end()
    this.close()
    const { status } = this
    this.finish(new TransportFailed({ phase, detail, ...(status === undefined ? {} : { status }) }))
  }

  /** The fiber has ended without a response. */
  private readonly abandon = (): void => {
    if (this.isOver) return
    this.end()
    this.close()
    this.listener.onAbandon()
  }

  private end(): void {
    this.isOver = true
    this.context.inFlight.remove(this)
    this.fiber.removeObserver(this.abandon)
    const { connection, route } = this
    if (connection !== undefined) route.connections.release(connection)
  }
}
