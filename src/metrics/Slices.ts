/** A run or its warm-up second by second: its history rows, its timeline and the health of its generator. */
import { Counts, type Addable, type Measured } from "./Counts.ts"
import type { GeneratorHealth } from "./GeneratorHealth.ts"
import { apartAfter, type GeneratorMeasured, type MeasuredApart, measuredAfter } from "./GeneratorMeasured.ts"
import { type Recent, RecentWindow } from "./RecentWindow.ts"
import type { Starts } from "./Starts.ts"
import { maxPoints, maxWarmUpPoints, Timeline, type TimelinePoint } from "./Timeline.ts"
import { type Counted, keyOf, type Totals } from "./Totals.ts"

/** One row of a slice: everything so far, and the last ten seconds. */
export interface SliceRow {
  readonly sofar: Measured
  readonly recent: Recent
}

/** The state of a run at the end of one second. */
export interface Slice {
  /** Milliseconds since 1970. */
  readonly atMillis: number
  /** Whether it is a second of the warm-up. */
  readonly inWarmUp: boolean
  /** Since the start of the run; in the warm-up, since its start. */
  readonly elapsedSeconds: number
  readonly users: number
  readonly rows: ReadonlyArray<SliceRow>
  readonly total: SliceRow
  /** Everything so far. */
  readonly starts: Starts
  /** Records that have had a verdict so far, in a load of a number of records; else 0. */
  readonly judgedRecords: number
  /** This second alone. */
  readonly point: TimelinePoint
}

/** The data of a slice that ends. */
export interface SliceEnd {
  readonly atMillis: number
  readonly elapsedSeconds: number
  readonly users: number
  /** Counted in this slice. */
  readonly counted: Counted
  readonly health: GeneratorHealth | undefined
}

export class Slices {
  private readonly windows = new Map<string, RecentWindow>()
  private readonly timeline: Timeline
  private startSeconds = 0
  /** `undefined` when the generator was not observed. */
  generator: GeneratorMeasured | undefined
  /** Set in a run on agents. */
  apart: MeasuredApart | undefined
  /** The newest second alone; `undefined` before the first one has ended. */
  last: TimelinePoint | undefined

  /**
   * @param sofar everything that was counted until the end of the last slice; each slice is added to it
   * @param total all requests, those of the slice that ends included
   * @param inWarmUp whether they are of the warm-up
   */
  constructor(
    private readonly sofar: Totals,
    private readonly total: Counts,
    private readonly inWarmUp: boolean
  ) {
    this.timeline = new Timeline(inWarmUp ? maxWarmUpPoints : maxPoints)
  }

  get points(): ReadonlyArray<TimelinePoint> {
    return this.timeline.points
  }

  end({ atMillis, counted, elapsedSeconds, health, users }: SliceEnd): Slice {
    const seconds = elapsedSeconds - this.startSeconds
    this.startSeconds = elapsedSeconds
    this.sofar.add(counted)
    const rowsOfSlice = new Map<string, Addable>(counted.rows.map((row) => [keyOf(row), row]))
    const totalOfSlice = new Counts(this.total.name, this.total.method)
    for (const row of counted.rows) totalOfSlice.add(row)
    const total = this.sliceRow(this.total, totalOfSlice, seconds)
    const point = this.timeline.add({
      ...total.recent.slice,
      elapsedSeconds,
      users,
      starts: counted.starts,
      generator: health
    })
    this.last = point
    if (health !== undefined) this.generator = measuredAfter(this.generator, health)
    if (health?.apart !== undefined) this.apart = apartAfter(this.apart, health.apart)
    const { judgedRecords, rows, starts } = this.sofar.counted()
    return {
      point,
      starts,
      judgedRecords,
      atMillis,
      inWarmUp: this.inWarmUp,
      elapsedSeconds,
      users,
      rows: rows.map((row) =>
        this.sliceRow(row, rowsOfSlice.get(keyOf(row)) ?? new Counts(row.name, row.method), seconds)
      ),
      total
    }
  }

  private sliceRow(row: Counts, ofSlice: Addable, seconds: number): SliceRow {
    const key = keyOf(row)
    const window = this.windows.get(key) ?? new RecentWindow()
    this.windows.set(key, window)
    return { sofar: row.copy(), recent: window.endSlice(ofSlice, seconds) }
  }
}
