/** Yields to the event loop, so that users that are due together do not delay the reading of responses. */
import * as Effect from "effect/Effect"
import * as MutableQueue from "effect/MutableQueue"

/**
 * Lets `max` callers proceed in each round of the event loop; the others follow in order, in later rounds. Without it,
 * ten thousand users that are due within a second, or after a pause of the machine, would all send before the first
 * response is read, each on a connection of its own.
 */
export class LoopThrottle {
  private taken = 0
  private scheduled = false
  private readonly waiting = MutableQueue.unbounded<() => void>()

  /** @param max callers per round, >= 1 */
  constructor(private readonly max: number) {}

  /** Returns at once, or in a later round. */
  readonly take: Effect.Effect<void> = Effect.suspend(() => {
    this.schedule()
    if (this.taken < this.max) {
      this.taken++
      return Effect.void
    }
    return Effect.async<void>((resume) => {
      MutableQueue.offer(this.waiting, () => resume(Effect.void))
    })
  })

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => this.nextRound())
  }

  private nextRound(): void {
    this.scheduled = false
    this.taken = 0
    for (const proceed of MutableQueue.pollUpTo(this.waiting, this.max)) {
      this.taken++
      proceed()
    }
    if (this.taken > 0) this.schedule()
  }
}
