/** The compiled command with threads, as it is packed and installed. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { underWay } from "../cli/startedRun.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Runs `edfi-perf run --local --workers 2`; every line that it prints is looked at while it runs. */
const run = (
  words: ReadonlyArray<string>,
  onLine: (line: string, interrupt: () => void) => void = () => {}
) =>
  new Promise<{
    exitCode: number | null
    out: string
    summary: typeof SummaryJson.Type
    lines: ReadonlyArray<string>
  }>((resolve) => {
    const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
    const command = [join(root, "dist/bin.js"), "run", "--local", "--workers", "2", "-l", "warning", ...words]
    const child = spawn(process.execPath, [...command, "--output", folder], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    const printed: Array<string> = []
    createInterface(child.stdout).on("line", (line) => {
      printed.push(line)
      onLine(line, () => child.kill("SIGINT"))
    })
    child.on("close", (exitCode) => {
      const summary = Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "summary.json"), "utf8"))
      const samples = join(folder, "batch_volume_samples.jsonl")
      const lines = existsSync(samples) ? readFileSync(samples, "utf8").trimEnd().split("\n") : []
      rmSync(folder, { recursive: true })
      resolve({ exitCode, out: printed.join("\n"), summary, lines })
    })
  })

describe("edfi-perf run --workers 2, compiled", () => {
  it("completes without a failure and reports its workers", async () => {
    const { exitCode, out, summary } = await run(["-m", "0.03"])
    assert.strictEqual(exitCode, 0)
    assert.match(out.split("\n")[0] ?? "", /, 2 workers$/)
    assert.deepInclude(summary, { endedBy: "runTime", users: 10 })
    assert.deepInclude(summary.config, { workers: 2 })
    assert.strictEqual(summary.requests.failed, 0)
    assert.strictEqual(summary.operations.succeeded, summary.requests.total * 30)
  })

  it("sends generated documents of any resource from every thread", async () => {
    const resources = ["courses", "tpdm/candidates", "grades"]
    const { exitCode, summary } = await run(["--resources", resources.join(","), "-m", "0.05"])
    assert.strictEqual(exitCode, 0)
    assert.deepInclude(summary.config, { workers: 2, resources, document: "minimal" })
    assert.strictEqual(summary.requests.failed, 0)
    assert.deepStrictEqual(summary.requestNames, [
      "courses-batch-10",
      "candidates-batch-10",
      "grades-batch-10"
    ])
    assert.isAbove(summary.operations.succeeded, summary.requests.total * 30)
  })

  it("stops gracefully on Ctrl-C, with every request counted", async () => {
    const { exitCode, summary } = await run([], (line, interrupt) => {
      if (underWay.test(line)) interrupt()
    })
    assert.deepStrictEqual([exitCode, summary.endedBy, summary.requests.failed], [130, "interrupt", 0])
    assert.isAbove(summary.requests.total, 0)
  })

  it("writes a line for every request of every thread, all of them dated from the start of the run", async () => {
    const { lines, summary } = await run(["-m", "0.05", "--out", "json"])
    const requests = lines
      .map((line) => Schema.decodeSync(SampleLine)(line))
      .filter((line) => line.type === "request")
    assert.deepStrictEqual(summary.samples, { written: requests.length, dropped: 0 })
    assert.strictEqual(requests.length, summary.requests.total)
    for (const { elapsedSeconds, latencyMs } of requests) {
      // Each thread reads two clocks, one after the other, to know when it began; a busy machine may come between.
      assert.isAbove(elapsedSeconds, latencyMs / 1000 - 1)
      assert.isBelow(elapsedSeconds, summary.elapsedSeconds + 1)
    }
  })

  it("has the code of its threads in its package", () => {
    const packed = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
    assert.include(packed, '"dist/workers/worker.js"')
  })
})
