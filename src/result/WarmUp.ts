/** The load before a run, `run --warmUp`: reported apart, and part of no other figure. */
import * as Schema from "effect/Schema"
import type { EndedBy } from "../domain/LoadResult.ts"
import type { Measurements } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import { TimelinePoint } from "../metrics/Timeline.ts"
import { FailureEntry, failureEntry } from "./FailureEntry.ts"
import { Figures, operationCounts, requestCounts } from "./Figures.ts"

/**
 * The requests that were sent, in the open model due, before the end of the warm-up. The server received these and those
 * of the run.
 */
export const WarmUp = Schema.Struct({
  plannedSeconds: Schema.NonNegative,
  /** So far; of a run that ended in its warm-up, until the end of the last request. */
  seconds: Schema.NonNegative,
  /** The run ended in its warm-up: nothing was measured. */
  cutShort: Schema.Boolean,
  requests: Figures.fields.requests.omit("perSecond"),
  operations: Figures.fields.operations.omit("perSecond"),
  /** Open model: iterations that were due in the warm-up and did not start. */
  dropped: Schema.NonNegativeInt,
  /** Most frequent first. */
  failures: Schema.Array(FailureEntry),
  /** Its seconds, counted from its start; without the responses that arrived after its end. */
  timeline: Schema.Array(TimelinePoint)
})
export interface WarmUp extends Schema.Schema.Type<typeof WarmUp> {}

/** A warm-up as it was measured. */
export interface MeasuredWarmUp extends Pick<WarmUp, "plannedSeconds" | "seconds" | "timeline"> {
  readonly measurements: Measurements
}

/** @param cutShort whether the run ended in it */
export const warmUpOf = (
  { measurements, plannedSeconds, seconds, timeline }: MeasuredWarmUp,
  cutShort: boolean
): WarmUp => ({
  plannedSeconds,
  seconds: rounded(seconds, 6),
  cutShort,
  requests: requestCounts(measurements.total),
  operations: operationCounts(measurements.total),
  dropped: measurements.starts.dropped,
  failures: measurements.failures.map(failureEntry),
  timeline
})

/** How long before the run the warm-up began. */
export const leadSeconds = ({
  plannedSeconds,
  seconds
}: Pick<WarmUp, "plannedSeconds" | "seconds">): number => Math.max(plannedSeconds, seconds)

/** The seconds of a warm-up in the time of its run. @example 30 s: its first second ends at -29 */
export const beforeRun = (warmUp: WarmUp): ReadonlyArray<TimelinePoint> => {
  const lead = leadSeconds(warmUp)
  return warmUp.timeline.map((point) => ({
    ...point,
    // The last one may end a moment late.
    elapsedSeconds: Math.min(0, rounded(point.elapsedSeconds - lead, 6))
  }))
}

/** Whether a run is in its warm-up now. */
export const isWarmingUp = ({
  endedBy,
  warmUp = null
}: {
  readonly endedBy: EndedBy | null
  readonly warmUp?: WarmUp | null
}): boolean => endedBy === null && warmUp !== null && warmUp.seconds < warmUp.plannedSeconds
