/** Keep-alive connections to one origin; each carries one request at a time. */
import { Client } from "undici"

/** Somebody who needs a connection. */
export type Waiting = (connection: Client) => void

/**
 * Hands out the connection that was used last, so that no more are kept busy than there are requests under way; and
 * without looking through the others, as a pool does.
 */
export class Connections {
  private readonly all: Array<Client> = []
  private readonly idle: Array<Client> = []
  /** In the order of their coming. */
  private readonly waiting = new Set<Waiting>()

  /** @param most how many connections there may be, >= 1; `Infinity` makes one whenever none is idle */
  constructor(
    private readonly origin: string,
    private readonly options: Client.Options,
    private readonly most: number
  ) {}

  /** Calls back with a connection, at once or as soon as one is free. */
  take(waiting: Waiting): void {
    const idle = this.idle.pop()
    if (idle !== undefined) return waiting(idle)
    if (this.all.length >= this.most) {
      this.waiting.add(waiting)
      return
    }
    const made = new Client(this.origin, this.options)
    this.all.push(made)
    waiting(made)
  }

  /** Nobody needs a connection any more who is still waiting for one. */
  forget(waiting: Waiting): void {
    this.waiting.delete(waiting)
  }

  /**
   * The request that took it is over; a connection that was closed meanwhile opens again when it is used. Whoever is
   * next gets it a moment later: undici may still be at work on what ended the last request.
   */
  giveBack(connection: Client): void {
    for (const next of this.waiting) {
      this.waiting.delete(next)
      queueMicrotask(() => next(connection))
      return
    }
    this.idle.push(connection)
  }

  /** Closes all of them, whatever they carry. */
  async destroy(): Promise<void> {
    this.waiting.clear()
    await Promise.all(this.all.map((each) => each.destroy()))
  }
}
