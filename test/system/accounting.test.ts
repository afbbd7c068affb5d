/** BATCH_VOLUME with 10 users for a second on each store and over each wire: no failure, and both sides count the same. */
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { wireNames } from "../../src/domain/wireNames.ts"
import { run } from "../../src/engine/LoadRun.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import * as MemoryStore from "../../src/local-dms/MemoryStore.ts"
import type { Store } from "../../src/local-dms/Store.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { scenarios as all } from "../../src/scenarios/index.ts"
import { overSockets } from "../integration/client.ts"
import { postgresStore } from "./database.ts"

const scenarios = all.filter(({ testType }) => testType === "BATCH_VOLUME")

const stores: ReadonlyArray<readonly [string, Layer.Layer<Store>]> = [
  ["memory", MemoryStore.layer],
  ["PostgreSQL", postgresStore()]
]

const cases = stores.flatMap(([name, store]) => wireNames.map((wire) => [name, wire, store] as const))

describe("BATCH_VOLUME with 10 users", () => {
  it.scopedLive.each(cases)(
    "agrees with a server on %s over %s and leaves nothing behind",
    ([, wire, store]) =>
      Effect.gen(function* () {
        const workloads = yield* Effect.forEach(scenarios, (scenario) =>
          scenario.prepare({
            batchTripleCount: typeof scenario.tripleCount === "number" ? scenario.tripleCount : 10,
            seed: 42
          })
        )
        if (!Arr.isNonEmptyReadonlyArray(workloads)) return assert.fail("no scenarios")
        const dms = yield* LocalDms
        const before = yield* dms.stats
        const { endedBy } = yield* run(
          {
            _tag: "Users",
            users: 10,
            spawnPerSecond: 100,
            runMillis: 1000,
            gracefulStopMillis: 30_000,
            waits: { seed: 1, minMillis: 0, maxMillis: 0 },
            maxFailRatio: 0,
            passes: Number.POSITIVE_INFINITY
          },
          workloads
        )
        const { total } = (yield* Recorder).measurements()
        const after = yield* dms.stats
        assert.deepStrictEqual([endedBy, total.failures], ["runTime", 0])
        assert.isAbove(total.requests, 0)
        assert.deepStrictEqual(after.batches, {
          committed: before.batches.committed + total.requests,
          // The question for the server's spelling is a delete of nothing.
          rolledBack: before.batches.rolledBack,
          refused: 0
        })
        for (const kind of ["create", "update", "delete"] as const) {
          const sum = (counts: Readonly<Record<string, number>>) =>
            Object.values(counts).reduce((all, count) => all + count, 0)
          assert.strictEqual(
            sum(after.operations[kind]) - sum(before.operations[kind]),
            total.succeeded[kind],
            kind
          )
        }
        assert.deepStrictEqual([after.upsertsOnCreate, after.membersPruned, after.logins], [{}, 0, 1])
        assert.deepStrictEqual(after.rows, before.rows)
      }).pipe(Effect.provide(overSockets({}, { wire }, store)))
  )
})
