import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { throughputAt } from "../../src/result/ScalabilityLaw.ts"
import {
  isEnd,
  type JudgedLevel,
  judgeLevel,
  kneeOf,
  soakLoad,
  type StressLevel
} from "../../src/studies/kneeOf.ts"
import { loadsUpTo } from "../../src/studies/stress.ts"

interface Served {
  readonly perSecond: number
  readonly latencyMs: number
  readonly unserved?: number
  readonly limited?: boolean
  readonly locked?: boolean
}

const level = (
  load: number,
  { latencyMs, limited = false, locked = false, perSecond, unserved = 0 }: Served
): StressLevel => ({
  load,
  rate: { median: perSecond, min: 0.99 * perSecond, max: 1.01 * perSecond },
  slices: 3,
  p50: 0.7 * latencyMs,
  p95: latencyMs,
  unserved,
  limited,
  locked
})

/** Doubles the users of a made server until a level is not good. */
const climbed = (server: (users: number) => Served, maximum = 4096): ReadonlyArray<JudgedLevel> => {
  const judged: Array<JudgedLevel> = []
  let before: StressLevel | undefined
  for (const load of loadsUpTo(1, maximum)) {
    const next = level(load, server(load))
    const each = judgeLevel(next, before)
    judged.push(each)
    before = next
    if (isEnd(each)) break
  }
  return judged
}

const kneeWith = (server: (users: number) => Served, maximum?: number) => kneeOf(climbed(server, maximum))

/** Little's law: c seats, of which each serves a request in S; more users wait for a seat. */
const pool =
  (seats: number, serviceMs: number) =>
  (users: number): Served => {
    const perSecond = (1000 * Math.min(users, seats)) / serviceMs
    return { perSecond, latencyMs: (1000 * users) / perSecond }
  }

const law =
  (contention: number, coherency: number) =>
  (users: number): Served => {
    const perSecond = throughputAt({ perUser: 100, contention, coherency }, users)
    return { perSecond, latencyMs: (1000 * users) / perSecond }
  }

describe("kneeOf", () => {
  it("finds the knee of a pool within a factor of two of its seats", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 1000 }),
        FastCheck.integer({ min: 1, max: 5000 }),
        (seats, serviceMs) => {
          const knee = kneeWith(pool(seats, serviceMs))
          assert.strictEqual(knee._tag, "Knee")
          if (knee._tag !== "Knee") return
          assert.isAtMost(knee.good, 2 * seats)
          assert.isAtLeast(knee.broken, seats)
          assert.deepStrictEqual(knee.broke, ["flattens"])
        }
      )
    )
  })

  it("finds a knee at or below twice the peak of a server that gets slower with more users", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.double({ min: 0.01, max: 0.3, noNaN: true }),
        FastCheck.double({ min: 0.0005, max: 0.05, noNaN: true }),
        (contention, coherency) => {
          const knee = kneeWith(law(contention, coherency))
          const peak = Math.max(1, Math.sqrt((1 - contention) / coherency))
          assert.strictEqual(knee._tag, "Knee")
          if (knee._tag !== "Knee") return
          assert.isAtMost(knee.good, 2 * peak)
          // What the knee reaches is most of what the server can do.
          const most = throughputAt({ perUser: 100, contention, coherency }, peak)
          assert.isAtLeast(throughputAt({ perUser: 100, contention, coherency }, knee.good), most / 1.3)
        }
      )
    )
  })

  it("calls a fall of throughput a result: a real DMS peaked at 4 users and fell to half at 60", () => {
    const measured: Readonly<Record<number, Served>> = {
      1: { perSecond: 349, latencyMs: 126 },
      2: { perSecond: 480, latencyMs: 190 },
      4: { perSecond: 619, latencyMs: 305 },
      8: { perSecond: 500, latencyMs: 790 }
    }
    assert.deepStrictEqual(
      kneeWith((users) => measured[users] ?? { perSecond: 294, latencyMs: 8995 }),
      { _tag: "Knee", good: 4, broken: 8, broke: ["falls"] }
    )
  })

  it("finds failures at a latency that does not change", () => {
    const failing = (users: number): Served => ({
      perSecond: 100 * Math.min(users, 20),
      latencyMs: 10,
      unserved: users > 20 ? 1 - 20 / users : 0
    })
    assert.deepStrictEqual(kneeWith(failing), { _tag: "Knee", good: 16, broken: 32, broke: ["failures"] })
  })

  it("tolerates 1 % of failures", () => {
    const some = (unserved: number) => kneeWith((users) => ({ ...pool(8, 10)(users), unserved }), 8)
    assert.deepStrictEqual(some(0.01), { _tag: "NotReached", good: 8 })
    assert.deepStrictEqual(some(0.011), { _tag: "None" })
  })

  it("is a lower bound where the load generator is the bottleneck, whatever the figures there", () => {
    const limited = (users: number): Served => ({
      ...pool(64, 10)(users),
      limited: users >= 16,
      unserved: users >= 16 ? 0.5 : 0
    })
    assert.deepStrictEqual(kneeWith(limited), { _tag: "Limited", good: 8, limited: 16 })
  })

  it("is a lower bound where a lock held the load up, whatever the figures there", () => {
    const locked = (users: number): Served => ({
      ...(users >= 16 ? { perSecond: 10, latencyMs: 9000 } : pool(64, 10)(users)),
      locked: users >= 16
    })
    assert.deepStrictEqual(kneeWith(locked), { _tag: "Locked", good: 8, locked: 16 })
    assert.deepStrictEqual(
      kneeWith((users) => ({ ...pool(64, 10)(users), locked: true })),
      { _tag: "None" }
    )
  })

  it("is a lower bound at the maximum", () => {
    assert.deepStrictEqual(kneeWith(pool(1000, 10), 100), { _tag: "NotReached", good: 100 })
    assert.deepStrictEqual(kneeOf([]), { _tag: "None" })
  })

  it("does not call slower growth a knee while latency hardly grows", () => {
    const judged = judgeLevel(
      level(8, { perSecond: 105, latencyMs: 14 }),
      level(4, { perSecond: 100, latencyMs: 10 })
    )
    assert.deepStrictEqual([judged.outcome, judged.broke], ["good", []])
  })

  it("does not call noise a fall", () => {
    const noisy = (load: number, median: number, latencyMs: number): StressLevel => ({
      ...level(load, { perSecond: median, latencyMs }),
      rate: { median, min: 0.7 * median, max: 1.3 * median }
    })
    const judged = judgeLevel(noisy(8, 95, 14), noisy(4, 100, 10))
    assert.deepStrictEqual([judged.outcome, judged.change?.differs], ["good", false])
  })
})

describe("soakLoad", () => {
  it("is 70 % of the knee, rounded down, at least 1", () => {
    assert.deepStrictEqual([1, 2, 4, 10, 16, 90, 0.5].map(soakLoad), [1, 1, 2, 7, 11, 63, 0.5])
  })
})

describe("loadsUpTo", () => {
  it("doubles to the maximum, which it includes", () => {
    assert.deepStrictEqual(loadsUpTo(1, 10), [1, 2, 4, 8, 10])
    assert.deepStrictEqual(loadsUpTo(3, 3), [3])
    assert.deepStrictEqual(loadsUpTo(5, 20), [5, 10, 20])
  })
})
