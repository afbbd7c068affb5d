/** Whole runs of another program: its own scenarios, over sockets, with files or without. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { StaffBatchVolumeTest } from "../../docs/examples/staffBatchVolume.ts"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { atId, triple } from "../../src/domain/Operation.ts"
import type { Scenario } from "../../src/engine/Scenario.ts"
import { makeStudent, students } from "../../src/documents/students.ts"
import { LocalDms, LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import * as MemoryStore from "../../src/local-dms/MemoryStore.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { StudentBatchVolumeTest } from "../../src/scenarios/studentBatchVolume.ts"
import { arrivals, type RunTarget, users } from "../../src/run/RunSpec.ts"
import { runScenarios } from "../../src/run/runScenarios.ts"

const { key, secret } = LocalDmsOptions.default

class OwnError extends Schema.TaggedError<OwnError>()("OwnError", {}) {}

/** One POST and one DELETE per iteration, none of which a built-in scenario sends. */
const createAndDelete: Scenario<OwnError, SingleClient> = {
  name: "CreateAndDelete",
  testType: "OWN",
  description: "students without an update",
  byDefault: true,
  tripleCount: "none",
  requestNames: () => ["POST /data/ed-fi/students", "DELETE /data/ed-fi/students/{id}"],
  prepare: ({ seed }) =>
    Effect.map(SingleClient, ({ send }) => ({
      name: "CreateAndDelete",
      iteration: ({ iteration, user }) => {
        const [create, , remove] = triple(students, makeStudent({ seed, user, iteration, index: 0 }), {})
        return Effect.flatMap(send(create), (id) => send(atId(remove, id)))
      }
    }))
}

/** A local DMS of this process, and how it is reached. */
const served = Effect.map(
  LocalDms.serveOver({ port: 0, seed: 1 }),
  (dms) =>
    ({
      dms,
      target: {
        _tag: "Dms",
        address: { baseUrl: dms.url, key: Redacted.make(key), secret }
      } satisfies RunTarget
    }) as const
)

const live = Layer.merge(NodeContext.layer, Logger.minimumLogLevel(LogLevel.None))

describe("runScenarios", () => {
  it.scopedLive("runs a custom scenario, with its requests and the generator in the summary", () =>
    Effect.gen(function* () {
      const { dms, target } = yield* served
      const summary = yield* runScenarios({
        target,
        scenarios: [{ scenario: createAndDelete }],
        plan: { ...users(2, 60), passes: 20 }
      })
      const { operations, rows } = yield* dms.stats
      assert.deepStrictEqual(summary.requestNames, [
        "POST /data/ed-fi/students",
        "DELETE /data/ed-fi/students/{id}"
      ])
      assert.deepInclude(summary, { testType: "OWN", endedBy: "passes" })
      assert.deepInclude(summary.requests, { total: 80, failed: 0 })
      assert.deepStrictEqual([operations.create["students"], operations.delete["students"]], [40, 40])
      assert.strictEqual(rows["students"] ?? 0, 0)
      assert.isAbove(summary.generator?.cpuCores.mean ?? 0, 0)
      assert.deepInclude(summary.config, { scenarios: ["CreateAndDelete"], clientCount: 2 })
    }).pipe(Effect.provide([live, MemoryStore.layer]))
  )

  it.scopedLive("writes the specified files, equal to the returned summary", () =>
    Effect.gen(function* () {
      const { target } = yield* served
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const summary = yield* runScenarios({
        target,
        scenarios: [{ scenario: StaffBatchVolumeTest, batchTripleCount: 3 }],
        plan: { ...users(1, 60), passes: 5 },
        files: { folder, out: ["json", "junit"] }
      })
      assert.deepStrictEqual(summary.samples, { written: 5, dropped: 0 })
      const names = yield* fs.readDirectory(folder)
      assert.includeMembers(names, [
        "batch_volume_samples.jsonl",
        "batch_volume_stats.csv",
        "junit.xml",
        "report.html",
        "summary.json"
      ])
      const text = yield* fs.readFileString(`${folder}/summary.json`)
      assert.deepStrictEqual(yield* Schema.decode(SummaryJson)(text), summary)
    }).pipe(Effect.provide([live, MemoryStore.layer]))
  )

  it.scopedLive("ends when its observer stops it, in the open model too, and returns the measurements", () =>
    Effect.gen(function* () {
      const { target } = yield* served
      const seen = yield* Deferred.make<void>()
      const summary = yield* runScenarios(
        {
          target,
          scenarios: [{ scenario: StaffBatchVolumeTest, batchTripleCount: 1 }],
          plan: arrivals(20, 600)
        },
        { observe: () => Deferred.succeed(seen, undefined), stop: Deferred.await(seen) }
      )
      assert.strictEqual(summary.endedBy, "interrupt")
      assert.isAbove(summary.requests.total, 0)
    }).pipe(Effect.provide([live, MemoryStore.layer]))
  )

  it.scopedLive("refuses several workers for a scenario that no module exports", () =>
    Effect.gen(function* () {
      const { target } = yield* served
      const error = yield* Effect.flip(
        runScenarios({
          target,
          // A copy with the name of a built-in scenario would send the load of that one.
          scenarios: [{ scenario: { ...StudentBatchVolumeTest, name: "StudentBatchVolumeTest" } }],
          plan: users(4, 60),
          workers: 2
        })
      )
      assert.strictEqual(
        error.message,
        "scenario StudentBatchVolumeTest could not be prepared: worker threads cannot find it: name its module in `modules`, or set `workers` to 1"
      )
    }).pipe(Effect.provide([live, MemoryStore.layer]))
  )

  it.scopedLive("fails with the error of a scenario's own preparation, before any load", () =>
    Effect.gen(function* () {
      const { dms, target } = yield* served
      const error = yield* Effect.flip(
        runScenarios({
          target,
          scenarios: [{ scenario: { ...createAndDelete, prepare: () => new OwnError() } }],
          plan: users(1, 60)
        })
      )
      assert.strictEqual(error._tag, "OwnError")
      assert.deepStrictEqual((yield* dms.stats).operations.create, {})
    }).pipe(Effect.provide([live, MemoryStore.layer]))
  )
})
