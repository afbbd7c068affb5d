import { assert, describe } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import * as Schema from "effect/Schema"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Stats } from "../../src/local-dms/Stats.ts"
import { createCampus, root, section, sectionKey, send, session, student } from "./harness.ts"
import type { Reply } from "./harness.ts"
import { it } from "../engine/virtualTime.ts"

const chain = [
  { op: "create", resource: "students", document: student("A") },
  {
    op: "update",
    resource: "students",
    naturalKey: { studentUniqueId: "A" },
    document: student("A", { firstName: "Ana Updated" })
  },
  { op: "delete", resource: "students", naturalKey: { studentUniqueId: "A" } },
  { op: "create", resource: "sections", document: section("S") },
  {
    op: "update",
    resource: "sections",
    naturalKey: sectionKey("S"),
    document: section("S", { sequenceOfCourse: 2 })
  },
  { op: "delete", resource: "sections", naturalKey: sectionKey("S") }
]

const runChain = Effect.gen(function* () {
  yield* createCampus
  const { batch } = yield* session
  const reply = yield* batch(chain)
  const { stats } = yield* LocalDms
  return { reply, stats: yield* stats }
})

/** A client whose requests go to the server at `url`. */
const serverAt = (url: string) =>
  Effect.map(
    HttpClient.HttpClient,
    HttpClient.mapRequest((request) => HttpClientRequest.setUrl(request, request.url.replace(root, url)))
  )

/** The time of each response to simultaneous requests, in milliseconds from now. */
const endMillis = Effect.fnUntraced(function* (
  requests: ReadonlyArray<Effect.Effect<Reply, unknown, HttpClient.HttpClient>>
) {
  const start = yield* Clock.currentTimeMillis
  const ends = yield* Effect.forEach(requests, (request) =>
    Effect.fork(Effect.zipRight(request, Clock.currentTimeMillis))
  )
  yield* TestClock.adjust("10 seconds")
  return yield* Effect.forEach(ends, (end) => Effect.map(Fiber.join(end), (millis) => millis - start))
})

/** A clock whose timers fire late; `lateMillis` gets the number of the timer, from 1. */
const lateClock = (lateMillis: (nth: number) => number): Effect.Effect<Clock.Clock> =>
  Effect.map(Effect.clock, (clock) => {
    let nth = 0
    return {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      currentTimeMillis: clock.currentTimeMillis,
      currentTimeNanos: clock.currentTimeNanos,
      unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis(),
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
      sleep: (duration) => clock.sleep(Duration.sum(duration, Duration.millis(lateMillis(++nth))))
    }
  })

/** Lets pending I/O proceed. */
const eventLoopTurn = Effect.async<void>((resume) => void setImmediate(() => resume(Effect.void)))

describe("LocalDms", () => {
  it.effect("responds in memory, and its counters match the requests", () =>
    Effect.gen(function* () {
      const { reply, stats } = yield* runChain
      assert.strictEqual(reply.status, 200)
      assert.deepStrictEqual(stats.operations, {
        create: {
          schools: 1,
          courses: 1,
          gradingPeriods: 1,
          classPeriods: 1,
          locations: 1,
          sessions: 1,
          courseOfferings: 1,
          students: 1,
          sections: 1
        },
        update: { students: 1, sections: 1 },
        delete: { students: 1, sections: 1 }
      })
      assert.deepStrictEqual(stats.batches, { committed: 1, rolledBack: 0, refused: 0 })
      assert.strictEqual(stats.rows["students"], undefined)
      assert.strictEqual(stats.rows["schoolYearTypes"], 47)
      assert.strictEqual(stats.logins, 2)
      assert.strictEqual(stats.membersPruned, 0)
    }).pipe(Effect.provide(LocalDms.layerHttpClient()))
  )

  it.effect("two runs with the same seed have the same ids and tokens", () =>
    Effect.gen(function* () {
      const run = (seed: number) =>
        Effect.gen(function* () {
          const { token } = yield* session
          return [token, (yield* runChain).reply]
        }).pipe(Effect.provide(LocalDms.layerHttpClient({ seed })))
      assert.deepStrictEqual(yield* run(7), yield* run(7))
      assert.notDeepEqual(yield* run(7), yield* run(8))
    })
  )

  it.effect("has the configured latency, on the caller's clock", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const fiber = yield* Effect.fork(batch([]))
      yield* TestClock.adjust("249 millis")
      assert.isNull(fiber.unsafePoll())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
    }).pipe(Effect.provide(LocalDms.layerHttpClient({ latency: { _tag: "fixed", millis: 250 } })))
  )

  it.effect("has a latency per operation of a batch that is run; a single request has one operation", () =>
    Effect.gen(function* () {
      const { batch, batchText, get } = yield* session
      const requests = [
        batch(chain.slice(0, 3)),
        batch([]),
        get("students"),
        batchText("{"),
        batch(chain.slice(0, 4))
      ]
      assert.deepStrictEqual(yield* endMillis(requests), [23, 20, 21, 20, 20])
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({
          batchMaxOperations: 3,
          latency: { _tag: "perOperation", requestMillis: 20, operationMillis: 1 }
        })
      )
    )
  )

  it.effect("a concurrency of 4 with 20 ms gives 200 requests/s, batches and single requests together", () =>
    Effect.gen(function* () {
      const { batch, get } = yield* session
      const requests = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? batch([]) : get("students")
      )
      assert.deepStrictEqual(yield* endMillis(requests), [20, 20, 20, 20, 40, 40, 40, 40, 60, 60])
    }).pipe(
      Effect.provide(LocalDms.layerHttpClient({ concurrency: 4, latency: { _tag: "fixed", millis: 20 } }))
    )
  )

  it.effect("keeps its throughput when timers fire late: the next request takes less time", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const late = yield* lateClock(() => 7)
      const requests = Array.from({ length: 4 }, () => Effect.withClock(batch([]), late))
      assert.deepStrictEqual(yield* endMillis(requests), [27, 47, 67, 87])
      assert.deepStrictEqual(yield* endMillis(requests.slice(0, 1)), [27])
    }).pipe(
      Effect.provide(LocalDms.layerHttpClient({ concurrency: 1, latency: { _tag: "fixed", millis: 20 } }))
    )
  )

  it.effect("keeps the throughput of its connections when timers fire late", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const late = yield* lateClock(() => 7)
      const requests = Array.from({ length: 5 }, () => Effect.withClock(batch([]), late))
      assert.deepStrictEqual(yield* endMillis(requests), [27, 47, 67, 87, 107])
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({ concurrency: 2, poolSize: 1, latency: { _tag: "fixed", millis: 20 } })
      )
    )
  )

  it.effect("requests that get no connection during a freeze are answered at its end", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const requests = Array.from({ length: 3 }, () => batch([]))
      // The second freezes the server; the first is in progress.
      assert.deepStrictEqual(yield* endMillis(requests), [20, 2020, 2000])
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({
          poolSize: 1,
          poolTimeoutSeconds: 1,
          faults: { freeze: { at: 2 } },
          latency: { _tag: "fixed", millis: 20 }
        })
      )
    )
  )

  it.effect("a request cancelled in the queue is not run and does not delay others", () =>
    Effect.gen(function* () {
      const { batch, get } = yield* session
      const seated = yield* Effect.fork(batch([]))
      const gone = yield* Effect.fork(batch(chain.slice(0, 1)))
      yield* TestClock.adjust("19 millis")
      yield* Fiber.interrupt(gone)
      const next = yield* Effect.fork(get("students"))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(seated)).status, 200)
      yield* TestClock.adjust("19 millis")
      assert.isNull(next.unsafePoll())
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Fiber.join(next)).text, "[]")
    }).pipe(
      Effect.provide(LocalDms.layerHttpClient({ concurrency: 1, latency: { _tag: "fixed", millis: 20 } }))
    )
  )

  it.effect("a request that is not authorized is not queued", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const seated = yield* Effect.fork(batch([]))
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* send("POST", "/batch", { text: "[]" })).status, 401)
      assert.strictEqual((yield* send("GET", "/health")).status, 200)
      yield* session
      assert.isNull(seated.unsafePoll())
    }).pipe(
      Effect.provide(LocalDms.layerHttpClient({ concurrency: 1, latency: { _tag: "fixed", millis: 20 } }))
    )
  )

  it.effect("a freeze of 2 s delays the requests that arrive during it", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const { stats } = yield* LocalDms
      // A request every 500 ms. The third, at 1000 ms, freezes the server until 3000 ms.
      const millis = yield* Effect.fork(
        Effect.forEach(
          Array.from({ length: 9 }, (_, index) => index * 500),
          (dueMillis) =>
            Effect.sleep(dueMillis).pipe(
              Effect.zipRight(batch([])),
              Effect.zipRight(Clock.currentTimeMillis),
              Effect.map((endMillis) => endMillis - dueMillis)
            ),
          { concurrency: "unbounded" }
        )
      )
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(millis), [20, 20, 2020, 1520, 1020, 520, 20, 20, 20])
      assert.deepStrictEqual((yield* stats).faults, { freeze: 1 })
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({ faults: { freeze: { at: 3 } }, latency: { _tag: "fixed", millis: 20 } })
      )
    )
  )

  it.effect("after a freeze queued requests are run in order of arrival", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const requests = Array.from({ length: 6 }, () => batch([]))
      // The first two are in progress when the third freezes the server.
      assert.deepStrictEqual(yield* endMillis(requests), [20, 20, 2020, 2020, 2040, 2040])
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({
          concurrency: 2,
          faults: { freeze: { at: 3 } },
          latency: { _tag: "fixed", millis: 20 }
        })
      )
    )
  )

  it.effect("no request is run before the end of a freeze, even after a late timer", () =>
    Effect.gen(function* () {
      const { batch } = yield* session
      const lateOnce = yield* lateClock((nth) => (nth === 1 ? 7 : 0))
      const requests = Array.from({ length: 3 }, () => Effect.withClock(batch([]), lateOnce))
      // The first takes 5 ms and is 7 ms late; the third freezes the server.
      assert.deepStrictEqual(yield* endMillis(requests), [12, 2000, 2005])
    }).pipe(
      Effect.provide(
        LocalDms.layerHttpClient({
          concurrency: 1,
          faults: { freeze: { at: 3 } },
          latency: { _tag: "fixed", millis: 5 }
        })
      )
    )
  )

  it.effect("a token expires after its lifetime, on the caller's clock", () =>
    Effect.gen(function* () {
      const { get } = yield* session
      yield* TestClock.adjust(Duration.millis(89_999))
      assert.strictEqual((yield* get("students")).status, 200)
      yield* TestClock.adjust(Duration.millis(1))
      assert.strictEqual((yield* get("students")).status, 401)
    }).pipe(Effect.provide(LocalDms.layerHttpClient({ tokenLifetimeSeconds: 90 })))
  )

  it.scopedLive("responds on a port, and serves its counters there", () =>
    Effect.gen(function* () {
      const { url, stats } = yield* LocalDms.serve({ port: 0 })
      const there = yield* serverAt(url)
      const { reply } = yield* Effect.provideService(
        Effect.gen(function* () {
          yield* createCampus
          const { batch, get } = yield* session
          const reply = yield* batch(chain)
          assert.include((yield* get("schools")).text, "Grand Bend High School")
          return { reply }
        }),
        HttpClient.HttpClient,
        there
      )
      assert.strictEqual(reply.status, 200)
      const shown = yield* send("GET", "/_local/stats", { root: url })
      const decoded = yield* Schema.decode(Schema.parseJson(Stats))(shown.text)
      assert.deepStrictEqual(decoded, { ...(yield* stats), requests: decoded.requests })
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )

  it.scopedLive("closing the scope ends a request that is still waiting, and the port is free", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const faults = { stall: { every: 1 }, stallSeconds: 3600 }
      const { stats, url } = yield* Scope.extend(LocalDms.serve({ port: 0, faults }), scope)
      const there = yield* serverAt(url)
      const { batch } = yield* Effect.provideService(session, HttpClient.HttpClient, there)
      const waiting = yield* Effect.fork(
        Effect.exit(Effect.provideService(batch([]), HttpClient.HttpClient, there))
      )
      yield* Effect.repeat(Effect.zipLeft(stats, eventLoopTurn), {
        until: ({ faults }) => faults["stall"] === 1
      })
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(waiting)))
      const port = Number(new URL(url).port)
      const again = yield* LocalDms.serve({ port })
      assert.strictEqual(again.url, url)
    }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )
})
