import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { stressMarkdown, stressStepLine, stressText } from "../../src/output/stressText.ts"
import { stressCharts, stressMarker } from "../../src/page/stressCharts.ts"
import { type Stress, StressJson, stressJson } from "../../src/result/Stress.ts"
import type { SliceSpec } from "../../src/studies/MeasureSlice.ts"
import { stress, type StressOptions } from "../../src/studies/stress.ts"
import { rounded } from "../../src/metrics/rounded.ts"
import { it } from "../engine/virtualTime.ts"
import { noBlocking } from "../../src/result/DatabaseLocks.ts"
import { watched } from "../result/sampleProcesses.ts"
import { databaseOf } from "../result/sampleSlices.ts"
import { type FakeSlice, measureFake, refusedUpdate } from "./fakeSlices.ts"

const asked: StressOptions = {
  testType: "BATCH_VOLUME",
  batchTripleCount: 10,
  raised: "users",
  first: 1,
  maximum: 64,
  slices: 3,
  sliceSeconds: 10,
  warmUpSeconds: 1,
  config: { seed: 7 }
}

/** @param nth counts the slices of a load from 0 */
type Server = (load: number, nth: number) => FakeSlice

const loadOf = ({ load }: SliceSpec): number => (load._tag === "Users" ? load.clientCount : load.perSecond)

const studied = (server: Server, own: Partial<StressOptions> = {}) =>
  Effect.gen(function* () {
    const sent: Array<SliceSpec> = []
    const lines: Array<string> = []
    const measure = (slice: SliceSpec) => {
      const load = loadOf(slice)
      const nth = sent.filter((each) => loadOf(each) === load && each.isProbe !== true).length
      sent.push(slice)
      return measureFake(
        slice,
        slice.isProbe === true ? { requests: 20, latencyMillis: 50 } : server(load, nth)
      )
    }
    const options = { ...asked, ...own }
    const fiber = yield* Effect.fork(
      stress(options, measure, (step) =>
        Effect.sync(() => {
          lines.push(stressStepLine(step, options.raised))
        })
      )
    )
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("1 minute")
    const document: Stress = yield* Fiber.join(fiber)
    const loads = [...new Set(sent.filter(({ isProbe }) => isProbe !== true).map(loadOf))]
    return { document, lines, loads, sent }
  })

/** A pool of ten seats, each of which serves a batch in 100 ms; slices of 10 s. */
const tenSeats: Server = (users) => ({
  requests: 100 * Math.min(users, 10),
  latencyMillis: 100 * Math.max(1, users / 10)
})

describe("stress", () => {
  it.effect("doubles the users until the knee, and says what broke with the numbers of both steps", () =>
    Effect.gen(function* () {
      const { document, lines, loads } = yield* studied(tenSeats)
      assert.deepStrictEqual(loads, [1, 2, 4, 8, 16, 32])
      assert.deepStrictEqual(document.knee, { _tag: "Knee", good: 16, broken: 32, broke: ["flattens"] })
      assert.strictEqual(
        document.verdict,
        "The knee is 16 users: 3,000 operations per second, p95 160 ms. Beyond it throughput no longer grows, and requests wait: " +
          "with 32 users throughput stays the same and p95 grows by 100 %: 3,000 operations per second, p95 320 ms. Numbers of users " +
          "between 16 and 32 were not measured: sweep --clientCount 16,20,24,28,32 does."
      )
      assert.isNull(document.noResult)
      assert.strictEqual(lines[0], "1 user: good, 300 operations per second, p95 100 ms")
      assert.strictEqual(
        lines.at(-1),
        "32 users: throughput flattens, latency grows, 3,000 operations per second, p95 320 ms"
      )
      assert.strictEqual(document.law._tag, "NotFitted")
    })
  )

  it.effect("fits the scalability law to a server that gets slower with more users", () =>
    Effect.gen(function* () {
      const slower: Server = (users) => {
        const perSecond = (100 * users) / (1 + 0.02 * (users - 1) + 0.002 * users * (users - 1))
        return { requests: Math.round(10 * perSecond), latencyMillis: (1000 * users) / perSecond }
      }
      const { document } = yield* studied(slower)
      assert.strictEqual(document.knee._tag === "Knee" ? document.knee.good : 0, 16)
      assert.deepStrictEqual(document.knee._tag === "Knee" ? document.knee.broke : [], ["falls"])
      assert.strictEqual(document.law._tag, "Fitted")
      if (document.law._tag === "Fitted") assert.closeTo(document.law.coherency, 0.002, 0.0003)
    })
  )

  it.effect("ends with a lower bound where the load generator was the bottleneck", () =>
    Effect.gen(function* () {
      const { document } = yield* studied((users) => ({
        requests: 100 * users,
        latencyMillis: 100,
        ...(users > 4 ? { limited: ["event loop busy for 95 %"] } : {})
      }))
      assert.deepStrictEqual(document.knee, { _tag: "Limited", good: 4, limited: 8 })
      assert.include(
        document.verdict,
        "With 8 users the load generator was at its limit in 3 of 3 slices: this is a lower bound, and no knee of the server."
      )
    })
  )

  it.effect("ends at the maximum, and has no result if the first step fails", () =>
    Effect.gen(function* () {
      const free = yield* studied((users) => ({ requests: 100 * users, latencyMillis: 100 }), { maximum: 12 })
      assert.deepStrictEqual(free.loads, [1, 2, 4, 8, 12])
      assert.include(free.document.verdict, "That is --maxUsers; no knee was found up to there.")
      const failing = yield* studied(() => ({ requests: 90, failed: 10 }))
      assert.deepStrictEqual(failing.loads, [1])
      assert.match(
        failing.document.noResult ?? "",
        /^No trustworthy result: with 1 user, the first step, 10 % of its requests fail \(limit 1 %\)\.$/
      )
    })
  )

  it.effect("breaks at failures, without the other slices of a step that was stopped by them", () =>
    Effect.gen(function* () {
      const { document, sent } = yield* studied((users) =>
        users < 8
          ? { requests: 100 * users, latencyMillis: 100 }
          : { requests: 10, failed: 90, endedBy: "failureRatio", seconds: 1 }
      )
      assert.deepStrictEqual(document.knee, { _tag: "Knee", good: 4, broken: 8, broke: ["failures"] })
      assert.lengthOf(sent, 10)
      assert.strictEqual(document.endedBy, "completed")
    })
  )

  it.effect("reports what is known when it is interrupted", () =>
    Effect.gen(function* () {
      const { document } = yield* studied((users, nth) => ({
        requests: 100 * users,
        latencyMillis: 100,
        ...(users === 4 && nth === 1 ? { endedBy: "interrupt", seconds: 3 } : {})
      }))
      assert.strictEqual(document.endedBy, "interrupt")
      assert.match(
        document.verdict,
        /^Interrupted at slice 2 of 3 with 4 users\. Result until then: At least 4 users: /
      )
    })
  )

  it.effect("ends at a refusal", () =>
    Effect.gen(function* () {
      const { document } = yield* studied(() => ({
        requests: 0,
        failed: 5,
        endedBy: "refused",
        refused: refusedUpdate
      }))
      assert.strictEqual(document.endedBy, "refused")
      assert.include(document.verdict, "Updates were refused.")
    })
  )

  it.effect("doubles the rate of the open model from below, until throughput no longer follows it", () =>
    Effect.gen(function* () {
      const { document, sent } = yield* studied(
        (rate) => ({ requests: 10 * Math.min(rate, 30), latencyMillis: rate > 30 ? 900 : 100 }),
        { raised: "rate", first: 5, maximum: 1000 }
      )
      assert.deepStrictEqual(document.knee, { _tag: "Knee", good: 20, broken: 40, broke: ["flattens"] })
      const [first, , , second] = sent
      assert.deepStrictEqual(first?.warmUpLoad, { _tag: "Arrivals", perSecond: 5, from: 0 })
      assert.deepStrictEqual(second?.warmUpLoad, { _tag: "Arrivals", perSecond: 10, from: 5 })
      assert.include(document.verdict, "The knee is 20/s: ")
      assert.include(document.verdict, "Rates between 20/s and 40/s were not measured.")
    })
  )
})

/** A server whose only thread is used up from ten users on, on a machine of two processors. */
const oneThread: Server = (users, nth) => {
  const cores = Math.min(users, 10) / 10
  const { timeline: _, ...process } = watched("pid:7", [cores], 1e8)
  return {
    ...tenSeats(users, nth),
    generator: { cores: 0.2, others: { cores: cores + 0.1, processors: 2, busiest: [] } },
    processes: [{ ...process, busiestThread: rounded(0.97 * cores, 3), processors: 2 }]
  }
}

describe("stress with watched processes", () => {
  it.effect(
    "names the thread that was used up where the throughput no longer grew, and says who used the cores",
    () =>
      Effect.gen(function* () {
        const { document } = yield* studied(oneThread)
        assert.deepStrictEqual(document.limits, [
          {
            kind: "processors",
            what: "busiest thread of pid:7",
            evidence: "One thread of pid:7 used 0.97 of a processor, all of them together 1."
          }
        ])
        const text = stressText({ ...document, processes: [watched("pid:7", [0.5, 1], 1e8)] })
        assert.include(text, "What limits: the busiest thread of pid:7. One thread of pid:7 used 0.97 of a")
        assert.match(text, /\n16 users +0\.20 +1 +1\.10 +2\n/)
        assert.match(text, /\nprocesses, whole study .*\npid:7 +0\.75 +1 +0\.75 +100 +200 /)
        const cores = stressCharts(document).find(({ style }) => style.id === "cores")
        assert.deepStrictEqual(cores?.columns.series[1]?.values, [0.1, 0.2, 0.4, 0.8, 1, 1])
        assert.isUndefined(
          stressCharts((yield* studied(tenSeats)).document).find(({ style }) => style.id === "cores")
        )
      })
  )

  it.effect("names nothing below the knee, and nothing that was not measured", () =>
    Effect.gen(function* () {
      const { document: below } = yield* studied(oneThread, { maximum: 8 })
      assert.deepStrictEqual(below.limits, [])
      assert.notInclude(stressText(below), "What limits")
      const { document } = yield* studied(tenSeats)
      assert.deepStrictEqual(document.limits, [])
      assert.include(
        stressText(document),
        "What limits the server is unknown: give --watch and --databaseUrl."
      )
    })
  )

  it.effect("ends where a limit of the server is not kept, and says so with the result until then", () =>
    Effect.gen(function* () {
      const missed = ["database.blockedSeconds < 5 was not kept: 10 s"]
      const { document, loads } = yield* studied((users, nth) =>
        users < 8 ? tenSeats(users, nth) : { requests: 10, endedBy: "threshold", missed }
      )
      assert.deepStrictEqual(loads, [1, 2, 4, 8])
      assert.strictEqual(document.endedBy, "threshold")
      assert.match(
        document.verdict,
        /^Ended at slice 1 of 3 with 8 users: database\.blockedSeconds < 5 was not kept: 10 s\. Result until then: At least 4 users: /
      )
    })
  )
})

/** The database of a slice of 10 s in which a transaction held others up. */
const heldFor = (seconds: number) => ({
  ...databaseOf(1000, 30, 10, { waits: [] }),
  blocking: {
    ...noBlocking,
    readings: 2,
    maxWaiting: 8,
    longestSeconds: seconds,
    sustainedSeconds: seconds,
    longestHold: { seconds, state: "idle in transaction", statement: "LOCK TABLE t" }
  }
})

/** Ten seats, and a lock in some slices with 8 users, which leaves a few requests of them. */
const lockedIn =
  (isLocked: (nth: number) => boolean, seconds = 8): Server =>
  (users, nth) =>
    users === 8 && isLocked(nth)
      ? { requests: 100, latencyMillis: 300, database: heldFor(seconds) }
      : tenSeats(users, nth)

describe("stress with a lock of the database", () => {
  it.effect("names no knee where a transaction held others up in most slices of the step that broke", () =>
    Effect.gen(function* () {
      const { document, lines } = yield* studied(lockedIn((nth) => nth > 0))
      assert.deepStrictEqual(document.knee, { _tag: "Locked", good: 4, locked: 8 })
      assert.deepStrictEqual(document.steps.at(-1)?.heldUp, { slices: 2, seconds: 8 })
      assert.match(
        document.verdict,
        /^The knee is not known; it is at least 4 users: 1,200 operations per second, p95 100 ms\. With 8 users a transaction of the database held others up for at least 8 s in 2 of 3 slices, so that its figures do not show its load: .* Measure again while nothing else uses the database;/
      )
      assert.deepStrictEqual(
        document.limits.map(({ kind }) => kind),
        ["locks"]
      )
      assert.include(
        document.limits[0]?.evidence,
        'One transaction (idle in transaction, last statement "LOCK TABLE t") held others up for at least 8 s.'
      )
      assert.include(lines.at(-1), "8 users: held up by a lock, not judged")
      assert.match(stressText(document), /held up by a lock, not judged: a transaction .* in 2 of 3 slices/)
      assert.strictEqual(stressMarker(document, document.steps[3] ?? assert.fail())?.shape, "triangle")
    })
  )

  it.effect("leaves a slice with a lock out, says so, and finds the knee beyond it", () =>
    Effect.gen(function* () {
      const { document } = yield* studied(lockedIn((nth) => nth === 1))
      assert.deepStrictEqual(document.knee, { _tag: "Knee", good: 16, broken: 32, broke: ["flattens"] })
      assert.deepStrictEqual(document.warnings, [
        "With 8 users a transaction of the database held others up for at least 8 s in 1 of 3 slices; the step is judged without it."
      ])
    })
  )

  it.effect("has no result if a lock held the first step up", () =>
    Effect.gen(function* () {
      const { document } = yield* studied(
        lockedIn(() => true),
        { first: 8 }
      )
      assert.strictEqual(
        document.noResult,
        "No trustworthy result: with 8 users, the first step, a transaction of the database held others up for at least 8 s in 3 of 3 slices."
      )
    })
  )

  it.effect("calls it a knee where sessions of the load wait for each other, however long", () =>
    Effect.gen(function* () {
      const turns: Server = (users, nth) => ({
        ...tenSeats(users, nth),
        ...(users > 16
          ? {
              database: {
                ...heldFor(0),
                blocking: { ...heldFor(0).blocking, longestSeconds: 9, sustainedSeconds: 10 }
              }
            }
          : {})
      })
      const { document } = yield* studied(turns)
      assert.deepStrictEqual(document.knee, { _tag: "Knee", good: 16, broken: 32, broke: ["flattens"] })
      assert.deepStrictEqual(
        document.limits.map(({ kind }) => kind),
        ["locks"]
      )
    })
  )
})

describe("stress with --soakAfter", () => {
  it.effect("waits for the server and goes on at 70 % of the knee", () =>
    Effect.gen(function* () {
      const { document, sent } = yield* studied(tenSeats, { soakSeconds: 900 })
      const last = sent.at(-1)
      assert.deepStrictEqual([last?.load, last?.seconds], [{ _tag: "Users", clientCount: 11 }, 900])
      assert.isTrue(sent.at(-2)?.isProbe)
      assert.strictEqual(document.soak?.load, 11)
      assert.strictEqual(document.soak?.slice?.requests.total, 1000)
      assert.match(
        stressText(document),
        /\nSoak with 11 users for 15:00: 3\.33 operations|\nSoak with 11 users for 15:00: /
      )
    })
  )

  it.effect("sends none where there is no knee", () =>
    Effect.gen(function* () {
      const { document } = yield* studied(() => ({ requests: 90, failed: 10 }), { soakSeconds: 60 })
      assert.isNull(document.soak)
    })
  )
})

describe("the reports of stress", () => {
  it.effect("mark the knee and the step that broke", () =>
    Effect.gen(function* () {
      const { document } = yield* studied(tenSeats)
      const text = stressText(document)
      assert.match(text, /\n +16 .*<- the knee\n/)
      assert.match(text, /\n +32 .*throughput flattens, latency grows\n/)
      assert.include(stressMarkdown(document), "**stress BATCH")
      const words = document.steps.map((step) => stressMarker(document, step)?.word)
      assert.deepStrictEqual(words.slice(-2), ["knee", "throughput flattens, latency grows"])
      const [throughput, latency] = stressCharts(document)
      assert.deepStrictEqual(throughput?.columns.series[0]?.values, [300, 600, 1200, 2400, 3000, 3000])
      assert.deepStrictEqual(latency?.columns.x, [1, 2, 4, 8, 16, 32])
    })
  )

  it.effect("can be read again", () =>
    Effect.gen(function* () {
      const { document } = yield* studied(tenSeats, { soakSeconds: 60 })
      const text = yield* stressJson(document)
      assert.deepStrictEqual(yield* Schema.decode(StressJson)(text), document)
    })
  )
})
