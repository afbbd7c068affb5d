/** Exports to a collector in memory, under the test clock. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/TestClock"
import { exportMetrics, type MetricsExport, metricsUrl } from "../../src/otlp/exportMetrics.ts"
import { metricPoints } from "../../src/result/metricPoints.ts"
import type { RunState } from "../../src/result/Summary.ts"
import { stateOfSamples } from "../result/stateOfSamples.ts"
import { readExport } from "./readExport.ts"
import { it } from "../engine/virtualTime.ts"

/** The status of the response to the n-th export, 0-based, or why there is none. */
type Respond = (nth: number) => number | "refuses" | "hangs"

/** Exports while `use` runs, and records the bodies that the collector accepted and the warnings. */
const exporting = <A>(
  respond: Respond,
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
        const status = respond(nth++)
        if (status === "hangs") return Effect.never
        if (status === "refuses") {
          const cause = new Error("connect ECONNREFUSED 127.0.0.1:4318")
          return new HttpClientError.RequestError({ request, reason: "Transport", cause })
        }
        const { body } = request
        if (status === 200 && body._tag === "Uint8Array") received.push(new TextDecoder().decode(body.body))
        return Effect.succeed(HttpClientResponse.fromWeb(request, new Response("{}", { status })))
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

/** The metrics of a state in the order of `sorted`. */
const asRead = (state: RunState) =>
  metricPoints(state)
    .map((point) => JSON.stringify(Object.entries(point).toSorted()))
    .toSorted()

const sorted = (points: ReadonlyArray<object>) =>
  points.map((point) => JSON.stringify(Object.entries(point).toSorted())).toSorted()

describe("exportMetrics", () => {
  it.effect("exports all metrics of the state that was set last, every second", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const { received, urls, warnings } = yield* exporting(
        () => 200,
        ({ end, set }, received) =>
          Effect.gen(function* () {
            yield* TestClock.adjust("1500 millis")
            assert.strictEqual(received().length, 0, "nothing was set yet")
            yield* set(state)
            yield* TestClock.adjust("499 millis")
            assert.strictEqual(received().length, 0)
            yield* TestClock.adjust("1 millis")
            assert.strictEqual(received().length, 1)
            yield* TestClock.adjust("1 second")
            assert.strictEqual(received().length, 2)
            yield* end
          })
      )
      for (const body of received) assert.deepStrictEqual(sorted(readExport(body).points), asRead(state))
      assert.deepStrictEqual(urls, ["POST http://collector.test:4318/otlp/v1/metrics"])
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect("names the service, the run and what OTEL_RESOURCE_ATTRIBUTES adds as its resource", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const variables = new Map([["OTEL_RESOURCE_ATTRIBUTES", "team=dms, service.name = other,odd,a=b=c"]])
      const { received } = yield* exporting(
        () => 200,
        ({ end, set }) => Effect.zipRight(set(state), end)
      ).pipe(Effect.withConfigProvider(ConfigProvider.fromMap(variables)))
      const { resource } = last(received)
      const { "service.instance.id": instance = "", ...others } = resource
      assert.deepStrictEqual(others, {
        "service.name": "edfi-perf",
        "service.version": "1.2.3",
        "edfi_perf.test_type": "BATCH_VOLUME",
        "edfi_perf.seed": "7",
        team: "dms"
      })
      assert.match(instance, /^[0-9a-f-]{36}$/)
    })
  )

  it.effect("exports the counters of each run, also of the second run in one process", () =>
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

  it.effect("exports the last state at the end, also of an interrupted run, and nothing afterwards", () =>
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
      /^WARN cannot export .* at http:\/\/collector\.test:4318\/otlp\/v1\/metrics \(connect ECONNREFUSED/
    ],
    [500, /\(status 500\)/],
    [301, /\(status 301\)/],
    ["hangs", /\(no response within 2 s\)/]
  ] as const)("logs one warning for a collector that fails with %s, and keeps trying", ([failure, warning]) =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const { received, requests, warnings } = yield* exporting(
        (nth) => (nth < 3 ? failure : 200),
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

  it.effect("waits at most 3 s for a collector that hangs at the end", () =>
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

  it.effect("has at most one export in flight, and cancels it at the end for the last one", () =>
    Effect.gen(function* () {
      const state = yield* stateOfSamples
      const { requests } = yield* exporting(
        () => "hangs",
        ({ end, set }) =>
          Effect.gen(function* () {
            yield* set(state)
            yield* TestClock.adjust("2900 millis")
            const ending = yield* Effect.fork(end)
            yield* TestClock.adjust("3 seconds")
            yield* Fiber.join(ending)
          })
      )
      assert.strictEqual(requests, 2)
    })
  )
})

describe("metricsUrl", () => {
  it.each([
    ["http://localhost:4318", "http://localhost:4318/v1/metrics"],
    ["http://localhost:4318/", "http://localhost:4318/v1/metrics"],
    ["http://localhost:4318/v1/metrics", "http://localhost:4318/v1/metrics"],
    ["http://localhost:4318/v1/metrics/", "http://localhost:4318/v1/metrics"],
    ["https://otlp.example.com/otlp?key=k", "https://otlp.example.com/otlp/v1/metrics?key=k"],
    ["https://otlp.example.com/otlp/v1/metrics?key=k", "https://otlp.example.com/otlp/v1/metrics?key=k"]
  ])("of %s is %s", (endpoint, url) => {
    assert.strictEqual(metricsUrl(endpoint).href, url)
  })
})
