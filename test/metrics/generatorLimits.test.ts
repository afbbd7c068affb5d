import { assert, describe, it } from "@effect/vitest"
import * as fc from "effect/FastCheck"
import type { GeneratorHealth } from "../../src/metrics/GeneratorHealth.ts"
import {
  addLimitedTime,
  isLimited,
  noLimitedTime,
  secondLimitedBy
} from "../../src/metrics/generatorLimits.ts"
import { delays, second } from "./health.ts"

const timeOf = (seconds: ReadonlyArray<GeneratorHealth>) => seconds.reduce(addLimitedTime, noLimitedTime)

const busy = second({ busyMicros: 950_000 })
const idle = second({ busyMicros: 900_000, loopDelays: delays(50) })
const delayed = second({ loopDelays: delays(51) })

describe("a second", () => {
  it("is limited above 90 % and above 50 ms, not at them", () => {
    assert.deepStrictEqual(timeOf([idle, busy, delayed, { ...busy, loopDelays: delays(60) }]), {
      observedSeconds: 4,
      busySeconds: 2,
      delayedSeconds: 2,
      limitedSeconds: 3,
      ownSeconds: 3,
      machineSeconds: 0,
      waitedSeconds: 0
    })
    assert.deepStrictEqual([idle, busy, delayed].map(isLimited), [false, true, true])
  })

  it("lacked a processor above 20 % of waiting, which alone is not a limit", () => {
    const waits = [200_001, 200_000, null].map((waitedMicros) => ({ ...busy, waitedMicros }))
    const time = timeOf([...waits, { ...idle, waitedMicros: 500_000 }])
    assert.deepInclude(time, { limitedSeconds: 3, waitedSeconds: 2 })
    assert.isFalse(isLimited({ ...idle, waitedMicros: 500_000 }))
  })

  it("counts for as long as it was observed", () => {
    const short = { ...busy, observedMicros: 250_000, busyMicros: 250_000 }
    assert.strictEqual(timeOf([idle, short]).limitedSeconds, 0.25)
  })
})

describe("a limited second", () => {
  const ofMachine = (usedMicros: number, processors = 2) => ({
    usedMicros,
    processors,
    namedMicros: 0,
    byName: []
  })
  const starved = second({
    busyMicros: 980_000,
    cpuMicros: 300_000,
    ranMicros: 300_000,
    waitedMicros: 600_000,
    others: ofMachine(1_700_000)
  })

  it.each([
    ["others had both processors while it waited", {}, "machine"],
    // Others spin on every core, and it fills its own all the same.
    ["it filled a core, whatever others do", { ranMicros: 900_001, waitedMicros: 90_000 }, "generator"],
    ["it waited for more than a fifth, as little as that is", { waitedMicros: 200_001 }, "machine"],
    ["it waited less and ran more: it blocked its event loop", { waitedMicros: 200_000 }, "generator"],
    [
      "it waited little, but more than it ran and as long as its timers were late",
      { ranMicros: 50_000, waitedMicros: 120_000, loopDelays: delays(90) },
      "machine"
    ],
    [
      "its waits are too short for its delays",
      { ranMicros: 50_000, waitedMicros: 80_000, loopDelays: delays(90) },
      "generator"
    ],
    ["its own threads had the processors", { cpuMicros: 1_850_000, others: ofMachine(100_000) }, "generator"],
    ["a quota held it back on an idle machine", { others: ofMachine(1_000_000, 16) }, "generator"],
    ["others had the machine, which has many processors", { others: ofMachine(15_000_000, 16) }, "machine"],
    ["the system does not report other programs", { others: null }, null],
    ["the system does not report the run time of threads", { ranMicros: null, waitedMicros: null }, null]
  ] as const)("when %s, is limited by %3$s", (_, some, by) => {
    assert.strictEqual(secondLimitedBy({ ...starved, ...some }), by)
  })

  it.prop(
    "is never excused by others once it fills a core",
    [
      fc.integer({ min: 900_001, max: 1_000_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 0, max: 4_000_000 })
    ],
    ([ranMicros, waitedMicros, used]) => {
      const health = { ...starved, ranMicros, waitedMicros, others: ofMachine(used, 4) }
      assert.strictEqual(secondLimitedBy(health), "generator")
    }
  )
})
