import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { watchSharing } from "../../src/run/watchSharing.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import type { MeasureSlice } from "../../src/studies/MeasureSlice.ts"
import { second } from "../metrics/health.ts"
import { sliceOf } from "../result/sampleSlices.ts"
import { askedSlice } from "./askedSlice.ts"

const others = {
  usedMicros: 1_600_000,
  processors: 2,
  namedMicros: 1_000_000,
  byName: [{ name: "postgres", usedMicros: 1_100_000 }]
}

const idle = { seconds: 1, requestsPerSecond: 0, operations: 30, p50: 10 }

/** Slices of a second with a share of waiting for a processor; `undefined` without observation. */
const waiting = (...seconds: ReadonlyArray<number | undefined>): MeasureSlice<never> => {
  const left = [...seconds]
  return () =>
    Effect.map(Recorder, (recorder) => {
      const waited = left.shift()
      recorder.unsafeEndSlice(
        1,
        1,
        waited === undefined ? undefined : second({ waitedMicros: waited * 1_000_000, others })
      )
      return {
        slice: sliceOf(0, idle, { limited: waited === 0.9 ? ["it was busy"] : [] }),
        measurements: recorder.measurements(),
        timeline: []
      }
    }).pipe(Effect.provide(Recorder.layer))
}

const warningsAfter = (...seconds: ReadonlyArray<number | undefined>) =>
  Effect.gen(function* () {
    const { measureSlice, warnings } = watchSharing(waiting(...seconds))
    yield* Effect.forEach(seconds, () => measureSlice(askedSlice))
    return warnings()
  })

describe("a study on a shared machine", () => {
  it.effect("reports the number of slices in which the generator lacked a processor", () =>
    Effect.gen(function* () {
      const [warning, ...others] = yield* warningsAfter(0.3, 0.05, 0.21, undefined)
      assert.match(warning ?? "", /^In 2 of 4 slices the load generator waited for a processor/)
      assert.include(warning, "Other programs used 1.6 of 2 cores, most of all postgres (1.1 cores).")
      assert.deepStrictEqual(others, [])
    })
  )

  it.effect("reports nothing for enough processors, without observation, and for limited slices", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warningsAfter(0.2, undefined, 0.9), [])
    })
  )

  it.effect("does not count probes, whose figures no report has", () =>
    Effect.gen(function* () {
      const { measureSlice, warnings } = watchSharing(waiting(0.3, 0.3))
      yield* measureSlice({ ...askedSlice, isProbe: true })
      yield* measureSlice(askedSlice)
      assert.match(warnings()[0] ?? "", /^In 1 of 1 slices /)
    })
  )
})
