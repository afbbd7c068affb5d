import { assert, describe, it } from "@effect/vitest"
import { afterSample, blockingOf, nothingBlocked } from "../../src/database/blocking.ts"
import { holdersOf, longestOf, pairsOf } from "../../src/database/lockQueries.ts"
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
    const session = { blockingState: null, blocking: null, holder: null, idleSeconds: null, isWaiting: false }
    const row = { seconds: 1.5, lock: "transactionid ShareLock", ...session }
    assert.deepStrictEqual(pairsOf([{ ...row, blocked: "UPDATE person SET name = 'Ada'" }]), [
      { ...pair(1.5, "UPDATE person SET name = ?"), lock: row.lock, blocking: null, blockingState: null }
    ])
  })
})

const idle = "idle in transaction"

/** A reading at which these transactions hold others up, idle for these seconds. */
const held = (
  seconds: number,
  ...holders: ReadonlyArray<readonly [transaction: string, idleSeconds: number]>
) =>
  readingAt(1000 * seconds, {
    blocked: holders.length,
    pairs: holders.map(() => pair(9)),
    holders: holders.map(([transaction, idleSeconds]) => ({
      transaction,
      idleSeconds,
      state: idleSeconds > 0 ? idle : "active",
      statement: `of ${transaction}`
    }))
  })

describe("the longest hold", () => {
  it("is that of a transaction that is idle, since it began to be idle", () => {
    assert.deepStrictEqual(seen(held(10), held(15, ["a", 4.5]), held(20)).longestHold, {
      seconds: 4.5,
      state: idle,
      statement: "of a"
    })
  })

  it("is that of one transaction that several readings saw, from the first one to the last one", () => {
    const readings = [held(10), held(15, ["a", 0]), held(20, ["a", 0], ["b", 2]), held(25, ["a", 0])]
    assert.deepStrictEqual(seen(...readings).longestHold, { seconds: 10, state: "active", statement: "of a" })
  })

  it("has no length where transactions take turns, however long sessions wait in the queue", () => {
    const { longestHold, longestSeconds } = seen(
      held(10),
      held(15, ["a", 0]),
      held(20, ["b", 0]),
      held(25, ["a", 0])
    )
    assert.deepStrictEqual([longestSeconds, longestHold?.seconds], [9, 0])
  })

  it("counts from the first reading, and is not there without a reading that saw one", () => {
    assert.strictEqual(seen(held(10, ["a", 60])).longestHold?.seconds, 0)
    assert.strictEqual(seen(held(10, ["a", 60]), held(15, ["a", 65])).longestHold?.seconds, 5)
    assert.isNull(seen(waiting(60, 3)).longestHold)
  })

  it("is read of sessions that block others and wait for no lock themselves, with their texts without literals", () => {
    const row = {
      seconds: 1,
      lock: "transactionid ShareLock",
      blocked: "UPDATE t SET a = 1",
      blocking: "SELECT 'x'",
      blockingState: idle,
      holder: "7 2026",
      idleSeconds: 3,
      isWaiting: false
    }
    const gone = { ...row, holder: null, blocking: null, blockingState: null, idleSeconds: null }
    const running = { ...row, holder: "9 2026", blockingState: "active", idleSeconds: null }
    const inQueue = { ...running, holder: "8 2026", isWaiting: true }
    assert.deepStrictEqual(holdersOf([row, row, gone, inQueue, running]), [
      { transaction: "7 2026", idleSeconds: 3, state: idle, statement: "SELECT ?" },
      { transaction: "9 2026", idleSeconds: 0, state: "active", statement: "SELECT ?" }
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
