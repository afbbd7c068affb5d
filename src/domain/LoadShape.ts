/** When virtual users start and how long they wait: pure functions of numbers. */
import { variation } from "./RecordId.ts"

/**
 * When user `index` starts, in milliseconds after the start of the run.
 * Evenly spaced, the first at 0: 4 users at 2 per second start at 0, 500, 1000 and 1500.
 *
 * @param index 0-based
 * @param perSecond users per second, > 0; 0.5 is one user every 2 s
 * @see locust `dispatch.py` starts floor(rate) users at once per tick; we space them evenly
 */
export const spawnOffsetMillis = (index: number, perSecond: number): number => (index * 1000) / perSecond

/** The distribution of the waits of a run: a seed, and bounds in milliseconds with `min <= max`. */
export interface WaitRange {
  readonly seed: number
  readonly minMillis: number
  readonly maxMillis: number
}

/**
 * How long a user waits after an iteration, in whole milliseconds, evenly distributed over `min..max` inclusive.
 * A function of the seed, the user and the iteration alone, so that a run can be repeated wait by wait.
 *
 * @example waitMillis({ seed: 7, minMillis: 500, maxMillis: 500 }, 0, 0) // 500
 */
export const waitMillis = (range: WaitRange, user: number, iteration: number): number => {
  const width = range.maxMillis - range.minMillis + 1
  return range.minMillis + (variation({ seed: range.seed, user, iteration, index: 0 }, "wait") % width)
}
