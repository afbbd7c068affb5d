/** Exports to a collector in memory, under the test clock. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/TestClock"
import { exportMetrics, type MetricsExport } from "../../src/otlp/exportMetrics.ts"
import { metricPoints } from "../../src/result/metricPoints.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"
import { readExport } from "./readExport.ts"

/** How a collector answers its n-th export, 0-based. */
type Answer = (nth: number) => number | "refuses" | "hangs"

/** Exports for as long as `use` takes, and notes what the collector got and what was warned of. */
const exporting = <A>(
  answer: Answer,
  use: (exports: MetricsExport, received: () => ReadonlyArray<string>) => Effect.Effect<A>
) =>
  Effect.gen(function* () {
    const received: Array<string> = []
    const urls = new Set<string>()
    const warnings: Array<string> = []
    let nth = 0
    const client = HttpClient.make((request, url) =>
      Effect.suspend(() => {
        urls.add(`${request.method} ${url.href}`)
        const answered = answer(nth++)
        if (answered === "hangs") return Effect.never
        if (answered === "refuses") {
          const cause = new Error("connect ECONNREFUSED 127.0.0.1:4318")
          return new HttpClientError.RequestError({ request, reason: "Transport", cause })
        }
        const { body } = request
        if (answered === 200 && body._tag === "Uint8Array") received.push(new TextDecoder().decode(body.body))
        return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status: answered })))
      })
    )
    const logger = Logger.make(({ logLevel, message }) => {
      warnings.push(`${logLevel.label} ${String(message)}`)
    })
    const result = yield* exportMetrics({
      endpoint: "http://collector.test:4318/otlp",
      version: "1.2.3",
      resource: { test_type: "BATCH_VOLUME", seed: 7 }
    }).pipe(
      Effect.flatMap((exports) => use(exports, () => received)),
      Effect.scoped,
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger))
    )
    return { result, received, urls: [...urls], warnings, requests: nth }
  })

const last = (received: ReadonlyArray<string>) => readExport(received.at(-1) ?? "")

/** The table as a collector is to have it, in no order. */
const asRead = (state: RunState) =>
  metricPoints(state)
    .map((point) => JSON.stringify(Object.entries(point).toSorted()))
    .toSorted()

const sorted = (points: ReadonlyArray<object>) =>
  points.map((point) => JSON.stringify(Object.entries(point).toSorted())).toSorted()

describe("exportMetrics", () => {
  it.effect("sends every second what was set last: the whole table, and nothing else", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      // Somebody else's metrics, in the same process.
      yield* Metric.increment(Metric.counter("somebody_elses"))
      yield* Metric.update(Metric.timer("somebody_elses_timer"), Duration.millis(5))
      const { received, urls, warnings } = yield* exporting(
        () => 200,
        ({ end, set }, received) =>
          Effect.gen(function* () {
            yield* set(state)
            yield* TestClock.adjust("999 millis")
            assert.strictEqual(received().length, 0)
            yield* TestClock.adjust("1 millis")
            assert.strictEqual(received().length, 1)
            yield* end
          })
      )
      for (const body of received) assert.deepStrictEqual(sorted(readExport(body).points), asRead(state))
      assert.deepStrictEqual(urls, ["POST http://collector.test:4318/otlp/v1/metrics"])
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect("says whose metrics they are", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const { received } = yield* exporting(
        () => 200,
        ({ end, set }) => Effect.zipRight(set(state), end)
      )
      const { resource } = last(received)
      assert.deepInclude(resource, {
        "service.name": "edfi-perf",
        "service.version": "1.2.3",
        "edfi_perf.test_type": "BATCH_VOLUME",
        "edfi_perf.seed": "7"
      })
      assert.match(resource["service.instance.id"] ?? "", /^[0-9a-f-]{36}$/)
    })
  )

  it.effect("has counters that grow to the figures of the state, also in the second run of a process", () =>
    Effect.gen(function* () {
      const first = yield* stateOfSamples
      const second: RunState = {
        ...first,
        byName: first.byName.map((row) => ({
          ...row,
          bytes: { sent: row.bytes.sent * 3, received: row.bytes.received + 1 }
        }))
      }
      const instances = new Set<string | undefined>()
      for (let run = 0; run < 2; run++) {
        const { received } = yield* exporting(
          () => 200,
          ({ end, set }) =>
            Effect.gen(function* () {
              yield* set(first)
              yield* TestClock.adjust("1 second")
              yield* set(second)
              yield* end
            })
        )
        assert.deepStrictEqual(sorted(readExport(received[0] ?? "").points), asRead(first))
        assert.deepStrictEqual(sorted(last(received).points), asRead(second))
        instances.add(last(received).resource["service.instance.id"])
      }
      assert.strictEqual(instances.size, 2)
    })
  )

  it.effect(
    "sends what was set last at the end, also when the run was interrupted, and nothing afterwards",
    () =>
      Effect.gen(function* () {
        const state = yield* stateOfSamples
        const { received } = yield* exporting(
          () => 200,
          ({ end, set }, received) =>
            Effect.gen(function* () {
              const run = yield* Effect.interruptible(Effect.never).pipe(
                Effect.onExit(() => Effect.zipRight(set(state), end)),
                Effect.fork
              )
              yield* TestClock.adjust("200 millis")
              yield* Fiber.interrupt(run)
              assert.strictEqual(received().length, 1)
              yield* TestClock.adjust("10 seconds")
            })
        )
        assert.strictEqual(received.length, 1)
        assert.deepStrictEqual(sorted(last(received).points), asRead(state))
      })
  )

  it.effect.each([
    [
      "refuses",
      /^WARN .*collector\.test:4318\/otlp\/v1\/metrics does not get the metrics \(connect ECONNREFUSED/
    ],
    [500, /\(it answered 500\)/],
    [301, /\(it answered 301\)/],
    ["hangs", /\(no answer within 2 s\)/]
  ] as const)("warns once of a collector that answers with %s, and asks it again", ([answer, warning]) =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const { received, requests, warnings } = yield* exporting(
        (nth) => (nth < 3 ? answer : 200),
        ({ end, set }) =>
          Effect.gen(function* () {
            yield* set(state)
            yield* TestClock.adjust("20 seconds")
            yield* end
          })
      )
      assert.strictEqual(warnings.length, 1)
      assert.match(warnings[0] ?? "", warning)
      assert.isAbove(requests, 10)
      assert.deepStrictEqual(sorted(last(received).points), asRead(state))
    })
  )

  it.effect("waits 3 s at most for a collector that hangs at the end", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const { result } = yield* exporting(
        () => "hangs",
        ({ end, set }) =>
          Effect.gen(function* () {
            yield* set(state)
            yield* TestClock.adjust("1500 millis")
            const ending = yield* Effect.fork(end)
            yield* TestClock.adjust("3 seconds")
            return yield* Fiber.poll(ending)
          })
      )
      assert.isTrue(result._tag === "Some" && Exit.isSuccess(result.value))
    })
  )
})
