import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { createServer } from "node:http"
import { performance } from "node:perf_hooks"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Client } from "undici"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { nodeProbe, recordDelay, threadProbe } from "../../src/metrics/nodeProbe.ts"
import { parseSchedstat, processorTimes } from "../../src/metrics/processorTimes.ts"
import { ThreadProbe } from "../../src/metrics/ThreadProbe.ts"
import { thread } from "./health.ts"

const blockedMillis = 300

/** Keeps the event loop to itself. */
const block = Effect.sync(() => {
  const until = performance.now() + blockedMillis
  while (performance.now() < until);
})

/** Runs due timers, and callbacks deferred to the next round. */
const twoRounds = Effect.async<void>((resume) => {
  setImmediate(() => setImmediate(() => resume(Effect.void)))
})

/** Answers every request with nothing. */
const serve = Effect.acquireRelease(
  Effect.async<{ readonly origin: string; readonly close: () => void }>((resume) => {
    const server = createServer((_, response) => response.end())
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const close = () => void server.close().closeAllConnections()
      resume(Effect.succeed({ origin: `http://127.0.0.1:${port}`, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const probe = Effect.flatMap(GeneratorProbe, ({ take }) => Effect.fromNullable(take()))

describe("nodeProbe", () => {
  it.scopedLive("reports a blocked event loop as busy and late, once", () =>
    Effect.gen(function* () {
      yield* twoRounds
      yield* probe
      yield* block
      yield* twoRounds
      const { busyMicros, cpuMicros, loopDelays, observedMicros, rssBytes } = yield* probe
      assert.isAtLeast(observedMicros, blockedMillis * 1000)
      assert.isAtLeast(busyMicros, 0.9 * blockedMillis * 1000)
      assert.isAtMost(busyMicros, observedMicros)
      // A tick may have come just before.
      assert.isAtLeast(loopDelays.maxMicros, (blockedMillis - 20) * 1000)
      assert.isAtLeast(loopDelays.count, blockedMillis / 10 - 2)
      assert.isAbove(cpuMicros, 0)
      assert.isAbove(rssBytes ?? 0, 10_000_000)
      // Between two looks in a row no tick can come.
      assert.strictEqual((yield* probe).loopDelays.count, 0)
    }).pipe(Effect.provide(nodeProbe))
  )

  it.scopedLive("has no memory figure when no file descriptor is left to read it", () =>
    Effect.gen(function* () {
      const { rss } = process.memoryUsage
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          process.memoryUsage.rss = () => {
            throw new Error("EMFILE: too many open files, uv_resident_set_memory")
          }
        }),
        () =>
          Effect.sync(() => {
            process.memoryUsage.rss = rss
          })
      )
      assert.isNull((yield* probe).rssBytes)
    }).pipe(Effect.provide(nodeProbe))
  )

  it.scopedLive("counts collections", () =>
    Effect.gen(function* () {
      setFlagsFromString("--expose-gc")
      yield* probe
      runInNewContext("gc")()
      yield* twoRounds
      const { pauses } = yield* probe
      assert.isAtLeast(pauses.count, 1)
      assert.isAbove(pauses.maxMicros, 0)
      assert.isAtLeast(pauses.totalMicros, pauses.maxMicros)
    }).pipe(Effect.provide(nodeProbe))
  )

  it.scopedLive("counts connections, also those that carry no request, until they are closed", () =>
    Effect.gen(function* () {
      const { origin } = yield* serve
      const clients = [new Client(origin), new Client(origin)]
      const ask = (client: Client) =>
        Effect.promise(async () => (await client.request({ method: "GET", path: "/" })).body.text())
      assert.strictEqual((yield* probe).sockets, 0)
      for (const client of clients) yield* Effect.zipRight(ask(client), ask(client))
      assert.strictEqual((yield* probe).sockets, 2)
      for (const client of clients) yield* Effect.promise(() => client.destroy())
      yield* twoRounds
      assert.strictEqual((yield* probe).sockets, 0)
    }).pipe(Effect.provide(nodeProbe))
  )

  it.scopedLive(
    "adds up the reports of workers, is as busy as the busiest, and keeps their connections",
    () =>
      Effect.gen(function* () {
        const { add } = yield* GeneratorProbe
        yield* probe
        add(0, thread({ sockets: 4, pauses: { count: 2, totalMicros: 30, maxMicros: 20 } }))
        add(0, thread({ busyMicros: 250_000, sockets: 5 }))
        add(1, thread({ busyMicros: 250_000, sockets: 7 }))
        add(1, thread({ busyMicros: 250_000, sockets: 7 }))
        const { busyMicros, observedMicros, pauses, sockets } = yield* probe
        assert.strictEqual(busyMicros, observedMicros)
        assert.deepInclude(pauses, { count: 2, totalMicros: 30 })
        assert.strictEqual(sockets, 12)
        const next = yield* probe
        assert.strictEqual(next.sockets, 12)
        assert.strictEqual(next.pauses.count, 0)
      }).pipe(Effect.provide(nodeProbe))
  )

  it.live("stops with its scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { take } = yield* GeneratorProbe.pipe(
        Effect.provide(yield* Scope.extend(Layer.build(nodeProbe), scope))
      )
      yield* Scope.close(scope, Exit.void)
      take()
      yield* block
      yield* twoRounds
      assert.strictEqual(take()?.loopDelays.count, 0)
    })
  )
})

describe("the scheduling statistics of Linux", () => {
  it.each([
    ["84130099 103258040 380\n", { ranMicros: 84_130.099, waitedMicros: 103_258.04 }],
    ["1000 0 1\n", { ranMicros: 1, waitedMicros: 0 }],
    // A kernel that does not count.
    ["0 0 0\n", undefined],
    ["", undefined],
    ["no such thing\n", undefined]
  ])("%j are %j", (text, times) => {
    assert.deepStrictEqual(parseSchedstat(text), times)
  })

  it("grow", () => {
    const [first, second] = [processorTimes(), processorTimes()]
    if (first === undefined || second === undefined) return assert.strictEqual(first, second)
    assert.isAtLeast(second.waitedMicros, first.waitedMicros)
    assert.isAtLeast(second.ranMicros, first.ranMicros)
  })
})

describe("threadProbe", () => {
  it.scopedLive("observes the thread in which it was made", () =>
    Effect.gen(function* () {
      const { take } = yield* ThreadProbe
      yield* twoRounds
      take()
      yield* block
      yield* twoRounds
      const health = yield* Effect.fromNullable(take())
      assert.isAtLeast(health.busyMicros, 0.9 * blockedMillis * 1000)
      assert.isAtLeast(health.loopDelays.maxMicros, (blockedMillis - 20) * 1000)
    }).pipe(Effect.provide(threadProbe))
  )
})

describe("without a probe", () => {
  it.effect("nothing is measured, of a thread and of the process", () =>
    Effect.gen(function* () {
      const generator = yield* GeneratorProbe
      generator.add(0, thread({ sockets: 4 }))
      assert.isUndefined(generator.take())
      assert.isUndefined((yield* ThreadProbe).take())
    })
  )
})

describe("recordDelay", () => {
  it.each([
    [0, [0]],
    [9.5, [9.5]],
    [10, [10]],
    [35, [5, 15, 25, 35]]
  ])("of %d ms records %j", (millis, recorded) => {
    const delays = new Histogram()
    recordDelay(delays, millis * 1000)
    const expected = new Histogram()
    for (const each of recorded) expected.record(each * 1000)
    assert.deepStrictEqual(delays, expected)
  })

  it("records a delay of half a second as half of the events of its second", () => {
    const delays = new Histogram()
    for (let i = 0; i < 50; i++) recordDelay(delays, 0)
    recordDelay(delays, 500_000)
    const [p50, p75] = delays.percentiles([50, 75])
    assert.deepStrictEqual([p50, Math.round((p75 ?? 0) / 10_000)], [0, 25])
  })
})
