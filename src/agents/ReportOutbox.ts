/**
 * The messages of an agent to its coordinator: numbered, and one at a time. What happens while a message is not
 * acknowledged waits where it is counted, so that it needs no more memory.
 */

export interface NumberedEvents<E> {
  /** From 1 on. */
  readonly sequence: number
  readonly events: ReadonlyArray<E>
}

export class ReportOutbox<E> {
  private acknowledged = 0
  private inFlight: NumberedEvents<E> | undefined
  private waiting: Array<E> = []

  /** Adds an event that counts nothing, such as a refused token; there are few of them. */
  add(event: E): void {
    this.waiting.push(event)
  }

  /** Whether everything that was added or taken has been acknowledged. */
  get isIdle(): boolean {
    return this.inFlight === undefined && this.waiting.length === 0
  }

  /**
   * The message to send: the one that was not acknowledged, unchanged, or the next one.
   *
   * @param take everything counted since the last call; called only for a new message
   */
  next(take: () => ReadonlyArray<E>): NumberedEvents<E> {
    if (this.inFlight !== undefined) return this.inFlight
    const events = [...this.waiting, ...take()]
    this.waiting = []
    this.inFlight = { sequence: this.acknowledged + 1, events }
    return this.inFlight
  }

  /** Acknowledges the message in flight; an acknowledgement of another one changes nothing. */
  acknowledge(sequence: number): void {
    if (this.inFlight?.sequence !== sequence) return
    this.acknowledged = sequence
    this.inFlight = undefined
  }
}
