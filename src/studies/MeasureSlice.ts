/** The interface between a study and the load: a study specifies slices and receives their measurements. */
import type * as Effect from "effect/Effect"
import type { Measurements, TimelinePoint } from "../metrics/Recorder.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"
import type { WatchedProcesses } from "../result/ProcessActivity.ts"

/** A number of users (closed model), or an arrival rate in iterations per second (open model). */
export type SliceLoad =
  | { readonly _tag: "Users"; readonly clientCount: number }
  | {
      readonly _tag: "Arrivals"
      readonly perSecond: number
      /** The rate at the start, from which it rises evenly to `perSecond`; constant if left out. */
      readonly from?: number
    }

export interface SliceSpec {
  /** `VOLUME`, `BATCH_VOLUME` or `READ`. */
  readonly testType: string
  readonly batchTripleCount: number
  /** Rows per page of READ. */
  readonly pageSize?: number
  readonly load: SliceLoad
  /** Duration of the load before the measurement, which is not counted; 0 for none. */
  readonly warmUpSeconds: number
  /** The load before the measurement; the same as in the measurement if left out. */
  readonly warmUpLoad?: SliceLoad
  readonly seconds: number
  /** For the progress line: `BATCH_VOLUME, slice 3 of 20`. */
  readonly label: string
  /** Only shows whether the server is ready: it is in no figure, and the database is not read. */
  readonly isProbe?: boolean
}

export interface SliceMeasured {
  readonly slice: MeasuredSlice
  /** Includes every bucket of the histograms, so that slices can be added up. */
  readonly measurements: Measurements
  /** One point per second, without the warm-up; shows whether a queue grew. */
  readonly timeline: ReadonlyArray<TimelinePoint>
  /** The processes of `slice` over time, since its start; none if left out. */
  readonly processes?: ReadonlyArray<WatchedProcesses>
  /** Why it could not start, as a clause; left out if it did. */
  readonly reason?: string
}

/**
 * Measures one slice. `endedBy` reports an interrupt or another early end; the study then ends with the slices so far.
 * Fails only if the load cannot start.
 */
export type MeasureSlice<E> = (spec: SliceSpec) => Effect.Effect<SliceMeasured, E>
