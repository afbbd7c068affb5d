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
import { type Recent, RecentWindow } from "./RecentWindow.ts"
import { type Counted, type DefectGroup, type FailureGroup, keyOf, Tally } from "./Tally.ts"

export type { Measured } from "./Counts.ts"
export { Counted, type DefectGroup, type FailureGroup, mostFailureGroups } from "./Tally.ts"

export interface Measurements {
  /** By name, then method. */
  readonly rows: ReadonlyArray<Measured>
  readonly total: Measured
  /** Most frequent first. */
  readonly failures: ReadonlyArray<FailureGroup>
  readonly defects: ReadonlyArray<DefectGroup>
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
}

/** One second of the run, all requests together. */
export interface TimelinePoint {
  /** Milliseconds since 1970, at the end of the second. */
  readonly atMillis: number
  /** How long it was by the clock: about 1, less for the last one. */
  readonly seconds: number
  readonly users: number
  readonly requests: number
  readonly failures: number
  /** Confirmed by the server in this second. */
  readonly operations: number
  readonly p50Micros: number
  readonly p95Micros: number
  readonly p99Micros: number
}

const pointOf = ({ atMillis, total, users }: Slice): TimelinePoint => {
  const { failures, latencies, operations, requests, seconds } = total.recent.slice
  const [p50Micros = 0, p95Micros = 0, p99Micros = 0] = latencies.percentiles([50, 95, 99])
  return { atMillis, seconds, users, requests, failures, operations, p50Micros, p95Micros, p99Micros }
}

const make = (clock: Clock.Clock) => {
  const total = new Counts("Aggregated", "")
  const sofar = new Tally(clock)
  let open = new Tally(clock)
  let sliceStartSeconds = 0
  const windows = new Map<string, RecentWindow>()
  const timeline: Array<TimelinePoint> = []

  const take = (): Counted => {
    const counted = open.counted()
    open = new Tally(clock)
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
    unsafeRecordDefect: (message: string, trace: string): void => open.recordDefect(message, trace),
    unsafeTake: take,
    unsafeAdd: (counted: Counted): void => {
      open.add(counted)
      for (const row of counted.rows) total.add(row)
    },
    unsafeEndSlice: (users: number, elapsedSeconds: number): Slice => {
      const seconds = elapsedSeconds - sliceStartSeconds
      sliceStartSeconds = elapsedSeconds
      const slice = take()
      sofar.add(slice)
      const ofSlice = new Map<string, Addable>(slice.rows.map((row) => [keyOf(row), row]))
      const all = new Counts(total.name, total.method)
      for (const row of slice.rows) all.add(row)
      const ended: Slice = {
        atMillis: clock.unsafeCurrentTimeMillis(),
        elapsedSeconds,
        users,
        rows: sofar
          .counted()
          .rows.map((row) =>
            sliceRow(row, ofSlice.get(keyOf(row)) ?? new Counts(row.name, row.method), seconds)
          ),
        total: sliceRow(total, all, seconds)
      }
      timeline.push(pointOf(ended))
      return ended
    },
    timeline,
    total,
    measurements: (): Measurements => {
      const all = new Tally(clock)
      all.add(sofar.counted())
      all.add(open.counted())
      const { defects, failures, rows } = all.counted()
      return {
        rows,
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
    readonly unsafeRecordDefect: (message: string, trace: string) => void
    /** Counts what another recorder counted, as if it had been recorded here. */
    readonly unsafeAdd: (counted: Counted) => void
    /** What was counted since the last time, for a recorder elsewhere; `total` goes on, slices begin anew. */
    readonly unsafeTake: () => Counted
    /** Ends the current slice of the timeline, about once a second; the first one began with the run. */
    readonly unsafeEndSlice: (users: number, elapsedSeconds: number) => Slice
    /** The seconds that have ended. */
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
