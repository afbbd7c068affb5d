/**
 * The load path in one process: users send student batches for some rounds; a line of JSON tells of each.
 *
 * Usage: node --import tsx scripts/bench/client.ts URL USERS TRIPLES SECONDS ROUNDS
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { tuneHeap } from "../../src/cli/tuneHeap.ts"
import { DmsConfig } from "../../src/config/DmsConfig.ts"
import { clientLayerUndici } from "../../src/dms/clientLayer.ts"
import { run } from "../../src/engine/LoadRun.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { StudentBatchVolumeTest } from "../../src/scenarios/studentBatchVolume.ts"

tuneHeap()

const [url = "", users = 10, triples = 10, seconds = 3, rounds = 5] = process.argv
  .slice(2)
  .map((word) => (/^\d+(\.\d+)?$/.test(word) ? Number(word) : word))

const round = (lasting: number) =>
  Effect.gen(function* () {
    const workload = yield* StudentBatchVolumeTest.prepare({ batchTripleCount: Number(triples), seed: 1 })
    const before = process.cpuUsage()
    const { elapsedSeconds } = yield* run(
      {
        users: Number(users),
        spawnPerSecond: 100_000,
        runMillis: lasting * 1000,
        gracefulStopMillis: 5000,
        waits: { seed: 1, minMillis: 0, maxMillis: 0 },
        maxFailRatio: 1,
        passes: Number.POSITIVE_INFINITY
      },
      [workload]
    )
    const { total } = yield* Recorder
    const { system, user } = process.cpuUsage(before)
    const [p50 = 0, p99 = 0] = total.latencies.percentiles([50, 99])
    return {
      batchesPerSecond: total.requests / elapsedSeconds,
      operationsPerSecond:
        (total.succeeded.create + total.succeeded.update + total.succeeded.delete) / elapsedSeconds,
      failures: total.failures,
      cpuMicrosPerBatch: (user + system) / total.requests,
      rssMegabytes: process.memoryUsage().rss / 1e6,
      p50Millis: p50 / 1000,
      p99Millis: p99 / 1000
    }
  }).pipe(Effect.provide(Recorder.layer))

const program = Effect.gen(function* () {
  yield* round(2)
  for (let i = 0; i < Number(rounds); i++) {
    const figures = yield* round(Number(seconds))
    process.stdout.write(`${JSON.stringify(figures)}\n`)
  }
}).pipe(
  Effect.provide(
    clientLayerUndici.pipe(
      Layer.provide(
        DmsConfig.layer({
          baseUrl: String(url),
          key: Redacted.make("bench"),
          secret: Redacted.make("bench-secret"),
          resourceNaming: "endpoint",
          requestTimeout: Duration.seconds(10)
        })
      )
    )
  ),
  Effect.orDie
)

await Effect.runPromise(program)
