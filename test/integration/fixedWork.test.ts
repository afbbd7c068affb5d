/** A number of records against a local DMS: the client's figures equal the server's counters. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { Worker } from "node:worker_threads"
import { inject } from "vitest"
import type { Faults } from "../../src/local-dms/Faults.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { fixedWorkNotes } from "../../src/result/sentences.ts"
import { measureGenerator } from "../../src/run/measure.ts"
import { prepareLoad } from "../../src/run/prepareLoad.ts"
import * as threads from "../../src/workers/threads.ts"
import { specOf } from "../run/specOf.ts"
import { overSockets } from "./client.ts"

const services = Layer.mergeAll(
  overSockets(),
  threads.layer(() => new Worker(inject("workerProgram"))),
  Logger.minimumLogLevel(LogLevel.None)
)

const defaults = {
  testList: "StudentBatchVolumeTest",
  clientCount: "5",
  spawnRate: "1000",
  maxFailRatio: "1"
}

/** Runs a number of records while the server has faults; returns the figures of both sides. */
const load = (texts: Readonly<Record<string, string>>, faults: Faults = {}) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms
    const spec = specOf({ ...defaults, ...texts })
    const generator = yield* prepareLoad(spec)
    const before = yield* dms.stats
    yield* dms.faults.set(faults)
    const { summary } = yield* measureGenerator(spec, generator)
    const after = yield* dms.stats
    const rows = (endpoint: string) => (after.rows[endpoint] ?? 0) - (before.rows[endpoint] ?? 0)
    const { fixedWork } = summary
    if (fixedWork === null) return yield* Effect.dieMessage("no number of records")
    return {
      summary,
      fixedWork,
      after,
      /** Rows of the load on the server. */
      left: rows("students") + rows("sections") + rows("courseOfferings"),
      committed: after.batches.committed - before.batches.committed
    }
  })

const faultless = { maybeMore: 0, maybeFewer: 0 }

describe("a number of records in batches", () => {
  it.scopedLive("creates, updates and deletes exactly so many", () =>
    Effect.gen(function* () {
      const { after, fixedWork, left, summary } = yield* load({ recordCount: "237" })
      assert.deepInclude(fixedWork, { planned: 237, judged: 237, there: 0, ...faultless })
      assert.deepStrictEqual(summary.operations.byOp, { create: 237, update: 237, delete: 237 })
      assert.deepStrictEqual([summary.endedBy, summary.plannedSeconds, left], ["recordCount", null, 0])
      assert.deepStrictEqual(after.upsertsOnCreate, {})
      assert.match(fixedWorkNotes(summary)[0] ?? "", /^237 records in .* records\/s\); none is there\.$/)
    }).pipe(Effect.provide(services))
  )

  it.scopedLive.each(["1", "2"])(
    "leaves exactly so many with deleteResources false, in %s workers",
    (workers) =>
      Effect.gen(function* () {
        const { after, committed, fixedWork, left, summary } = yield* load({
          recordCount: "503",
          deleteResources: "false",
          batchTripleCount: "50",
          workers
        })
        assert.deepInclude(fixedWork, { judged: 503, there: 503, ...faultless })
        assert.deepStrictEqual(summary.operations.byOp, { create: 503, update: 503, delete: 0 })
        assert.deepStrictEqual([left, summary.endedBy], [503, "recordCount"])
        assert.strictEqual(committed, summary.requests.total)
        // Users of one thread send one smaller batch.
        assert.isAtMost(summary.requests.total, Math.ceil(503 / 50) + Number(workers) - 1)
        assert.deepStrictEqual(after.upsertsOnCreate, {})
        assert.deepInclude(summary.config, { recordCount: 503, deleteResources: false })
      }).pipe(Effect.provide(services))
  )

  it.scopedLive("sends a course offering alone if one record of a mixed batch is left", () =>
    Effect.gen(function* () {
      const { fixedWork, left } = yield* load({
        testList: "MixedStudentSectionBatchVolumeTest,MixedCourseOfferingSectionBatchVolumeTest",
        recordCount: "21",
        clientCount: "2",
        deleteResources: "false"
      })
      assert.deepInclude(fixedWork, { judged: 21, there: 21 })
      assert.strictEqual(left, 21)
    }).pipe(Effect.provide(services))
  )

  it.scopedLive("names the records that may be there, and sends others in their place", () =>
    Effect.gen(function* () {
      const { fixedWork, left, summary } = yield* load(
        { recordCount: "400", deleteResources: "false" },
        { resetAfterCommit: { every: 7 }, resetBeforeCommit: { every: 11 }, writeConflict: { every: 5 } }
      )
      const { judged, maybeMore, there } = fixedWork
      assert.strictEqual(judged, 400)
      assert.isAbove(summary.operations.rolledBack, 0)
      assert.strictEqual(there, 400 - summary.operations.rolledBack / 2)
      assert.isAbove(maybeMore, 0)
      assert.isTrue(left > there && left < there + maybeMore, `${left} of ${there} to ${there + maybeMore}`)
      assert.match(fixedWorkNotes(summary)[0] ?? "", /, and up to \d+ more, whose requests had no verdict\.$/)
    }).pipe(Effect.provide(services))
  )
})

describe("a number of records in single requests", () => {
  it.scopedLive("leaves those that were created and not deleted", () =>
    Effect.gen(function* () {
      const { fixedWork, left, summary } = yield* load({
        testType: "VOLUME",
        testList: "StudentVolumeTest",
        recordCount: "101"
      })
      assert.deepInclude(fixedWork, { judged: 101, there: 0, ...faultless })
      assert.deepStrictEqual([summary.requests.total, left], [303, 0])
    }).pipe(Effect.provide(services))
  )

  it.scopedLive("says how many more or fewer are there, if requests had no verdict", () =>
    Effect.gen(function* () {
      const { fixedWork, left } = yield* load(
        { testType: "VOLUME", testList: "StudentVolumeTest", recordCount: "200" },
        { resetAfterCommit: { every: 13 }, on: "data" }
      )
      const { judged, maybeFewer, maybeMore, there } = fixedWork
      assert.strictEqual(judged, 200)
      assert.isAbove(maybeMore, 0)
      assert.isAbove(maybeFewer, 0)
      assert.isTrue(left >= there - maybeFewer && left <= there + maybeMore)
    }).pipe(Effect.provide(services))
  )
})

describe("a load of a number of records", () => {
  it.scopedLive("is refused if a workload does not say how many records it sends", () =>
    Effect.gen(function* () {
      const spec = specOf({ recordCount: "10" })
      const [planned] = spec.scenarios
      const { scenario } = planned
      const uncounted = {
        ...scenario,
        prepare: () => Effect.succeed({ name: scenario.name, iteration: () => Effect.void })
      }
      const error = yield* Effect.flip(
        prepareLoad({ ...spec, scenarios: [{ ...planned, scenario: uncounted }] })
      )
      assert.match(String(error), /does not say how many records an iteration sends/)
    }).pipe(Effect.provide(services))
  )
})
