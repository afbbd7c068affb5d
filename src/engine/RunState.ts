/** The states of a run, from the start of its users to its end. */
import type * as Cause from "effect/Cause"
import type { EndReason } from "../domain/LoadResult.ts"

export type RunState =
  /** Users begin iterations. */
  | { readonly _tag: "Running" }
  /** No user begins another iteration, except those of the open model that were due when the time was over. */
  | { readonly _tag: "Stopping"; readonly reason: EndReason }
  /** Stops as well, and dies of this cause as soon as it has stopped. */
  | { readonly _tag: "ObserverDied"; readonly cause: Cause.Cause<never> }

export type RunEvent =
  /** The time is over, all passes are made, a rule ends the run, or a defect occurred. */
  | { readonly _tag: "Ended"; readonly reason: EndReason }
  /** The fiber of the run was interrupted. */
  | { readonly _tag: "Interrupted" }
  | { readonly _tag: "ObserverDied"; readonly cause: Cause.Cause<never> }

export const running: RunState = { _tag: "Running" }

/**
 * The state after an event. The first reason is the one that is reported, but a defect always replaces it:
 *
 * | state              | Ended(defect)    | Ended(reason)    | Interrupted         | ObserverDied |
 * | ------------------ | ---------------- | ---------------- | ------------------- | ------------ |
 * | Running            | Stopping(defect) | Stopping(reason) | Stopping(interrupt) | ObserverDied |
 * | Stopping(defect)   | no change        | no change        | no change           | ObserverDied |
 * | Stopping(reason)   | Stopping(defect) | no change        | Stopping(interrupt) | ObserverDied |
 * | ObserverDied       | no change        | no change        | no change           | latest cause |
 *
 * Only an interrupt before the users have to stop is an event; a later one changes nothing.
 */
export const nextState = (state: RunState, event: RunEvent): RunState => {
  if (event._tag === "ObserverDied") return event
  if (state._tag === "ObserverDied") return state
  const reason = event._tag === "Interrupted" ? "interrupt" : event.reason
  if (state._tag === "Running") return { _tag: "Stopping", reason }
  if (state.reason === "defect") return state
  return event._tag === "Interrupted" || reason === "defect" ? { _tag: "Stopping", reason } : state
}

/** Whether the run is stopping only because its time is over: arrivals that were due by then may still begin. */
export const isTimeOver = (state: RunState): boolean =>
  state._tag === "Stopping" && state.reason === "runTime"
