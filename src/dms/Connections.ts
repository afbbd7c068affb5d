/** Keep-alive connections to one origin; each carries one request at a time. */
import * as MutableQueue from "effect/MutableQueue"
import { Client } from "undici"

/** Somebody who needs a connection, and gives it back at once if that is no longer so. */
export type Waiting = (connection: Client) => void

/**
 * Hands out the connection that was used last, so that no more are kept busy than there are requests under way; and
 * without looking through the others, as a pool does.
 */
export class Connections {
  private readonly all: Array<Client> = []
  private readonly idle: Array<Client> = []
  /** In the order of their coming. */
  private readonly waiting = MutableQueue.unbounded<Waiting>()

  /** @param max how many connections there may be, >= 1; `Infinity` makes one whenever none is idle */
  constructor(
    private readonly origin: string,
    private readonly options: Client.Options,
    private readonly max: number
  ) {}

  /** Calls back with a connection, at once or as soon as one is free. */
  take(waiting: Waiting): void {
    const idle = this.idle.pop()
    if (idle !== undefined) return waiting(idle)
    if (this.all.length >= this.max) {
      MutableQueue.offer(this.waiting, waiting)
      return
    }
    const made = new Client(this.origin, this.options)
    this.all.push(made)
    waiting(made)
  }

  /**
   * The request that took it is over; a connection that was closed meanwhile opens again when it is used. Whoever is
   * next gets it a moment later: undici may still be at work on what ended the last request.
   */
  giveBack(connection: Client): void {
    const next = MutableQueue.poll(this.waiting, undefined)
    if (next === undefined) this.idle.push(connection)
    else queueMicrotask(() => next(connection))
  }

  /** Closes all of them, whatever they carry; who still waits gets a closed one. */
  async destroy(): Promise<void> {
    await Promise.all(this.all.map((each) => each.destroy()))
  }
}
