import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { parseObjective } from "../../src/domain/Objective.ts"
import { type Capacity, CapacityJson, type CapacityStep, hasAnswer } from "../../src/result/Capacity.ts"
import { capacity, type CapacityOptions, longestSearchSeconds, maxLoads } from "../../src/studies/capacity.ts"
import { type FakeServer, fakeServer, inLine } from "./fakeServer.ts"
import type { ProcessesInSlice } from "../../src/result/ProcessActivity.ts"
import { watched } from "../result/sampleProcesses.ts"
import { refusedUpdate } from "./fakeSlices.ts"
import { it } from "../engine/virtualTime.ts"

const objectives = (...texts: ReadonlyArray<string>) =>
  texts.map((text) => Either.getOrThrow(parseObjective(text)))

const asked: CapacityOptions = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 10,
  scenarioCount: 1,
  objectives: objectives("latency.p95 < 500ms", "failures.ratio < 1%"),
  startRate: 10,
  maxRate: undefined,
  maxSteps: 40,
  precision: 0.05,
  stepLength: { minSeconds: 10, maxSeconds: 60 },
  warmUpSeconds: 3,
  config: { seed: 1 }
}

/** The study of a server, with all of the time that it needs. */
const study = (server: FakeServer, changed: Partial<CapacityOptions> = {}): Effect.Effect<Capacity> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(capacity({ ...asked, ...changed }, server.measure))
    yield* TestClock.adjust("2 hours")
    return yield* Fiber.join(fiber)
  })

const found = ({ highest, lowestBroken, searchEnd }: Capacity) => ({ highest, lowestBroken, searchEnd })

const ratesOf = ({ asked }: FakeServer): ReadonlyArray<number> =>
  asked.map(({ load }) => (load._tag === "Arrivals" ? load.perSecond : 0))

const cliff = (limit: number) => fakeServer((rate) => ({ latencyMs: () => (rate <= limit ? 20 : 731) }))

describe("the loads of a search", () => {
  it.effect("are at most those that keys are planned for, also if the server never recovers", () =>
    Effect.gen(function* () {
      const slow = { latencyMs: () => 2000 }
      const server = fakeServer(
        () => slow,
        (nth) => (nth === 1 ? { latencyMs: () => 20 } : slow)
      )
      const loads = { sent: 0 }
      const measure: FakeServer["measure"] = (spec) => {
        loads.sent += spec.warmUpSeconds > 0 ? 2 : 1
        return server.measure(spec)
      }
      const options = { ...asked, maxSteps: 6 }
      const fiber = yield* Effect.fork(capacity(options, measure))
      yield* TestClock.adjust("2 hours")
      yield* Fiber.join(fiber)
      assert.isAtMost(loads.sent, maxLoads(options))
      assert.isAbove(loads.sent, 60)
      assert.strictEqual(maxLoads(asked), 2521)
    })
  )
})

describe("the capacity of a server", () => {
  it.effect("is the highest rate that keeps the objectives, with the reason why the next one breaks", () =>
    Effect.gen(function* () {
      const server = fakeServer(inLine(200, 20))
      const document = yield* study(server)
      assert.deepStrictEqual(
        ratesOf(server),
        [10, 20, 40, 80, 160, 320, 320, 240, 240, 200, 220, 220, 210, 210, 200]
      )
      assert.deepStrictEqual(found(document), { highest: 200, lowestBroken: 210, searchEnd: "precise" })
      assert.strictEqual(document.endedBy, "completed")
      assert.deepStrictEqual(document.brokeFirst, [
        "only 200 of 210 iterations per second were completed, so a queue grew"
      ])
      assert.strictEqual(
        document.verdict,
        "200/s (599 operations per second) is the highest arrival rate that kept the objectives; at 210/s, only 200 of 210 iterations per second were completed, so a queue grew."
      )
      assert.deepStrictEqual(
        document.steps
          .slice(4)
          .map(({ arrivalRate, attempt, kept, phase }) => [arrivalRate, phase, attempt, kept]),
        [
          [160, "doubling", 1, true],
          [320, "doubling", 1, false],
          [320, "doubling", 2, false],
          [240, "bisection", 1, false],
          [240, "bisection", 2, false],
          [200, "bisection", 1, true],
          [220, "bisection", 1, false],
          [220, "bisection", 2, false],
          [210, "bisection", 1, false],
          [210, "bisection", 2, false],
          [200, "confirmation", 1, true]
        ]
      )
    })
  )

  it.effect("names the value and the limit of a broken objective", () =>
    Effect.gen(function* () {
      const document = yield* study(cliff(100))
      assert.deepStrictEqual(found(document), { highest: 100, lowestBroken: 105, searchEnd: "precise" })
      assert.deepStrictEqual(document.brokeFirst, ["latency.p95 was 731 ms (limit: below 500 ms)"])
    })
  )

  it.effect("is found however long a latency may be: a queue that grows is no capacity", () =>
    Effect.gen(function* () {
      const document = yield* study(fakeServer(inLine(200, 20)), {
        objectives: objectives("latency.p95 < 1min")
      })
      assert.deepStrictEqual(found(document), { highest: 200, lowestBroken: 210, searchEnd: "precise" })
    })
  )

  it.effect("is not lower because of a hiccup in one step: a broken step is repeated", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate, nth) => ({ latencyMs: () => (nth === 3 || rate > 200 ? 900 : 20) }))
      const document = yield* study(server)
      assert.deepStrictEqual(ratesOf(server).slice(0, 5), [10, 20, 40, 40, 80])
      assert.strictEqual(document.highest, 200)
      assert.deepStrictEqual(document.warnings, [
        "Results varied: at 40/s the objectives were not kept in the first attempt, but in the second."
      ])
    })
  )

  it.effect("is found in noise within the precision and the noise", () =>
    Effect.gen(function* () {
      // A slice is up to 10 % slower or faster than the one before it, the same in every run of this test.
      const noise = (nth: number) => 1 + 0.1 * Math.sin(nth * 12.9898)
      const server = fakeServer((rate, nth) => ({ latencyMs: () => 2.2 * rate * noise(nth) }))
      const document = yield* study(server)
      // Without noise 500 ms are reached at 227/s.
      assert.deepStrictEqual(found(document), { highest: 210, lowestBroken: 220, searchEnd: "precise" })
    })
  )

  it.effect("is not known where even the lowest rate breaks", () =>
    Effect.gen(function* () {
      const document = yield* study(fakeServer(() => ({ latencyMs: () => 731 })))
      assert.deepStrictEqual(found(document), { highest: null, lowestBroken: 0.625, searchEnd: "floor" })
      assert.strictEqual(
        document.verdict,
        "No arrival rate kept the objectives: even at 0.63/s, latency.p95 was 731 ms (limit: below 500 ms)."
      )
    })
  )

  it.effect("is at least --maxRate, when that is kept", () =>
    Effect.gen(function* () {
      const server = cliff(1e6)
      const document = yield* study(server, { maxRate: 100 })
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 80, 100])
      assert.deepStrictEqual(found(document), { highest: 100, lowestBroken: null, searchEnd: "maxRate" })
      assert.strictEqual(
        document.verdict,
        "At least 100/s (300 operations per second), the maximum that --maxRate allows, kept the objectives."
      )
    })
  )

  it.effect("is between two rates after the maximum of steps", () =>
    Effect.gen(function* () {
      const document = yield* study(cliff(100), { maxSteps: 6 })
      assert.deepStrictEqual(found(document), { highest: 80, lowestBroken: 160, searchEnd: "maxSteps" })
      assert.strictEqual(
        document.verdict,
        "At least 80/s (240 operations per second) and less than 160/s: the search ended after 6 steps (--maxSteps), before it reached a precision of 5 %."
      )
    })
  )
})

describe("a step breaks", () => {
  it.effect("when batches could not be started in time", () =>
    Effect.gen(function* () {
      const document = yield* study(
        fakeServer((rate) => ({ latencyMs: () => 20, dropped: rate > 100 ? 64 : 0 })),
        { startRate: 100, precision: 0.5 }
      )
      assert.strictEqual(document.highest, 100)
      assert.deepStrictEqual(document.steps.find(({ kept }) => !kept)?.dropped, 64)
      assert.deepStrictEqual(document.brokeFirst, [
        "3.20 % of the iterations could not be started in time (64 of 2,000)"
      ])
    })
  )

  it.effect("when too many requests fail, with their kinds", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({
        latencyMs: () => 20,
        ...(rate > 100 ? { failsEvery: 50 } : {})
      }))
      const document = yield* study(server, { startRate: 100, precision: 0.5 })
      assert.strictEqual(document.highest, 100)
      assert.deepStrictEqual(document.brokeFirst, [
        "failures.ratio was 2 % (limit: below 1 %)",
        "40 requests failed: 40 refused; most frequent: refused with 429: Too Many Requests"
      ])
    })
  )

  it.effect("when it was stopped because of its failures, whatever the objectives say", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({
        latencyMs: () => 20,
        ...(rate > 100 ? { failsEvery: 1, endedBy: "failureRatio" } : {})
      }))
      const document = yield* study(server, {
        startRate: 100,
        precision: 0.5,
        objectives: objectives("latency.p95 < 500ms")
      })
      assert.deepStrictEqual(found(document), { highest: 100, lowestBroken: 200, searchEnd: "precise" })
      assert.deepStrictEqual(document.brokeFirst, [
        "it was stopped because more requests failed than --maxFailRatio allows",
        "latency.p95 was not measured, because no request succeeded",
        "2,000 requests failed: 2,000 refused; most frequent: refused with 429: Too Many Requests"
      ])
    })
  )
})

describe("a generator at its limit", () => {
  const limitedAbove = (most: number, latencyMs: number) =>
    fakeServer((rate) =>
      rate > most
        ? { latencyMs: () => latencyMs, limited: ["its event loop was busy", "it was late"] }
        : { latencyMs: () => 20 }
    )

  it.effect("ends the search, because the result would not be the capacity of the server", () =>
    Effect.gen(function* () {
      const server = limitedAbove(100, 900)
      const document = yield* study(server)
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 80, 160, 160])
      assert.deepStrictEqual(found(document), { highest: 80, lowestBroken: null, searchEnd: "generator" })
      assert.strictEqual(
        document.verdict,
        "At least 80/s (240 operations per second) kept the objectives; above that the load generator was the bottleneck (its event loop was busy; it was late)."
      )
    })
  )

  it.effect("between two rates that are known leaves them as they are", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({
        latencyMs: () => (rate > 100 ? 900 : 20),
        limited: rate === 120 ? ["it was late"] : []
      }))
      const document = yield* study(server)
      assert.deepStrictEqual(found(document), { highest: 80, lowestBroken: 160, searchEnd: "generator" })
      assert.strictEqual(
        document.verdict,
        "At least 80/s (240 operations per second) kept the objectives, and 160/s did not; in between the load generator was the bottleneck (it was late)."
      )
    })
  )

  it.effect("does not invalidate a step that was kept", () =>
    Effect.gen(function* () {
      const document = yield* study(limitedAbove(100, 20))
      assert.deepStrictEqual(found(document), { highest: 160, lowestBroken: null, searchEnd: "generator" })
    })
  )

  it.effect("that lasted for one step only is forgotten", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate, nth) => ({
        latencyMs: () => (rate > 100 || nth === 2 ? 900 : 20),
        limited: nth === 2 ? ["a neighbour"] : []
      }))
      const document = yield* study(server)
      assert.deepStrictEqual(ratesOf(server).slice(0, 4), [10, 20, 20, 40])
      assert.deepStrictEqual(found(document), { highest: 100, lowestBroken: 105, searchEnd: "precise" })
      assert.deepStrictEqual(document.warnings, [])
    })
  )

  it.effect("in one of two attempts only does not end the search, but leads it down", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate, nth) => ({
        latencyMs: () => (rate > 20 ? 900 : 20),
        ...(rate > 30
          ? { limited: ["it was late"], limitedBy: nth === 3 ? ("machine" as const) : ("generator" as const) }
          : {})
      }))
      const document = yield* study(server, { precision: 0.4 })
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 40, 30, 30, 20])
      assert.deepStrictEqual(found(document), { highest: 20, lowestBroken: 30, searchEnd: "precise" })
    })
  )

  it.effect("at the first rate leads to lower ones", () =>
    Effect.gen(function* () {
      const server = limitedAbove(3, 900)
      const document = yield* study(server)
      assert.deepStrictEqual(ratesOf(server), [10, 5, 2.5, 3.75, 3.75])
      assert.deepStrictEqual(found(document), { highest: 2.5, lowestBroken: null, searchEnd: "generator" })
    })
  )

  it.effect(
    "at the first rate for one step only is forgotten: the rate is measured again when it matters",
    () =>
      Effect.gen(function* () {
        const server = fakeServer((rate, nth) => ({
          latencyMs: () => (nth === 1 || rate > 100 ? 900 : 20),
          limited: nth === 1 ? ["a neighbour"] : []
        }))
        const document = yield* study(server, { startRate: 80, precision: 0.2 })
        assert.deepStrictEqual(ratesOf(server), [80, 40, 60, 70, 80, 160, 160, 120, 120, 100])
        assert.deepStrictEqual(found(document), { highest: 100, lowestBroken: 120, searchEnd: "precise" })
        assert.strictEqual(document.lowestUnjudged, null)
      })
  )

  it.effect("at every rate gives no result", () =>
    Effect.gen(function* () {
      const document = yield* study(limitedAbove(0, 900), { minRate: 4 })
      assert.deepStrictEqual(found(document), { highest: null, lowestBroken: null, searchEnd: "floor" })
      assert.isFalse(hasAnswer(document))
      assert.strictEqual(
        document.verdict,
        "No result: even at 5/s it cannot be told whether the objectives are kept, because the load generator was the bottleneck (its event loop was busy; it was late)."
      )
      assert.strictEqual(document.precision, "No step could be judged, so there is no confidence interval.")
    })
  )
})

describe("other programs that have the processors", () => {
  /** As a server does that shares the machine with the load generator. */
  const starvedAbove = (most: number) =>
    fakeServer((rate) =>
      rate > most
        ? { latencyMs: () => 900, limited: ["it waited for a processor"], limitedBy: "machine" }
        : { latencyMs: () => 20 }
    )

  it.effect("lead the search down, and the verdict says what is proved and what is not", () =>
    Effect.gen(function* () {
      const server = starvedAbove(60)
      const document = yield* study(server, { precision: 0.2 })
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 80, 80, 60, 70, 70, 60])
      assert.deepStrictEqual(found(document), { highest: 60, lowestBroken: null, searchEnd: "unjudged" })
      assert.strictEqual(document.lowestUnjudged, 70)
      assert.isTrue(hasAnswer(document))
      assert.strictEqual(
        document.verdict,
        "60/s (180 operations per second) is the highest arrival rate that kept the objectives on this machine; at 70/s the load generator had no free processor (it waited for a processor), so it cannot be told whether the server could do more on its own: server, database and load generator may share the machine."
      )
    })
  )

  it.effect("at the first rate do not hide the limit of the server below it", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({
        latencyMs: () => (rate > 20 ? 900 : 20),
        ...(rate > 30 ? { limited: ["it waited for a processor"], limitedBy: "machine" as const } : {})
      }))
      const document = yield* study(server, { startRate: 80, precision: 0.25 })
      assert.deepStrictEqual(ratesOf(server), [80, 40, 20, 30, 30, 25, 25, 20])
      assert.deepStrictEqual(found(document), { highest: 20, lowestBroken: 25, searchEnd: "precise" })
      assert.strictEqual(document.lowestUnjudged, 40)
    })
  )
})

describe("a suspension of the load generator", () => {
  const suspended = {
    latencyMs: () => 900,
    limited: ["it was suspended for 3.1 s"],
    limitedBy: "suspension"
  } as const

  it.effect("in a step is followed by a second attempt, which decides", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate, nth) =>
        nth === 1 ? suspended : { latencyMs: () => (rate > 20 ? 900 : 20) }
      )
      const document = yield* study(server, { precision: 0.5 })
      assert.deepStrictEqual(ratesOf(server), [10, 10, 20, 40, 40, 20])
      assert.deepStrictEqual(found(document), { highest: 20, lowestBroken: 40, searchEnd: "precise" })
    })
  )

  it.effect("in both attempts is not blamed on other programs", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => (rate > 20 ? suspended : { latencyMs: () => 20 }))
      const document = yield* study(server, { precision: 0.5 })
      assert.strictEqual(document.searchEnd, "unjudged")
      assert.strictEqual(
        document.verdict,
        "At least 20/s (60 operations per second) kept the objectives; at 40/s it cannot be told: the load generator was interrupted (it was suspended for 3.1 s)."
      )
    })
  )
})

describe("a step after an overload", () => {
  /** After the first overload probes take 900 ms, until a number of them has been answered. */
  const slowFor = (probes: number) =>
    fakeServer(
      (rate) => ({ latencyMs: () => (rate > 80 ? 900 : 20) }),
      (nth) => ({ latencyMs: () => (nth > 1 && nth <= 1 + probes ? 900 : 20) })
    )

  it.effect("waits until one user is served as fast as before, and the wait is in the document", () =>
    Effect.gen(function* () {
      const document = yield* study(slowFor(4), { precision: 0.5 })
      const waits = document.steps.map(({ arrivalRate, recovery }) => [arrivalRate, recovery?.recovered])
      assert.deepStrictEqual(waits, [
        [10, undefined],
        [20, undefined],
        [40, undefined],
        [80, undefined],
        [160, undefined],
        [160, true],
        [80, true]
      ])
      // Four probes with 1.8 s and a pause of 1 s each, and one that is fast again.
      assert.closeTo(document.steps.at(5)?.recovery?.seconds ?? 0, 12.3, 0.2)
      assert.strictEqual(document.highest, 80)
      assert.deepStrictEqual(document.warnings, [])
    })
  )

  it.effect("on a server that does not recover measures the highest kept rate at once", () =>
    Effect.gen(function* () {
      const server = slowFor(1000)
      const document = yield* study(server, { precision: 0.5 })
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 80, 160, 80])
      assert.deepStrictEqual(found(document), { highest: 80, lowestBroken: 160, searchEnd: "precise" })
      const [warning] = document.warnings
      assert.match(warning ?? "", /^After 160\/s the server did not recover within 6\d(\.\d)? s/)
    })
  )

  it.effect("waits also after a step that was kept, if the server gave no verdict on some requests", () =>
    Effect.gen(function* () {
      const lost = { failsEvery: 200, failure: "connect" } as const
      const server = fakeServer((rate) => ({ latencyMs: () => 20, ...(rate === 20 ? lost : {}) }))
      const document = yield* study(server, { maxRate: 40 })
      assert.deepStrictEqual(
        document.steps.map(({ arrivalRate, kept, recovery }) => [arrivalRate, kept, recovery?.recovered]),
        [
          [10, true, undefined],
          [20, true, undefined],
          [40, true, true]
        ]
      )
    })
  )

  it.effect("does not wait for a server that answers in less than 10 ms", () =>
    Effect.gen(function* () {
      const server = fakeServer(
        (rate) => ({ latencyMs: () => (rate > 20 ? 900 : 1) }),
        (nth) => ({ latencyMs: () => (nth === 1 ? 1 : 9) })
      )
      const document = yield* study(server, { precision: 0.5 })
      assert.deepStrictEqual(
        document.steps.flatMap(({ recovery }) => recovery ?? []).map(({ recovered }) => recovered),
        [true, true]
      )
      assert.strictEqual(server.probes(), 3)
    })
  )

  it.effect("is not needed while every step is kept without a lost request", () =>
    Effect.gen(function* () {
      const server = cliff(1000)
      yield* study(server, { maxRate: 100 })
      assert.strictEqual(server.probes(), 1)
    })
  )
})

describe("the warm-up of a step", () => {
  it.effect("rises from the highest kept rate, at first from 0", () =>
    Effect.gen(function* () {
      const server = fakeServer(inLine(30, 20))
      yield* study(server, { precision: 0.2 })
      const warmUps = server.asked.map(({ load, warmUpLoad }) =>
        [warmUpLoad, load].map((each) => (each?._tag === "Arrivals" ? [each.from, each.perSecond] : []))
      )
      assert.deepStrictEqual(warmUps.slice(0, 5), [
        [
          [0, 10],
          [undefined, 10]
        ],
        [
          [10, 20],
          [undefined, 20]
        ],
        [
          [20, 40],
          [undefined, 40]
        ],
        [
          [20, 40],
          [undefined, 40]
        ],
        [
          [20, 30],
          [undefined, 30]
        ]
      ])
    })
  )
})

describe("a server that stays slow after an overload", () => {
  it.effect("has collapsed if it does not keep a rate that it kept before", () =>
    Effect.gen(function* () {
      let collapsed = false
      const server = fakeServer(
        (rate) => {
          collapsed ||= rate > 60
          return { latencyMs: () => (collapsed ? 900 : 20) }
        },
        () => ({ latencyMs: () => (collapsed ? 900 : 20) })
      )
      const document = yield* study(server)
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 80, 40])
      assert.deepStrictEqual(found(document), { highest: 40, lowestBroken: 40, searchEnd: "collapsed" })
      assert.strictEqual(document.collapsedAfter, 80)
      assert.isFalse(hasAnswer(document))
      assert.match(
        document.verdict,
        /^The server did not recover: it kept 40\/s before, and did not keep it again \d+ s after 80\/s: latency\.p95 was 900 ms/
      )
    })
  )

  it.effect(
    "and shows that only at lower rates than the one that was measured again has collapsed as well",
    () =>
      Effect.gen(function* () {
        let collapsed = false
        const server = fakeServer((rate) => {
          collapsed ||= rate > 15
          return { latencyMs: () => (collapsed ? 900 : 20) }
        })
        const document = yield* study(server, { precision: 0.5 })
        assert.deepStrictEqual(ratesOf(server), [10, 20, 20, 10, 10, 5, 5])
        assert.deepStrictEqual(found(document), { highest: 10, lowestBroken: 5, searchEnd: "collapsed" })
        assert.strictEqual(document.collapsedAfter, 20)
        assert.match(
          document.verdict,
          /^The server did not recover: it kept 10\/s before, and did not keep 5\/s again \d+ s after 20\/s/
        )
      })
  )

  it.effect("from a first rate that is too high is measured at lower rates, with a warning", () =>
    Effect.gen(function* () {
      const server = fakeServer(
        () => ({ latencyMs: () => 900 }),
        (nth) => ({ latencyMs: () => (nth === 1 ? 20 : 900) })
      )
      const document = yield* study(server, { startRate: 100, minRate: 20 })
      assert.deepStrictEqual(ratesOf(server), [100, 50, 25])
      assert.deepStrictEqual(found(document), { highest: null, lowestBroken: 25, searchEnd: "floor" })
      assert.match(document.warnings[0] ?? "", /^After 100\/s the server did not recover/)
    })
  )
})

describe("a server that goes away", () => {
  it.effect("ends the search with the result until then", () =>
    Effect.gen(function* () {
      const gone = { latencyMs: () => 1, failsEvery: 1, failure: "connect", endedBy: "failureRatio" } as const
      const server = fakeServer(
        (rate) => (rate > 60 ? gone : { latencyMs: () => 20 }),
        (nth) => (nth > 1 ? gone : { latencyMs: () => 20 })
      )
      const document = yield* study(server)
      assert.deepStrictEqual(ratesOf(server), [10, 20, 40, 80])
      assert.deepInclude(document, { highest: 40, searchEnd: "unreachable", endedBy: "failureRatio" })
      assert.strictEqual(
        document.verdict,
        "Interrupted at step 5, because the server no longer accepted connections after 80/s. Result until then: At least 40/s (120 operations per second)."
      )
    })
  )
})

describe("a highest rate at which a queue may have grown", () => {
  it.effect("has a warning that tells how much was completed", () =>
    Effect.gen(function* () {
      const lagMs = (rate: number) => (at: number) => 50 + 1000 * at * Math.max(0, rate / 19 - 1)
      const server = fakeServer((rate) => ({ latencyMs: lagMs(rate) }))
      const stepLength = { minSeconds: 4, maxSeconds: 4 }
      const document = yield* study(server, { startRate: 21.2, precision: 0.2, stepLength })
      assert.deepInclude(document, { highest: 21.2, searchEnd: "precise" })
      assert.match(
        document.warnings.join(" "),
        /^At 21\.2\/s only 19(\.\d+)? iterations per second were completed/
      )
    })
  )
})

describe("a search with watched processes", () => {
  const usingCores = (rate: number): ReadonlyArray<ProcessesInSlice> => {
    const { timeline: _, ...used } = watched("name:dotnet", [Math.min(3.9, rate / 10)], 1e8)
    return [used]
  }

  it.effect("names the processors that were used up at the lowest rate that was not kept", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({ ...inLine(39, 20)(rate), processes: usingCores(rate) }))
      const document = yield* study(server)
      assert.isAbove(document.lowestBroken ?? 0, 39)
      assert.deepStrictEqual(document.limits, [
        {
          kind: "processors",
          what: "processors that name:dotnet may use",
          evidence: "name:dotnet used 3.90 of 4 processors."
        }
      ])
    })
  )

  it.effect("names nothing where every rate was kept", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({ latencyMs: () => 20, processes: usingCores(rate) }))
      const document = yield* study(server, { maxRate: 40 })
      assert.deepStrictEqual([document.searchEnd, document.limits], ["maxRate", []])
    })
  )
})

describe("a search that is ended early", () => {
  it.effect("by an interrupt reports the result so far", () =>
    Effect.gen(function* () {
      const document = yield* study(
        fakeServer((_, nth) => ({ latencyMs: () => 20, ...(nth === 4 ? { endedBy: "interrupt" } : {}) }))
      )
      assert.strictEqual(document.endedBy, "interrupt")
      assert.strictEqual(document.steps.length, 3)
      assert.deepStrictEqual(found(document), { highest: 40, lowestBroken: null, searchEnd: "stopped" })
      assert.deepStrictEqual(document.warnings, ["The step at 80/s was cut short and does not count."])
      assert.strictEqual(
        document.verdict,
        "Interrupted at step 4, 80/s. Result until then: At least 40/s (120 operations per second)."
      )
    })
  )

  it.effect("by a limit of the server says which one, and reports the result so far", () =>
    Effect.gen(function* () {
      const missed = ["process.memoryGrowth < 50% was not kept: 61.2 %"]
      const ended = { latencyMs: () => 20, endedBy: "threshold", missed } as const
      const document = yield* study(fakeServer((_, nth) => (nth === 4 ? ended : { latencyMs: () => 20 })))
      assert.strictEqual(document.endedBy, "threshold")
      assert.strictEqual(
        document.verdict,
        "Ended at step 4, 80/s: process.memoryGrowth < 50% was not kept: 61.2 %. Result until then: At least 40/s (120 operations per second)."
      )
    })
  )

  it.effect.each([
    ["in a step", 80, 0, "Ended at step 4, 80/s: the local DMS exited."],
    ["while it waits for the server", 0, 2, "Ended at step 5, 80/s: the local DMS exited."]
  ] as const)("by the exit of its local DMS %s reports the result so far", ([, rate, probe, ended]) =>
    Effect.gen(function* () {
      const exited = { latencyMs: () => 20, endedBy: "localDmsExited" } as const
      const server = fakeServer(
        (each) => (each === rate ? exited : { latencyMs: () => (each > 60 ? 600 : 20) }),
        (nth) => (nth === probe ? exited : { latencyMs: () => 20 })
      )
      const document = yield* study(server)
      assert.deepInclude(document, { endedBy: "localDmsExited", searchEnd: "stopped", highest: 40 })
      assert.include(document.verdict, `${ended} Result until then: At least 40/s`)
      assert.strictEqual(server.probes(), probe === 0 ? 1 : 2)
    })
  )

  it.effect("by a refusal reports the refusal and the result so far", () =>
    Effect.gen(function* () {
      const refused = { endedBy: "refused", refused: refusedUpdate } as const
      const later = yield* study(
        fakeServer((_, nth) => ({ latencyMs: () => 20, ...(nth === 4 ? refused : {}) }))
      )
      assert.deepInclude(later, { ...refused, searchEnd: "stopped", highest: 40 })
      assert.match(
        later.verdict,
        /^Updates were refused\. Use another key\. Result until then: At least 40\/s /
      )
      const first = yield* study(fakeServer(() => ({ latencyMs: () => 20, ...refused })))
      assert.deepStrictEqual(
        [first.steps.length, first.verdict],
        [0, "Updates were refused. Use another key."]
      )
    })
  )

  it.effect("in its first step has no result", () =>
    Effect.gen(function* () {
      const document = yield* study(fakeServer(() => ({ latencyMs: () => 20, endedBy: "interrupt" })))
      assert.deepStrictEqual(document.steps, [])
      assert.strictEqual(document.verdict, "Interrupted at step 1, 10/s. No result until then.")
      assert.strictEqual(document.precision, "No step was completed, so there is no confidence interval.")
    })
  )
})

describe("the length of a step", () => {
  it.effect("lasts until its percentile has enough samples, up to the maximum", () =>
    Effect.gen(function* () {
      const server = cliff(300)
      yield* study(server, { maxRate: 320 })
      assert.deepStrictEqual(
        server.asked.slice(0, 6).map(({ load, seconds, warmUpSeconds }) => [load, seconds, warmUpSeconds]),
        // 1,825 samples, in 10 to 60 seconds.
        [
          [{ _tag: "Arrivals", perSecond: 10 }, 60, 3],
          [{ _tag: "Arrivals", perSecond: 20 }, 60, 3],
          [{ _tag: "Arrivals", perSecond: 40 }, 46, 3],
          [{ _tag: "Arrivals", perSecond: 80 }, 23, 3],
          [{ _tag: "Arrivals", perSecond: 160 }, 12, 3],
          [{ _tag: "Arrivals", perSecond: 320 }, 10, 3]
        ]
      )
      assert.deepStrictEqual(
        server.asked.slice(4, 7).map(({ label }) => label),
        ["step 5, 160/s", "step 6, 320/s", "step 7, 320/s, once more"]
      )
    })
  )

  it.effect("and its warm-up add up to at most the duration announced beforehand", () =>
    Effect.gen(function* () {
      const limit = 200
      const server = cliff(limit)
      const { elapsedSeconds, steps } = yield* study(server)
      const planned = server.asked.reduce(
        (sum, { seconds, warmUpSeconds }) => sum + seconds + warmUpSeconds,
        1
      )
      const waited = steps.reduce((sum, { recovery }) => sum + (recovery?.seconds ?? 0), 0)
      // The last responses of a step arrive after its last second.
      assert.closeTo(elapsedSeconds, planned + waited, 10)
      assert.isAtLeast(longestSearchSeconds(asked), elapsedSeconds)
      // A probe, and 10 at 60 s and 5, 2.5, 1.25 and 0.625 twice each, with 3 s before each and 60 s of waiting after it.
      assert.strictEqual(longestSearchSeconds({ ...asked, maxSteps: 10, maxRate: 10 }), 1 + 10 * 123)
      assert.strictEqual(longestSearchSeconds({ ...asked, startRate: 1000, maxSteps: 2 }), 1 + 2 * 73)
    })
  )
})

describe("an objective about one name", () => {
  it.effect("needs steps longer by the number of scenarios, and reports its own samples", () =>
    Effect.gen(function* () {
      const server = cliff(1e6)
      const { precision, steps } = yield* study(server, {
        scenarioCount: 2,
        startRate: 100,
        maxRate: 100,
        objectives: objectives("latency.p95 < 1s", "students-batch-10.latency.p95 < 500ms")
      })
      // 2 x 1,825 batches, which this server all gives the same name.
      assert.strictEqual(steps[0]?.seconds, 37)
      assert.deepStrictEqual(steps[0]?.samples, [3700, 3700])
      assert.include(
        precision,
        "students-batch-10.latency.p95 < 500ms: measured 20 ms from 3,700 samples, 95 % confidence interval"
      )
    })
  )
})

describe("the precision", () => {
  it.effect("is that of the highest rate, from the histogram of its step", () =>
    Effect.gen(function* () {
      // Latencies of 1 to 100 ms, one after the other, and at 200/s ten times as long.
      const server = fakeServer((rate) => ({
        latencyMs: (at) => (rate > 100 ? 10 : 1) * (1 + (Math.round(at * rate) % 100))
      }))
      const { precision, steps } = yield* study(server, { startRate: 100, precision: 0.5 })
      assert.deepStrictEqual(steps[0]?.intervals, [
        { low: 94.015, high: 97.023 },
        { low: 0, high: 0.002018 }
      ])
      assert.strictEqual(
        precision,
        "At 100/s: " +
          "latency.p95 < 500ms: measured 95.0 ms from 1,900 samples, 95 % confidence interval 94.0 to 97.0 ms. " +
          "failures.ratio < 1%: measured 0 % from 1,900 samples, 95 % confidence interval 0 to 0.20 %. " +
          "The interval covers sampling error only; another hour may differ."
      )
    })
  )

  it.effect("reports that it includes a limit, and that samples were missing", () =>
    Effect.gen(function* () {
      const server = fakeServer((rate) => ({
        latencyMs: (at) => (rate > 10 ? 10 : 1) * (1 + (Math.round(at * rate) % 100))
      }))
      const { precision } = yield* study(server, {
        precision: 0.5,
        objectives: objectives("latency.p95 < 96ms", "latency.max < 1s")
      })
      assert.strictEqual(
        precision,
        "At 10/s: " +
          "latency.p95 < 96ms: measured 95.0 ms from 600 samples (1,825 would be needed), 95 % confidence interval 94.0 to 97.0 ms, which includes the limit. " +
          "The interval covers sampling error only; another hour may differ."
      )
    })
  )
})

describe("the document", () => {
  it.effect("can be written and read, and contains the settings", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_795_348_800_000)
      const seen: Array<CapacityStep> = []
      const server = cliff(15)
      const fiber = yield* Effect.fork(
        capacity({ ...asked, precision: 0.5 }, server.measure, (step) =>
          Effect.sync(() => void seen.push(step))
        )
      )
      yield* TestClock.adjust("1 hour")
      const document = yield* Fiber.join(fiber)
      const text = yield* Schema.encode(CapacityJson)(document)
      assert.deepStrictEqual(yield* Schema.decode(CapacityJson)(text), document)
      assert.deepStrictEqual(seen, document.steps)
      assert.deepInclude(document, {
        startedAt: "2026-11-22T12:00:00.000Z",
        objectives: ["latency.p95 < 500ms", "failures.ratio < 1%"],
        config: { seed: 1 }
      })
    })
  )
})
