/**
 * Counts every request of a load at the moment it ends, those of its warm-up apart. Nothing is sampled, and nothing is
 * derived from the configuration: the operations counted are those that the server confirmed.
 */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Sample } from "../domain/Sample.ts"
import type { GeneratorHealth } from "./GeneratorHealth.ts"
import { type ReadableRecording, Recording } from "./Recording.ts"
import type { Slice } from "./Slices.ts"

export type { Measured } from "./Counts.ts"
export type { GeneratorMeasured, MeasuredApart } from "./GeneratorMeasured.ts"
export type { Measurements, ReadableRecording } from "./Recording.ts"
export type { Slice, SliceRow } from "./Slices.ts"
export type { TimelinePoint } from "./Timeline.ts"
export { Counted, type DefectGroup, type FailureGroup, maxFailureGroups } from "./Totals.ts"

/** Counts the requests and iterations of this thread; synchronous, because it is called for every response. */
interface Counting {
  /** Counts a request that has ended. */
  readonly unsafeRecord: (sample: Sample) => void
  /**
   * Counts an iteration that had a due time and began `lateMillis` after it.
   *
   * @param inWarmUp whether it was due in the warm-up. Default: false
   */
  readonly unsafeRecordStart: (lateMillis: number, inWarmUp?: boolean) => void
  /** Counts records that had a verdict, in a load of a number of records, which has no warm-up. */
  readonly unsafeRecordJudged: (records: number) => void
  /** Counts iterations of the open model that were due, all of them in the warm-up or all after it, and did not begin. */
  readonly unsafeRecordDropped: (count: number, inWarmUp?: boolean) => void
  readonly unsafeRecordDefect: (message: string, trace: string) => void
}

/** The recorder of a run, which is in the thread of the coordinator. */
interface RunRecording {
  /**
   * Ends the current slice, about once a second; the first slice starts with the run or its warm-up.
   *
   * @param elapsedSeconds of the run; in the warm-up, of the warm-up
   * @param health of the load generator during the slice
   * @param inWarmUp whether it is a slice of the warm-up. Default: false
   */
  readonly unsafeEndSlice: (
    users: number,
    elapsedSeconds: number,
    health?: GeneratorHealth,
    inWarmUp?: boolean
  ) => Slice
  /**
   * The requests of the warm-up, which the other figures do not include. Those that ended after it are in no slice and in
   * no point of its timeline.
   */
  readonly warmUp: ReadableRecording
}

export class Recorder extends Context.Tag("edfi-perf/metrics/Recorder")<
  Recorder,
  Counting & RunRecording & ReadableRecording
>() {
  /** A new recorder each time the layer is built: build it once per run. */
  static readonly layer: Layer.Layer<Recorder> = Layer.suspend(() =>
    Layer.effect(Recorder, Effect.map(Effect.clock, make))
  )
}

const make = (clock: Clock.Clock): Recorder["Type"] => {
  const run = new Recording(clock, false)
  const warmUp = new Recording(clock, true)
  const partOf = (inWarmUp: boolean | undefined): Recording => (inWarmUp === true ? warmUp : run)
  return {
    unsafeRecord: (sample) => partOf(sample.inWarmUp).record(sample),
    unsafeRecordStart: (lateMillis, inWarmUp) => partOf(inWarmUp).recordStart(lateMillis),
    unsafeRecordJudged: (records) => run.recordJudged(records),
    unsafeRecordDropped: (count, inWarmUp) => partOf(inWarmUp).recordDropped(count),
    unsafeRecordDefect: (message, trace) => run.recordDefect(message, trace),
    unsafeEndSlice: (users, elapsedSeconds, health, inWarmUp) =>
      partOf(inWarmUp).endSlice(users, elapsedSeconds, health),
    unsafeTake: run.unsafeTake,
    unsafeAdd: run.unsafeAdd,
    measurements: run.measurements,
    total: run.total,
    get timeline() {
      return run.timeline
    },
    warmUp
  }
}
