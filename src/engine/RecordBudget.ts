/** The records that the users of a thread share out, until each record has had a verdict of the server. */
import * as Effect from "effect/Effect"

/** A user that waits until records become free. */
interface Waiting {
  readonly max: number
  readonly giveRecords: (records: number) => void
}

/**
 * A record is free, in flight, or done. A user takes free records for an iteration and settles them when it ends: with a
 * verdict they are done, without one they are free again, and other records are sent in their place. So never more records
 * are done than there were at first.
 */
export class RecordBudget {
  private inFlight = 0
  /** The one that waits longest first; empty while records are free. */
  private readonly waiting = new Set<Waiting>()

  /** @param free number of records, >= 0 */
  constructor(private free: number) {}

  /** Whether every record is done. */
  get isSpent(): boolean {
    return this.free === 0 && this.inFlight === 0
  }

  /**
   * Takes up to `max` records: fewer if fewer are free, 0 if every record is done. `undefined` if the others are in flight
   * and may become free again.
   */
  take(max: number): number | undefined {
    if (this.free === 0 && this.inFlight > 0) return undefined
    const taken = Math.min(max, this.free)
    this.free -= taken
    this.inFlight += taken
    return taken
  }

  /** Takes up to `max` records as soon as any are free; 0 when every record is done. */
  readonly await = (max: number): Effect.Effect<number> =>
    Effect.async<number>((resume) => {
      const taken = this.take(max)
      if (taken !== undefined) return resume(Effect.succeed(taken))
      const user: Waiting = { max, giveRecords: (records) => resume(Effect.succeed(records)) }
      this.waiting.add(user)
      return Effect.sync(() => void this.waiting.delete(user))
    })

  /**
   * Ends the flight of records that were taken. Users that wait are served before the one that settles.
   *
   * @param done whether the records had a verdict
   */
  settle(taken: number, done: boolean): void {
    this.inFlight -= taken
    if (!done) this.free += taken
    for (const user of this.waiting) {
      const records = this.take(user.max)
      if (records === undefined) return
      this.waiting.delete(user)
      user.giveRecords(records)
    }
  }
}
