/**
 * Counts every request of a run at the moment it ends. Nothing is sampled, and nothing is derived from the
 * configuration: the operations counted are those that the server confirmed.
 */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Sample } from "../domain/Sample.ts"
import { type Addable, Counts, type Measured } from "./Counts.ts"
import type { GeneratorHealth } from "./GeneratorHealth.ts"
import type { GeneratorMeasured } from "./GeneratorMeasured.ts"
import { type Slice, Slices } from "./Slices.ts"
import type { Starts } from "./Starts.ts"
import type { TimelinePoint } from "./Timeline.ts"
import { type Counted, type DefectGroup, type FailureGroup, Totals } from "./Totals.ts"

export type { Measured } from "./Counts.ts"
export type { GeneratorMeasured } from "./GeneratorMeasured.ts"
export type { Slice, SliceRow } from "./Slices.ts"
export type { TimelinePoint } from "./Timeline.ts"
export { Counted, type DefectGroup, type FailureGroup, maxFailureGroups } from "./Totals.ts"

export interface Measurements {
  /** By name, then method. */
  readonly rows: ReadonlyArray<Measured>
  /** With every bucket, so that runs can be added up. */
  readonly total: Measured & Addable
  /** Most frequent first. */
  readonly failures: ReadonlyArray<FailureGroup>
  readonly defects: ReadonlyArray<DefectGroup>
  readonly starts: Starts
  /** `undefined` when the generator was not observed. */
  readonly generator: GeneratorMeasured | undefined
  /** The newest second alone; `undefined` before the first one has ended. */
  readonly last: TimelinePoint | undefined
}

/** Counts the requests and iterations of this thread; synchronous, because it is called for every response. */
interface Counting {
  /** Counts a request that has ended. */
  readonly unsafeRecord: (sample: Sample) => void
  /** Counts an iteration that had a due time and began `lateMillis` after it. */
  readonly unsafeRecordStart: (lateMillis: number) => void
  /** Counts iterations of the open model that were due and did not begin. */
  readonly unsafeRecordDropped: (count: number) => void
  readonly unsafeRecordDefect: (message: string, trace: string) => void
}

/** The recorder of a run, which is in the thread of the coordinator. */
interface RunRecording {
  /** Adds the counts of the recorder of a worker. */
  readonly unsafeAdd: (counted: Counted) => void
  /**
   * Ends the current slice, about once a second; the first slice starts with the run.
   *
   * @param health of the load generator during the slice
   */
  readonly unsafeEndSlice: (users: number, elapsedSeconds: number, health?: GeneratorHealth) => Slice
  /** The seconds that have ended; in long runs several seconds form one point. */
  readonly timeline: ReadonlyArray<TimelinePoint>
  /** Everything so far; it continues to change. For rules that are checked at every request. */
  readonly total: Measured
  /** Everything so far, by name and by kind of failure. */
  readonly measurements: () => Measurements
}

/** The recorder of a worker, which sends its counts to the recorder of the run and ends no slices. */
interface WorkerRecording {
  /** Everything counted since the last call. */
  readonly unsafeTake: () => Counted
}

export class Recorder extends Context.Tag("edfi-perf/metrics/Recorder")<
  Recorder,
  Counting & RunRecording & WorkerRecording
>() {
  /** A new recorder each time the layer is built: build it once per run. */
  static readonly layer: Layer.Layer<Recorder> = Layer.suspend(() =>
    Layer.effect(Recorder, Effect.map(Effect.clock, make))
  )
}

const make = (clock: Clock.Clock): Recorder["Type"] => {
  const total = new Counts("Aggregated", "")
  /** Counted until the end of the last slice. */
  const sofar = new Totals(clock)
  /** Counted since then. */
  let open = new Totals(clock)
  const slices = new Slices(sofar, total)

  const take = (): Counted => {
    const counted = open.counted()
    open = new Totals(clock)
    return counted
  }

  return {
    unsafeRecord: (sample) => {
      open.record(sample)
      total.record(sample)
    },
    unsafeRecordStart: (lateMillis) => open.recordStart(lateMillis),
    unsafeRecordDropped: (count) => open.recordDropped(count),
    unsafeRecordDefect: (message, trace) => open.recordDefect(message, trace),
    unsafeTake: take,
    unsafeAdd: (counted) => {
      open.add(counted)
      for (const row of counted.rows) total.add(row)
    },
    unsafeEndSlice: (users, elapsedSeconds, health) =>
      slices.end({
        counted: take(),
        atMillis: clock.unsafeCurrentTimeMillis(),
        elapsedSeconds,
        users,
        health
      }),
    get timeline() {
      return slices.points
    },
    total,
    measurements: () => {
      const all = new Totals(clock)
      all.add(sofar.counted())
      all.add(open.counted())
      const { defects, failures, rows, starts } = all.counted()
      return {
        rows,
        starts,
        generator: slices.generator,
        last: slices.last,
        total: total.copy(),
        failures: failures.toSorted((a, b) => b.count - a.count),
        defects
      }
    }
  }
}
