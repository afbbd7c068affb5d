/** Slices in which a transaction of the database held others up, so that their figures are not those of their load. */
import { figure, plural } from "./numberFormat.ts"
import type { MeasuredSlice } from "./MeasuredSlice.ts"

/** Shorter holds than this, and than this share of a slice, cannot change its throughput by the tenth that decides. */
const minHoldSeconds = 2
const minHoldShare = 0.1

/**
 * A transaction of the load is part of a request. Twice the load can make requests take twice as long, or four times as long
 * if throughput also falls to half; a transaction that holds others up for longer is not one of those that take turns.
 */
const minHoldRequests = 4

/**
 * Whether one transaction held others up for so long that the slice shows this and not its load: for at least 2 s, 10 % of
 * the slice, and four times the p95 of the load before. It waited for no lock itself: it was idle, or several readings saw
 * it. Sessions of the load that take turns with a lock do not count, however long they wait in the queue: they are
 * contention, which the load causes, and which makes a knee.
 *
 * Not seen: a hold between two readings, which are five seconds apart, and sessions that are hidden from the login.
 *
 * @param p95Ms of the requests of the load before; `null` without one
 * @example a slice of 20 s, p95 before 0.3 s: held up by a transaction that was idle for 6 s, and not by one of 1.5 s
 */
export const isHeldUp = (
  { database, elapsedSeconds }: Pick<MeasuredSlice, "database" | "elapsedSeconds">,
  p95Ms: number | null
): boolean => {
  const held = database?.blocking.longestHold?.seconds ?? 0
  return (
    held >= Math.max(minHoldSeconds, minHoldShare * elapsedSeconds, (minHoldRequests * (p95Ms ?? 0)) / 1000)
  )
}

/** Slices of a step that were held up, and the longest hold in them. */
export interface HeldUp {
  readonly slices: number
  readonly seconds: number
}

/** `null` for none. */
export const heldUpOf = (held: ReadonlyArray<Pick<MeasuredSlice, "database">>): HeldUp | null =>
  held.length === 0
    ? null
    : {
        slices: held.length,
        seconds: Math.max(...held.map(({ database }) => database?.blocking.longestHold?.seconds ?? 0))
      }

/**
 * @param count slices of the step
 * @example "a transaction of the database held others up for at least 12 s in 2 of 3 slices"
 */
export const heldUpText = ({ seconds, slices }: HeldUp, count: number): string =>
  `a transaction of the database held others up for at least ${figure(seconds)} s in ${slices} of ${plural(count, "slice")}`
