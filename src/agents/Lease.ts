/** How long coordinator and agent go on without a word of the other. */

/**
 * An agent whose messages are not acknowledged for this long stops its users. Shorter leases lose agents whose machine
 * stalls.
 */
export const agentLeaseMillis = 10_000

/**
 * A coordinator that receives nothing from an agent for this long gives it up. Longer than the agent's lease: by then, it
 * has stopped its users.
 */
export const coordinatorLeaseMillis = 15_000

export class Lease {
  /** @param renewedMillis by the clock of its owner */
  constructor(
    private readonly millis: number,
    private renewedMillis: number
  ) {}

  renew(nowMillis: number): void {
    this.renewedMillis = nowMillis
  }

  /** When it was renewed last. */
  get lastMillis(): number {
    return this.renewedMillis
  }

  /** Time left, in whole milliseconds, rounded up so that a wait for them reaches the end; 0 when it has expired. */
  leftMillis(nowMillis: number): number {
    return Math.max(0, Math.ceil(this.renewedMillis + this.millis - nowMillis))
  }
}
