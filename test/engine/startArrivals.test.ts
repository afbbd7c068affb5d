/** The open model on the virtual clock: when iterations begin, which are dropped, and from when latencies count. */
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { SampleSink } from "../../src/domain/Sample.ts"
import { dueMillis, type Stages, steady, totalMillis } from "../../src/domain/Stages.ts"
import { type ArrivalsPlan, run } from "../../src/engine/LoadRun.ts"
import type { UserIteration, Workload } from "../../src/engine/Scenario.ts"
import { startArrivals } from "../../src/engine/startArrivals.ts"
import { stopRulesOfShare } from "../../src/engine/StopRule.ts"
import type { Stopwatch } from "../../src/engine/Stopwatch.ts"
import { Histogram, type Latencies } from "../../src/metrics/Histogram.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { it } from "./virtualTime.ts"
import { runPlan, sampleOf } from "./loads.ts"
import { countRounds } from "./rounds.ts"

const planOf = (arrivals: Stages, some: Partial<ArrivalsPlan> = {}): ArrivalsPlan => ({
  _tag: "Arrivals",
  arrivals,
  maxUsers: 100,
  startWithinMillis: 1000,
  runMillis: totalMillis(arrivals),
  gracefulStopMillis: 30_000,
  maxFailRatio: 1,
  ...some
})

type Begun = readonly [millis: number, user: number, iteration: number]

/** Iterations of requests that take some time each; it records when each user began which. */
const workload = (
  name: string,
  millisAt: (at: UserIteration, nowMillis: number) => number,
  options: { readonly requests?: number; readonly ok?: (at: UserIteration) => boolean } = {}
): Workload & { readonly begun: Array<Begun> } => {
  const { ok = () => true, requests = 1 } = options
  const begun: Array<Begun> = []
  return {
    name,
    begun,
    iteration: (at) =>
      Effect.gen(function* () {
        const sink = yield* SampleSink
        // Unlike the effects of the same names these take fractions of a millisecond, also under the test clock.
        const clock = yield* Effect.clock
        begun.push([clock.unsafeCurrentTimeMillis(), at.user, at.iteration])
        for (let i = 0; i < requests; i++) {
          const sentNanos = clock.unsafeCurrentTimeNanos()
          yield* Effect.sleep(millisAt(at, clock.unsafeCurrentTimeMillis()))
          sink.unsafeRecord(sampleOf(name, ok(at), [sentNanos, clock.unsafeCurrentTimeNanos()]))
        }
        return yield* ok(at) ? Effect.void : Effect.fail("failed" as const)
      })
  }
}

const histogramOf = (millis: ReadonlyArray<number>): Histogram => {
  const histogram = new Histogram()
  for (const each of millis) histogram.record(1000 * each)
  return histogram
}

/** p50, p95, p99 and the highest, in milliseconds. */
const percentilesOf = (latencies: Latencies) =>
  latencies.percentiles([50, 95, 99, 100]).map((micros) => micros / 1000)

describe("arrivals", () => {
  it.effect(
    "of 50 per second begin at 0, 20, 40, ...: 500 in 10 s, whether earlier ones have ended or not",
    () =>
      Effect.gen(function* () {
        const one = workload("a", () => 130)
        const { measurements, result, total } = yield* runPlan(planOf(steady(50, 10_000)), [one])
        assert.deepStrictEqual(
          one.begun.map(([millis]) => millis),
          Array.from({ length: 500 }, (_, nth) => nth * 20)
        )
        assert.deepStrictEqual(measurements.starts, { count: 500, late: 0, maxLateMillis: 0, dropped: 0 })
        assert.strictEqual(total.requests, 500)
        // The eighth begins after the first has ended: 7 users are enough, and the last response arrives at 10.11 s.
        assert.deepStrictEqual([result.users, result.elapsedSeconds, result.endedBy], [7, 10.11, "runTime"])
      })
  )

  it.effect("of a ramp begin when the integral of the rate reaches their number", () =>
    Effect.gen(function* () {
      const one = workload("a", () => 1)
      const arrivals = [
        { millis: 4000, target: 4 },
        { millis: 2000, target: 0 }
      ]
      yield* runPlan(planOf(arrivals), [one])
      const times = one.begun.map(([millis]) => millis)
      // t^2 / 2 = n up to 8 at 4 s, then 4 t - t^2 = n - 8; timers round to whole milliseconds.
      const up = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => Math.sqrt(2 * n) * 1000)
      const down = [0, 1, 2, 3].map((n) => 4000 + (2 - Math.sqrt(4 - n)) * 1000)
      assert.strictEqual(times.length, 12)
      for (const [i, due] of [...up, ...down].entries()) {
        assert.isTrue(Math.abs((times[i] ?? Number.NaN) - due) <= 1, `${i}: ${times[i]} is not ${due}`)
      }
    })
  )

  it.effect("go to the users that became free last, and no key is used twice", () =>
    Effect.gen(function* () {
      const one = workload("a", () => 150)
      yield* runPlan(planOf(steady(10, 1000)), [one])
      assert.deepStrictEqual(
        one.begun.map(([, user, iteration]) => [user, iteration]),
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
          [0, 2],
          [1, 2],
          [0, 3],
          [1, 3],
          [0, 4],
          [1, 4]
        ]
      )
    })
  )

  it.effect("run the workloads in turn, by the number of the arrival", () =>
    Effect.gen(function* () {
      const [a, b, c] = [workload("a", () => 10), workload("b", () => 10), workload("c", () => 10)]
      yield* runPlan(planOf(steady(10, 800)), [a, b, c])
      assert.deepStrictEqual(
        [a, b, c].map(({ begun }) => begun.map(([millis]) => millis)),
        [
          [0, 300, 600],
          [100, 400, 700],
          [200, 500]
        ]
      )
    })
  )

  it.effect("of all shares together are those of the whole run", () =>
    Effect.gen(function* () {
      const arrivals = [{ millis: 2000, target: 12 }]
      const begunIn = (share?: ArrivalsPlan["share"]) =>
        Effect.gen(function* () {
          const one = workload("a", () => 10)
          const since = yield* Clock.currentTimeMillis
          const { measurements } = yield* runPlan(planOf(arrivals, share === undefined ? {} : { share }), [
            one
          ])
          return {
            times: one.begun.map(([millis]) => (millis - since).toFixed(3)),
            starts: measurements.starts.count
          }
        })
      const whole = yield* begunIn()
      const parts = []
      for (const index of [0, 1, 2]) parts.push(yield* begunIn({ index, of: 3 }))
      assert.strictEqual(whole.starts, 12)
      assert.deepStrictEqual(
        parts.map(({ starts }) => starts),
        [4, 4, 4]
      )
      const together = parts.flatMap(({ times }) => times).sort((x, y) => Number(x) - Number(y))
      assert.deepStrictEqual(together, whole.times)
    })
  )

  it.effect("of a share use its users only: their ids are the share's, and no more run at once", () =>
    Effect.gen(function* () {
      const one = workload("a", () => 60_000)
      const share = { index: 1, of: 3 }
      const plan = planOf(steady(30, 1000), { share, maxUsers: 8, gracefulStopMillis: 0 })
      const { measurements, result } = yield* runPlan(plan, [one])
      assert.deepStrictEqual(
        one.begun.map(([, user]) => user),
        [1, 4, 7]
      )
      assert.deepStrictEqual([result.users, measurements.starts.dropped], [3, 7])
    })
  )
})

describe("arrivals without a free user", () => {
  it.effect("wait in the queue in order, and begin when a user becomes free", () =>
    Effect.gen(function* () {
      // Due at 0, 100, ... 900; one user, which needs 150 ms for each.
      const one = workload("a", () => 150)
      const { measurements, result } = yield* runPlan(planOf(steady(10, 1000), { maxUsers: 1 }), [one])
      assert.deepStrictEqual(
        one.begun.map(([millis]) => millis),
        [0, 150, 300, 450, 600, 750, 900, 1050, 1200, 1350]
      )
      // Late by 0, 50, 100, ... 450 ms; the last three were in the queue when the time was over.
      assert.deepStrictEqual(measurements.starts, { count: 10, late: 9, maxLateMillis: 450, dropped: 0 })
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["runTime", 1.5])
      const { total } = measurements
      assert.deepStrictEqual(
        [total.latencies.minMicros, total.latencies.maxMicros, total.latencies.meanMicros],
        [150_000, 600_000, 375_000]
      )
      assert.deepStrictEqual(
        [total.services?.minMicros, total.services?.maxMicros, total.services?.count],
        [150_000, 150_000, 10]
      )
    })
  )

  it.effect("are dropped when they are too late, also those in the queue at the end of the time", () =>
    Effect.gen(function* () {
      // Due at 0, 100, ... 900; one user, which needs 400 ms for each; at most 250 ms late.
      const one = workload("a", () => 400)
      const plan = planOf(steady(10, 1000), { maxUsers: 1, startWithinMillis: 250 })
      const { measurements, result } = yield* runPlan(plan, [one])
      // At 400 the first that can begin was due at 200, at 800 the one due at 600; at 1200 the one due at 900 is too late.
      assert.deepStrictEqual(
        one.begun.map(([millis]) => millis),
        [0, 400, 800]
      )
      assert.deepStrictEqual(measurements.starts, { count: 3, late: 2, maxLateMillis: 200, dropped: 7 })
      assert.strictEqual(result.elapsedSeconds, 1.2)
    })
  )

  it.effect("are dropped in the second in which they become too late, and counted", () =>
    Effect.gen(function* () {
      // The only user is stuck from 0 to 3.5 s; 500 ms after its due time an arrival is dropped.
      const one = workload("a", (_, now) => (now === 0 ? 3500 : 10))
      const plan = planOf(steady(4, 6000), { maxUsers: 1, startWithinMillis: 500 })
      const { measurements, slices } = yield* runPlan(plan, [one])
      // Due at 250, 500, ... 2750 and dropped; those of 3000, 3250 and 3500 begin at 3500, 3510 and 3520.
      assert.deepStrictEqual(
        one.begun.slice(0, 5).map(([millis]) => millis),
        [0, 3500, 3510, 3520, 3750]
      )
      assert.deepStrictEqual(measurements.starts, { count: 13, late: 3, maxLateMillis: 500, dropped: 11 })
      // They are dropped 501 ms after their due times: the first at 751, then four a second.
      assert.deepStrictEqual(
        slices.map(({ point }) => point.dropped),
        [1, 4, 4, 2, 0, 0, 0]
      )
      assert.strictEqual(slices.at(-1)?.starts.dropped, 11)
    })
  )

  it.effect(
    "do not begin in a burst after a pause of the generator: those that are too late are dropped",
    () =>
      Effect.gen(function* () {
        const clock = yield* Effect.clock
        let paused = 0
        const pausing: Clock.Clock = {
          [Clock.ClockTypeId]: Clock.ClockTypeId,
          unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + paused,
          unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos() + BigInt(paused * 1e6),
          currentTimeMillis: Effect.map(clock.currentTimeMillis, (millis) => millis + paused),
          currentTimeNanos: Effect.map(clock.currentTimeNanos, (nanos) => nanos + BigInt(paused * 1e6)),
          sleep: (duration) => clock.sleep(duration)
        }
        const begun: Array<number> = []
        // The arrival of 900 ms blocks the event loop for 5 s: those of 1000 to 5900 ms are up to 5 s late.
        const one: Workload = {
          name: "a",
          iteration: () =>
            Effect.sync(() => {
              begun.push(pausing.unsafeCurrentTimeMillis())
              if (begun.length === 10) paused = 5000
            })
        }
        const plan = planOf(steady(10, 10_000), { startWithinMillis: 500 })
        const fiber = yield* Effect.fork(Effect.withClock(run(plan, [one]), pausing))
        yield* TestClock.adjust("20 seconds")
        yield* Fiber.join(fiber)
        // At 6000 ms those due from 5500 on can begin; those of 1000 to 5400 cannot.
        assert.deepStrictEqual(begun.slice(9, 17), [900, 6000, 6000, 6000, 6000, 6000, 6000, 6100])
        const { starts } = (yield* Recorder).measurements()
        assert.deepStrictEqual(starts, { count: 55, late: 5, maxLateMillis: 500, dropped: 45 })
      }).pipe(Effect.provide(Recorder.layer))
  )
})

describe("a server that stalls once", () => {
  /** It sends no response from 3 to 5 s, and otherwise responds within 10 ms. */
  const stallingAt = (_: UserIteration, now: number) => (now >= 3000 && now < 5000 ? 5000 - now + 10 : 10)

  it.effect("raises the p99 of the open model as computed by hand, and hardly the service times", () =>
    Effect.gen(function* () {
      // One user, 50 per second for 10 s: the arrival of 3000 ms ends at 5010, the next ones 10 ms apart.
      const one = workload("a", stallingAt)
      const plan = planOf(steady(50, 10_000), { maxUsers: 1, startWithinMillis: 60_000 })
      const { measurements } = yield* runPlan(plan, [one])
      // Arrival k after the stalled one is due at 3000 + 20 k and ends at 5010 + 10 k, until arrivals are on time again.
      const responses = Array.from({ length: 500 }, (_, nth) =>
        nth < 150 ? 10 : Math.max(10, 2010 - 10 * (nth - 150))
      )
      const { latencies, services } = measurements.total
      // The sixth highest of 500, and the sixth of 2010, 2000, 1990, ...
      assert.strictEqual(responses.toSorted((x, y) => x - y)[495 - 1], 1960)
      assert.deepStrictEqual(percentilesOf(latencies), percentilesOf(histogramOf(responses)))
      assert.isTrue(Math.abs((percentilesOf(latencies)[2] ?? 0) / 1960 - 1) < 1 / 1024)
      assert.strictEqual(latencies.maxMicros, 2_010_000)
      const served = Array.from({ length: 500 }, (_, nth) => (nth === 150 ? 2010 : 10))
      assert.deepStrictEqual(services && percentilesOf(services), percentilesOf(histogramOf(served)))
    })
  )

  it.effect("raises the p99 as well with enough users: the arrivals of that time wait for its end", () =>
    Effect.gen(function* () {
      const one = workload("a", stallingAt)
      const { measurements, result } = yield* runPlan(planOf(steady(50, 10_000), { maxUsers: 1000 }), [one])
      const responses = Array.from({ length: 500 }, (_, nth) =>
        nth >= 150 && nth < 250 ? 2010 - 20 * (nth - 150) : 10
      )
      const { latencies, services } = measurements.total
      assert.strictEqual(responses.toSorted((x, y) => x - y)[495 - 1], 1910)
      assert.deepStrictEqual(percentilesOf(latencies), percentilesOf(histogramOf(responses)))
      // No arrival waited for a user: the service times show the stall as well, because all of them were sent.
      assert.deepStrictEqual(services && percentilesOf(services), percentilesOf(latencies))
      assert.deepStrictEqual([result.users, measurements.starts.late], [101, 0])
    })
  )

  it.effect("is one slow response in the closed model, and does not reach its p99", () =>
    Effect.gen(function* () {
      const one = workload("a", stallingAt)
      const fiber = yield* Effect.fork(
        run(
          {
            _tag: "Users",
            users: 1,
            spawnPerSecond: 1,
            runMillis: 9995,
            gracefulStopMillis: 30_000,
            waits: { seed: 1, minMillis: 10, maxMillis: 10 },
            maxFailRatio: 1,
            passes: Number.POSITIVE_INFINITY
          },
          [one]
        )
      )
      yield* TestClock.adjust("20 seconds")
      yield* Fiber.join(fiber)
      const { latencies, services } = (yield* Recorder).total
      // 400 requests, 20 ms apart but for the stall.
      const served = Array.from({ length: 400 }, (_, nth) => (nth === 150 ? 2010 : 10))
      assert.strictEqual(latencies.count, 400)
      assert.deepStrictEqual(percentilesOf(latencies), percentilesOf(histogramOf(served)))
      assert.isBelow(percentilesOf(latencies)[2] ?? 0, 11)
      assert.isUndefined(services)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect(
    "delays only the first request of an iteration: each later one is due when the one before has ended",
    () =>
      Effect.gen(function* () {
        const three = workload("a", () => 20, { requests: 3 })
        // Due at 0, 50, 100 and 150; the user begins at 0, 60, 120 and 180.
        const { measurements } = yield* runPlan(planOf(steady(20, 200), { maxUsers: 1 }), [three])
        const { latencies } = measurements.total
        assert.strictEqual(latencies.count, 12)
        assert.deepStrictEqual(
          [latencies.meanMicros, latencies.maxMicros, measurements.total.services?.maxMicros],
          [(8 * 20_000 + 20_000 + 30_000 + 40_000 + 50_000) / 12, 50_000, 20_000]
        )
      })
  )
})

/** Lets everything run that can. */
const nextRound = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

describe("the end of the time", () => {
  /** A load generator on its own clock, which every sleep advances; it ends when `isOver` returns true. */
  const startOn = (
    plan: ArrivalsPlan,
    workloads: readonly [Workload, ...ReadonlyArray<Workload>],
    wake: (untilMillis: number, nowMillis: number) => number,
    isOver: (nowMillis: number) => boolean
  ) => {
    let now = 0
    const watch: Stopwatch = {
      startedAtMillis: 0,
      elapsedMillis: () => now,
      millisAt: (nanos) => Number(nanos) / 1e6,
      restart: () => {},
      sleepUntil: (millis) =>
        Number.isFinite(millis)
          ? Effect.andThen(nextRound, () => {
              now = Math.max(now, wake(millis, now))
            })
          : Effect.never
    }
    const over = () => isOver(now)
    return Effect.map(
      startArrivals(
        plan,
        workloads,
        stopRulesOfShare(plan, ["a"])
      )({ watch, isWarmUp: () => false, stopping: over, timeIsOver: over, end: () => Effect.void }),
      (generator) => ({ generator, over })
    )
  }

  it.scoped("comes 1.5 ms early, and every arrival of 3000 per second still begins", () =>
    Effect.gen(function* () {
      const nothing: Workload = { name: "a", iteration: () => Effect.void }
      const { generator, over } = yield* startOn(
        planOf(steady(3000, 100)),
        [nothing],
        // Timers ignore fractions, and last a millisecond at least.
        (until, now) => now + Math.max(1, Math.floor(until - now)),
        (now) => now >= 98
      )
      while (!over()) yield* nextRound
      yield* generator.stop
      const { count, dropped } = (yield* Recorder).measurements().starts
      assert.deepStrictEqual([count, dropped], [300, 0])
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.scoped("comes after starts within 0.6 ms of their due time, though timers have whole milliseconds", () =>
    Effect.gen(function* () {
      const nothing: Workload = { name: "a", iteration: () => Effect.void }
      const { generator, over } = yield* startOn(
        planOf(steady(3000, 100)),
        [nothing],
        (until, now) => now + Math.max(1, Math.floor(until - now)),
        (now) => now >= 100
      )
      while (!over()) yield* nextRound
      yield* generator.stop
      const { count, maxLateMillis } = (yield* Recorder).measurements().starts
      assert.strictEqual(count, 300)
      assert.isAtMost(maxLateMillis, 0.6)
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.scoped("comes while due arrivals are throttled, and all of them still begin", () =>
    Effect.gen(function* () {
      const nothing: Workload = { name: "a", iteration: () => Effect.void }
      // The machine pauses for the whole run: all are due at once, and the time is over before the first begins.
      const { generator } = yield* startOn(
        planOf(steady(3000, 100)),
        [nothing],
        () => 100,
        () => true
      )
      yield* generator.stop
      const { count, dropped } = (yield* Recorder).measurements().starts
      assert.deepStrictEqual([count, dropped], [300, 0])
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("drops no arrival of a rate whose due times are fractions of milliseconds", () =>
    Effect.gen(function* () {
      const one = workload("a", () => 2)
      const { measurements, result } = yield* runPlan(planOf(steady(3000, 100.5)), [one])
      // N = 301.5: the last is due at 100.33 ms.
      assert.deepStrictEqual([measurements.starts.count, measurements.starts.dropped], [302, 0])
      assert.strictEqual(result.endedBy, "runTime")
    })
  )

  it.effect(
    "drops the arrivals that did not begin within the graceful stop, so that all are accounted for",
    () =>
      Effect.gen(function* () {
        const stuck: Workload = { name: "stuck", iteration: () => Effect.never }
        const plan = planOf(steady(3000, 100), { maxUsers: 7, gracefulStopMillis: 500 })
        const { measurements, result } = yield* runPlan(plan, [stuck])
        assert.deepStrictEqual([measurements.starts.count, measurements.starts.dropped], [7, 293])
        assert.strictEqual(result.elapsedSeconds, 0.6)
      })
  )

  it.effect("drops the arrivals in the queue when a defect occurs after it", () =>
    Effect.gen(function* () {
      const buggy: Workload = {
        name: "buggy",
        iteration: ({ iteration }) =>
          Effect.zipRight(Effect.sleep(300), iteration < 3 ? Effect.void : Effect.dieMessage("our bug"))
      }
      // Due at 0, 100, ... 900; begun at 0, 300, 600 and 900, where the last ends at 1200.
      const plan = planOf(steady(10, 1000), { maxUsers: 1 })
      const { measurements, result } = yield* runPlan(plan, [buggy])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["defect", 1.2])
      assert.deepStrictEqual([measurements.starts.count, measurements.starts.dropped], [4, 6])
    })
  )
})

describe("a retried request", () => {
  it.effect(
    "counts from the due time of its iteration, as the first attempt; the next request does not",
    () =>
      Effect.gen(function* () {
        const retrying: Workload = {
          name: "a",
          iteration: () =>
            Effect.gen(function* () {
              const sink = yield* SampleSink
              const clock = yield* Effect.clock
              const request = (ok: boolean) =>
                Effect.gen(function* () {
                  const sentNanos = clock.unsafeCurrentTimeNanos()
                  yield* Effect.sleep(100)
                  return sampleOf("a", ok, [sentNanos, clock.unsafeCurrentTimeNanos()])
                })
              sink.unsafeRecord(yield* request(false))
              sink.unsafeRecord({ ...(yield* request(true)), again: true })
              sink.unsafeRecord(yield* request(true))
            })
        }
        // Due at 0 and 250; the only user begins at 0 and 300.
        const { measurements } = yield* runPlan(planOf(steady(4, 500), { maxUsers: 1 }), [retrying])
        const { latencies } = measurements.total
        assert.deepStrictEqual(
          [latencies.count, latencies.maxMicros, latencies.meanMicros],
          [6, 250_000, (100_000 + 200_000 + 100_000 + 150_000 + 250_000 + 100_000) / 6]
        )
      })
  )
})

describe("a run of arrivals", () => {
  it.effect("ends when the failure ratio is exceeded, and drops the arrivals in the queue", () =>
    Effect.gen(function* () {
      // One user and one request a second from two arrivals a second: 9 of 17 have failed at 17 s.
      const failing = workload("a", () => 1000, { ok: ({ iteration }) => iteration < 8 })
      const plan = planOf(steady(2, 60_000), { maxUsers: 1, maxFailRatio: 0.5, startWithinMillis: 60_000 })
      const { measurements, result, total } = yield* runPlan(plan, [failing])
      assert.deepStrictEqual(
        [result.endedBy, result.elapsedSeconds, total.requests, total.failures],
        ["failureRatio", 17, 17, 9]
      )
      // Due at 0, 500, ... 17,000.
      assert.strictEqual(measurements.starts.dropped, 35 - 17)
    })
  )

  it.effect("lets iterations finish and starts no others when it is interrupted", () =>
    Effect.gen(function* () {
      const one = workload("a", () => 3000)
      const fiber = yield* Effect.fork(Effect.uninterruptible(run(planOf(steady(1, 60_000)), [one])))
      yield* TestClock.adjust("4500 millis")
      const interrupting = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("10 seconds")
      const exit = yield* Fiber.join(interrupting)
      assert.isTrue(Exit.isInterrupted(exit))
      const { starts, total } = (yield* Recorder).measurements()
      assert.deepStrictEqual([one.begun.length, total.requests, starts.dropped], [5, 5, 0])
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("interrupts iterations that have not ended within the graceful stop", () =>
    Effect.gen(function* () {
      let interrupted = 0
      const stuck: Workload = {
        name: "stuck",
        iteration: () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++))
      }
      const plan = planOf(steady(2, 2000), { maxUsers: 3, gracefulStopMillis: 5000 })
      const { measurements, result } = yield* runPlan(plan, [stuck])
      assert.deepStrictEqual([result.elapsedSeconds, interrupted, measurements.starts.dropped], [7, 3, 1])
    })
  )

  it.effect("ends at a defect, which it records", () =>
    Effect.gen(function* () {
      const buggy: Workload = {
        name: "buggy",
        iteration: ({ iteration }) =>
          Effect.sleep(10).pipe(
            Effect.zipRight(iteration < 3 ? Effect.fail("expected") : Effect.dieMessage("our bug"))
          )
      }
      const { measurements, result } = yield* runPlan(planOf(steady(1, 10_000)), [buggy])
      assert.deepStrictEqual([result.endedBy, result.elapsedSeconds], ["defect", 3.01])
      assert.deepInclude(measurements.defects[0], { message: "our bug", count: 1 })
    })
  )

  it.effect("accounts for every arrival of its stages: started or dropped", () =>
    Effect.gen(function* () {
      const arrivals = [
        { millis: 3000, target: 40 },
        { millis: 2000, target: 5 }
      ]
      let due = 0
      while (dueMillis(arrivals, due) !== undefined) due++
      const one = workload("a", ({ iteration, user }) => 50 + ((iteration * 37 + user * 11) % 200))
      const plan = planOf(arrivals, { maxUsers: 3, startWithinMillis: 100 })
      const { starts, total } = (yield* runPlan(plan, [one])).measurements
      assert.strictEqual(due, 105)
      assert.strictEqual(starts.count + starts.dropped, due)
      assert.isAbove(starts.dropped, 20)
      assert.strictEqual(total.requests, starts.count)
      assert.isAtMost(starts.maxLateMillis, 100)
    })
  )

  it.scopedLive("begins at most ten iterations per round of the event loop", () =>
    Effect.gen(function* () {
      const round = yield* countRounds
      const begun = new Map<number, number>()
      const noticing: Workload = {
        name: "noticing",
        iteration: () => Effect.sync(() => begun.set(round(), (begun.get(round()) ?? 0) + 1))
      }
      yield* run(planOf(steady(10_000, 100), { startWithinMillis: 60_000, maxUsers: 10_000 }), [
        noticing
      ]).pipe(Effect.provide(Recorder.layer))
      const all = [...begun.values()].reduce((sum, iterations) => sum + iterations, 0)
      assert.isAbove(all, 0)
      for (const iterations of begun.values()) assert.isAtMost(iterations, 10)
    })
  )
})
