/** The command as a process: signals, a `.env` file, and the local DMS as its child. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as FileSystem from "@effect/platform/FileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { type ChildProcessByStdio, spawn } from "node:child_process"
import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { fileURLToPath, pathToFileURL } from "node:url"
import { SummaryJson } from "../../src/report/Summary.ts"

const bin = fileURLToPath(new URL("../../src/bin.ts", import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href

interface Ended {
  readonly exitCode: number | null
  readonly out: string
}

/** Starts the command in a folder and watches the lines that it prints. */
const edfiPerf = (
  folder: string,
  words: ReadonlyArray<string>,
  onLine: (child: ChildProcessByStdio<null, Readable, null>, line: string) => void
) =>
  Effect.async<Ended>((resume) => {
    const lines: Array<string> = []
    const child = spawn(process.execPath, ["--import", tsx, bin, ...words], {
      cwd: folder,
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "pipe", "inherit"]
    })
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line)
      onLine(child, line)
    })
    child.on("close", (exitCode) => resume(Effect.succeed({ exitCode, out: lines.join("\n") })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

describe("the edfi-perf process", { timeout: 60_000 }, () => {
  it.scopedLive("writes its files and ends with 0 when its reader goes away", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const words = ["run", "--local", "-m", "0.04", "-l", "error"]
      const { exitCode } = yield* edfiPerf(folder, words, (child) => child.stdout.destroy())
      assert.strictEqual(exitCode, 0)
      assert.include(yield* fs.readDirectory(`${folder}/out`), "summary.json")
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
        const { exitCode, out } = yield* edfiPerf(
          folder,
          ["run", "--batchTripleCount", "2"],
          (child, line) => {
            if (/^\d+:\d\d \/ /.test(line)) child.kill("SIGINT")
          }
        )
        assert.strictEqual(exitCode, 130)
        assert.include(out, "seed 77")
        assert.include(out, "The run was interrupted; everything until then is counted.")
        // The verdicts are shown, but an interrupted run is an interrupted run.
        assert.match(
          out,
          /requests\.total > 0 +[\d,]+ {2}kept\n {2}requests\.total > 1000000 +[\d,]+ {2}crossed/
        )
        const summary = yield* Effect.flatMap(
          fs.readFileString(`${folder}/results/summary.json`),
          Schema.decode(SummaryJson)
        )
        assert.deepInclude(summary, { endedBy: "interrupt", users: 3 })
        assert.isAbove(summary.requests.total, 0)
        assert.strictEqual(summary.requests.failed, 0)
        assert.sameMembers(yield* fs.readDirectory(`${folder}/results`), [
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
