import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  acrossThreads,
  busyShare,
  cpuCores,
  noPauses,
  silentThread,
  mergeHealth,
  ThreadHealth,
  mergeThread,
  waitedShare
} from "../../src/metrics/GeneratorHealth.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"
import { delays, second, thread } from "./health.ts"

describe("the memory figure", () => {
  it.each([
    [7, 5, 7],
    [7, null, 7],
    [null, 5, 5],
    [null, null, null]
  ])("%j and then %j is at most %j", (a, b, most) => {
    assert.strictEqual(mergeHealth(second({ rssBytes: a }), second({ rssBytes: b })).rssBytes, most)
  })
})

describe("a thread", () => {
  it("adds up its reports, and has the sockets of the last one", () => {
    const a = thread({
      busyMicros: 100_000,
      ranMicros: 0,
      waitedMicros: 0,
      loopDelays: delays(1, 2),
      pauses: { count: 2, totalMicros: 700, maxMicros: 500 },
      sockets: 9
    })
    const b = thread({
      busyMicros: 50_000,
      ranMicros: 0,
      waitedMicros: 0,
      loopDelays: delays(3),
      pauses: { count: 1, totalMicros: 600, maxMicros: 600 },
      sockets: 4
    })
    assert.deepStrictEqual(mergeThread(a, b), {
      observedMicros: 500_000,
      busyMicros: 150_000,
      ranMicros: 0,
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

describe("the wait for a processor", () => {
  it("is added up over time, and unknown if a part is unknown", () => {
    const waited = (waitedMicros: number | null) => thread({ waitedMicros })
    assert.strictEqual(mergeThread(waited(3), waited(4)).waitedMicros, 7)
    assert.isNull(mergeThread(waited(3), waited(null)).waitedMicros)
    assert.strictEqual(mergeThread(silentThread(waited(3)), waited(4)).waitedMicros, 4)
    assert.isNull(silentThread(waited(null)).waitedMicros)
  })

  it("is the longest wait of the threads that report one", () => {
    const ofProcess = {
      observedMicros: 1_000_000,
      cpuMicros: 0,
      rssBytes: 7,
      suspensions: noSuspensions,
      others: null
    }
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

describe("several threads", () => {
  it("are as busy as those with a report, and keep the connections of those without", () => {
    const silent = silentThread(
      thread({
        busyMicros: 250_000,
        ranMicros: 0,
        waitedMicros: 0,
        loopDelays: delays(80),
        pauses: { count: 2, totalMicros: 5, maxMicros: 4 },
        sockets: 5
      })
    )
    const ofProcess = {
      observedMicros: 1_000_000,
      cpuMicros: 0,
      rssBytes: 7,
      suspensions: noSuspensions,
      others: null
    }
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
      {
        observedMicros: 1_000_000,
        cpuMicros: 1_300_000,
        rssBytes: 7,
        suspensions: noSuspensions,
        others: null
      }
    )
    assert.deepStrictEqual(health, {
      observedMicros: 1_000_000,
      cpuMicros: 1_300_000,
      busyMicros: 750_000,
      ranMicros: 0,
      waitedMicros: 0,
      loopDelays: delays(1, 2, 3),
      pauses: { count: 2, totalMicros: 5, maxMicros: 4 },
      rssBytes: 7,
      sockets: 6,
      suspensions: noSuspensions,
      others: null
    })
    assert.deepStrictEqual([busyShare(health), cpuCores(health)], [0.75, 1.3])
  })

  it("are not busy when they are not observed, and busy for at most the whole time", () => {
    const none = acrossThreads([], {
      observedMicros: 0,
      cpuMicros: 0,
      rssBytes: 0,
      suspensions: noSuspensions,
      others: null
    })
    assert.deepStrictEqual([busyShare(none), cpuCores(none)], [0, 0])
    assert.strictEqual(busyShare({ busyMicros: 11, observedMicros: 10 }), 1)
  })
})

describe("thenHealth", () => {
  it("adds up times and counts, and has the maximum of memory and sockets", () => {
    const a = second({ cpuMicros: 5, busyMicros: 6, loopDelays: delays(1), rssBytes: 90, sockets: 2 })
    const b = second({ cpuMicros: 7, busyMicros: 8, loopDelays: delays(2), rssBytes: 80, sockets: 3 })
    assert.deepStrictEqual(mergeHealth(a, b), {
      observedMicros: 2_000_000,
      cpuMicros: 12,
      busyMicros: 14,
      ranMicros: 0,
      waitedMicros: 0,
      loopDelays: delays(1, 2),
      pauses: noPauses,
      rssBytes: 90,
      sockets: 3,
      suspensions: noSuspensions,
      others: null
    })
  })
})
