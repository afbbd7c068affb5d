/** The small run that never was, as its state after two seconds: 5 requests in the first, none in the second. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as TestClock from "effect/TestClock"
import { parseThreshold } from "../../src/domain/Threshold.ts"
import type { GeneratorHealth } from "../../src/metrics/GeneratorHealth.ts"
import { Histogram } from "../../src/metrics/Histogram.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { stateOf } from "../../src/result/Summary.ts"
import { noSuspensions } from "../../src/metrics/suspension.ts"
import { samples } from "./summaryOf.ts"

export const startedAtMillis = 1_795_348_800_000

/** One second with half a core, and timers that were 1 ms late. */
const health = (): GeneratorHealth => {
  const loopDelays = new Histogram()
  loopDelays.record(1000)
  return {
    observedMicros: 1_000_000,
    cpuMicros: 500_000,
    busyMicros: 250_000,
    ranMicros: null,
    waitedMicros: 20_000,
    loopDelays,
    pauses: { count: 2, totalMicros: 3000, maxMicros: 2000 },
    rssBytes: 90_000_000,
    sockets: 3,
    suspensions: noSuspensions,
    others: null
  }
}

export const stateOfSamples = Effect.gen(function* () {
  yield* TestClock.setTime(startedAtMillis)
  const recorder = yield* Recorder
  for (const sample of samples) recorder.unsafeRecord(sample)
  recorder.unsafeRecordStart(12)
  yield* TestClock.adjust("1 second")
  recorder.unsafeEndSlice(3, 1, health())
  yield* TestClock.adjust("1 second")
  recorder.unsafeEndSlice(2, 2, health())
  return stateOf(
    {
      testType: "BATCH_VOLUME",
      model: "closed",
      plannedSeconds: 10,
      maxFailRatio: 0.5,
      failOnLimited: false,
      isLocal: false,
      requestNames: ["sections-batch-2", "students-batch-2"],
      thresholds: ["latency.p95 < 1s", "failures.count < 1"].flatMap((text) =>
        Either.match(parseThreshold(text), { onLeft: () => [], onRight: (threshold) => [threshold] })
      ),
      config: { clientCount: 3 }
    },
    { startedAtMillis, elapsedSeconds: 2, endedBy: null, users: 3 },
    recorder.measurements(),
    recorder.timeline
  )
}).pipe(Effect.provide(Recorder.layer))
