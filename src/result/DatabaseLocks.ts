/** Sessions of a database that waited for each other, and transactions that stayed open. */
import * as Schema from "effect/Schema"

/** A statement that waited for a lock, and the one that held it or was before it in the queue. */
const BlockingPair = Schema.Struct({
  /** Without literals: `UPDATE dms.document SET etag = $1 WHERE id = $2`. */
  blocked: Schema.String,
  /** The statement of the other session, its last one if it is idle; `null` if that session was gone or hidden. */
  blocking: Schema.NullOr(Schema.String),
  /** `active`, `idle in transaction`; `null` as above. */
  blockingState: Schema.NullOr(Schema.String),
  /** What was waited for: `transactionid ShareLock`. */
  lock: Schema.String,
  /** How often readings saw this pair of statements. */
  seen: Schema.Int,
  /** The longest of these waits, up to the reading that saw it. */
  longestSeconds: Schema.Finite
})
export interface BlockingPair extends Schema.Schema.Type<typeof BlockingPair> {}

/** A transaction that others waited for, while it waited for no lock itself. */
export const Hold = Schema.Struct({
  /**
   * It has held them up for at least so long since the first reading: idle in its transaction, or seen by several readings.
   * The time of a running statement does not count, because the statement may have waited for its locks before.
   */
  seconds: Schema.Finite,
  /** `active`, `idle in transaction`. */
  state: Schema.String,
  /** Its current or last statement, without literals. */
  statement: Schema.String
})
export interface Hold extends Schema.Schema.Type<typeof Hold> {}

/** Samples, one every five seconds: waits between two readings are not seen. */
export const Blocking = Schema.Struct({
  /** Readings with at least one session that waited for a lock. */
  readings: Schema.Int,
  /** Maximum number of such sessions at a reading. */
  maxWaiting: Schema.Int,
  /** The longest wait of one session, up to the reading that saw it. */
  longestSeconds: Schema.Finite,
  /**
   * The longest series of consecutive readings with a session that waited: from the beginning of its first wait to its last
   * reading. A single wait of 12 s that two readings saw after 3 and 8 s gives 8.
   */
  sustainedSeconds: Schema.Finite,
  /** Maximum number of sessions of other logins whose waits this login may not see. */
  maxHidden: Schema.optionalWith(Schema.Int, { default: () => 0 }),
  /** The transaction that held others up for the longest time; `null` if no reading saw one, and in files of older versions. */
  longestHold: Schema.optionalWith(Schema.NullOr(Hold), { default: () => null }),
  /** Most frequent first, at most `maxPairs`. */
  pairs: Schema.Array(BlockingPair)
})
export interface Blocking extends Schema.Schema.Type<typeof Blocking> {}

/** Pairs in a report. */
export const maxPairs = 20

export const noBlocking: Blocking = {
  readings: 0,
  maxWaiting: 0,
  longestSeconds: 0,
  sustainedSeconds: 0,
  maxHidden: 0,
  longestHold: null,
  pairs: []
}

const keyOf = ({ blocked, blocking, blockingState, lock }: BlockingPair): string =>
  JSON.stringify([blocked, blocking, blockingState, lock])

/** Equal pairs as one; the most frequent first. @param max how many are kept */
export const addPairs = (pairs: ReadonlyArray<BlockingPair>, max = maxPairs): ReadonlyArray<BlockingPair> => {
  const sums = new Map<string, BlockingPair>()
  for (const pair of pairs) {
    const before = sums.get(keyOf(pair))
    sums.set(keyOf(pair), {
      ...pair,
      seen: pair.seen + (before?.seen ?? 0),
      longestSeconds: Math.max(pair.longestSeconds, before?.longestSeconds ?? 0)
    })
  }
  return [...sums.values()]
    .toSorted((a, b) => b.seen - a.seen || b.longestSeconds - a.longestSeconds)
    .slice(0, max)
}

/** The one with more seconds; the first of equal ones. */
export const longerOf = <A extends { readonly seconds: number }>(a: A | null, b: A | null): A | null =>
  a === null || (b !== null && b.seconds > a.seconds) ? b : a

/** Of two slices of a study; a series of readings ends with its slice. */
export const addBlocking = (a: Blocking, b: Blocking): Blocking => ({
  readings: a.readings + b.readings,
  maxWaiting: Math.max(a.maxWaiting, b.maxWaiting),
  longestSeconds: Math.max(a.longestSeconds, b.longestSeconds),
  sustainedSeconds: Math.max(a.sustainedSeconds, b.sustainedSeconds),
  maxHidden: Math.max(a.maxHidden, b.maxHidden),
  longestHold: longerOf(a.longestHold, b.longestHold),
  pairs: addPairs([...a.pairs, ...b.pairs])
})

/** A transaction that was open at a reading. */
export const LongTransaction = Schema.Struct({
  /** Since its beginning. */
  seconds: Schema.Finite,
  /** `active`, `idle in transaction`. */
  state: Schema.String,
  /** Its current or last statement, without literals. */
  statement: Schema.String
})
export interface LongTransaction extends Schema.Schema.Type<typeof LongTransaction> {}
