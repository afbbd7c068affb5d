/** A request in flight: how it ends, once. Its times are taken where bytes arrive, not in the waiting fiber. */
import * as Either from "effect/Either"
import { TransportFailed, type TransportPhase } from "../domain/BatchError.ts"
import type { BufferCollector } from "./BufferCollector.ts"
import type { Connection, ConnectionPool } from "./ConnectionPool.ts"
import { decodeBody, isEncoded } from "./decodeBody.ts"
import type { HttpRequest, HttpResponse } from "./httpMessage.ts"
import type { InFlight } from "./InFlightRequests.ts"

/** The path of a URL, and the connections to its origin. */
export interface Route<C extends Connection> {
  readonly url: URL
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
}

export abstract class WireRequest<C extends Connection> implements InFlight {
  position = -1
  protected isOver = false
  /** Whether writing the request has begun: before that it cannot have changed anything on the server. */
  protected hasBegun = false
  protected status: number | undefined
  /** Where it was sent, or is about to be. */
  protected connection: C | undefined

  /** @param finish called exactly once, unless the request is abandoned */
  constructor(
    protected readonly request: HttpRequest,
    protected readonly route: Route<C>,
    protected readonly context: SendContext,
    readonly startedNanos: bigint,
    private readonly finish: (response: HttpResponse | TransportFailed) => void
  ) {}

  /** Sends the request on this connection. */
  readonly start = (connection: C): void => {
    // It may have been abandoned while it waited for the connection.
    if (this.isOver) return this.route.connections.release(connection)
    this.connection = connection
    this.sendOn(connection)
  }

  protected abstract sendOn(connection: C): void

  /** Closes the connection of a request that is given up, because a response may still arrive on it. */
  protected abstract close(): void

  /** The last byte of the response has arrived. */
  protected complete(status: number, headers: HttpResponse["headers"], received: Uint8Array): void {
    if (this.isOver) return
    this.status = status
    const endedNanos = this.context.now()
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

  readonly failTimedOut = (): void => {
    const within = `within ${Number(this.context.timeoutNanos) / 1e6} ms`
    if (this.hasBegun) this.fail("timeout", `no complete response ${within}`)
    else this.fail("connect", `no connection available ${within}`)
  }

  protected fail(phase: TransportPhase, detail: string): void {
    if (this.isOver) return
    this.abandon()
    const { status } = this
    this.finish(new TransportFailed({ phase, detail, ...(status === undefined ? {} : { status }) }))
  }

  abandon(): void {
    if (this.isOver) return
    this.end()
    this.close()
  }

  private end(): void {
    this.isOver = true
    const { connection, route } = this
    if (connection !== undefined) route.connections.release(connection)
  }
}
