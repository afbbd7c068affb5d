import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  acrossThreads,
  addLimitedTime,
  addStarts,
  busyShare,
  cpuCores,
  type GeneratorHealth,
  isLimited,
  limitAdvice,
  limitReasons,
  mostLimitedSeconds,
  noLimitedTime,
  noPauses,
  noStarts,
  silentThread,
  thenHealth,
  ThreadHealth,
  thenThread,
  waitedShare
} from "../../src/metrics/GeneratorHealth.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"

const delays = (...millis: ReadonlyArray<number>): Histogram => {
  const histogram = new Histogram()
  for (const each of millis) histogram.record(each * 1000)
  return histogram
}

const thread = (some: Partial<ThreadHealth>): ThreadHealth => ({
  observedMicros: 250_000,
  busyMicros: 0,
  waitedMicros: 0,
  loopDelays: delays(),
  pauses: noPauses,
  sockets: 0,
  ...some
})

/** One second of a generator. */
const second = (some: Partial<GeneratorHealth>): GeneratorHealth => ({
  observedMicros: 1_000_000,
  cpuMicros: 0,
  busyMicros: 0,
  waitedMicros: 0,
  loopDelays: delays(),
  pauses: noPauses,
  rssBytes: 0,
  sockets: 0,
  ...some
})

const limitedBy = (seconds: ReadonlyArray<GeneratorHealth>) => seconds.reduce(addLimitedTime, noLimitedTime)

const busy = second({ busyMicros: 950_000 })
const idle = second({ busyMicros: 900_000, loopDelays: delays(50) })
const delayed = second({ loopDelays: delays(51) })

const times = <A>(count: number, value: A): ReadonlyArray<A> => Array.from({ length: count }, () => value)

describe("a thread", () => {
  it("adds up what it noticed from report to report, and has the sockets of the last", () => {
    const a = thread({
      busyMicros: 100_000,
      waitedMicros: 0,
      loopDelays: delays(1, 2),
      pauses: { count: 2, totalMicros: 700, maxMicros: 500 },
      sockets: 9
    })
    const b = thread({
      busyMicros: 50_000,
      waitedMicros: 0,
      loopDelays: delays(3),
      pauses: { count: 1, totalMicros: 600, maxMicros: 600 },
      sockets: 4
    })
    assert.deepStrictEqual(thenThread(a, b), {
      observedMicros: 500_000,
      busyMicros: 150_000,
      waitedMicros: 0,
      loopDelays: delays(1, 2, 3),
      pauses: { count: 3, totalMicros: 1300, maxMicros: 600 },
      sockets: 4
    })
    assert.strictEqual(a.loopDelays.count, 2)
  })

  it.effect("arrives in another thread as it was sent", () =>
    Effect.gen(function* () {
      const sent = thread({ busyMicros: 123.5, loopDelays: delays(0, 7, 7000), sockets: 3 })
      const arrived = yield* Effect.flatMap(Schema.encode(ThreadHealth)(sent), Schema.decode(ThreadHealth))
      assert.deepStrictEqual(arrived, sent)
    })
  )
})

describe("what a thread waited for a processor", () => {
  it("is added up over time, and not known when it is not known of all of it", () => {
    const waited = (waitedMicros: number | null) => thread({ waitedMicros })
    assert.strictEqual(thenThread(waited(3), waited(4)).waitedMicros, 7)
    assert.isNull(thenThread(waited(3), waited(null)).waitedMicros)
    assert.strictEqual(thenThread(silentThread(waited(3)), waited(4)).waitedMicros, 4)
    assert.isNull(silentThread(waited(null)).waitedMicros)
  })

  it("is that of the one that waited longest, of those that tell", () => {
    const ofProcess = { observedMicros: 1_000_000, cpuMicros: 0, rssBytes: 7 }
    const waits = (...micros: ReadonlyArray<number | null>) =>
      waitedShare(
        acrossThreads(
          micros.map((waitedMicros) => thread({ waitedMicros })),
          ofProcess
        )
      )
    assert.strictEqual(waits(25_000, null, 50_000), 0.2)
    assert.isNull(waits(null))
  })
})

describe("threads side by side", () => {
  it("are as busy as those that told something, and keep the connections of those that did not", () => {
    const silent = silentThread(
      thread({
        busyMicros: 250_000,
        waitedMicros: 0,
        loopDelays: delays(80),
        pauses: { count: 2, totalMicros: 5, maxMicros: 4 },
        sockets: 5
      })
    )
    const ofProcess = { observedMicros: 1_000_000, cpuMicros: 0, rssBytes: 7 }
    assert.deepStrictEqual(acrossThreads([silent], ofProcess), second({ rssBytes: 7, sockets: 5 }))
    const one = thread({ busyMicros: 25_000, sockets: 2 })
    assert.deepInclude(acrossThreads([one, silent], ofProcess), { busyMicros: 100_000, sockets: 7 })
  })

  it("are as busy as the busiest, and have the delays, pauses and sockets of all", () => {
    const health = acrossThreads(
      [
        thread({ observedMicros: 1_000_000, busyMicros: 100_000, loopDelays: delays(1), sockets: 1 }),
        // Its reports came a little late: it is its own share of the time that counts.
        thread({ observedMicros: 800_000, busyMicros: 600_000, loopDelays: delays(2, 3), sockets: 5 }),
        thread({ observedMicros: 0, pauses: { count: 2, totalMicros: 5, maxMicros: 4 } })
      ],
      { observedMicros: 1_000_000, cpuMicros: 1_300_000, rssBytes: 7 }
    )
    assert.deepStrictEqual(health, {
      observedMicros: 1_000_000,
      cpuMicros: 1_300_000,
      busyMicros: 750_000,
      waitedMicros: 0,
      loopDelays: delays(1, 2, 3),
      pauses: { count: 2, totalMicros: 5, maxMicros: 4 },
      rssBytes: 7,
      sockets: 6
    })
    assert.deepStrictEqual([busyShare(health), cpuCores(health)], [0.75, 1.3])
  })

  it("are not busy when nobody observed them, and never more than all the time", () => {
    const none = acrossThreads([], { observedMicros: 0, cpuMicros: 0, rssBytes: 0 })
    assert.deepStrictEqual([busyShare(none), cpuCores(none)], [0, 0])
    assert.strictEqual(busyShare({ busyMicros: 11, observedMicros: 10 }), 1)
  })
})

describe("thenHealth", () => {
  it("adds up times and counts, and has the most memory and sockets that were seen", () => {
    const a = second({ cpuMicros: 5, busyMicros: 6, loopDelays: delays(1), rssBytes: 90, sockets: 2 })
    const b = second({ cpuMicros: 7, busyMicros: 8, loopDelays: delays(2), rssBytes: 80, sockets: 3 })
    assert.deepStrictEqual(thenHealth(a, b), {
      observedMicros: 2_000_000,
      cpuMicros: 12,
      busyMicros: 14,
      waitedMicros: 0,
      loopDelays: delays(1, 2),
      pauses: noPauses,
      rssBytes: 90,
      sockets: 3
    })
  })
})

describe("starts", () => {
  it("add up, and the latest is the latest of both", () => {
    const sum = addStarts(
      { count: 5, late: 1, maxLateMillis: 30, dropped: 1 },
      { count: 2, late: 1, maxLateMillis: 12, dropped: 4 }
    )
    assert.deepStrictEqual(sum, { count: 7, late: 2, maxLateMillis: 30, dropped: 5 })
    assert.deepStrictEqual(addStarts(sum, noStarts), sum)
  })
})

describe("a second", () => {
  it("is limited above 90 % and above 50 ms, not at them", () => {
    assert.deepStrictEqual(limitedBy([idle, busy, delayed, { ...busy, loopDelays: delays(60) }]), {
      observedSeconds: 4,
      busySeconds: 2,
      delayedSeconds: 2,
      limitedSeconds: 3,
      starvedSeconds: 0
    })
    assert.deepStrictEqual([idle, busy, delayed].map(isLimited), [false, true, true])
  })

  it("was short of a processor above 20 % of waiting, where that limited it and somebody tells", () => {
    const waits = [200_001, 200_000, null].map((waitedMicros) => ({ ...busy, waitedMicros }))
    const time = limitedBy([...waits, { ...idle, waitedMicros: 500_000 }])
    assert.deepInclude(time, { limitedSeconds: 3, starvedSeconds: 1 })
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
    assert.strictEqual(mostLimitedSeconds(observed), most)
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
    assert.strictEqual(mostLimitedSeconds(observed, true), most)
  })

  it("that is saturated for 2 of 10 s is limited after a warm-up, and not without one", () => {
    const time = limitedBy([...times(2, busy), ...times(8, idle)])
    assert.deepStrictEqual(limitReasons(time), [])
    assert.deepStrictEqual(limitReasons(time, true), [
      "its event loop was busy for more than 90 % of the time in 20 % of 10 s"
    ])
  })

  it("says that others had the processor when they had, and then advises against them and not for threads", () => {
    const starved = { ...delayed, waitedMicros: 400_000 }
    const time = limitedBy([...times(12, starved), ...times(12, busy), ...times(36, idle)])
    assert.deepStrictEqual(limitReasons(time).slice(1), [
      "its event loop was late by more than 50 ms (p99) in 20 % of 60 s",
      "it waited for a processor for more than 20 % of the time in 20 % of 60 s"
    ])
    assert.match(limitAdvice(time), /^It had to share its processors:/)
    assert.match(limitAdvice(limitedBy([starved, busy, busy])), /^--workers/)
  })

  it("says why it was limited, for how much of its time", () => {
    assert.deepStrictEqual(limitReasons(limitedBy([...times(30, busy), ...times(30, idle)])), [
      "its event loop was busy for more than 90 % of the time in 50 % of 60 s"
    ])
    assert.deepStrictEqual(
      limitReasons(limitedBy([...times(8, busy), ...times(5, delayed), ...times(87, idle)])),
      [
        "its event loop was busy for more than 90 % of the time in 8.0 % of 100 s",
        "its event loop was late by more than 50 ms (p99) in 5.0 % of 100 s"
      ]
    )
    const mostlyDelayed = [...times(1, busy), ...times(40, delayed), ...times(59, idle)]
    assert.deepStrictEqual(limitReasons(limitedBy(mostlyDelayed)), [
      "its event loop was late by more than 50 ms (p99) in 40 % of 100 s"
    ])
  })
})
