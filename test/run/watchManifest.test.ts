import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Recorder } from "../../src/metrics/Recorder.ts"
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { watchManifest } from "../../src/run/watchManifest.ts"
import type { MeasureSlice } from "../../src/studies/MeasureSlice.ts"
import { databaseOf, sliceOf } from "../result/sampleSlices.ts"
import { askedSlice } from "./askedSlice.ts"

const grownTo = (before: number, after: number): DatabaseActivity =>
  databaseOf(1000, 30, 1, {
    contentBefore: { tables: before, documents: null },
    sizes: {
      database: { before, after },
      allTables: { before, after },
      allIndexes: { before: 0, after: 0 },
      tables: [],
      indexes: []
    }
  })

const manifestAfter = (...databases: ReadonlyArray<DatabaseActivity | null>) =>
  Effect.gen(function* () {
    const left = [...databases]
    const measured = { seconds: 1, requestsPerSecond: 1, operations: 30, p50: 10 }
    const measure: MeasureSlice<never> = () =>
      Effect.map(Recorder, (recorder) => ({
        slice: sliceOf(0, measured, { database: left.shift() ?? null }),
        measurements: recorder.measurements(),
        timeline: []
      })).pipe(Effect.provide(Recorder.layer))
    const { manifest, measureSlice } = watchManifest(measure)
    yield* Effect.forEach(databases, () => measureSlice(askedSlice))
    return yield* manifest
  })

describe("the manifest of a study", () => {
  it.effect("has the size of the database before the first and after the last slice that was watched", () =>
    Effect.gen(function* () {
      // A probe is not watched.
      const { database, endedAt, fresh, tool } = yield* manifestAfter(
        null,
        grownTo(0, 20),
        grownTo(25, 40),
        null
      )
      assert.deepInclude(database, { bytesBefore: 0, bytesAfter: 40 })
      assert.deepStrictEqual(fresh, { isFresh: true, because: "it had no tables" })
      assert.strictEqual(tool.name, "edfi-perf")
      assert.strictEqual(endedAt, "1970-01-01T00:00:00.000Z")
    })
  )

  it.effect("has no database where none was watched", () =>
    Effect.gen(function* () {
      assert.isNull((yield* manifestAfter(null)).database)
    })
  )
})
