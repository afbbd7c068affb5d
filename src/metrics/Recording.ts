/** The counts of one part of a load: of its warm-up, or of the run after it. */
import type * as Clock from "effect/Clock"
import type { Sample } from "../domain/Sample.ts"
import { type Addable, Counts, type Measured } from "./Counts.ts"
import type { GeneratorHealth } from "./GeneratorHealth.ts"
import type { GeneratorMeasured, MeasuredApart } from "./GeneratorMeasured.ts"
import { type Slice, Slices } from "./Slices.ts"
import type { Starts } from "./Starts.ts"
import type { TimelinePoint } from "./Timeline.ts"
import { type Counted, type DefectGroup, type FailureGroup, Totals } from "./Totals.ts"

export interface Measurements {
  /** By name, then method. */
  readonly rows: ReadonlyArray<Measured>
  /** With every bucket, so that runs can be added up. */
  readonly total: Measured & Addable
  /** Most frequent first. */
  readonly failures: ReadonlyArray<FailureGroup>
  readonly defects: ReadonlyArray<DefectGroup>
  readonly starts: Starts
  /** Records that had a verdict, in a load of a number of records; else 0. */
  readonly judgedRecords: number
  /** `undefined` when the generator was not observed. */
  readonly generator: GeneratorMeasured | undefined
  /** The agents and the coordinator alone; absent without agents. */
  readonly apart?: MeasuredApart | undefined
  /** The newest second alone; `undefined` before the first one has ended. */
  readonly last: TimelinePoint | undefined
}

/** What can be read of the counts, and how threads add them up. */
export interface ReadableRecording {
  /** Adds the counts of the recorder of a worker. */
  readonly unsafeAdd: (counted: Counted) => void
  /** Everything counted since the last call; a worker, which ends no slices, sends it to the recorder of the run. */
  readonly unsafeTake: () => Counted
  /** The seconds that have ended; in long runs several seconds form one point. */
  readonly timeline: ReadonlyArray<TimelinePoint>
  /** Everything so far; it continues to change. For rules that are checked at every request. */
  readonly total: Measured
  /** Everything so far, by name and by kind of failure. */
  readonly measurements: () => Measurements
}

export class Recording implements ReadableRecording {
  private readonly counts = new Counts("Aggregated", "")
  /** Counted until the end of the last slice. */
  private readonly sofar: Totals
  /** Counted since then. */
  private open: Totals
  private readonly slices: Slices

  constructor(
    private readonly clock: Clock.Clock,
    inWarmUp: boolean
  ) {
    this.sofar = new Totals(clock)
    this.open = new Totals(clock)
    this.slices = new Slices(this.sofar, this.counts, inWarmUp)
  }

  record(sample: Sample): void {
    this.open.record(sample)
    this.counts.record(sample)
  }

  recordStart(lateMillis: number): void {
    this.open.recordStart(lateMillis)
  }

  recordJudged(records: number): void {
    this.open.recordJudged(records)
  }

  recordDropped(count: number): void {
    this.open.recordDropped(count)
  }

  recordDefect(message: string, trace: string): void {
    this.open.recordDefect(message, trace)
  }

  endSlice(users: number, elapsedSeconds: number, health: GeneratorHealth | undefined): Slice {
    const atMillis = this.clock.unsafeCurrentTimeMillis()
    return this.slices.end({ counted: this.unsafeTake(), atMillis, elapsedSeconds, users, health })
  }

  readonly unsafeAdd = (counted: Counted): void => {
    this.open.add(counted)
    for (const row of counted.rows) this.counts.add(row)
  }

  readonly unsafeTake = (): Counted => {
    const counted = this.open.counted()
    this.open = new Totals(this.clock)
    return counted
  }

  get timeline(): ReadonlyArray<TimelinePoint> {
    return this.slices.points
  }

  get total(): Measured {
    return this.counts
  }

  readonly measurements = (): Measurements => {
    const all = new Totals(this.clock)
    all.add(this.sofar.counted())
    all.add(this.open.counted())
    const { defects, failures, judgedRecords, rows, starts } = all.counted()
    return {
      rows,
      starts,
      judgedRecords,
      generator: this.slices.generator,
      apart: this.slices.apart,
      last: this.slices.last,
      total: this.counts.copy(),
      failures: failures.toSorted((a, b) => b.count - a.count),
      defects
    }
  }
}
