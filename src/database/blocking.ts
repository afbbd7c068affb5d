/** Sessions that waited for locks, over the readings of a watch. */
import {
  addPairs,
  type Blocking,
  type BlockingPair,
  type Hold,
  longerOf,
  maxPairs
} from "../result/DatabaseLocks.ts"
import { rounded } from "../metrics/rounded.ts"
import type { Reading } from "./Reading.ts"

/** The blocked sessions of the readings so far. */
export interface BlockingSeen {
  /** When the current series of readings with blocked sessions began; `undefined` if the latest reading saw none. */
  readonly sinceMillis: number | undefined
  /** The first reading; `undefined` before it. */
  readonly firstMillis: number | undefined
  /** The transactions that held others up at the latest reading, with the first reading of each that saw it do so. */
  readonly holders: ReadonlyMap<string, number>
  readonly longestHold: Hold | null
  readonly readings: number
  readonly maxWaiting: number
  readonly longestSeconds: number
  readonly sustainedSeconds: number
  readonly maxHidden: number
  readonly pairs: ReadonlyArray<BlockingPair>
}

export const nothingBlocked: BlockingSeen = {
  sinceMillis: undefined,
  firstMillis: undefined,
  holders: new Map(),
  longestHold: null,
  readings: 0,
  maxWaiting: 0,
  longestSeconds: 0,
  sustainedSeconds: 0,
  maxHidden: 0,
  pairs: []
}

/** Pairs that are kept during a watch; a report has the most frequent of them. */
const maxKept = 10 * maxPairs

type Sample = Pick<Reading, "atMillis" | "blocked" | "holders" | "pairs" | "unreported">

/**
 * What the transactions at the head of the queues have held others up for: since the first reading that saw them do so, or
 * for as long as they are idle, within the watch. Transactions of a load that take turns with a lock are seen once each.
 */
const afterHolders = (
  seen: BlockingSeen,
  { atMillis, holders }: Sample
): Pick<BlockingSeen, "firstMillis" | "holders" | "longestHold"> => {
  const firstMillis = seen.firstMillis ?? atMillis
  const since = holders.map(
    ({ transaction }) => [transaction, seen.holders.get(transaction) ?? atMillis] as const
  )
  const holds = holders.map(({ idleSeconds, state, statement, transaction }): Hold => {
    const seenMillis = atMillis - (seen.holders.get(transaction) ?? atMillis)
    const heldMillis = Math.min(Math.max(1000 * idleSeconds, seenMillis), atMillis - firstMillis)
    return { seconds: heldMillis / 1000, state, statement }
  })
  return { firstMillis, holders: new Map(since), longestHold: holds.reduce(longerOf, seen.longestHold) }
}

/**
 * @example a reading at 60 s with a wait of 3 s, the next one at 65 s with another wait of 1 s: sustained for 8 s
 */
export const afterSample = (seen: BlockingSeen, sample: Sample): BlockingSeen => {
  const { atMillis, blocked, pairs, unreported } = sample
  const held = afterHolders(seen, sample)
  const maxHidden = Math.max(seen.maxHidden, unreported.hidden)
  if (blocked === 0) return { ...seen, ...held, maxHidden, sinceMillis: undefined }
  const longestSeconds = Math.max(0, ...pairs.map((pair) => pair.longestSeconds))
  const sinceMillis = Math.min(seen.sinceMillis ?? atMillis, atMillis - 1000 * longestSeconds)
  return {
    ...held,
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
  longestHold: seen.longestHold && {
    ...seen.longestHold,
    seconds: rounded(seen.longestHold.seconds, 3)
  },
  pairs: addPairs(seen.pairs).map((pair) => ({ ...pair, longestSeconds: rounded(pair.longestSeconds, 3) }))
})
