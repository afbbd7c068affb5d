import { assert, describe, it } from "@effect/vitest"
import { specOfSlice, withBatchSize } from "../../src/run/specOfSlice.ts"
import { specOf } from "./specOf.ts"

const time = { seconds: 10, seed: 7 }

describe("the load of a slice", () => {
  it("starts all users of a slice at once, and keeps what ends the loads of its study", () => {
    const base = specOf({ maxFailRatio: "0.2", gracefulStop: "5", clientCount: "3", maxWait: "40" })
    const { plan, seed } = specOfSlice(base, { _tag: "Users", clientCount: 20 }, time)
    assert.strictEqual(seed, 7)
    assert.deepStrictEqual(plan, {
      _tag: "Users",
      users: 20,
      spawnPerSecond: 100_000,
      runMillis: 10_000,
      waits: { seed: 7, minMillis: 0, maxMillis: 0 },
      passes: Number.POSITIVE_INFINITY,
      gracefulStopMillis: 5000,
      maxFailRatio: 0.2
    })
  })

  it("has the arrival rate of a step, and the limits of the search", () => {
    const base = specOf({ arrivalRate: "4", clientCount: "50", startWithin: "2" })
    const { plan } = specOfSlice(base, { _tag: "Arrivals", perSecond: 80 }, time)
    assert.deepInclude(plan, {
      _tag: "Arrivals",
      arrivals: [
        { millis: 0, target: 80 },
        { millis: 10_000, target: 80 }
      ],
      maxUsers: 50,
      startWithinMillis: 2000,
      runMillis: 10_000
    })
  })

  it("rises evenly to the arrival rate of a warm-up", () => {
    const base = specOf({ arrivalRate: "4" })
    const { plan } = specOfSlice(base, { _tag: "Arrivals", perSecond: 80, from: 40 }, time)
    assert.deepInclude(plan, {
      arrivals: [
        { millis: 0, target: 40 },
        { millis: 10_000, target: 80 }
      ]
    })
  })

  it("has batches of the size of a point, in every scenario", () => {
    const { scenarios } = withBatchSize(specOf({ batchTripleCount: "2" }), 33)
    assert.deepStrictEqual(
      scenarios.map(({ batchTripleCount }) => batchTripleCount),
      [33, 33]
    )
  })
})
