/** What a study asks for, slice by slice, and what it gets: how load is made is not its business. */
import type * as Effect from "effect/Effect"
import type { Measurements, TimelinePoint } from "../metrics/Recorder.ts"
import type { MeasuredSlice } from "../result/MeasuredSlice.ts"

/** As many users as there are, or as many batches a second as are due. */
export type SliceLoad =
  | { readonly _tag: "Users"; readonly clientCount: number }
  | { readonly _tag: "Arrivals"; readonly perSecond: number }

export interface SliceAsked {
  /** `VOLUME` or `BATCH_VOLUME`. */
  readonly testType: string
  readonly batchTripleCount: number
  readonly load: SliceLoad
  /** The same load before, which is not counted; 0 for none. */
  readonly warmUpSeconds: number
  readonly seconds: number
  /** Where the study is, for the progress line: `BATCH_VOLUME, slice 3 of 20`. */
  readonly label: string
}

export interface SliceMeasured {
  readonly slice: MeasuredSlice
  /** With every bucket of its histograms, so that slices can be added up. */
  readonly measurements: Measurements
  /** Second by second, without the warm-up: whether a queue grew. */
  readonly timeline: ReadonlyArray<TimelinePoint>
}

/**
 * Measures one slice. An interrupt, or what ends the load early, is in its `endedBy`; the study then ends with what it has.
 * Fails only with what keeps a load from beginning.
 */
export type MeasureSlice<E> = (asked: SliceAsked) => Effect.Effect<SliceMeasured, E>
