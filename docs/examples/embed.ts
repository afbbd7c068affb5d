/** The services inside another Effect program: five users for two seconds, and a verdict on the result. */
import * as Effect from "effect/Effect"
import { LoadRun, Recorder } from "edfi-perf"
import { StaffBatchVolumeTest } from "./staffBatchVolume.ts"

/** Needs a BatchClient: provide `clientLayerLive` with `DmsConfig.layer({ baseUrl, key, secret })`. */
export const smokeLoad = Effect.gen(function* () {
  const workload = yield* StaffBatchVolumeTest.prepare({ batchTripleCount: 10, seed: 1 })
  const { elapsedSeconds } = yield* LoadRun.run(
    {
      _tag: "Users",
      users: 5,
      spawnPerSecond: 10,
      runMillis: 2000,
      gracefulStopMillis: 5000,
      waits: { seed: 1, minMillis: 0, maxMillis: 0 },
      maxFailRatio: 0.1,
      passes: Number.POSITIVE_INFINITY
    },
    [workload]
  )
  const { failures, latencies, requests, succeeded } = (yield* Recorder).total
  const [p95Micros = 0] = latencies.percentiles([95])
  return {
    failures,
    requests,
    operationsPerSecond: (succeeded.create + succeeded.update + succeeded.delete) / elapsedSeconds,
    p95Millis: p95Micros / 1000
  }
}).pipe(Effect.provide(Recorder.layer))
