/** Loads on agents, on the virtual clock: everything is real except sockets and threads. */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as TestClock from "effect/TestClock"
import { messagesHash } from "../../src/agents/messages.ts"
import { Registry } from "../../src/agents/Registry.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { version } from "../../src/domain/version.ts"
import { runGenerator } from "../../src/engine/LoadRun.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { startWorkers, usersInWorkers } from "../../src/workers/Coordinator.ts"
import { it } from "../engine/virtualTime.ts"
import { makeInProcess } from "../workers/inProcess.ts"
import { setup } from "../workers/setup.ts"
import { three } from "./inMemory.ts"
import { makeServer, makeTokens, plan, runOn, type Sent, slow } from "./runOnAgents.ts"

/** The same in one thread of the coordinator. */
const runInOneThread = Effect.gen(function* () {
  const { sent, transport } = makeServer(yield* Effect.clock, () => false)
  const recorder = yield* Recorder
  const fiber = yield* Effect.gen(function* () {
    const group = yield* startWorkers([setup])
    return yield* runGenerator(plan, usersInWorkers(plan, group))
  }).pipe(Effect.provide(makeInProcess(transport).layer), Effect.scoped, Effect.fork)
  yield* TestClock.adjust("90 seconds")
  yield* Fiber.join(fiber)
  return { measurements: recorder.measurements(), sent }
}).pipe(Effect.provide([Recorder.layer, Layer.succeed(Tokens, makeTokens())]), Effect.scoped)

const bodiesOf = (sent: ReadonlyArray<Sent>) => sent.map(({ body }) => body).toSorted()

describe("a load on agents", () => {
  it.scoped("has the histograms, figures and documents of one thread", () =>
    Effect.gen(function* () {
      const one = yield* runInOneThread
      const many = yield* runOn(three)
      assert.isAbove(one.sent.length, 200)
      assert.strictEqual(many.ended.endedBy, "runTime")
      assert.deepStrictEqual(many.measurements.total, one.measurements.total)
      assert.deepStrictEqual(many.measurements.rows, one.measurements.rows)
      assert.deepStrictEqual(bodiesOf(many.sent), bodiesOf(one.sent))
    })
  )

  it.scoped(
    "starts everywhere at the instant that was agreed on, whatever the clocks of the agents show",
    () =>
      Effect.gen(function* () {
        const { agents, ended, sent } = yield* runOn([
          { name: "a", slots: 1, offsetMillis: 3_600_000, delayMillis: 4 },
          { name: "b", slots: 1, offsetMillis: -90_000.5, delayMillis: 20 }
        ])
        // User 0 starts on one agent, user 1 on the other.
        const [first, second] = sent.map(({ atMillis }) => atMillis - ended.startedAtMillis)
        assert.deepStrictEqual([first, second], [0, 25])
        assert.deepStrictEqual(
          agents?.agents.map(({ clockUncertaintyMillis, name }) => [name, clockUncertaintyMillis]),
          [
            ["a", 4],
            ["b", 20]
          ]
        )
        assert.isAtMost(agents?.startSkewMillis ?? 99, 1)
      })
  )

  it.scoped("counts everything when acknowledgements are lost and a link is down when the time ends", () =>
    Effect.gen(function* () {
      const whole = yield* runOn(three)
      const disturbed = yield* runOn(three, {
        meanwhile: ([first, second]) =>
          Effect.gen(function* () {
            if (first === undefined || second === undefined) return
            yield* TestClock.adjust("3 seconds")
            first.network.losesReplies = true
            second.network.cut = true
            yield* TestClock.adjust("2 seconds")
            first.network.losesReplies = false
            second.network.cut = false
          })
      })
      assert.strictEqual(disturbed.ended.endedBy, "runTime")
      assert.strictEqual(disturbed.measurements.total.requests, disturbed.sent.length)
      assert.deepStrictEqual(disturbed.measurements.total.latencies, whole.measurements.total.latencies)
      const reconnects = disturbed.agents?.agents.map((agent) => agent.reconnects)
      assert.deepStrictEqual(reconnects, [1, 1, 0])
      assert.deepStrictEqual(
        disturbed.agents?.agents.map(({ lost }) => lost),
        [null, null, null]
      )
    })
  )

  it.scoped("ends when an agent is lost, and says until when its requests are counted", () =>
    Effect.gen(function* () {
      const { agents, ended, measurements, sent } = yield* runOn(three, {
        plan: { runMillis: 60_000, waits: slow },
        meanwhile: ([, second]) => Effect.zipRight(TestClock.adjust("7 seconds"), second?.kill ?? Effect.void)
      })
      assert.strictEqual(ended.endedBy, "agentLost")
      const lost = agents?.agents[1]?.lost
      assert.deepStrictEqual([agents?.agents[0]?.lost, agents?.agents[2]?.lost], [null, null])
      // The load starts half a second after the agreement, the agent dies 6.5 s later.
      assert.closeTo(lost?.lastReportSeconds ?? 0, 6.5, 0.3)
      assert.closeTo((lost?.atSeconds ?? 0) - (lost?.lastReportSeconds ?? 0), 15, 0.6)
      assert.strictEqual(lost?.uncountedSeconds, 10)
      assert.isAbove(sent.length, measurements.total.requests)
    })
  )

  it.scoped("goes on without a lost agent if it shall, and never gives its users to another one", () =>
    Effect.gen(function* () {
      const { agents, ended, sent } = yield* runOn(three, {
        plan: { runMillis: 40_000, waits: slow },
        onLost: "continue",
        meanwhile: ([, second]) => Effect.zipRight(TestClock.adjust("7 seconds"), second?.kill ?? Effect.void)
      })
      assert.strictEqual(ended.endedBy, "runTime")
      assert.closeTo(ended.elapsedSeconds, 40, 0.2)
      assert.isNotNull(agents?.agents[1]?.lost)
      // Users 2 and 6 ran on the lost agent; a user that began again would repeat its documents.
      assert.strictEqual(new Set(sent.map(({ body }) => body)).size, sent.length)
    })
  )

  it.scoped("stops the users of an agent that hears nothing for ten seconds", () =>
    Effect.gen(function* () {
      const { ended, sent } = yield* runOn([{ name: "alone", slots: 1 }], {
        plan: { runMillis: 120_000, waits: slow },
        meanwhile: ([only]) =>
          Effect.gen(function* () {
            yield* TestClock.adjust("7 seconds")
            if (only !== undefined) only.network.cut = true
          })
      })
      assert.strictEqual(ended.endedBy, "agentLost")
      const last = Math.max(...sent.map(({ atMillis }) => atMillis)) - ended.startedAtMillis
      // The link is cut 6.5 s after the start.
      assert.isAtMost(last, 16_500 + 10)
      assert.isAtLeast(last, 15_500)
    })
  )

  it.scoped("logs in once for all agents when a token is refused, and each sends the new one", () =>
    Effect.gen(function* () {
      const { measurements, sent } = yield* runOn(three, {
        refuses: (bearer, nth) => bearer === "Bearer token-1" && nth > 60
      })
      const bearers = new Set(sent.slice(-20).map(({ bearer }) => bearer))
      assert.deepStrictEqual([...bearers], ["Bearer token-2"])
      assert.strictEqual(measurements.total.failures, 0)
    })
  )

  it.scoped("ends in order when an agent is stopped: its last reports come first", () =>
    Effect.gen(function* () {
      const { agents, ended, measurements, sent } = yield* runOn(three, {
        plan: { runMillis: 60_000, waits: slow },
        meanwhile: ([first]) =>
          Effect.zipRight(TestClock.adjust("6 seconds"), Effect.fork(first?.session.leave ?? Effect.void))
      })
      assert.strictEqual(ended.endedBy, "agentLost")
      assert.strictEqual(agents?.agents[0]?.lost?.uncountedSeconds, 0)
      assert.strictEqual(measurements.total.requests, sent.length)
    })
  )
})

describe("a coordinator", () => {
  const request = {
    name: "lab-1",
    incarnation: "0123456789abcdef",
    version,
    messages: messagesHash,
    slots: 4,
    clock: { roundTripMillis: 2, uncertaintyMillis: 1 }
  }
  const reasonOf = (registry: Registry, changed: Partial<typeof request>) =>
    Effect.match(registry.join({ ...request, ...changed }), {
      onFailure: ({ reason }) => reason,
      onSuccess: () => "joined"
    })

  it.effect("refuses other versions, uncertain clocks, a second agent of a name, and late ones", () =>
    Effect.gen(function* () {
      const registry = yield* Registry.make(2)
      const refused = [
        yield* reasonOf(registry, { version: "0.0.9" }),
        yield* reasonOf(registry, { messages: "0000000000000000" }),
        yield* reasonOf(registry, { clock: { roundTripMillis: 120, uncertaintyMillis: 60 } })
      ]
      assert.match(refused[0] ?? "", /^this agent is version 0\.0\.9, and the coordinator is /)
      assert.match(refused[1] ?? "", /builds with different messages$/)
      assert.match(refused[2] ?? "", /took 120 ms/)
      assert.strictEqual(yield* reasonOf(registry, {}), "joined")
      assert.strictEqual(yield* reasonOf(registry, {}), "joined")
      assert.match(
        yield* reasonOf(registry, { incarnation: "fedcba9876543210" }),
        /^an agent named lab-1 has joined/
      )
      assert.strictEqual(
        yield* reasonOf(registry, { name: "lab-2", incarnation: "aaaaaaaaaaaaaaaa" }),
        "joined"
      )
      assert.match(
        yield* reasonOf(registry, { name: "lab-3", incarnation: "bbbbbbbbbbbbbbbb" }),
        /has all of its 2 agents/
      )
      assert.deepStrictEqual(
        registry.present().map(({ name }) => name),
        ["lab-1", "lab-2"]
      )
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )

  it.scoped("gives up an agent after 15 seconds without a message, and refuses what it sends later", () =>
    Effect.gen(function* () {
      const registry = yield* Registry.make(1)
      yield* Effect.forkScoped(registry.watch)
      yield* registry.join(request)
      const message = { incarnation: request.incarnation, received: 0, clock: request.clock, events: [] }
      yield* TestClock.adjust("14 seconds")
      yield* registry.tell({ ...message, sequence: 1 })
      yield* TestClock.adjust("14900 millis")
      assert.strictEqual(registry.present().length, 1)
      yield* TestClock.adjust("700 millis")
      assert.strictEqual(registry.present().length, 0)
      const refused = yield* Effect.flip(registry.tell({ ...message, sequence: 2 }))
      assert.match(refused.reason, /has given it up: no report for 15 s/)
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
  )
})
