/**
 * Counts every request of a run in the moment in which it ends. Nothing is sampled, nothing is derived from what
 * was configured: operations are those that the server confirmed.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Sample } from "../domain/Sample.ts"
import { type Addable, Counts, type Measured } from "./Counts.ts"
import { busyShare, cpuCores, type GeneratorHealth, thenHealth, waitedShare } from "./GeneratorHealth.ts"
import { addLimitedTime, type LimitedTime, noLimitedTime } from "./generatorLimits.ts"
import { type Recent, RecentWindow } from "./RecentWindow.ts"
import type { Starts } from "./Starts.ts"
import { type Counted, type DefectGroup, type FailureGroup, keyOf, Totals } from "./Totals.ts"
import { Timeline, type TimelinePoint } from "./Timeline.ts"

export type { Measured } from "./Counts.ts"
export type { TimelinePoint } from "./Timeline.ts"
export { Counted, type DefectGroup, type FailureGroup, maxFailureGroups } from "./Totals.ts"

export interface Measurements {
  /** By name, then method. */
  readonly rows: ReadonlyArray<Measured>
  /** With every bucket, so that runs can be added up. */
  readonly total: Addable
  /** Most frequent first. */
  readonly failures: ReadonlyArray<FailureGroup>
  readonly defects: ReadonlyArray<DefectGroup>
  readonly starts: Starts
  /** `undefined` when the generator was not observed. */
  readonly generator: GeneratorMeasured | undefined
  /** The newest second alone; `undefined` before the first one has ended. */
  readonly last: TimelinePoint | undefined
}

/** How the generator was doing in the seconds that have ended. */
export interface GeneratorMeasured {
  /** All of them together. */
  readonly inAll: GeneratorHealth
  readonly limited: LimitedTime
  /** Of the worst second; a shorter rest at the end is none. */
  readonly maxBusyShare: number
  readonly maxCpuCores: number
  /** `null` where nobody tells. */
  readonly maxWaitedShare: number | null
}

/** One row of a slice: everything so far, and the last ten seconds. */
export interface SliceRow {
  readonly sofar: Measured
  readonly recent: Recent
}

/** What a run looks like at the end of one second. */
export interface Slice {
  /** Milliseconds since 1970. */
  readonly atMillis: number
  /** Since the run began. */
  readonly elapsedSeconds: number
  readonly users: number
  readonly rows: ReadonlyArray<SliceRow>
  readonly total: SliceRow
  /** Everything so far. */
  readonly starts: Starts
  /** This second alone. */
  readonly point: TimelinePoint
}

/** The last slice of a run may be a few milliseconds, of which nothing is the worst second. */
const minMicrosOfASecond = 500_000

const measuredAfter = (before: GeneratorMeasured | undefined, health: GeneratorHealth): GeneratorMeasured => {
  const limited = addLimitedTime(before?.limited ?? noLimitedTime, health)
  const worst = {
    maxBusyShare: busyShare(health),
    maxCpuCores: cpuCores(health),
    maxWaitedShare: waitedShare(health)
  }
  if (before === undefined) return { inAll: health, limited, ...worst }
  const inAll = thenHealth(before.inAll, health)
  if (health.observedMicros < minMicrosOfASecond) return { ...before, inAll, limited }
  return {
    inAll,
    limited,
    maxBusyShare: Math.max(before.maxBusyShare, worst.maxBusyShare),
    maxCpuCores: Math.max(before.maxCpuCores, worst.maxCpuCores),
    maxWaitedShare:
      before.maxWaitedShare === null || worst.maxWaitedShare === null
        ? null
        : Math.max(before.maxWaitedShare, worst.maxWaitedShare)
  }
}

const make = (clock: Clock.Clock) => {
  const total = new Counts("Aggregated", "")
  const sofar = new Totals(clock)
  let open = new Totals(clock)
  let sliceStartSeconds = 0
  const windows = new Map<string, RecentWindow>()
  const timeline = new Timeline()
  let generator: GeneratorMeasured | undefined
  let last: TimelinePoint | undefined

  const take = (): Counted => {
    const counted = open.counted()
    open = new Totals(clock)
    return counted
  }

  /** A row so far, after a slice in which it counted this. */
  const sliceRow = (row: Counts, ofSlice: Addable, seconds: number): SliceRow => {
    const key = keyOf(row)
    const window = windows.get(key) ?? new RecentWindow()
    windows.set(key, window)
    return { sofar: row.copy(), recent: window.endSlice(ofSlice, seconds) }
  }

  return {
    unsafeRecord: (sample: Sample): void => {
      open.record(sample)
      total.record(sample)
    },
    unsafeRecordStart: (lateMillis: number): void => open.recordStart(lateMillis),
    unsafeRecordDropped: (count: number): void => open.recordDropped(count),
    unsafeRecordDefect: (message: string, trace: string): void => open.recordDefect(message, trace),
    unsafeTake: take,
    unsafeAdd: (counted: Counted): void => {
      open.add(counted)
      for (const row of counted.rows) total.add(row)
    },
    unsafeEndSlice: (users: number, elapsedSeconds: number, health?: GeneratorHealth): Slice => {
      const seconds = elapsedSeconds - sliceStartSeconds
      sliceStartSeconds = elapsedSeconds
      const slice = take()
      sofar.add(slice)
      const ofSlice = new Map<string, Addable>(slice.rows.map((row) => [keyOf(row), row]))
      const all = new Counts(total.name, total.method)
      for (const row of slice.rows) all.add(row)
      const totalRow = sliceRow(total, all, seconds)
      const counted = totalRow.recent.slice
      const point = timeline.add({
        ...counted,
        elapsedSeconds,
        users,
        starts: slice.starts,
        generator: health
      })
      last = point
      if (health !== undefined) generator = measuredAfter(generator, health)
      const { rows, starts } = sofar.counted()
      return {
        point,
        starts,
        atMillis: clock.unsafeCurrentTimeMillis(),
        elapsedSeconds,
        users,
        rows: rows.map((row) =>
          sliceRow(row, ofSlice.get(keyOf(row)) ?? new Counts(row.name, row.method), seconds)
        ),
        total: totalRow
      }
    },
    get timeline() {
      return timeline.points
    },
    total,
    measurements: (): Measurements => {
      const all = new Totals(clock)
      all.add(sofar.counted())
      all.add(open.counted())
      const { defects, failures, rows, starts } = all.counted()
      return {
        rows,
        starts,
        generator,
        last,
        total: total.copy(),
        failures: failures.toSorted((a, b) => b.count - a.count),
        defects
      }
    }
  } satisfies Recorder["Type"]
}

export class Recorder extends Context.Tag("edfi-perf/metrics/Recorder")<
  Recorder,
  {
    /** Counts a request; synchronous, because it is called for every answer. */
    readonly unsafeRecord: (sample: Sample) => void
    /** Counts an iteration that had a time at which to begin, and began so much after it. */
    readonly unsafeRecordStart: (lateMillis: number) => void
    /** Counts iterations of the open model that were due and did not begin. */
    readonly unsafeRecordDropped: (count: number) => void
    readonly unsafeRecordDefect: (message: string, trace: string) => void
    /** Counts what another recorder counted, as if it had been recorded here. */
    readonly unsafeAdd: (counted: Counted) => void
    /** What was counted since the last time, for a recorder elsewhere; `total` goes on, slices begin anew. */
    readonly unsafeTake: () => Counted
    /**
     * Ends the current slice of the timeline, about once a second; the first one began with the run.
     *
     * @param health what the generator noticed of itself meanwhile
     */
    readonly unsafeEndSlice: (users: number, elapsedSeconds: number, health?: GeneratorHealth) => Slice
    /** The seconds that have ended, put together where they are many. */
    readonly timeline: ReadonlyArray<TimelinePoint>
    /** Everything so far, and it goes on counting: for rules that look at every request. */
    readonly total: Measured
    /** Everything so far, by name and by kind of failure. */
    readonly measurements: () => Measurements
  }
>() {
  /** A recorder of its own for whoever builds the layer: build it once per run. */
  static readonly layer: Layer.Layer<Recorder> = Layer.effect(Recorder, Effect.map(Effect.clock, make))
}
