import { assert, describe, it } from "@effect/vitest"
import type { GeneratorHealth } from "../../src/metrics/GeneratorHealth.ts"
import {
  addLimitedTime,
  isLimited,
  limitAdvice,
  limitReasons,
  maxLimitedSeconds,
  noLimitedTime
} from "../../src/metrics/generatorLimits.ts"
import { delays, second } from "./health.ts"

const limitedBy = (seconds: ReadonlyArray<GeneratorHealth>) => seconds.reduce(addLimitedTime, noLimitedTime)

const busy = second({ busyMicros: 950_000 })
const idle = second({ busyMicros: 900_000, loopDelays: delays(50) })
const delayed = second({ loopDelays: delays(51) })

const times = <A>(count: number, value: A): ReadonlyArray<A> => Array.from({ length: count }, () => value)

describe("a second", () => {
  it("is limited above 90 % and above 50 ms, not at them", () => {
    assert.deepStrictEqual(limitedBy([idle, busy, delayed, { ...busy, loopDelays: delays(60) }]), {
      observedSeconds: 4,
      busySeconds: 2,
      delayedSeconds: 2,
      limitedSeconds: 3,
      waitedSeconds: 0
    })
    assert.deepStrictEqual([idle, busy, delayed].map(isLimited), [false, true, true])
  })

  it("lacked a processor above 20 % of waiting, which alone is not a limit", () => {
    const waits = [200_001, 200_000, null].map((waitedMicros) => ({ ...busy, waitedMicros }))
    const time = limitedBy([...waits, { ...idle, waitedMicros: 500_000 }])
    assert.deepInclude(time, { limitedSeconds: 3, waitedSeconds: 2 })
    assert.isFalse(isLimited({ ...idle, waitedMicros: 500_000 }))
  })

  it("counts for as long as it was observed", () => {
    const short = { ...busy, observedMicros: 250_000, busyMicros: 250_000 }
    assert.strictEqual(limitedBy([idle, short]).limitedSeconds, 0.25)
  })
})

describe("a run", () => {
  it.each([
    [60, 6],
    [30, 3],
    [15, 3],
    [6, 3],
    [4, 2],
    [1, 0.5],
    [0, 0]
  ])("of %d s may be limited for %d s", (observed, most) => {
    assert.strictEqual(maxLimitedSeconds(observed), most)
  })

  it.each([
    ["compiles for the first 3 of 15 s", [...times(3, busy), ...times(12, idle)], false],
    ["opens connections for 1 of 2 s", [delayed, idle], false],
    ["is saturated for all of 2 s", times(2, busy), true],
    ["is saturated for 4 of 15 s", [...times(11, idle), ...times(4, busy)], true],
    ["is saturated for 6 of 60 s", [...times(54, idle), ...times(6, busy)], false],
    [
      "is late in 4 and busy in 3 of 60 s",
      [...times(53, idle), ...times(4, delayed), ...times(3, busy)],
      true
    ],
    ["was never observed", [], false]
  ] as const)("that %s: limited is %3$s", (_, seconds, limited) => {
    assert.strictEqual(limitReasons(limitedBy(seconds)).length > 0, limited)
  })

  it.each([
    [60, 6],
    [10, 1],
    [2, 0.2]
  ])("of %d s after a warm-up may be limited for %d s: nothing is compiled any more", (observed, most) => {
    assert.strictEqual(maxLimitedSeconds(observed, true), most)
  })

  it("that is saturated for 2 of 10 s is limited after a warm-up, and not without one", () => {
    const time = limitedBy([...times(2, busy), ...times(8, idle)])
    assert.deepStrictEqual(limitReasons(time), [])
    assert.deepStrictEqual(limitReasons(time, true), [
      "in 2.0 of 10.0 s (20 %) its event loop was more than 90 % busy"
    ])
  })

  it("reports the time without a processor, and then advises processors and not threads", () => {
    const starved = { ...delayed, waitedMicros: 400_000 }
    const waiting = { ...idle, waitedMicros: 400_000 }
    const time = limitedBy([
      ...times(12, starved),
      ...times(12, busy),
      ...times(6, waiting),
      ...times(30, idle)
    ])
    assert.deepStrictEqual(limitReasons(time).slice(1), [
      "in 12 of 60 s (20 %) its event loop was more than 50 ms late (p99)",
      "in 18 of 60 s (30 %) it waited for a processor more than 20 % of the time"
    ])
    assert.match(limitAdvice(time), /^It had too few processors:/)
    assert.match(limitAdvice(limitedBy([starved, busy, busy])), /^Use more --workers/)
  })

  it("reports each limit with the time in which it was exceeded", () => {
    assert.deepStrictEqual(limitReasons(limitedBy([...times(30, busy), ...times(30, idle)])), [
      "in 30 of 60 s (50 %) its event loop was more than 90 % busy"
    ])
    assert.deepStrictEqual(
      limitReasons(limitedBy([...times(8, busy), ...times(5, delayed), ...times(87, idle)])),
      [
        "in 8 of 100 s (8.0 %) its event loop was more than 90 % busy",
        "in 5 of 100 s (5.0 %) its event loop was more than 50 ms late (p99)"
      ]
    )
    const mostlyDelayed = [...times(1, busy), ...times(40, delayed), ...times(59, idle)]
    assert.deepStrictEqual(limitReasons(limitedBy(mostlyDelayed)), [
      "in 40 of 100 s (40 %) its event loop was more than 50 ms late (p99)"
    ])
  })
})
