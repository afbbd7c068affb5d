/** The queue of the open model: which arrivals wait for a free user, and which are dropped because they are too late. */
import { dueMillis } from "../domain/Stages.ts"
import { type ArrivalsPlan, shareOf } from "./LoadPlan.ts"

/** An iteration that is due. */
export interface Arrival {
  /** Its number in the whole run, 0-based. */
  readonly nth: number
  readonly dueMillis: number
}

/**
 * Every arrival of a share joins the queue when it is due, leaves it in the order of the due times, and is dropped when
 * it has not begun within `startWithinMillis`. Numbers and due times are those of the whole run. It has no clock: each
 * time is an argument, in milliseconds after the end of the warm-up.
 *
 * @example 10 per second and 250 ms: after join, join and join at 200 ms, take(200) is arrival 0, take(360) drops
 * arrival 1 and is arrival 2
 */
export class ArrivalQueue {
  /** Distance between two arrivals of this share. */
  private readonly step: number
  /** The first arrival that was neither taken nor dropped. */
  private head: number
  /** The first arrival that has not joined. */
  private next: number

  /** @param onDropped called with the number of arrivals that were dropped, > 0, and whether they were due in the warm-up */
  constructor(
    private readonly plan: Pick<
      ArrivalsPlan,
      "arrivals" | "warmUpMillis" | "runMillis" | "startWithinMillis" | "share"
    >,
    private readonly onDropped: (count: number, inWarmUp: boolean) => void
  ) {
    const { index, of } = shareOf(plan)
    this.step = of
    this.head = this.next = index
  }

  /** Due time of the arrival that joins next; `undefined` when all of them have joined. */
  get nextDueMillis(): number | undefined {
    return this.dueOf(this.next)
  }

  /** Until when the first arrival in the queue has to begin; `undefined` when the queue is empty. */
  get deadlineMillis(): number | undefined {
    const due = this.isEmpty ? undefined : this.dueOf(this.head)
    return due === undefined ? undefined : due + this.plan.startWithinMillis
  }

  /** The next arrival joins. */
  join(): void {
    this.next += this.step
  }

  /** The first arrival that can still begin; it leaves the queue, and those before it are dropped. */
  take(nowMillis: number): Arrival | undefined {
    this.dropLate(nowMillis)
    const due = this.dueOf(this.head)
    if (due === undefined || this.isEmpty) return undefined
    const arrival = { nth: this.head, dueMillis: due }
    this.head += this.step
    return arrival
  }

  /** Drops arrivals that are too late; after a pause of the generator also some that have not joined. */
  dropLate(nowMillis: number): void {
    const latest = nowMillis - this.plan.startWithinMillis
    this.dropWhile((due) => due < latest)
  }

  /** Drops arrivals that are too late. @returns whether the next arrival was dropped before it joined */
  skipLate(nowMillis: number): boolean {
    this.dropLate(nowMillis)
    if (this.head <= this.next) return false
    this.next = this.head
    return true
  }

  /** Drops everything that waits in the queue, and the arrivals that are due before `untilMillis`. */
  dropAll(untilMillis: number): void {
    this.dropWhile((due) => !this.isEmpty || due < untilMillis)
  }

  private get isEmpty(): boolean {
    return this.head >= this.next
  }

  /** `undefined` when the run ends before that arrival. */
  private dueOf(nth: number): number | undefined {
    const { arrivals, runMillis, warmUpMillis = 0 } = this.plan
    const sinceStart = dueMillis(arrivals, nth)
    const due = sinceStart === undefined ? undefined : sinceStart - warmUpMillis
    return due !== undefined && due < runMillis ? due : undefined
  }

  private dropWhile(isLost: (due: number) => boolean): void {
    let dropped = 0
    let inWarmUp = 0
    for (let due = this.dueOf(this.head); due !== undefined && isLost(due); due = this.dueOf(this.head)) {
      this.head += this.step
      if (due < 0) inWarmUp++
      else dropped++
    }
    if (inWarmUp > 0) this.onDropped(inWarmUp, true)
    if (dropped > 0) this.onDropped(dropped, false)
  }
}
