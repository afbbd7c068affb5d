import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, existsSync } from "node:fs"
import { descriptorLimit, parseLimit } from "../../src/run/descriptorLimit.ts"
import { limitWarnings, reserveDescriptors, workersAtOnce } from "../../src/run/descriptors.ts"
import { specOf } from "./specOf.ts"

describe("the limit of file descriptors", () => {
  it.each([
    [
      "Limit   Soft Limit  Hard Limit  Units\nMax open files            1024                 4096      files\n",
      1024
    ],
    ["Max open files            unlimited            unlimited            files\n", undefined],
    ["Max processes             1024                 4096                 processes\n", undefined],
    ["", undefined]
  ])("is read from %j as %j", (text, limit) => {
    assert.strictEqual(parseLimit(text), limit)
  })

  it("is that of this process, where it can be read", () => {
    assert.strictEqual(descriptorLimit() !== undefined, existsSync("/proc/self/limits"))
  })

  it.each([
    // For 300 users, and 40 for everything else.
    [{ clientCount: "300" }, 340, []],
    [
      { clientCount: "300" },
      339,
      ["340 file descriptors", "limit of this process is 339", "ulimit -n 340", "--connections 299"]
    ],
    [{ clientCount: "300", connections: "20" }, 60, []],
    [{ clientCount: "300", connections: "20" }, 59, ["60 file", "--connections 19"]],
    [{ clientCount: "300", connections: "400" }, 339, ["340 file"]],
    [{ arrivalRate: "10", clientCount: "500" }, 256, ["540 file", "--connections 216"]],
    [{ clientCount: "300", workers: "3" }, 351, ["352 file", "--connections 299"]],
    [{ clientCount: "300" }, 32, ["raise the limit with ulimit -n 340"]],
    [{ clientCount: "300", runInDebugMode: "true" }, 256, []],
    [{ clientCount: "300" }, undefined, []]
  ])("of %j and %j is warned of like this: %j", (texts, limit, words) => {
    const warnings = limitWarnings([specOf(texts)], limit)
    assert.strictEqual(warnings.length, words.length === 0 ? 0 : 1)
    for (const each of words) assert.include(warnings.join(""), each)
  })

  it("is compared with the largest load of a study", () => {
    const loads = ["1", "500", "20"].map((clientCount) => specOf({ clientCount }))
    assert.include(limitWarnings(loads, 256).join(""), "540 file descriptors")
  })

  it.each([
    [undefined, Number.POSITIVE_INFINITY],
    [1_048_576, 5242],
    [1024, 4],
    [256, 1],
    [100, 1]
  ])("of %j lets %d workers start at once", (limit, workers) => {
    assert.strictEqual(workersAtOnce(limit), workers)
  })
})

describe("the reserve of file descriptors", () => {
  const open = () => readdirSync("/proc/self/fd").length

  it.effect.skipIf(!existsSync("/proc/self/fd"))("is held until it is released, or its scope closes", () =>
    Effect.gen(function* () {
      const before = open()
      yield* Effect.scoped(
        Effect.gen(function* () {
          const release = yield* reserveDescriptors
          assert.strictEqual(open(), before + 8)
          yield* release
          assert.strictEqual(open(), before)
          yield* release
        })
      )
      yield* Effect.scoped(Effect.asVoid(reserveDescriptors))
      assert.strictEqual(open(), before)
    })
  )
})
