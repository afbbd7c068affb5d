/** A study of a DMS whose database is known, by the command as people run it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import { VersusJson } from "../../src/result/Versus.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { startRun } from "../cli/startedRun.ts"

/** A separate server, whose log contains only the load. */
const postgres = Effect.acquireRelease(
  Effect.promise(() => startThrowAwayPostgres()),
  ({ stop }) => Effect.promise(stop)
)

describe("versus on PostgreSQL", () => {
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
            // Commits of several users may share a sync.
            "-c",
            "1",
            "--slices",
            "1",
            "--sliceTime",
            "3",
            "--warmUp",
            "1",
            "--resources",
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
        // The writer of the log has some of its own, which are many beside those of a slow machine.
        assert.isAbove(share, 1 / 90, out)
        assert.isBelow(share, 1 / 6, out)
        assert.match(out, /\ndatabase, per operation +commits +log bytes +log syncs\nsingle requests /)
      })
  )
})
