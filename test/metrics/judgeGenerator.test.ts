import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import type { GeneratorHealth } from "../../src/metrics/GeneratorHealth.ts"
import { measuredAfter, type GeneratorMeasured } from "../../src/metrics/GeneratorMeasured.ts"
import {
  isTooShort,
  judgeGenerator,
  limitAdvice,
  maxLimitedSeconds
} from "../../src/metrics/judgeGenerator.ts"
import { delays, second } from "./health.ts"

const busy = second({ busyMicros: 950_000, ranMicros: 950_000 })
const idle = second({ busyMicros: 900_000, loopDelays: delays(50) })
const delayed = second({ loopDelays: delays(51) })

/** Two processors that postgres and dotnet have. */
const others = {
  usedMicros: 1_800_000,
  processors: 2,
  namedMicros: 1_000_000,
  byName: [
    { name: "postgres", usedMicros: 1_100_000 },
    { name: "dotnet", usedMicros: 600_000 },
    { name: "cron", usedMicros: 50_000 }
  ]
}
const starved = second({
  loopDelays: delays(80),
  cpuMicros: 150_000,
  ranMicros: 150_000,
  waitedMicros: 400_000,
  others
})
/** Waiting as well, without effect. */
const waiting = { ...idle, waitedMicros: 400_000, others }
const calm = { ...idle, others }

const times = <A>(count: number, value: A): ReadonlyArray<A> => Arr.replicate(value, count)

const measured = (seconds: ReadonlyArray<GeneratorHealth>): GeneratorMeasured => {
  const [first = idle, ...rest] = seconds
  return rest.reduce<GeneratorMeasured>(measuredAfter, measuredAfter(undefined, first))
}

const judge = (seconds: ReadonlyArray<GeneratorHealth>, warmed = false) =>
  judgeGenerator(measured(seconds), warmed)

describe("a run", () => {
  it.each([
    [60, 6],
    [30, 3],
    [15, 3],
    [6, 3],
    [5, 2.5],
    [0, 0]
  ])("of %d s may be limited for %d s", (observed, most) => {
    assert.strictEqual(maxLimitedSeconds(observed), most)
  })

  it.each([
    [60, 6],
    [10, 1],
    [2, 0.2]
  ])("of %d s after a warm-up may be limited for %d s: nothing is compiled any more", (observed, most) => {
    assert.strictEqual(maxLimitedSeconds(observed, true), most)
  })

  it.each([
    ["compiles for the first 3 of 15 s", [...times(3, busy), ...times(12, idle)], false],
    ["opens connections for 2 of 5 s", [delayed, delayed, ...times(3, idle)], false],
    ["is saturated for all of 5 s", times(5, busy), true],
    ["is saturated for 4 of 15 s", [...times(11, idle), ...times(4, busy)], true],
    ["is saturated for 6 of 60 s", [...times(54, idle), ...times(6, busy)], false],
    [
      "is late in 4 and busy in 3 of 60 s",
      [...times(53, idle), ...times(4, delayed), ...times(3, busy)],
      true
    ]
  ] as const)("that %s: limited is %3$s", (_, seconds, limited) => {
    assert.deepInclude(judge(seconds), { limited, tooShort: false })
  })

  it("that is saturated for 2 of 10 s is limited after a warm-up, and not without one", () => {
    const seconds = [...times(2, busy), ...times(8, idle)]
    assert.deepStrictEqual(judge(seconds).reasons, [])
    assert.deepStrictEqual(judge(seconds, true).reasons, [
      "in 2.0 of 10.0 s (20 %) its event loop was more than 90 % busy"
    ])
  })

  it("reports each limit with the time in which it was exceeded", () => {
    assert.deepStrictEqual(judge([...times(30, busy), ...times(30, idle)]).reasons, [
      "in 30 of 60 s (50 %) its event loop was more than 90 % busy"
    ])
    assert.deepStrictEqual(judge([...times(8, busy), ...times(5, delayed), ...times(87, idle)]).reasons, [
      "in 8 of 100 s (8.0 %) its event loop was more than 90 % busy",
      "in 5 of 100 s (5.0 %) its event loop was more than 50 ms late (p99)"
    ])
    assert.deepStrictEqual(judge([...times(1, busy), ...times(40, delayed), ...times(59, idle)]).reasons, [
      "in 40 of 100 s (40 %) its event loop was more than 50 ms late (p99)"
    ])
  })
})

describe("a short run", () => {
  it.each([
    [4.9, false, true],
    [4.96, false, false],
    [5, false, false],
    [1.9, true, true],
    [2, true, false]
  ])("of %d s, warmed %s: too short to tell is %s", (observed, warmed, tooShort) => {
    assert.strictEqual(isTooShort(observed, warmed), tooShort)
  })

  it("that is saturated all the time gets no verdict", () => {
    const verdict = { tooShort: true, limited: false, limitedBy: null, reasons: [] }
    assert.deepStrictEqual(judge(times(4, busy)), verdict)
    assert.deepStrictEqual(judge(times(1, busy), true), verdict)
    assert.deepInclude(judge(times(2, busy), true), { tooShort: false, limitedBy: "generator" })
  })
})

describe("a limited generator", () => {
  it("whose processors others had is limited by the machine, and names them first", () => {
    const seconds = [...times(40, starved), ...times(5, waiting), ...times(15, calm)]
    assert.deepStrictEqual(judge(seconds), {
      tooShort: false,
      limited: true,
      limitedBy: "machine",
      reasons: [
        "other programs had the processors: 1.8 of 2 cores, most of all postgres (1.1 cores) and dotnet (0.6)",
        "in 40 of 60 s (67 %) its event loop was more than 50 ms late (p99)",
        "in 45 of 60 s (75 %) it waited for a processor more than 20 % of the time"
      ]
    })
  })

  it.each([
    ["more of its own work than a run may have", 7, 40, "generator"],
    ["a little of its own work", 4, 40, "machine"],
    ["equally little of both", 4, 4, "generator"],
    ["a little of its own work and more of others", 3, 4, "machine"]
  ] as const)("with %s is limited by %3$s", (_, own, machine, by) => {
    const seconds = [...times(own, busy), ...times(machine, starved), ...times(60 - own - machine, calm)]
    assert.strictEqual(judge(seconds).limitedBy, by)
  })

  it("is limited by something unknown where the system does not report run times", () => {
    const unknown = { ...busy, ranMicros: null, waitedMicros: null }
    assert.deepInclude(judge(times(10, unknown)), { limited: true, limitedBy: null })
  })

  it("gets the advice that fits", () => {
    const adviceFor = (one: GeneratorHealth, isLocal = false) => {
      const ten = measured(times(10, one))
      return limitAdvice(ten, judgeGenerator(ten).limitedBy, isLocal)
    }
    assert.match(adviceFor(busy), /^Use more --workers/)
    const threads = { ...starved, cpuMicros: 1_900_000, others: { ...others, usedMicros: 50_000 } }
    assert.match(adviceFor(threads), /^It had too few processors: use more processors or fewer --workers/)
    assert.match(
      adviceFor(starved, true),
      /^Server, database and generator share the machine: this is a limit of the machine, not of the tool/
    )
    const noDatabase = {
      ...starved,
      others: { ...others, byName: [{ name: "dotnet", usedMicros: 900_000 }] }
    }
    assert.match(adviceFor(noDatabase, true), /^Server and generator share the machine/)
    assert.match(adviceFor(starved), /^This is a limit of the machine, not of the tool: stop other programs/)
    assert.match(adviceFor({ ...busy, ranMicros: null }), /If other programs used the processors, stop them/)
  })
})
