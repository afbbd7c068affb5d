/** Studies against servers with a known result, with the built command. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { SweepJson } from "../../src/result/Sweep.ts"
import { VersusJson } from "../../src/result/Versus.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { startRun } from "../cli/startedRun.ts"

/** A separate server, whose log contains only the load. */
const postgres = Effect.acquireRelease(
  Effect.promise(() => startThrowAwayPostgres()),
  ({ stop }) => Effect.promise(stop)
)

const secret = "secret"

describe("sweep", { timeout: 300_000 }, () => {
  it.scopedLive(
    "finds the knee that is computed from the cost of a batch and of an operation, three times",
    () =>
      Effect.gen(function* () {
        const [requestMillis, operationMillis] = [10, 1]
        const sizes = [5, 20, 100, 200]
        const rates = sizes.map((size) => (3 * size) / (requestMillis + 3 * size * operationMillis))
        const computed = sizes.find((_, i) => (rates[i] ?? 0) >= 0.95 * Math.max(...rates))
        assert.strictEqual(computed, 100)
        const dms = yield* LocalDms.serve({
          port: 0,
          key: "key",
          secret: Redacted.make(secret),
          batchMaxOperations: 1000,
          latency: { _tag: "perOperation", requestMillis, operationMillis }
        })
        const knees: Array<number | undefined> = []
        for (const seed of ["1", "2", "3"]) {
          const output = yield* folder
          const run = yield* startRun(
            output,
            [
              "sweep",
              "-c",
              "2",
              "--batchTripleCount",
              sizes.join(","),
              "--testList",
              "StudentBatchVolumeTest",
              "--slices",
              "3",
              "--sliceTime",
              "1",
              "--warmUp",
              "200ms",
              "--seed",
              seed,
              "-o",
              output
            ],
            { PERF_API_BASEURL: dms.url, PERF_API_KEY: "key", PERF_API_SECRET: secret }
          )
          const { exitCode, out } = yield* run.ended
          assert.strictEqual(exitCode, 0, out)
          const sweep = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
          knees.push(sweep.knees[0]?.batchTripleCount)
        }
        assert.deepStrictEqual(knees, [computed, computed, computed])
      })
  )
})

describe("versus on PostgreSQL", { timeout: 300_000 }, () => {
  it.scopedLive(
    "shows batching ahead, and its log syncs per operation near a thirtieth of single requests'",
    () =>
      Effect.gen(function* () {
        const { url } = yield* postgres
        const output = yield* folder
        const run = yield* startRun(
          output,
          [
            "versus",
            "--local",
            "-c",
            "2",
            "--slices",
            "2",
            "--sliceTime",
            "3",
            "--warmUp",
            "1",
            "--records",
            "students",
            "-o",
            output
          ],
          { PERF_LOCAL_DMS_STORE: url, PERF_DATABASE_URL: url }
        )
        const { exitCode, out } = yield* run.ended
        // 1 where a busy machine made the load generator the bottleneck.
        assert.include([0, 1], exitCode, out)
        const { batch, ratio, single } = yield* Effect.flatMap(
          read(output, "versus.json"),
          Schema.decode(VersusJson)
        )
        assert.isAbove(ratio?.min ?? 0, 1, out)
        const syncs = (side: typeof single) => side.database?.perOperation.walSyncs ?? Number.NaN
        const share = syncs(batch) / syncs(single)
        assert.isAbove(share, 1 / 60, out)
        assert.isBelow(share, 2 / 30, out)
        assert.match(out, /\ndatabase, per operation +commits +log bytes +log syncs\nsingle requests /)
      })
  )
})
