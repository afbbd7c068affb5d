/** Takes turns with the event loop, so that users who are due together do not keep answers from being read. */
import * as Effect from "effect/Effect"
import * as MutableQueue from "effect/MutableQueue"

/**
 * Lets so many go on in each round of the event loop; the others follow in the order of their coming, one round later
 * each. Ten thousand users that are due within a second, or after a pause of the machine at once, would otherwise all
 * send before the first answer is read, each on a connection of its own.
 */
export class LoopThrottle {
  private taken = 0
  private scheduled = false
  private readonly waiting = MutableQueue.unbounded<() => void>()

  /** @param max per round, >= 1 */
  constructor(private readonly max: number) {}

  /** Returns at once or in one of the next rounds. */
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
    for (const goOn of MutableQueue.pollUpTo(this.waiting, this.max)) {
      this.taken++
      goOn()
    }
    if (this.taken > 0) this.schedule()
  }
}
