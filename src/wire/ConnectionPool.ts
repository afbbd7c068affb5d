/** Keep-alive connections to one origin; each carries one request at a time. */
import * as MutableQueue from "effect/MutableQueue"

/** A connection, which reopens for the next request if it was closed. */
export interface Connection {
  readonly destroy: () => Promise<void>
}

/** A request that needs a connection. */
export interface Waiter<C extends Connection> {
  /** Takes the connection, and releases it immediately if it is no longer needed. */
  readonly start: (connection: C) => void
}

/**
 * Hands out the connection that was released last, so that the number of busy connections does not exceed the number
 * of requests in flight. Unlike undici's `Pool`, it does not search all connections for a free one.
 */
export class ConnectionPool<C extends Connection> {
  private readonly all: Array<C> = []
  private readonly idle: Array<C> = []
  /** First in, first out. */
  private readonly waiting = MutableQueue.unbounded<Waiter<C>>()

  /** @param max maximum number of connections, >= 1; with `Infinity` a new one is made whenever none is idle */
  constructor(
    private readonly make: () => C,
    private readonly max: number
  ) {}

  /** Starts the request on a connection: immediately, or as soon as one is free. */
  acquire(waiter: Waiter<C>): void {
    const idle = this.idle.pop()
    if (idle !== undefined) return waiter.start(idle)
    if (this.all.length >= this.max) {
      MutableQueue.offer(this.waiting, waiter)
      return
    }
    const made = this.make()
    this.all.push(made)
    waiter.start(made)
  }

  /**
   * Makes a connection available again. A waiting request gets it in a microtask, because the end of the previous request
   * may still be in process.
   */
  release(connection: C): void {
    const next = MutableQueue.poll(this.waiting, undefined)
    if (next === undefined) this.idle.push(connection)
    else queueMicrotask(() => next.start(connection))
  }

  /** Closes all connections, including busy ones; requests that are still waiting get a closed one. */
  async destroy(): Promise<void> {
    await Promise.all(this.all.map((each) => each.destroy()))
  }
}
