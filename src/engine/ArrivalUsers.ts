/** The virtual users of the open model: each runs one iteration at a time, and is free between two of them. */
import type { Sample, SampleSink } from "../domain/Sample.ts"
import { type ArrivalsPlan, shareOf } from "./LoadPlan.ts"
import type { RunContext } from "./supervise.ts"

/** Measures its responses from the due time; a request after the first of an iteration is due when it is sent. */
export class ArrivalUser {
  private nextIteration = 0
  /** Due time of the iteration whose first request has not ended yet. */
  private dueMillis: number | undefined
  /** Due time of the last request: a retry of it counts from there as well. */
  private lastDueMillis: number | undefined
  readonly sink: SampleSink["Type"]

  constructor(
    readonly id: number,
    sink: SampleSink["Type"],
    { isWarmUp, watch }: Pick<RunContext, "isWarmUp" | "watch">
  ) {
    this.sink = {
      unsafeRecord: (sample: Sample): void => {
        if (sample.again !== true) {
          this.lastDueMillis = this.dueMillis
          this.dueMillis = undefined
        }
        const sentMillis = watch.millisAt(sample.sentNanos)
        const dueMillis = this.lastDueMillis ?? sentMillis
        const waitedMicros = Math.max(0, (sentMillis - dueMillis) * 1000)
        // The spread last: an object that begins with one gets a hidden class of its own (docs/decisions/0007-no-pretenuring.md).
        sink.unsafeRecord(
          isWarmUp(dueMillis) ? { waitedMicros, inWarmUp: true, ...sample } : { waitedMicros, ...sample }
        )
      }
    }
  }

  /** Begins an iteration. @returns its number, 0-based */
  begin(dueMillis: number): number {
    this.dueMillis = dueMillis
    return this.nextIteration++
  }
}

/** Users that can begin an iteration; ids are those of the whole run. */
export class FreeUsers {
  private readonly free: Array<ArrivalUser> = []
  private nextId: number
  private readonly step: number

  constructor(
    private readonly plan: Pick<ArrivalsPlan, "maxUsers" | "share">,
    private readonly makeUser: (id: number) => ArrivalUser
  ) {
    const { index, of } = shareOf(plan)
    this.nextId = index
    this.step = of
  }

  /** The user that became free last, so that no more are created than needed; none when all `maxUsers` are busy. */
  take(): ArrivalUser | undefined {
    const user = this.free.pop()
    if (user !== undefined || this.nextId >= this.plan.maxUsers) return user
    const id = this.nextId
    this.nextId += this.step
    return this.makeUser(id)
  }

  /** The user has ended its iteration. */
  release(user: ArrivalUser): void {
    this.free.push(user)
  }
}
