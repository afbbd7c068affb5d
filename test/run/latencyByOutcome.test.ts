/** Refusals in no time beside batches that take theirs: a whole run against a rate limit, on the virtual clock. */
import * as HttpClient from "@effect/platform/HttpClient"
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { clientLayerHttpClient } from "../../src/dms/clientLayer.ts"
import { DmsConfig } from "../../src/dms/DmsConfig.ts"
import { SharedFixtures } from "../../src/fixtures/SharedFixtures.ts"
import { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import type { Latency } from "../../src/result/Figures.ts"
import type { Summary } from "../../src/result/Summary.ts"
import { measure } from "../../src/run/measure.ts"
import { prepareScenarios } from "../../src/scenarios/prepareScenarios.ts"
import { it } from "../engine/virtualTime.ts"
import { specOf } from "./specOf.ts"

/** What the server did with a batch, seen from outside of our clients and their measurements. */
interface Seen {
  readonly status: number
  readonly millis: number
}

/** The local DMS in memory, with a note of every batch. */
const notedServer = (server: Partial<LocalDmsOptions>, seen: Array<Seen>) => {
  const noting = (client: HttpClient.HttpClient) =>
    HttpClient.transform(client, (response, { url }) =>
      Effect.gen(function* () {
        const startedNanos = yield* Clock.currentTimeNanos
        const received = yield* response
        const millis = Number((yield* Clock.currentTimeNanos) - startedNanos) / 1e6
        if (url.endsWith("/batch")) seen.push({ status: received.status, millis })
        return received
      })
    )
  const client = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, noting))
  return Layer.provideMerge(client, LocalDms.layerHttpClient({ seed: 1, ...server }))
}

const { key, secret } = LocalDmsOptions.default

/** Runs a configuration to its end; the batches of the measured load are those that were seen. */
const runAgainst = (server: Partial<LocalDmsOptions>, texts: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const seen: Array<Seen> = []
    const config = {
      baseUrl: "http://dms.test",
      key: Redacted.make(key),
      secret,
      requestTimeout: Duration.seconds(20)
    }
    const services = Layer.mergeAll(
      Layer.provideMerge(SharedFixtures.layer({ localEducationAgencyId: 255901 }), clientLayerHttpClient),
      Recorder.layer
    ).pipe(Layer.provideMerge(DmsConfig.layer(config)), Layer.provideMerge(notedServer(server, seen)))
    const program = Effect.gen(function* () {
      const spec = specOf({ testList: "StudentBatchVolumeTest", batchTripleCount: "1", ...texts })
      const workloads = yield* prepareScenarios(spec.scenarios, spec.seed)
      // One batch before the load finds out how the server names resources.
      seen.splice(0)
      return (yield* measure(spec, workloads)).summary
    }).pipe(Effect.scoped, Effect.provide(services))
    const fiber = yield* Effect.fork(program)
    while (fiber.unsafePoll() === null) yield* TestClock.adjust("10 seconds")
    return { seen, summary: yield* Fiber.join(fiber) }
  }).pipe(Logger.withMinimumLogLevel(LogLevel.None))

/** The smallest of some times that a share of them does not exceed. */
const percentileOf = (millis: ReadonlyArray<number>, percent: number): number =>
  millis.toSorted((a, b) => a - b)[Math.ceil((percent * millis.length) / 100) - 1] ?? Number.NaN

/** The percentiles that a summary has, and those of the times that were seen. */
const both = (latency: Latency | null | undefined, millis: ReadonlyArray<number>) =>
  [
    [latency?.p50, 50],
    [latency?.p90, 90],
    [latency?.p95, 95],
    [latency?.p99, 99]
  ].map(([measured, percent = 0]) => [measured ?? Number.NaN, percentileOf(millis, percent)] as const)

/** A bucket of the histogram is at most 1/1024 of its value wide; figures are rounded to microseconds. */
const withinHistogramError = ([measured, seen]: readonly [number, number]): boolean =>
  Math.abs(measured - seen) <= seen / 1024 + 0.001

const limited = { clientCount: "4", minWait: "50", maxWait: "50", runTimeInMinutes: "0.4", maxFailRatio: "1" }

describe("a run against a rate limit", () => {
  it.effect.each([
    { _tag: "fixed", millis: 300 },
    { _tag: "lognormal", medianMillis: 300, sigma: 0.4 }
  ] as const)("has the percentiles of the succeeded batches, as the server drew them: %s", (latency) =>
    Effect.gen(function* () {
      const { seen, summary } = yield* runAgainst({ latency, rateLimit: 60 }, limited)
      const millisOf = (wanted: boolean) =>
        seen.flatMap(({ millis, status }) => ((status === 200) === wanted ? [millis] : []))
      const [succeeded, refused] = [millisOf(true), millisOf(false)]
      assert.isAbove(succeeded.length, 100)
      assert.isAbove(refused.length, 2 * succeeded.length)
      assert.deepStrictEqual([summary.requests.total, summary.requests.failed], [seen.length, refused.length])
      const { byOutcome, latencyMs } = summary
      for (const each of both(byOutcome?.succeeded.latencyMs, succeeded)) {
        assert.isTrue(withinHistogramError(each), `measured and seen: ${each.join(", ")}`)
      }
      assert.closeTo(byOutcome?.succeeded.latencyMs?.max ?? 0, Math.max(...succeeded), 0.001)
      assert.strictEqual(byOutcome?.failed.latencyMs?.max, 0)
      assert.strictEqual(latencyMs?.p50, 0)
    })
  )

  it.effect("keeps no limit of latency because of quick refusals, and no lower one because of batches", () =>
    Effect.gen(function* () {
      const threshold = "latency.p50 < 100ms, students-batch-1.service.p50 < 100ms, latency.p50 > 100ms"
      const server = { latency: { _tag: "fixed", millis: 300 }, rateLimit: 60 } as const
      const { summary } = yield* runAgainst(server, { ...limited, threshold })
      assert.deepStrictEqual(verdictsOf(summary), [
        [300, "succeeded", false],
        [300, "succeeded", false],
        [0, "all", false]
      ])
    })
  )

  it.effect("ends by --abortOnThreshold because of the batches that succeeded", () =>
    Effect.gen(function* () {
      const server = { latency: { _tag: "fixed", millis: 300 }, rateLimit: 60 } as const
      const abort = { threshold: "latency.p50 < 100ms", abortOnThreshold: "true", abortDelay: "3" }
      const { summary } = yield* runAgainst(server, { ...limited, ...abort })
      assert.deepStrictEqual([summary.endedBy, summary.elapsedSeconds < 5], ["threshold", true])
    })
  )
})

const verdictsOf = ({ thresholds }: Summary) =>
  thresholds.map(({ judgedBy, passed, value }) => [value, judgedBy, passed])
