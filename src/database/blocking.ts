/** Sessions that waited for locks, over the readings of a watch. */
import { addPairs, type Blocking, type BlockingPair, maxPairs } from "../result/DatabaseLocks.ts"
import { rounded } from "../metrics/rounded.ts"
import type { Reading } from "./Reading.ts"

/** The blocked sessions of the readings so far. */
export interface BlockingSeen {
  /** When the current series of readings with blocked sessions began; `undefined` if the latest reading saw none. */
  readonly sinceMillis: number | undefined
  readonly readings: number
  readonly maxWaiting: number
  readonly longestSeconds: number
  readonly sustainedSeconds: number
  readonly maxHidden: number
  readonly pairs: ReadonlyArray<BlockingPair>
}

export const nothingBlocked: BlockingSeen = {
  sinceMillis: undefined,
  readings: 0,
  maxWaiting: 0,
  longestSeconds: 0,
  sustainedSeconds: 0,
  maxHidden: 0,
  pairs: []
}

/** Pairs that are kept during a watch; a report has the most frequent of them. */
const maxKept = 10 * maxPairs

/**
 * @example a reading at 60 s with a wait of 3 s, the next one at 65 s with another wait of 1 s: sustained for 8 s
 */
export const afterSample = (
  seen: BlockingSeen,
  { atMillis, blocked, pairs, unreported }: Pick<Reading, "atMillis" | "blocked" | "pairs" | "unreported">
): BlockingSeen => {
  const maxHidden = Math.max(seen.maxHidden, unreported.hidden)
  if (blocked === 0) return { ...seen, maxHidden, sinceMillis: undefined }
  const longestSeconds = Math.max(0, ...pairs.map((pair) => pair.longestSeconds))
  const sinceMillis = Math.min(seen.sinceMillis ?? atMillis, atMillis - 1000 * longestSeconds)
  return {
    sinceMillis,
    maxHidden,
    readings: seen.readings + 1,
    maxWaiting: Math.max(seen.maxWaiting, blocked),
    longestSeconds: Math.max(seen.longestSeconds, longestSeconds),
    sustainedSeconds: Math.max(seen.sustainedSeconds, (atMillis - sinceMillis) / 1000),
    pairs: addPairs([...seen.pairs, ...pairs], maxKept)
  }
}

export const blockingOf = (seen: BlockingSeen): Blocking => ({
  readings: seen.readings,
  maxWaiting: seen.maxWaiting,
  longestSeconds: rounded(seen.longestSeconds, 3),
  sustainedSeconds: rounded(seen.sustainedSeconds, 3),
  maxHidden: seen.maxHidden,
  pairs: addPairs(seen.pairs).map((pair) => ({ ...pair, longestSeconds: rounded(pair.longestSeconds, 3) }))
})
