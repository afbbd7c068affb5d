/** Runs in workers on the virtual clock: everything is real except threads and sockets. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { measureGenerator } from "../../src/run/measure.ts"
import type { LoadResult } from "../../src/domain/LoadResult.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { steady } from "../../src/domain/Stages.ts"
import { Discovery } from "../../src/dms/Discovery.ts"
import { Tokens } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import { type ArrivalsPlan, runGenerator, type UsersPlan } from "../../src/engine/LoadRun.ts"
import type { StartGenerator } from "../../src/engine/supervise.ts"
import { noPauses } from "../../src/metrics/GeneratorHealth.ts"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { SampleBuffer, SampleLog } from "../../src/metrics/SampleLog.ts"
import { ThreadProbe } from "../../src/metrics/ThreadProbe.ts"
import { startWorkers, usersInWorkers } from "../../src/workers/Coordinator.ts"
import { Setup } from "../../src/workers/messages.ts"
import { specOf } from "../run/specOf.ts"
import { it } from "../engine/virtualTime.ts"
import { makeInProcess } from "./inProcess.ts"
import { dmsConfig, setup } from "./setup.ts"
import { committed, millisFor, steadyPlan } from "./steadyLoad.ts"

interface Sent {
  readonly method: string
  /** Since the start of the run. */
  readonly atMillis: number
  readonly user: number
  readonly bearer: string
  readonly body: string
}

type Reply =
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | "stuck"
  | "bug"

const refused: Reply = { status: 401, body: "{}" }

interface Login {
  readonly status: number
  readonly expiresIn: number
  readonly headers?: Readonly<Record<string, string>>
}
const goodLogin: Login = { status: 200, expiresIn: 1800 }

/**
 * Runs a plan in workers to its end, against a server that takes 10 to 70 ms for a batch, always the same for the same
 * body, and a login that returns token-1, token-2, ... and may fail.
 */
const runIn = (
  workers: number,
  options: {
    readonly plan?: Partial<UsersPlan>
    /** Changes of the setup of the workers. Default: a batch of one student. */
    readonly setup?: Partial<Setup>
    /** Replaces the users and `plan`. */
    readonly arrivals?: ArrivalsPlan
    /** The response time of the server in milliseconds. */
    readonly takes?: (sent: Sent) => number
    readonly reply?: (sent: Sent) => Reply
    /** Receives a line for every request. */
    readonly log?: SampleBuffer
    readonly login?: (nth: number) => Login
    /** Runs the load generator. Default: `runGenerator` */
    readonly through?: (
      start: StartGenerator<Recorder | Tokens>
    ) => Effect.Effect<LoadResult, never, Recorder | Tokens>
    /** When `meanwhile` runs, in milliseconds after the start. */
    readonly after?: number
    readonly meanwhile?: (
      workers: ReturnType<typeof makeInProcess>,
      run: Fiber.Fiber<unknown, unknown>
    ) => Effect.Effect<unknown>
  } = {}
) => {
  const { after = 0, reply = () => committed, login = () => goodLogin } = options
  const { takes = ({ body }) => millisFor(body) } = options
  const sent: Array<Sent> = []
  let logins = 0
  const loginServer = HttpClient.make((request) =>
    Effect.sync(() => {
      const { expiresIn, headers = {}, status } = login(++logins)
      const body = JSON.stringify({ access_token: `token-${logins}`, expires_in: expiresIn })
      return HttpClientResponse.fromWeb(request, new Response(body, { status, headers }))
    }).pipe(Effect.delay("150 millis"))
  )
  const tokens = Tokens.layer.pipe(
    Layer.provide([
      Layer.succeed(HttpClient.HttpClient, loginServer),
      Layer.succeed(Discovery, setup.urls),
      Layer.succeed(DmsConfig, dmsConfig)
    ])
  )
  const transportSince = (startedAtMillis: number) =>
    Transport.layerMemory((request) =>
      Effect.gen(function* () {
        const body = new TextDecoder().decode(request.body ?? new Uint8Array())
        const user = Number.parseInt(/"studentUniqueId":"\w+-(\w+)-/.exec(body)?.[1] ?? "", 36)
        const bearer = request.headers["authorization"] ?? ""
        const { method } = request
        const one = {
          method,
          atMillis: (yield* TestClock.currentTimeMillis) - startedAtMillis,
          user,
          bearer,
          body
        }
        sent.push(one)
        yield* Effect.sleep(takes(one))
        const replied = reply(one)
        if (replied === "bug") return yield* Effect.dieMessage("our bug")
        if (replied === "stuck") yield* Effect.uninterruptible(Effect.sleep("40 seconds"))
        return typeof replied === "object" ? replied : { status: 500, body: "" }
      })
    )
  const program = Effect.gen(function* () {
    const recorder = yield* Recorder
    yield* TestClock.adjust("1 second")
    const threads = makeInProcess(transportSince(yield* TestClock.currentTimeMillis))
    const loadPlan = options.arrivals ?? { ...steadyPlan, ...options.plan }
    let ended: LoadResult | undefined
    const fiber = yield* Effect.gen(function* () {
      const own = new Setup({ ...setup, ...options.setup, logSamples: options.log !== undefined })
      const ready = yield* startWorkers(Array.from({ length: workers }, () => own))
      const start = usersInWorkers(loadPlan, ready)
      const run = options.through === undefined ? runGenerator(loadPlan, start) : options.through(start)
      ended = yield* Effect.provideService(run, SampleLog, options.log)
    }).pipe(Effect.provide(threads.layer), Effect.uninterruptible, Effect.scoped, Effect.fork)
    yield* TestClock.adjust(`${after} millis`)
    if (options.meanwhile !== undefined) yield* options.meanwhile(threads, fiber)
    yield* TestClock.adjust("60 seconds")
    yield* Fiber.await(fiber)
    const { elapsedSeconds, endedBy, users } = yield* Effect.fromNullable(ended)
    return {
      ended: [endedBy, elapsedSeconds, users] as const,
      measurements: recorder.measurements(),
      warmUp: recorder.warmUp.measurements(),
      sent,
      logins
    }
  })
  return Effect.fork(Effect.provide(program, [Recorder.layer, tokens])).pipe(
    Effect.tap(() => TestClock.adjust("150 millis")),
    Effect.flatMap(Fiber.join),
    Logger.withMinimumLogLevel(LogLevel.None)
  )
}

const lines = (sent: ReadonlyArray<Sent>) =>
  sent.map(({ atMillis, body, user }) => `${atMillis} ${user} ${body}`).toSorted()

describe("users in workers", () => {
  it.effect("give the same histogram, figures and documents as one worker", () =>
    Effect.gen(function* () {
      const one = yield* runIn(1)
      assert.isAbove(one.sent.length, 200)
      assert.strictEqual(one.measurements.total.requests, one.sent.length)
      for (const workers of [2, 5]) {
        const many = yield* runIn(workers)
        assert.deepStrictEqual(many.measurements, one.measurements)
        assert.deepStrictEqual(many.ended, one.ended)
        assert.deepStrictEqual(lines(many.sent), lines(one.sent))
      }
    })
  )

  it.effect("send the same single requests as one worker, deliberate failures included", () =>
    Effect.gen(function* () {
      const location = "http://dms.test/data/ed-fi/students/id-1"
      const runVolume = (workers: number) =>
        runIn(workers, {
          setup: { scenarios: [{ name: "StudentVolumeTest", failDeliberately: true }] },
          reply: ({ body, method }) => {
            if (method !== "POST") return { status: 204, body: "" }
            return body.includes("studentUniqueId")
              ? { status: 201, body: "", headers: { location } }
              : { status: 400, body: "{}" }
          }
        })
      const one = yield* runVolume(1)
      const { expectedFailures, failures, requests, succeeded } = one.measurements.total
      assert.strictEqual(requests, one.sent.length)
      assert.strictEqual(failures, 0)
      assert.isAbove(expectedFailures, 10)
      assert.strictEqual(requests, expectedFailures + succeeded.create + succeeded.update + succeeded.delete)
      const three = yield* runVolume(3)
      assert.deepStrictEqual(three.measurements, one.measurements)
      assert.deepStrictEqual(lines(three.sent), lines(one.sent))
    })
  )

  it.effect("count a warm-up apart, as one worker does, in either model", () =>
    Effect.gen(function* () {
      const arrivals: ArrivalsPlan = {
        _tag: "Arrivals",
        arrivals: steady(40, 4500),
        maxUsers: 1000,
        startWithinMillis: 1000,
        warmUpMillis: 1500,
        runMillis: 3000,
        gracefulStopMillis: 30_000,
        maxFailRatio: 1
      }
      const plans = [{ plan: { warmUpMillis: 1500.25 } }, { arrivals, takes: () => 130 }]
      for (const options of plans) {
        const partsOf = (workers: number) =>
          Effect.map(runIn(workers, options), ({ measurements, sent, warmUp }) => {
            const [run, before] = [measurements, warmUp].map(
              ({ starts: { count }, total: { failures, latencies, requests, succeeded } }) => ({
                count,
                failures,
                latencies,
                requests,
                succeeded
              })
            )
            return { run, warmUp: before, sent: sent.map(({ atMillis }) => atMillis.toFixed(3)).toSorted() }
          })
        const one = yield* partsOf(1)
        const [run = 0, warmUp = 0] = [one.run?.requests, one.warmUp?.requests]
        assert.isAbove(warmUp, 30)
        assert.isAbove(run, 90)
        assert.strictEqual(run + warmUp, one.sent.length)
        for (const workers of [2, 5]) assert.deepStrictEqual(yield* partsOf(workers), one)
      }
    })
  )

  it.effect("start on the schedule of the whole run", () =>
    Effect.gen(function* () {
      const { sent } = yield* runIn(4)
      const firsts = [0, 1, 2, 3, 4, 5].map((id) => sent.find(({ user }) => user === id)?.atMillis)
      assert.deepStrictEqual(firsts, [0, 25, 50, 75, 100, 125])
    })
  )

  it.effect("start the arrivals of the whole run, each once, and give the latencies of one worker", () =>
    Effect.gen(function* () {
      const arrivals: ArrivalsPlan = {
        _tag: "Arrivals",
        arrivals: [
          { millis: 2000, target: 40 },
          { millis: 2000, target: 40 }
        ],
        maxUsers: 1000,
        startWithinMillis: 1000,
        runMillis: 4000,
        gracefulStopMillis: 30_000,
        maxFailRatio: 1
      }
      // The server stalls from 1.01 to 2.51 s; no arrival is due at these times.
      const takes = ({ atMillis }: Sent) => (atMillis > 1010 && atMillis < 2510 ? 2520 - atMillis : 10)
      const figuresIn = (workers: number) =>
        Effect.gen(function* () {
          const { ended, measurements, sent } = yield* runIn(workers, { arrivals, takes })
          const { failures, latencies, requests, services, succeeded } = measurements.total
          const percents = [1, 25, 50, 75, 90, 95, 99, 100]
          return {
            ended: ended.slice(0, 2),
            starts: { ...measurements.starts, maxLateMillis: measurements.starts.maxLateMillis.toFixed(3) },
            figures: { failures, requests, succeeded },
            // The maximum is exact, apart from floating point.
            latencies: latencies.percentiles(percents).map(Math.round),
            services: services?.percentiles(percents).map(Math.round),
            times: sent.map(({ atMillis }) => atMillis.toFixed(3)).toSorted(),
            keys: new Set(sent.map(({ body }) => body)).size
          }
        })
      const one = yield* figuresIn(1)
      assert.deepStrictEqual([one.starts.count, one.starts.dropped, one.keys], [120, 0, 120])
      assert.isAbove(one.latencies.at(-1) ?? 0, 1_400_000)
      for (const workers of [2, 5]) assert.deepStrictEqual(yield* figuresIn(workers), one)
    })
  )

  it.effect("drop the arrivals without a free user in their share, and count them", () =>
    Effect.gen(function* () {
      const arrivals: ArrivalsPlan = {
        _tag: "Arrivals",
        arrivals: steady(40, 2000),
        maxUsers: 4,
        startWithinMillis: 50,
        runMillis: 2000,
        gracefulStopMillis: 30_000,
        maxFailRatio: 1
      }
      // Each user makes 5 of the 20 iterations per user that are due in 2 s.
      for (const workers of [1, 2, 4]) {
        const { ended, measurements } = yield* runIn(workers, { arrivals, takes: () => 390 })
        const { count, dropped } = measurements.starts
        assert.deepStrictEqual([count + dropped, ended[2]], [80, 4], `${workers} workers`)
        assert.isAtLeast(dropped, 50)
        assert.strictEqual(measurements.total.requests, count)
      }
    })
  )

  it.effect("begin queued arrivals when the time is over, but not when the run is interrupted", () =>
    Effect.gen(function* () {
      const arrivals: ArrivalsPlan = {
        _tag: "Arrivals",
        arrivals: steady(40, 1000),
        maxUsers: 2,
        startWithinMillis: 10_000,
        runMillis: 1000,
        gracefulStopMillis: 30_000,
        maxFailRatio: 1
      }
      const options = { arrivals, takes: () => 100 }
      for (const workers of [1, 2]) {
        const { ended, measurements } = yield* runIn(workers, options)
        assert.deepStrictEqual([measurements.starts.count, measurements.starts.dropped], [40, 0])
        assert.strictEqual(ended[0], "runTime")
        assert.isAbove(ended[1], 1.9)
      }
      const { ended, measurements } = yield* runIn(2, {
        ...options,
        after: 510,
        meanwhile: (_, run) => Effect.fork(Fiber.interrupt(run))
      })
      // Due at 0, 25, ... 500.
      assert.deepStrictEqual(
        [ended[0], measurements.starts.count + measurements.starts.dropped],
        ["interrupt", 21]
      )
      assert.isBelow(ended[1], 0.7)
    })
  )

  it.effect("log a line for each request, dated from the start of the run", () =>
    Effect.gen(function* () {
      const linesWith = (workers: number) =>
        Effect.gen(function* () {
          const log = new SampleBuffer(10_000_000)
          const { measurements, sent } = yield* runIn(workers, {
            log,
            reply: ({ atMillis }) => (atMillis > 2000 ? { status: 400, body: "{}" } : committed)
          })
          const { bytes, dropped, samples } = log.take()
          const lines = new TextDecoder().decode(bytes).trimEnd().split("\n")
          assert.deepStrictEqual([samples, dropped], [measurements.total.requests, 0])
          assert.strictEqual(lines.length, sent.length)
          const requests = lines
            .map((line) => Schema.decodeSync(SampleLine)(line))
            .filter((line) => line.type === "request")
          assert.strictEqual(
            requests.filter(({ failure }) => failure !== null).length,
            measurements.total.failures
          )
          for (const { failure } of requests) {
            if (failure !== null) assert.deepInclude(failure, { kind: "refused", status: 400, operations: 3 })
          }
          const ends = sent.map(({ atMillis, body }) => (atMillis + millisFor(body)) / 1000)
          assert.deepStrictEqual(
            requests.map(({ elapsedSeconds }) => elapsedSeconds).toSorted((a, b) => a - b),
            ends.toSorted((a, b) => a - b)
          )
          return lines.toSorted()
        })
      const one = yield* linesWith(1)
      assert.isAbove(one.length, 200)
      assert.deepStrictEqual(yield* linesWith(3), one)
    })
  )

  it.effect("end by themselves after their passes", () =>
    Effect.gen(function* () {
      const { ended, measurements } = yield* runIn(3, { plan: { passes: 3 } })
      assert.strictEqual(ended[0], "passes")
      assert.strictEqual(measurements.total.requests, 18)
    })
  )

  it.effect("share one login after their token was refused, and none of their requests fails", () =>
    Effect.gen(function* () {
      const { logins, measurements, sent } = yield* runIn(3, {
        reply: ({ atMillis, bearer }) =>
          atMillis > 1000 && bearer === "Bearer token-1" ? refused : committed
      })
      assert.strictEqual(logins, 2)
      assert.strictEqual(measurements.total.failures, 0)
      const late = sent.filter(({ atMillis }) => atMillis > 1300)
      assert.deepStrictEqual([...new Set(late.map(({ bearer }) => bearer))], ["Bearer token-2"])
      assert.deepStrictEqual([...new Set(late.map(({ user }) => user))].toSorted(), [0, 1, 2, 3, 4, 5])
    })
  )

  it.effect("get a token that was renewed in time, without a 401", () =>
    Effect.gen(function* () {
      const { logins, sent } = yield* runIn(2, {
        login: () => ({ status: 200, expiresIn: 3 }),
        reply: () => committed
      })
      const bearersAfter = (millis: number) =>
        new Set(sent.filter(({ atMillis }) => atMillis > millis).map(({ bearer }) => bearer))
      assert.isAtLeast(logins, 2)
      assert.isFalse(bearersAfter(2500).has("Bearer token-1"))
    })
  )

  it.effect("send no request with a refused token while the login endpoint requires a delay", () =>
    Effect.gen(function* () {
      const { logins, measurements, sent } = yield* runIn(3, {
        login: (nth) => ({
          status: nth === 2 ? 429 : 200,
          expiresIn: 1800,
          ...(nth === 2 ? { headers: { "retry-after": "2" } } : {})
        }),
        reply: ({ atMillis, bearer }) =>
          atMillis > 1000 && bearer === "Bearer token-1" ? refused : committed
      })
      assert.strictEqual(logins, 3)
      assert.strictEqual(measurements.total.failures, 0)
      const waiting = sent.filter(({ atMillis }) => atMillis > 1300 && atMillis < 3000)
      assert.deepStrictEqual(waiting, [])
      assert.isTrue(sent.some(({ bearer }) => bearer === "Bearer token-3"))
    })
  )

  it.effect("count a 401 when the login fails, and do not wait for another token", () =>
    Effect.gen(function* () {
      const { ended, measurements } = yield* runIn(2, {
        login: (nth) => ({ status: nth === 1 ? 200 : 401, expiresIn: 1800 }),
        reply: ({ atMillis }) => (atMillis > 500 ? refused : committed),
        plan: { maxFailRatio: 0.4 }
      })
      assert.strictEqual(ended[0], "failureRatio")
      assert.deepStrictEqual(
        measurements.failures.map(({ failure }) => [failure.kind, failure.status]),
        [["refused", 401]]
      )
    })
  )

  it.effect("redact secret and token in responses that echo them", () =>
    Effect.gen(function* () {
      const { measurements } = yield* runIn(2, {
        reply: ({ bearer }) => ({ status: 400, body: JSON.stringify({ detail: `${bearer} the-secret` }) })
      })
      const shown = JSON.stringify(measurements.failures)
      assert.include(shown, "<redacted>")
      assert.notMatch(shown, /token-1|the-secret/)
    })
  )

  it.effect("stop within a report interval after the failure ratio of all workers is exceeded", () =>
    Effect.gen(function* () {
      // Worker 1 of 2 has users 0, 2 and 4: half of all requests fail.
      const { ended, measurements } = yield* runIn(2, {
        reply: ({ user }) => (user % 2 === 0 ? { status: 400, body: "{}" } : committed),
        plan: { maxFailRatio: 0.4 }
      })
      assert.strictEqual(ended[0], "failureRatio")
      assert.isBelow(ended[1], 0.75)
      assert.isAbove(measurements.total.failures, 4)
    })
  )

  it.effect("end a run after ten refused iterations of all workers together, with one user each", () =>
    Effect.gen(function* () {
      const denied = { status: 403, body: JSON.stringify({ type: "urn:denied" }) }
      const { ended, measurements } = yield* runIn(6, {
        reply: () => denied,
        // Slow enough that each worker has sent only some of the ten.
        takes: () => 200,
        plan: { maxFailRatio: 0.5 }
      })
      assert.strictEqual(ended[0], "refused")
      assert.isAtLeast(measurements.total.requests, 10)
      assert.isAtMost(measurements.total.requests, 18)
    })
  )

  it.effect.each([0, 1])("do not end a run if only worker %d is refused, whichever reports first", (worker) =>
    Effect.gen(function* () {
      const { ended } = yield* runIn(2, {
        // It has every second user, and more than ten iterations before its first report.
        reply: ({ user }) => (user % 2 === worker ? { status: 403, body: "{}" } : committed),
        takes: () => 10,
        plan: { maxFailRatio: 0.4, waits: { seed: 7, minMillis: 0, maxMillis: 0 } }
      })
      assert.strictEqual(ended[0], "failureRatio")
    })
  )

  it.effect("stop at the first slice in which a threshold of the run fails", () =>
    Effect.gen(function* () {
      const config = specOf({
        clientCount: "6",
        spawnRate: "40",
        workers: "2",
        runTimeInMinutes: "1",
        abortOnThreshold: "true",
        abortDelay: "1 second",
        threshold: "latency.p50 < 1ms"
      })
      const { ended, measurements, sent } = yield* runIn(2, {
        through: (start) =>
          Effect.map(measureGenerator(config, start), ({ summary }) => ({ ...summary, startedAtMillis: 0 }))
      })
      // The last user starts after 125 ms: the first slice that may end the run is the one at 2 s.
      assert.deepStrictEqual(ended[0], "threshold")
      assert.isTrue(ended[1] >= 2 && ended[1] < 2.25, `${ended[1]} s`)
      assert.deepStrictEqual([measurements.total.requests, measurements.total.failures], [sent.length, 0])
    })
  )

  it.effect("report the health of their threads", () =>
    Effect.gen(function* () {
      const reported: Array<readonly [worker: number, sockets: number]> = []
      let taken = 0
      const loopDelays = new Histogram()
      loopDelays.record(7000)
      const { measurements } = yield* runIn(3).pipe(
        Effect.provideService(ThreadProbe, {
          take: () => ({
            observedMicros: 250_000,
            busyMicros: 200_000,
            ranMicros: null,
            waitedMicros: null,
            loopDelays,
            pauses: noPauses,
            sockets: taken++
          })
        }),
        Effect.provideService(GeneratorProbe, {
          take: () => undefined,
          addAgent: () => {},
          add: (worker, health) => {
            assert.deepStrictEqual([health.busyMicros, health.loopDelays.maxMicros], [200_000, 7000])
            reported.push([worker, health.sockets])
          }
        })
      )
      // The health before the run is discarded; the rest arrives, four reports a second and the last one.
      assert.deepStrictEqual(
        reported.map(([, sockets]) => sockets).toSorted((a, b) => a - b),
        Array.from({ length: reported.length }, (_, i) => i + 3)
      )
      assert.strictEqual(taken, reported.length + 3)
      for (const worker of [0, 1, 2]) {
        assert.strictEqual(reported.filter(([each]) => each === worker).length, 17, `${worker}`)
      }
      assert.isUndefined(measurements.generator)
    })
  )

  it.effect("finish their iterations when the run is interrupted, and count all of them", () =>
    Effect.gen(function* () {
      const { ended, measurements, sent } = yield* runIn(2, {
        after: 1010,
        meanwhile: (_, run) => Effect.fork(Fiber.interrupt(run))
      })
      assert.strictEqual(ended[0], "interrupt")
      assert.isBelow(ended[1], 1.1)
      assert.strictEqual(measurements.total.requests, sent.length)
      assert.strictEqual(measurements.total.failures, 0)
    })
  )

  it.effect(
    "end the run when a worker dies, with everything recorded and a defect that names worker and cause",
    () =>
      Effect.gen(function* () {
        const { ended, measurements, sent } = yield* runIn(3, {
          after: 2100,
          meanwhile: ({ kill }) => kill(1, new Error("out of memory"))
        })
        assert.strictEqual(ended[0], "defect")
        assert.isBelow(ended[1], 2.3)
        const [defect] = measurements.defects
        assert.strictEqual(measurements.defects.length, 1)
        assert.match(
          defect?.message ?? "",
          /^worker 2 of 3 died: out of memory; .*up to 250 ms of its requests/
        )
        // Only requests of worker 2 (users 1 and 4) that ended after its report at 2 s are missing.
        const lost = sent.filter(({ atMillis, user }) => user % 3 === 1 && atMillis >= 1930)
        assert.isAtLeast(measurements.total.requests, sent.length - lost.length)
        assert.isBelow(measurements.total.requests, sent.length)
      })
  )

  it.effect("report a bug in a scenario as a single thread does, and end the run", () =>
    Effect.gen(function* () {
      const { ended, measurements } = yield* runIn(2, {
        reply: ({ atMillis, user }) => (user === 3 && atMillis > 1000 ? "bug" : committed)
      })
      assert.strictEqual(ended[0], "defect")
      assert.isBelow(ended[1], 1.6)
      assert.deepStrictEqual(
        measurements.defects.map(({ count, message }) => [message, count]),
        [["our bug", 1]]
      )
    })
  )

  it.effect("are abandoned when they do not stop in time, which is a defect", () =>
    Effect.gen(function* () {
      const { ended, measurements } = yield* runIn(2, {
        reply: ({ user }) => (user === 2 ? "stuck" : committed),
        plan: { runMillis: 1000, gracefulStopMillis: 2000 }
      })
      assert.deepStrictEqual(ended.slice(0, 2), ["defect", 8])
      assert.match(measurements.defects[0]?.message ?? "", /^worker 1 of 2 did not stop in time/)
    })
  )

  it.effect("do not start when a worker cannot prepare its scenarios", () =>
    Effect.gen(function* () {
      const threads = makeInProcess(Transport.layerMemory(() => Effect.die("nothing is sent")))
      const wrong = new Setup({ ...setup, scenarios: [{ name: "NoSuchTest", batchTripleCount: 1 }] })
      const started = Effect.scoped(Effect.provide(startWorkers([wrong, wrong]), threads.layer))
      const exit = yield* Effect.exit(started).pipe(Logger.withMinimumLogLevel(LogLevel.None))
      assert.isTrue(Exit.isFailure(exit) && Cause.pretty(exit.cause).includes("no scenario NoSuchTest"))
    })
  )
})
