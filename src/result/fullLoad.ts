/**
 * The part of a slice at full load. At the end of a slice no new iteration starts, but requests in flight still complete,
 * with fewer and fewer users. Rates that included this drain would be too low: a single straggler of 30 s would be longer
 * than the slice.
 */
import * as Schema from "effect/Schema"
import type { EndedBy } from "../domain/LoadResult.ts"
import { countOf } from "../domain/Sample.ts"
import type { Measured } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { type Figures, figuresOf, rateOf } from "./Figures.ts"

/** Completed requests, confirmed operations and documents read in a period. */
export const FullLoad = Schema.Struct({
  seconds: Schema.Finite,
  requests: Schema.Int,
  operations: Schema.Int,
  rows: Schema.optionalWith(Schema.Int, { default: () => 0 })
})
export interface FullLoad extends Schema.Schema.Type<typeof FullLoad> {}

/** Tolerance for the end of a second, which a timer may report late, in seconds. */
const slackSeconds = 0.1

export const sumOf = (parts: ReadonlyArray<FullLoad>): FullLoad => ({
  seconds: rounded(
    parts.reduce((sum, { seconds }) => sum + seconds, 0),
    6
  ),
  requests: parts.reduce((sum, { requests }) => sum + requests, 0),
  operations: parts.reduce((sum, { operations }) => sum + operations, 0),
  rows: parts.reduce((sum, { rows }) => sum + rows, 0)
})

/** The end of a slice, as far as its rates depend on it. */
export interface LoadEnd {
  /** Planned duration of its load. */
  readonly plannedSeconds: number
  /** Until the last response. */
  readonly elapsedSeconds: number
  readonly endedBy: EndedBy
  readonly timeline: ReadonlyArray<TimelinePoint>
}

/**
 * The seconds that ended before the load was stopped. The whole slice if there is no such second, or if the load was
 * stopped early, at a time that the timeline does not contain.
 *
 * @example 10 s at 40 requests per second, last response at 12 s: { seconds: 10, requests: 400, ... }, not 402 in 12 s
 */
export const fullLoadOf = (
  total: Measured,
  { elapsedSeconds, endedBy, plannedSeconds, timeline }: LoadEnd
): FullLoad => {
  const lastSecond = Math.floor(plannedSeconds + 1e-6)
  const points = timeline.filter(
    (point) =>
      point.elapsedSeconds <= lastSecond + slackSeconds &&
      // A point that begins later belongs to the drain, however short it is.
      point.elapsedSeconds - point.seconds < lastSecond - slackSeconds
  )
  if (endedBy === "runTime" && points.length > 0) return sumOf(points)
  const { requests, rowsRead: rows, succeeded } = total
  return { seconds: elapsedSeconds, requests, operations: countOf(succeeded), rows }
}

/** Counts and latencies of all requests, with the rates at full load. */
export const figuresAt = (measured: Measured, { operations, requests, rows, seconds }: FullLoad): Figures => {
  const figures = figuresOf(measured, seconds)
  return {
    ...figures,
    requests: { ...figures.requests, perSecond: rateOf(requests, seconds) },
    operations: { ...figures.operations, perSecond: rateOf(operations, seconds) },
    rows: { ...figures.rows, perSecond: rateOf(rows, seconds) }
  }
}
