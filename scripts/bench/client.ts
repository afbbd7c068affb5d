/**
 * The load path in one process: users send student batches for some rounds; a line of JSON tells of each.
 *
 * Usage: node .bench/scripts/bench/client.js URL USERS TRIPLES SECONDS ROUNDS
 */
import * as Effect from "effect/Effect"
import { tuneHeap } from "../../src/cli/tuneHeap.ts"
import { clientLayer, cpuMicros, sendLoad, studentWorkload } from "./inProcess.ts"

tuneHeap()

const [url = "", ...numbers] = process.argv.slice(2)
const [users = 10, triples = 10, seconds = 3, rounds = 5] = numbers.map(Number)

const program = Effect.gen(function* () {
  const workload = yield* studentWorkload(triples)
  yield* sendLoad(workload, { users, seconds: 2 })
  for (let i = 0; i < rounds; i++) {
    const before = cpuMicros()
    const { elapsedSeconds, total } = yield* sendLoad(workload, { users, seconds })
    const { failures, latencies, requests, succeeded } = total
    const [p50 = 0, p99 = 0] = latencies.percentiles([50, 99])
    const figures = {
      batchesPerSecond: requests / elapsedSeconds,
      operationsPerSecond: (succeeded.create + succeeded.update + succeeded.delete) / elapsedSeconds,
      failures,
      cpuMicrosPerBatch: (cpuMicros() - before) / requests,
      rssMegabytes: process.memoryUsage().rss / 1e6,
      p50Millis: p50 / 1000,
      p99Millis: p99 / 1000
    }
    process.stdout.write(`${JSON.stringify(figures)}\n`)
  }
}).pipe(Effect.provide(clientLayer(url)))

await Effect.runPromise(program)
