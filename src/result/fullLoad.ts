/**
 * What a slice did while its load was on. When its time is over nothing new is begun, but what is under way is still
 * answered, by fewer and fewer users: a rate over that time too would be too low, the more so the longer a request
 * takes, and one straggler of 30 s would be most of a slice.
 */
import * as Schema from "effect/Schema"
import type { EndedBy } from "../domain/LoadResult.ts"
import { countOf } from "../domain/Sample.ts"
import type { Measured } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"
import type { TimelinePoint } from "../metrics/Timeline.ts"
import { type Figures, figuresOf, rateOf } from "./Figures.ts"

/** What was answered in some time, and what was confirmed in it. */
export const FullLoad = Schema.Struct({
  seconds: Schema.Finite,
  requests: Schema.Int,
  operations: Schema.Int
})
export interface FullLoad extends Schema.Schema.Type<typeof FullLoad> {}

/** So much later than it is due a timer may end a second, in seconds. */
const slackSeconds = 0.1

export const sumOf = (parts: ReadonlyArray<FullLoad>): FullLoad => ({
  seconds: rounded(
    parts.reduce((sum, { seconds }) => sum + seconds, 0),
    6
  ),
  requests: parts.reduce((sum, { requests }) => sum + requests, 0),
  operations: parts.reduce((sum, { operations }) => sum + operations, 0)
})

/** A slice that has ended, as far as its rates need it. */
export interface LoadEnd {
  /** How long its load was to be. */
  readonly plannedSeconds: number
  /** Until the last answer. */
  readonly elapsedSeconds: number
  readonly endedBy: EndedBy
  readonly timeline: ReadonlyArray<TimelinePoint>
}

/**
 * The seconds that ended before the load was stopped. Where there is none, in a slice of less than a second, and where
 * it was stopped before its time, which the timeline does not tell, it is the whole slice.
 *
 * @example 10 s of 40 requests a second, and the last answer at 12 s: { seconds: 10, requests: 400, ... } and not 402 in 12 s
 */
export const fullLoadOf = (
  total: Measured,
  { elapsedSeconds, endedBy, plannedSeconds, timeline }: LoadEnd
): FullLoad => {
  const lastSecond = Math.floor(plannedSeconds + 1e-6)
  const points = timeline.filter(
    (point) =>
      point.elapsedSeconds <= lastSecond + slackSeconds &&
      // What begins after it is of the drain, however short.
      point.elapsedSeconds - point.seconds < lastSecond - slackSeconds
  )
  if (endedBy === "runTime" && points.length > 0) return sumOf(points)
  return { seconds: elapsedSeconds, requests: total.requests, operations: countOf(total.succeeded) }
}

/** Every request, with the rates of full load. */
export const figuresAt = (measured: Measured, { operations, requests, seconds }: FullLoad): Figures => {
  const figures = figuresOf(measured, seconds)
  return {
    ...figures,
    requests: { ...figures.requests, perSecond: rateOf(requests, seconds) },
    operations: { ...figures.operations, perSecond: rateOf(operations, seconds) }
  }
}
