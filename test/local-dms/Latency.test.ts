import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { PCGRandom } from "effect/Utils"
import * as Latency from "../../src/local-dms/Latency.ts"

const draws = (latency: Latency.Latency, count: number): ReadonlyArray<number> => {
  const random = new PCGRandom(1)
  return Array.from({ length: count }, () => Latency.draw(latency, random, 1)).sort(
    (one, other) => one - other
  )
}

describe("Latency", () => {
  it.each([
    ["none", { _tag: "none" }],
    ["20ms", { _tag: "fixed", millis: 20 }],
    ["1.5s", { _tag: "fixed", millis: 1500 }],
    ["30 millis", { _tag: "fixed", millis: 30 }],
    ["0.5 seconds", { _tag: "fixed", millis: 500 }],
    ["2", { _tag: "fixed", millis: 2000 }],
    ["perOperation:20ms,1.5ms", { _tag: "perOperation", requestMillis: 20, operationMillis: 1.5 }],
    ["uniform:10ms,30ms", { _tag: "uniform", fromMillis: 10, toMillis: 30 }],
    ["exponential:20ms", { _tag: "exponential", meanMillis: 20 }],
    ["lognormal:20ms,0.4", { _tag: "lognormal", medianMillis: 20, sigma: 0.4 }],
    ["lognormal: 20 ms, 0.4", { _tag: "lognormal", medianMillis: 20, sigma: 0.4 }],
    ["perOperation:20ms:1.5ms", { _tag: "perOperation", requestMillis: 20, operationMillis: 1.5 }],
    ["uniform:10ms:30ms", { _tag: "uniform", fromMillis: 10, toMillis: 30 }],
    ["lognormal:20ms:0.5", { _tag: "lognormal", medianMillis: 20, sigma: 0.5 }]
  ])("reads %s", (text, expected) => {
    assert.deepStrictEqual(Latency.parse(text), Option.some(expected))
  })

  it.each([
    "",
    "fast",
    "none:1",
    "perOperation:20ms",
    "perOperation:20ms:x",
    "perOperation:20ms:1ms:1ms",
    "uniform:10ms",
    "uniform:30ms:10ms",
    "exponential",
    "lognormal:20ms",
    "lognormal:20ms:x",
    "20ms:1",
    "20ms,1",
    "none,1",
    "lognormal,20ms,0.4",
    "lognormal:20ms,",
    "lognormal:20ms,-1",
    "uniform:10ms,30ms,50ms",
    "exponential:20ms,1",
    "lognormal:20ms:1:2",
    "infinity"
  ])("refuses %s", (text) => {
    assert.isTrue(Option.isNone(Latency.parse(text)))
  })

  it.each([
    ["none", 30, 0],
    ["20ms", 30, 20],
    ["perOperation:20ms,1ms", 0, 20],
    ["perOperation:20ms,1ms", 1, 21],
    ["perOperation:20ms,1ms", 30, 50],
    ["perOperation:0ms,0.5ms", 99, 49.5]
  ])("%s with %d operations takes %d ms", (text, operations, expected) => {
    const latency = Option.getOrThrow(Latency.parse(text))
    assert.strictEqual(Latency.draw(latency, new PCGRandom(1), operations), expected)
  })

  it("half of the lognormal draws are below the median, and the tail follows sigma", () => {
    const sorted = draws({ _tag: "lognormal", medianMillis: 20, sigma: 0.5 }, 10_001)
    assert.approximately(sorted[5000] ?? 0, 20, 0.5)
    // 97.72 % of a normal distribution are below two standard deviations: 20 * e^(2 * 0.5)
    assert.approximately(sorted[9773] ?? 0, 54.4, 3)
  })

  it("exponential draws have the given mean, uniform ones are within the bounds", () => {
    const exponential = draws({ _tag: "exponential", meanMillis: 20 }, 10_000)
    assert.approximately(exponential.reduce((sum, one) => sum + one, 0) / 10_000, 20, 0.6)
    const uniform = draws({ _tag: "uniform", fromMillis: 10, toMillis: 30 }, 10_000)
    assert.isAtLeast(uniform[0] ?? 0, 10)
    assert.isBelow(uniform[9999] ?? 30, 30)
  })
})
