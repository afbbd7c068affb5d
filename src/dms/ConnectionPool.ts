/** Keep-alive connections to one origin; each carries one request at a time. */
import * as MutableQueue from "effect/MutableQueue"
import { Client } from "undici"

/** Takes a connection, and releases it immediately if it is no longer needed. */
export type OnConnection = (connection: Client) => void

/**
 * Hands out the connection that was released last, so that the number of busy connections does not exceed the number
 * of requests in flight. Unlike undici's `Pool`, it does not search all connections for a free one.
 */
export class ConnectionPool {
  private readonly all: Array<Client> = []
  private readonly idle: Array<Client> = []
  /** First in, first out. */
  private readonly waiting = MutableQueue.unbounded<OnConnection>()

  /** @param max maximum number of connections, >= 1; with `Infinity` a new one is made whenever none is idle */
  constructor(
    private readonly origin: string,
    private readonly options: Client.Options,
    private readonly max: number
  ) {}

  /** Calls back with a connection: immediately, or as soon as one is free. */
  acquire(onConnection: OnConnection): void {
    const idle = this.idle.pop()
    if (idle !== undefined) return onConnection(idle)
    if (this.all.length >= this.max) {
      MutableQueue.offer(this.waiting, onConnection)
      return
    }
    const made = new Client(this.origin, this.options)
    this.all.push(made)
    onConnection(made)
  }

  /**
   * Makes a connection available again; if it was closed, undici reopens it for the next request. A waiting request
   * gets it in a microtask, because undici may still be processing the end of the previous request.
   */
  release(connection: Client): void {
    const next = MutableQueue.poll(this.waiting, undefined)
    if (next === undefined) this.idle.push(connection)
    else queueMicrotask(() => next(connection))
  }

  /** Closes all connections, including busy ones; requests that are still waiting get a closed one. */
  async destroy(): Promise<void> {
    await Promise.all(this.all.map((each) => each.destroy()))
  }
}
