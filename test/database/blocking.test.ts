import { assert, describe, it } from "@effect/vitest"
import { afterSample, blockingOf, nothingBlocked } from "../../src/database/blocking.ts"
import { longestOf, pairsOf } from "../../src/database/lockQueries.ts"
import type { BlockingPair } from "../../src/result/DatabaseLocks.ts"
import { readingAt } from "./readings.ts"

const pair = (longestSeconds: number, blocked = "UPDATE t SET a = $1"): BlockingPair => ({
  blocked,
  blocking: "LOCK TABLE t",
  blockingState: "idle in transaction",
  lock: "relation RowExclusiveLock",
  seen: 1,
  longestSeconds
})

/** A reading with sessions that have waited for these seconds. */
const waiting = (seconds: number, ...waits: ReadonlyArray<number>) =>
  readingAt(1000 * seconds, { blocked: waits.length, pairs: waits.map((each) => pair(each)) })

const seen = (...readings: ReadonlyArray<ReturnType<typeof waiting>>) =>
  blockingOf(readings.reduce(afterSample, nothingBlocked))

describe("blocking", () => {
  it("is sustained from the beginning of the first wait to the last reading of a series", () => {
    assert.deepInclude(seen(waiting(5), waiting(60, 3), waiting(65, 1, 2), waiting(70)), {
      readings: 2,
      maxWaiting: 2,
      longestSeconds: 3,
      sustainedSeconds: 8
    })
  })

  it("is not sustained over a reading without a session that waits", () => {
    const { longestSeconds, sustainedSeconds } = seen(waiting(5, 1), waiting(10), waiting(15, 2), waiting(20))
    assert.deepStrictEqual([longestSeconds, sustainedSeconds], [2, 2])
  })

  it("lasts as long as a wait that began before the first reading", () => {
    assert.strictEqual(seen(waiting(0, 30), waiting(5, 35)).sustainedSeconds, 35)
  })

  it("has the pairs of statements that were seen most, with the longest wait of each", () => {
    const other = readingAt(75_000, { blocked: 1, pairs: [pair(9, "DELETE FROM t")] })
    assert.deepStrictEqual(
      seen(waiting(60, 3), waiting(65, 1, 2), other).pairs.map((each) => [
        each.blocked,
        each.seen,
        each.longestSeconds
      ]),
      [
        ["UPDATE t SET a = $1", 3, 3],
        ["DELETE FROM t", 1, 9]
      ]
    )
  })

  it("has statements without literals, and none of a session that is gone", () => {
    const row = { seconds: 1.5, lock: "transactionid ShareLock", blockingState: null, blocking: null }
    assert.deepStrictEqual(pairsOf([{ ...row, blocked: "UPDATE person SET name = 'Ada'" }]), [
      { ...pair(1.5, "UPDATE person SET name = ?"), lock: row.lock, blocking: null, blockingState: null }
    ])
  })
})

describe("the longest transaction", () => {
  it("is that of all open ones, with its statement", () => {
    const session = { type: null, event: null, hidden: false, rested: false, sessions: 2 }
    assert.deepStrictEqual(
      longestOf([
        { ...session, state: "idle", transactionSeconds: null, query: "COMMIT" },
        { ...session, state: "active", transactionSeconds: 0.5, query: "SELECT 1" },
        { ...session, state: "idle in transaction", transactionSeconds: 7.25, query: "SELECT 'x'" }
      ]),
      { seconds: 7.25, state: "idle in transaction", statement: "SELECT ?" }
    )
  })
})
