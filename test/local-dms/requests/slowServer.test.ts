/** The local DMS as slow as a real server: figures under virtual time against the closed forms of docs/local-dms.md. */
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { PCGRandom } from "effect/Utils"
import { LocalDms, type LocalDmsOptions } from "../../../src/local-dms/LocalDms.ts"
import { it } from "../../engine/virtualTime.ts"
import { type Reply, session } from "../harness.ts"

const fixed = (millis: number) => ({ _tag: "fixed", millis }) as const

/** An answered request; times in milliseconds since the start of the load. */
interface Answer {
  readonly beganMillis: number
  readonly endedMillis: number
  readonly status: number
}

/** In milliseconds, rounded to microseconds. */
const latencyOf = ({ beganMillis, endedMillis }: Answer): number =>
  Math.round((endedMillis - beganMillis) * 1000) / 1000

const timed = <E, R>(request: Effect.Effect<Reply, E, R>, startMillis: number) =>
  Effect.gen(function* () {
    const beganMillis = (yield* Clock.currentTimeMillis) - startMillis
    const { status } = yield* request
    const endedMillis = (yield* Clock.currentTimeMillis) - startMillis
    const answer: Answer = { beganMillis, endedMillis, status }
    return answer
  })

/** Answers within `millis` to `users` that send an empty batch as soon as the last one is answered. */
const closedLoop = (users: number, millis: number, options: Partial<LocalDmsOptions>) =>
  Effect.gen(function* () {
    const { batch } = yield* session
    const startMillis = yield* Clock.currentTimeMillis
    const answers: Array<Answer> = []
    const user = Effect.forever(Effect.map(timed(batch([]), startMillis), (answer) => answers.push(answer)))
    const fibers = yield* Effect.forEach(Array.from({ length: users }), () => Effect.fork(user))
    yield* TestClock.adjust(millis)
    yield* Fiber.interruptAll(fibers)
    return answers
  }).pipe(Effect.provide(LocalDms.layerHttpClient({ seed: 1, ...options })))

/** Answers per second from `fromMillis` to `toMillis`. */
const rateOf = (answers: ReadonlyArray<Answer>, fromMillis: number, toMillis: number): number => {
  const counted = answers.filter(({ endedMillis }) => endedMillis > fromMillis && endedMillis <= toMillis)
  return counted.length / ((toMillis - fromMillis) / 1000)
}

/** Requests per second of `users` by the Universal Scalability Law. */
const scalability = (users: number, latencyMillis: number, s: number, k: number): number =>
  (users * 1000) / (latencyMillis * (1 + s * (users - 1) + k * users * (users - 1)))

const near = (measured: number, expected: number, tolerance: number) =>
  assert.approximately(measured, expected, expected * tolerance)

describe("a closed loop", () => {
  const law = { contention: 0.05, coherency: 0.01, latency: fixed(20) }

  it.effect.each([1, 2, 4, 10, 20, 40])("of %d users has the throughput of the scalability law", (users) =>
    Effect.gen(function* () {
      const answers = yield* closedLoop(users, 3000, law)
      const expected = scalability(users, 20, law.contention, law.coherency)
      // Each of the users may have one answer more or less in the 2 s.
      assert.approximately(rateOf(answers, 1000, 3000), expected, users / 2)
      const steady = answers.filter(({ beganMillis }) => beganMillis > 1000)
      for (const answer of steady) assert.approximately(latencyOf(answer), (users * 1000) / expected, 1e-3)
    })
  )

  it.effect("is fastest with sqrt((1 - s) / k) users, and slower with more", () =>
    Effect.gen(function* () {
      const users = Array.from({ length: 6 }, (_, index) => index + 3)
      const options = { contention: 0.1, coherency: 0.025, latency: fixed(20) }
      const rates = yield* Effect.forEach(users, (count) =>
        Effect.map(closedLoop(count, 3000, options), (answers) => rateOf(answers, 1000, 3000))
      )
      assert.strictEqual(users[rates.indexOf(Math.max(...rates))], Math.sqrt((1 - 0.1) / 0.025))
    })
  )

  it.effect("with a random latency has the throughput of its mean", () =>
    Effect.gen(function* () {
      const latency = { _tag: "lognormal", medianMillis: 20, sigma: 0.4 } as const
      const answers = yield* closedLoop(10, 30_000, { ...law, latency })
      const meanMillis = 20 * Math.exp(0.4 ** 2 / 2)
      near(rateOf(answers, 2000, 30_000), scalability(10, meanMillis, 0.05, 0.01), 0.015)
    })
  )

  it.effect("of more users than the concurrency is slowed down by those that have a seat", () =>
    Effect.gen(function* () {
      const answers = yield* closedLoop(20, 4000, { ...law, concurrency: 4 })
      near(rateOf(answers, 1000, 4000), scalability(4, 20, 0.05, 0.01), 0.01)
    })
  )

  it.effect("of more users than connections has the throughput of the connections", () =>
    Effect.gen(function* () {
      const latency = fixed(20)
      for (const concurrency of [undefined, 6]) {
        const answers = yield* closedLoop(10, 2000, { latency, poolSize: 3, concurrency })
        near(rateOf(answers, 0, 2000), 3 / 0.02, 0.005)
      }
    })
  )
})

describe("a lognormal latency", () => {
  const options: Partial<LocalDmsOptions> = { latency: { _tag: "lognormal", medianMillis: 20, sigma: 0.4 } }
  const latencies = (seed: number, millis: number) =>
    Effect.map(closedLoop(1, millis, { ...options, seed }), (answers) => answers.map(latencyOf))

  it.effect("has its median, and its logarithm has the standard deviation sigma", () =>
    Effect.gen(function* () {
      const logs = (yield* latencies(1, 100_000)).map(Math.log).sort((one, other) => one - other)
      const mean = logs.reduce((sum, each) => sum + each, 0) / logs.length
      const variance = logs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / logs.length
      near(Math.exp(logs[Math.floor(logs.length / 2)] ?? 0), 20, 0.03)
      near(Math.sqrt(variance), 0.4, 0.03)
    })
  )

  it.effect("is the same sequence with the same seed", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* latencies(7, 2000), yield* latencies(7, 2000))
      assert.notDeepEqual(yield* latencies(7, 2000), yield* latencies(8, 2000))
    })
  )
})

/** Sends an empty batch at each of the times, in milliseconds from now, ascending; returns the requests in that order. */
const openLoop = Effect.fnUntraced(function* (dueMillis: ReadonlyArray<number>, untilMillis: number) {
  const { batch } = yield* session
  const startMillis = yield* Clock.currentTimeMillis
  const arrivals = yield* Effect.fork(
    Effect.forEach(dueMillis, (due) =>
      Clock.currentTimeMillis.pipe(
        Effect.flatMap((nowMillis) => Effect.sleep(Math.max(startMillis + due - nowMillis, 0))),
        Effect.zipRight(Effect.forkDaemon(timed(batch([]), startMillis)))
      )
    )
  )
  yield* TestClock.adjust(untilMillis)
  return yield* Fiber.join(arrivals)
})

/** The answers after another `duration`. */
const answersIn =
  (duration: Duration.DurationInput) => (requests: ReadonlyArray<Fiber.Fiber<Answer, unknown>>) =>
    Effect.zipRight(TestClock.adjust(duration), Fiber.joinAll(requests))

/** Due times of `perSecond` evenly spaced requests. */
const evenly = (perSecond: number, seconds: number): ReadonlyArray<number> =>
  Array.from({ length: perSecond * seconds }, (_, index) => (index * 1000) / perSecond)

describe("a queue for three seats", () => {
  const options = { seed: 1, concurrency: 3, latency: fixed(20) }

  it.effect("starts each of randomly arriving requests when the first seat is free", () =>
    Effect.gen(function* () {
      const random = new PCGRandom(1)
      let dueMillis = 0
      const due = Array.from({ length: 800 }, () => (dueMillis -= Math.log(1 - random.number()) * 7))
      const answers = yield* Effect.flatMap(openLoop(due, dueMillis + 1), answersIn("1 second"))
      const freeAt = [0, 0, 0]
      for (const { beganMillis, endedMillis } of answers) {
        const seat = freeAt.indexOf(Math.min(...freeAt))
        const freeMillis = freeAt[seat] ?? 0
        freeAt[seat] = Math.max(beganMillis, freeMillis) + 20
        assert.approximately(endedMillis, freeAt[seat], 0.01)
      }
    }).pipe(Effect.provide(LocalDms.layerHttpClient(options)))
  )

  it.effect("answers twelve users after four times the latency", () =>
    Effect.gen(function* () {
      const answers = yield* closedLoop(12, 2000, options)
      assert.strictEqual(rateOf(answers, 0, 2000), 3 / 0.02)
      assert.isTrue(answers.slice(12).every((answer) => latencyOf(answer) === 80))
    })
  )
})

const statsNow = Effect.flatMap(LocalDms, ({ stats }) => stats)

describe("a pool of two connections", () => {
  const atOnce = (count: number) =>
    openLoop(
      Array.from({ length: count }, () => 0),
      10_000
    )

  it.effect("gives 500 to the requests that wait for longer than the timeout, and counts them", () =>
    Effect.gen(function* () {
      const answers = yield* Effect.flatMap(atOnce(10), Fiber.joinAll)
      assert.deepStrictEqual(
        answers.map((answer) => [answer.status, latencyOf(answer)]),
        [
          [200, 100],
          [200, 100],
          [200, 200],
          [200, 200],
          [200, 300],
          [200, 300],
          [500, 250],
          [500, 250],
          [500, 250],
          [500, 250]
        ]
      )
      const { batches, poolTimeouts, requests } = yield* statsNow
      assert.deepStrictEqual(
        [poolTimeouts, batches, requests["POST /batch"]],
        [4, { committed: 6, rolledBack: 0, refused: 4 }, { "200": 6, "500": 4 }]
      )
      // The connections are free again.
      const later = yield* Effect.flatMap(atOnce(2), Fiber.joinAll)
      assert.deepStrictEqual(later.map(latencyOf), [100, 100])
    }).pipe(
      Effect.provide(LocalDms.layerHttpClient({ poolSize: 2, poolTimeoutSeconds: 0.25, latency: fixed(100) }))
    )
  )

  it.effect("without a timeout lets requests wait without end", () =>
    Effect.gen(function* () {
      const answers = yield* Effect.flatMap(atOnce(100), Fiber.joinAll)
      assert.deepStrictEqual([answers.at(-1)?.status, answers.at(-1)?.endedMillis], [200, 5000])
    }).pipe(Effect.provide(LocalDms.layerHttpClient({ poolSize: 2, latency: fixed(100) })))
  )

  it.effect("counts the time for a connection from the moment of a seat", () =>
    Effect.gen(function* () {
      const answers = yield* Effect.flatMap(atOnce(5), Fiber.joinAll)
      // Three seats: the third request waits for a connection, the others for a seat until 100 ms and 150 ms.
      assert.deepStrictEqual(
        answers.map((answer) => [answer.status, answer.endedMillis]),
        [
          [200, 100],
          [200, 100],
          [500, 50],
          [500, 100],
          [200, 200]
        ]
      )
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({
          concurrency: 3,
          poolSize: 2,
          poolTimeoutSeconds: 0.05,
          latency: fixed(100)
        })
      )
    )
  )
})

describe("a server that gets stuck when 20 wait for its 4 seats of 20 ms", () => {
  const options = { concurrency: 4, stuckAbove: 20, latency: fixed(20) }
  const underLoad = (perSecond: number, seconds: number) =>
    openLoop(evenly(perSecond, seconds), seconds * 1000)
  const burst = openLoop(
    Array.from({ length: 24 }, () => 0),
    0
  )

  it.effect("stays stuck at a rate that it could keep before", () =>
    Effect.gen(function* () {
      const before = yield* Effect.flatMap(underLoad(100, 10), answersIn("100 millis"))
      assert.isTrue(before.every((answer) => latencyOf(answer) === 20))
      yield* burst
      yield* underLoad(100, 10)
      const { stuck, underWay, waiting } = (yield* statsNow).now
      assert.deepStrictEqual([stuck, underWay], [true, 4])
      // Since the burst 1,024 requests arrived, and 20 per second ended.
      assert.approximately(underWay + waiting, 1024 - 10 * 20, 8)
    }).pipe(Effect.provide(LocalDms.layerHttpClient(options)))
  )

  it.effect("recovers only when a request finds the server empty", () =>
    Effect.gen(function* () {
      yield* burst
      yield* underLoad(10, 20)
      // The line is gone, but a request that takes 200 ms arrives every 100 ms.
      const { stuck, waiting } = (yield* statsNow).now
      assert.deepStrictEqual([stuck, waiting], [true, 0])
      yield* underLoad(4, 1)
      assert.isFalse((yield* statsNow).now.stuck)
      const after = yield* Effect.flatMap(underLoad(100, 10), answersIn("100 millis"))
      assert.isTrue(after.every((answer) => latencyOf(answer) === 20))
    }).pipe(Effect.provide(LocalDms.layerHttpClient(options)))
  )

  it.effect("recovers when the load stops and all requests have ended", () =>
    Effect.gen(function* () {
      const requests = yield* burst
      assert.isTrue((yield* statsNow).now.stuck)
      const answers = yield* answersIn("10 seconds")(requests)
      // The first four began before the twentieth had to wait.
      assert.deepStrictEqual([answers[3]?.endedMillis, answers[23]?.endedMillis], [20, 1020])
      assert.isFalse((yield* statsNow).now.stuck)
    }).pipe(Effect.provide(LocalDms.layerHttpClient(options)))
  )
})
