/** The virtual users of the open model: each runs one iteration at a time, and is free between two of them. */
import type { Sample, SampleSink } from "../domain/Sample.ts"
import { type ArrivalsPlan, shareOf } from "./LoadPlan.ts"
import type { Stopwatch } from "./Stopwatch.ts"

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
    watch: Stopwatch
  ) {
    this.sink = {
      unsafeRecord: (sample: Sample): void => {
        if (sample.again !== true) {
          this.lastDueMillis = this.dueMillis
          this.dueMillis = undefined
        }
        const due = this.lastDueMillis
        const waitedMicros =
          due === undefined ? 0 : Math.max(0, (watch.millisAt(sample.sentNanos) - due) * 1000)
        sink.unsafeRecord({ ...sample, waitedMicros })
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
