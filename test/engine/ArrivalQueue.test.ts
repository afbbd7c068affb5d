import { assert, describe, it } from "@effect/vitest"
import { steady } from "../../src/domain/Stages.ts"
import { ArrivalQueue } from "../../src/engine/ArrivalQueue.ts"

/** A queue of ten arrivals, due at 0, 100, ... 900 ms, of which some have joined. */
const makeQueue = (
  joined: number,
  some: {
    readonly startWithinMillis?: number
    readonly runMillis?: number
    readonly share?: { readonly index: number; readonly of: number }
  } = {}
) => {
  const dropped: Array<number> = []
  const queue = new ArrivalQueue(
    { arrivals: steady(10, 1000), runMillis: 1000, startWithinMillis: 250, ...some },
    (count) => dropped.push(count)
  )
  for (let i = 0; i < joined; i++) queue.join()
  return { queue, dropped }
}

/** Takes arrivals until there are none. */
const takeAll = (queue: ArrivalQueue, nowMillis: number) => {
  const taken: Array<readonly [nth: number, dueMillis: number]> = []
  for (let each = queue.take(nowMillis); each !== undefined; each = queue.take(nowMillis)) {
    taken.push([each.nth, each.dueMillis])
  }
  return taken
}

describe("ArrivalQueue", () => {
  it("gives arrivals in the order of their due times, after they have joined", () => {
    const { dropped, queue } = makeQueue(0)
    assert.isUndefined(queue.take(0))
    for (let i = 0; i < 3; i++) queue.join()
    assert.deepStrictEqual(takeAll(queue, 200), [
      [0, 0],
      [1, 100],
      [2, 200]
    ])
    assert.deepStrictEqual(dropped, [])
  })

  it("knows when the next arrival joins, until all of them have", () => {
    const { queue } = makeQueue(9)
    assert.strictEqual(queue.nextDueMillis, 900)
    queue.join()
    assert.isUndefined(queue.nextDueMillis)
  })

  it("has no arrival that is due at the end of the run or later", () => {
    const { queue } = makeQueue(2, { runMillis: 200 })
    assert.isUndefined(queue.nextDueMillis)
    assert.deepStrictEqual(takeAll(queue, 200), [
      [0, 0],
      [1, 100]
    ])
  })

  it("has every third arrival of the whole run in a share of three", () => {
    const { queue } = makeQueue(3, { share: { index: 1, of: 3 } })
    assert.isUndefined(queue.nextDueMillis)
    assert.deepStrictEqual(takeAll(queue, 300), [
      [1, 100],
      [4, 400],
      [7, 700]
    ])
  })

  it("gives an arrival exactly at its deadline, and drops it after that", () => {
    const atDeadline = makeQueue(1)
    assert.deepStrictEqual(atDeadline.queue.take(250), { nth: 0, dueMillis: 0 })
    const late = makeQueue(1)
    assert.isUndefined(late.queue.take(250.001))
    assert.deepStrictEqual(late.dropped, [1])
  })

  it("drops the arrivals before the first that can still begin, and reports them together", () => {
    const { dropped, queue } = makeQueue(6)
    assert.deepStrictEqual(queue.take(500), { nth: 3, dueMillis: 300 })
    assert.deepStrictEqual(dropped, [3])
  })

  it("has the deadline of the first arrival that waits, and none while it is empty", () => {
    const { queue } = makeQueue(3)
    assert.strictEqual(queue.deadlineMillis, 250)
    queue.take(0)
    assert.strictEqual(queue.deadlineMillis, 350)
    queue.dropLate(400)
    assert.strictEqual(queue.deadlineMillis, 450)
    queue.take(400)
    assert.isUndefined(queue.deadlineMillis)
  })

  it("skips arrivals that became too late before they joined, after a pause of the generator", () => {
    const { dropped, queue } = makeQueue(1)
    queue.take(0)
    assert.isTrue(queue.skipLate(800))
    // Due at 100 to 500; 550 is the earliest due time that can still begin.
    assert.deepStrictEqual([dropped, queue.nextDueMillis], [[5], 600])
    assert.isFalse(queue.skipLate(800))
  })

  it("drops everything that waits, and arrivals due before a time", () => {
    const { dropped, queue } = makeQueue(2, { startWithinMillis: 60_000 })
    queue.dropAll(500)
    assert.deepStrictEqual(dropped, [5])
    assert.isUndefined(queue.take(500))
  })

  it("drops waiting arrivals even if they are due after that time", () => {
    const { dropped, queue } = makeQueue(4)
    queue.dropAll(100)
    assert.deepStrictEqual(dropped, [4])
  })

  it("has the arrivals of a warm-up before 0, and drops them apart", () => {
    const dropped: Array<readonly [count: number, inWarmUp: boolean]> = []
    const queue = new ArrivalQueue(
      { arrivals: steady(10, 1000), warmUpMillis: 300, runMillis: 700, startWithinMillis: 250 },
      (count, inWarmUp) => dropped.push([count, inWarmUp])
    )
    assert.strictEqual(queue.nextDueMillis, -300)
    queue.join()
    assert.deepStrictEqual(takeAll(queue, -300), [[0, -300]])
    queue.dropAll(200)
    assert.deepStrictEqual(dropped, [
      [2, true],
      [2, false]
    ])
    assert.strictEqual(queue.nextDueMillis, -200)
  })

  it("accounts for each of 300,000 arrivals: taken or dropped", () => {
    let dropped = 0
    const arrivals = [
      { millis: 60_000, target: 5000 },
      { millis: 30_000, target: 5000 }
    ]
    const queue = new ArrivalQueue({ arrivals, runMillis: 90_000, startWithinMillis: 100 }, (count) => {
      dropped += count
    })
    let taken = 0
    for (let now = 0; now <= 90_000; now += 250) {
      while ((queue.nextDueMillis ?? Number.POSITIVE_INFINITY) <= now) {
        if (!queue.skipLate(now)) queue.join()
      }
      while (queue.take(now) !== undefined) taken++
    }
    queue.dropAll(90_000)
    assert.strictEqual(taken + dropped, 300_000)
    assert.isAbove(Math.min(taken, dropped), 100_000)
  })
})
