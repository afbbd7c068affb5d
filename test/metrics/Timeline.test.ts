import { assert, describe, it, vi } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import type { GeneratorHealth } from "../../src/metrics/GeneratorHealth.ts"
import { lateStartMillis } from "../../src/metrics/Starts.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { maxPoints, pointOf, type Second, Timeline, type TimelinePoint } from "../../src/metrics/Timeline.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"

const histogramOf = (values: ReadonlyArray<number>): Histogram => {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

interface Counted {
  readonly micros: ReadonlyArray<number>
  /** The latencies of further requests, which failed. */
  readonly failedMicros: ReadonlyArray<number>
  readonly users: number
  readonly lates: ReadonlyArray<number>
  readonly delays: ReadonlyArray<number> | undefined
}

const micros = FastCheck.array(FastCheck.integer({ min: 1, max: 5_000_000 }), { maxLength: 12 })
const aSecond: FastCheck.Arbitrary<Counted> = FastCheck.record({
  micros,
  failedMicros: FastCheck.oneof(FastCheck.constant([]), micros),
  users: FastCheck.nat(50),
  lates: FastCheck.array(FastCheck.nat(40), { maxLength: 4 }),
  delays: FastCheck.option(micros, { nil: undefined })
})

const healthOf = (delays: ReadonlyArray<number>): GeneratorHealth => ({
  observedMicros: 1_000_000,
  cpuMicros: 1000 * delays.length,
  busyMicros: 500 * delays.length,
  ranMicros: null,
  waitedMicros: null,
  loopDelays: histogramOf(delays),
  pauses: { count: delays.length, totalMicros: 2000 * delays.length, maxMicros: Math.max(0, ...delays) },
  rssBytes: 1000 + delays.length,
  sockets: delays.length,
  suspensions: noSuspensions,
  others: null
})

/** The expected point of several merged seconds. */
const together = (seconds: ReadonlyArray<Counted>, elapsedSeconds: number): Second => {
  const lates = seconds.flatMap((each) => each.lates)
  const succeeded = seconds.flatMap((each) => each.micros)
  const failed = seconds.flatMap((each) => each.failedMicros)
  const observed = seconds.flatMap(({ delays }) => (delays === undefined ? [] : [delays]))
  const delays = observed.flat()
  const most = Math.max(0, ...observed.map(({ length }) => length))
  return {
    elapsedSeconds,
    seconds: seconds.length,
    users: Math.max(...seconds.map(({ users }) => users)),
    requests: succeeded.length + failed.length,
    failures: failed.length,
    operations: 30 * succeeded.length,
    rows: 0,
    latenciesByOutcome: {
      succeeded: histogramOf(succeeded),
      failed: failed.length === 0 ? undefined : histogramOf(failed)
    },
    starts: {
      count: lates.length,
      late: lates.filter((late) => late > lateStartMillis).length,
      maxLateMillis: Math.max(0, ...lates),
      dropped: 0
    },
    generator:
      observed.length === 0
        ? undefined
        : {
            ...healthOf(delays),
            observedMicros: 1_000_000 * observed.length,
            rssBytes: 1000 + most,
            sockets: most,
            suspensions: noSuspensions,
            others: null
          }
  }
}

const timelineOf = (seconds: ReadonlyArray<Counted>, most: number): ReadonlyArray<TimelinePoint> => {
  const timeline = new Timeline(most)
  seconds.forEach((second, i) => timeline.add(together([second], i + 1)))
  return timeline.points
}

describe("Timeline", () => {
  it("says of merged seconds that an agent alone was limited in one of them", () => {
    const [rested, busy] = [healthOf([]), { ...healthOf([]), busyMicros: 990_000 }]
    const secondOf = (agent: GeneratorHealth): Second => ({
      ...together([{ micros: [5], failedMicros: [], users: 1, lates: [], delays: [] }], 1),
      generator: {
        ...rested,
        apart: {
          coordinator: rested,
          agents: new Map([
            ["a", rested],
            ["b", agent]
          ])
        }
      }
    })
    const limitedOf = (agents: ReadonlyArray<GeneratorHealth>) => {
      const timeline = new Timeline(2)
      for (const agent of agents) timeline.add(secondOf(agent))
      return timeline.points.map(({ generator, seconds }) => [seconds, generator?.limited])
    }
    assert.deepStrictEqual(limitedOf([rested, busy, rested, rested]), [
      [2, true],
      [2, false]
    ])
    assert.deepStrictEqual(limitedOf([rested, rested, rested, rested, rested, busy]), [
      [4, false],
      [2, true]
    ])
  })

  it("has every second of a run up to its maximum", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(aSecond, { minLength: 1, maxLength: 8 }), (seconds) => {
        assert.deepStrictEqual(
          timelineOf(seconds, 8),
          seconds.map((second, i) => pointOf(together([second], i + 1)))
        )
      })
    )
  })

  it("has points of 2, 4, 8, ... seconds in longer runs, equal to one count of those seconds", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(aSecond, { minLength: 1, maxLength: 60 }),
        FastCheck.constantFrom(2, 4, 6),
        (seconds, most) => {
          const points = timelineOf(seconds, most)
          assert.isAtMost(points.length, most)
          let perPoint = 1
          while (Math.ceil(seconds.length / perPoint) > most) perPoint *= 2
          assert.strictEqual(points.length, Math.ceil(seconds.length / perPoint))
          points.forEach((point, i) => {
            const own = seconds.slice(i * perPoint, (i + 1) * perPoint)
            const limited = own.some((each) => pointOf(together([each], 1)).generator?.limited)
            assert.deepStrictEqual(point, pointOf(together(own, i * perPoint + own.length), limited))
          })
        }
      ),
      { numRuns: 200 }
    )
  })

  it("has no second with more work than others, also when every two points become one", () => {
    const added = vi.spyOn(Histogram.prototype, "addBytes")
    const timeline = new Timeline(100)
    const second = { micros: [1500], failedMicros: [], users: 1, lates: [], delays: [300] }
    const works = Array.from({ length: 1000 }, (_, i) => {
      added.mockClear()
      timeline.add(together([second], i + 1))
      return added.mock.calls.length
    })
    added.mockRestore()
    // The growing point and one pair: two parts each, of latencies and of delays.
    assert.strictEqual(Math.max(...works), 8)
  })

  it("takes less than 15 MB for 3,600 seconds of 2,000 latencies between 1 and 200 ms", () => {
    const micros = Array.from({ length: 2000 }, (_, i) => 1000 * 200 ** (i / 2000))
    const delays = Array.from({ length: 100 }, (_, i) => 20 * i)
    const points = 60
    const timeline = new Timeline(points)
    const perPoint = () => timeline.byteLength / points
    const second = together([{ micros, failedMicros: [], users: 1, lates: [], delays }], 1)
    let most = 0
    for (let i = 1; i <= 4 * points; i++) {
      timeline.add({ ...second, elapsedSeconds: i })
      most = Math.max(most, perPoint())
    }
    assert.isBelow(most * maxPoints, 15_000_000)
    assert.isAbove(most * maxPoints, 1_000_000)
  })

  it("knows whether the generator was over a limit before its figures are rounded", () => {
    const seconds = (busyMicros: number): Second => ({
      ...together([{ micros: [], failedMicros: [], users: 1, lates: [], delays: [] }], 1),
      generator: { ...healthOf([]), busyMicros }
    })
    const [kept, crossed] = [pointOf(seconds(900_000)), pointOf(seconds(900_001))]
    assert.deepStrictEqual([kept.generator?.busy, crossed.generator?.busy], [0.9, 0.9])
    assert.deepStrictEqual([kept.generator?.limited, crossed.generator?.limited], [false, true])
  })

  it("has null for the latency of a second without requests, and for a generator that is not observed", () => {
    const quiet = { micros: [], failedMicros: [], users: 1, lates: [], delays: undefined }
    const loud = { ...quiet, micros: [2000], delays: [3000] }
    const [first] = timelineOf([quiet], 2)
    assert.deepStrictEqual([first?.latencyMs, first?.generator], [null, null])
    const [both] = timelineOf([quiet, loud, quiet], 2)
    assert.deepStrictEqual([both?.latencyMs?.max, both?.generator?.loopDelayMs.max], [2, 3])
  })
})
