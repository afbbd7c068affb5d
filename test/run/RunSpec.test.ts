import { assert, describe, it } from "@effect/vitest"
import { availableParallelism } from "node:os"
import {
  arrivals,
  connectionsOf,
  constantAfter,
  fullLoadMillis,
  users,
  workerCount
} from "../../src/run/RunSpec.ts"
import { specOf } from "./specOf.ts"

describe("workerCount", () => {
  it.each([
    [{}, 1],
    [{ workers: "4", clientCount: "100" }, 4],
    [{ workers: "8", clientCount: "3" }, 3],
    [{ workers: "8", clientCount: "100", connections: "5" }, 5],
    [{ workers: "8", runInDebugMode: "true" }, 1],
    [{ workers: "auto", clientCount: "100" }, Math.max(1, availableParallelism() - 1)],
    [{ workers: "AUTO", clientCount: "1" }, 1]
  ])("of %j is %i", (texts, count) => {
    assert.strictEqual(workerCount(specOf(texts)), count)
  })
})

describe("the time of full load", () => {
  it.each([
    ["6 users of 1 per second", users(6, 60, { spawnPerSecond: 1 }), 5000],
    ["after a warm-up of 2 s", users(6, 60, { spawnPerSecond: 1, warmUpMillis: 2000 }), 3000],
    ["after a warm-up of 30 s", users(6, 60, { spawnPerSecond: 1, warmUpMillis: 30_000 }), 0],
    ["a constant rate after a warm-up", arrivals(50, 60, { warmUpMillis: 30_000 }), 0]
  ])("of %s", (_, plan, millis) => {
    assert.strictEqual(fullLoadMillis(plan), millis)
  })
})

describe("the time from which a load is constant", () => {
  const plan = (texts: Readonly<Record<string, string>>) => constantAfter(specOf(texts).plan)

  it("is that of full load, if the load does not change again", () => {
    assert.strictEqual(constantAfter(users(6, 60, { spawnPerSecond: 1 })), 5)
    assert.strictEqual(constantAfter(arrivals(50, 60)), 0)
    assert.strictEqual(plan({ stages: "1m:10,5m:10" }), 60)
    assert.strictEqual(plan({ stages: "1m:10/s,5m:10/s" }), 60)
  })

  it("does not exist if the load changes again, or if users leave", () => {
    assert.isUndefined(plan({ stages: "1m:10/s,5m:10/s,1m:0/s" }))
    assert.isUndefined(plan({ stages: "1m:10,5m:10,1m:5" }))
    assert.isUndefined(plan({ runInDebugMode: "true" }))
  })
})

describe("connectionsOf", () => {
  it("shares out all connections among the workers", () => {
    const each = (connections: string) => {
      const spec = specOf({ workers: "4", clientCount: "100", connections })
      return Array.from({ length: workerCount(spec) }, (_, index) => connectionsOf(spec, index))
    }
    assert.deepStrictEqual(each("40"), [10, 10, 10, 10])
    assert.deepStrictEqual(each("11"), [3, 3, 3, 2])
    assert.deepStrictEqual(each("3"), [1, 1, 1])
    assert.isUndefined(connectionsOf(specOf({ workers: "4" }), 0))
  })
})
