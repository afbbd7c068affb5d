/** The command as a process: signals, a `.env` file, and the local DMS as its child. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { SummaryJson } from "../../src/result/Summary.ts"
import { startRun, underWay } from "../cli/startedRun.ts"

/** Its child is found in `/proc`. */
const isLinux = process.platform === "linux"

describe("the edfi-perf process", () => {
  it.scopedLive("writes its files and ends with 0 when its reader goes away", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const run = yield* startRun(folder, ["run", "--local", "-m", "0.03", "-l", "error"])
      yield* run.line(/^edfi-perf /)
      yield* run.hangUp
      assert.strictEqual((yield* run.ended).exitCode, 0)
      assert.include(yield* fs.readDirectory(`${folder}/out`), "summary.json")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive.skipIf(!isLinux)(
    "reports in one sentence that its local DMS exited, with its figures, and ends with 3",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const run = yield* startRun(folder, [
          "run",
          "--local",
          "-c",
          "2",
          "-l",
          "error",
          "--maxFailRatio",
          "1"
        ])
        yield* run.line(underWay)
        yield* run.signalChild("SIGKILL")
        const { exitCode, out } = yield* run.ended
        assert.strictEqual(exitCode, 3)
        assert.match(
          out,
          /^The run was ended because its local DMS exited \(signal SIGKILL\); the figures cover everything up to then\.$/m
        )
        const summary = yield* Effect.flatMap(
          fs.readFileString(`${folder}/out/summary.json`),
          Schema.decode(SummaryJson)
        )
        assert.deepInclude(summary, { endedBy: "localDmsExited", localDmsExit: "signal SIGKILL" })
        assert.isAbove(summary.operations.succeeded, 0)
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive.skipIf(!isLinux)(
    "ends a study whose local DMS exited, with the slices until then and 3",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        const sizes = ["--clientCount", "2", "--batchTripleCount", "1,2"]
        const run = yield* startRun(folder, [
          "sweep",
          "--local",
          ...sizes,
          "--sliceTime",
          "1m",
          "--warmUp",
          "0s"
        ])
        yield* run.line(/slice 1 of \d+ .*operations\/s/)
        yield* run.signalChild("SIGKILL")
        const { exitCode, out } = yield* run.ended
        assert.strictEqual(exitCode, 3)
        assert.include(out, "the local DMS exited (signal SIGKILL)")
        assert.include(yield* fs.readDirectory(`${folder}/out`), "sweep.json")
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive(
    "reads .env, starts its local DMS, and on Ctrl-C stops gracefully with every file written",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        yield* fs.writeFileString(
          `${folder}/.env`,
          "CLIENT_COUNT=3\nPERF_SEED=77\nPERF_OUTPUT_DIR=results\nPERF_LOCAL=true\nPERF_LOG_LEVEL=warning\n" +
            "PERF_THRESHOLD=requests.total > 0,requests.total > 1000000\n"
        )
        const run = yield* startRun(folder, ["run", "--batchTripleCount", "2"])
        yield* run.line(underWay)
        yield* run.signal("SIGINT")
        const { exitCode, out } = yield* run.ended
        assert.strictEqual(exitCode, 130)
        assert.include(out, "seed 77")
        assert.include(out, "The run was interrupted; the report covers everything up to then.")
        // The verdicts are shown, but an interrupted run is an interrupted run.
        assert.match(
          out,
          /requests\.total > 0 +[\d,]+ {2}kept\n {2}requests\.total > 1000000 +[\d,]+ {2}not kept/
        )
        const summary = yield* Effect.flatMap(
          fs.readFileString(`${folder}/results/summary.json`),
          Schema.decode(SummaryJson)
        )
        assert.deepInclude(summary, { endedBy: "interrupt", users: 3 })
        assert.isAbove(summary.requests.total, 0)
        assert.strictEqual(summary.requests.failed, 0)
        assert.sameMembers(yield* fs.readDirectory(`${folder}/results`), [
          "report.html",
          "batch_volume_exceptions.csv",
          "batch_volume_failures.csv",
          "batch_volume_stats.csv",
          "batch_volume_stats_history.csv",
          "summary.json"
        ])
        const url = /against (http:\S+),/.exec(out)?.[1] ?? ""
        const again = yield* Effect.exit(HttpClient.get(`${url}/`))
        assert.isTrue(Exit.isFailure(again), "the local DMS is still there")
      }).pipe(Effect.provide([NodeContext.layer, NodeHttpClient.layerUndici]))
  )
})
