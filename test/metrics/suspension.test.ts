import { assert, describe, it } from "@effect/vitest"
import {
  addLimitedTime,
  generatorLimits,
  isLimited,
  noLimitedTime
} from "../../src/metrics/generatorLimits.ts"
import { suspensionReasons } from "../../src/metrics/judgeGenerator.ts"
import { type Beat, noSuspensions, suspendedMillis, SuspensionCount } from "../../src/metrics/suspension.ts"
import { delays, second } from "./health.ts"

const start: Beat = { monotonicMillis: 5000, uptimeMillis: 90_000, cpuMicros: 700_000, waitedMicros: 40_000 }

/** A beat that is later by these times of each clock. */
const after = (
  before: Beat,
  passed: { millis: number; asleepMillis?: number; cpuMillis?: number; waitedMillis?: number | undefined }
): Beat => ({
  monotonicMillis: before.monotonicMillis + passed.millis,
  uptimeMillis: before.uptimeMillis + passed.millis + (passed.asleepMillis ?? 0),
  cpuMicros: before.cpuMicros + 1000 * (passed.cpuMillis ?? 0),
  waitedMicros:
    "waitedMillis" in passed && passed.waitedMillis === undefined
      ? undefined
      : (before.waitedMicros ?? 0) + 1000 * (passed.waitedMillis ?? 0)
})

describe("the time between two beats", () => {
  it.each([
    ["in time", { millis: 100 }, 0],
    ["late by less than a second", { millis: 1090 }, 0],
    ["stopped by a signal", { millis: 3200, cpuMillis: 4 }, 3200],
    ["stopped, after which timers have much to do", { millis: 3200, cpuMillis: 900 }, 3200],
    ["stopped, on a system that does not report waits", { millis: 3200, waitedMillis: undefined }, 3200],
    ["at work on something long", { millis: 3200, cpuMillis: 3150 }, 0],
    ["waiting for the main thread, while others work", { millis: 3200, cpuMillis: 9000 }, 0],
    ["short of a processor", { millis: 3200, cpuMillis: 300, waitedMillis: 2800 }, 0],
    ["asleep with its machine", { millis: 120, asleepMillis: 600_000 }, 600_000],
    ["asleep, and stopped before", { millis: 3200, asleepMillis: 600_000 }, 603_200],
    ["by a clock of whole seconds a little longer", { millis: 120, asleepMillis: 990 }, 0]
  ] as const)("%s", (_, passed, millis) => {
    assert.strictEqual(suspendedMillis(start, after(start, passed)), millis)
  })
})

describe("suspensions", () => {
  it("are counted from beat to beat, and reported once", () => {
    const suspended = new SuspensionCount(start)
    let last = start
    for (const passed of [{ millis: 100 }, { millis: 2000 }, { millis: 100 }, { millis: 3000 }]) {
      last = after(last, passed)
      suspended.beat(last)
    }
    assert.deepStrictEqual(suspended.take(), { count: 2, totalMicros: 5_000_000 })
    assert.deepStrictEqual(suspended.take(), noSuspensions)
  })

  it("mark their second, which does not count as a late event loop", () => {
    const health = second({
      loopDelays: delays(3000),
      suspensions: { count: 1, totalMicros: 3_040_000 }
    })
    assert.isAbove(health.loopDelays.maxMicros / 1000, generatorLimits.loopDelayP99Millis)
    assert.isTrue(isLimited(health))
    assert.deepInclude(addLimitedTime(noLimitedTime, health), { delayedSeconds: 0, limitedSeconds: 0 })
    assert.deepStrictEqual(suspensionReasons(health), ["it was suspended for 3.0 s"])
    assert.deepStrictEqual(suspensionReasons(second({})), [])
  })
})
