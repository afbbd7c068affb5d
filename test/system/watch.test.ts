/** `--watch` and the limits of a server by the built command, beside a second reader of `/proc`. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { startThrowAwayPostgres } from "../../scripts/throwAwayPostgres.ts"
import type { ProcessPoint } from "../../src/result/ProcessActivity.ts"
import { StressJson } from "../../src/result/Stress.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { startRun, underWay } from "../cli/startedRun.ts"

const secret = "local-secret"

/** A local DMS in a process of its own. */
const started = (words: ReadonlyArray<string> = [], variables: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const run = yield* startRun(yield* folder, ["local-dms", "--port", "0", ...words], {
      PERF_API_KEY: "local",
      PERF_API_SECRET: secret,
      ...variables
    })
    const line = yield* run.line(/ listening on /)
    return { pid: run.pid, url: line.replace(/^.* listening on /, "") }
  })

type Server = Effect.Effect.Success<ReturnType<typeof started>>

const load = ["--testList", "StudentBatchVolumeTest", "--batchTripleCount", "10"]

/** Starts a command that watches the server. */
const watching = (
  command: "run" | "stress",
  { pid, url }: Server,
  words: ReadonlyArray<string>,
  variables: Readonly<Record<string, string>> = {}
) =>
  Effect.gen(function* () {
    const output = yield* folder
    const target = ["-b", url, "-k", "local", "-s", secret, "-o", output, "--watch", `pid:${pid}`]
    return { output, run: yield* startRun(output, [command, ...target, ...load, ...words], variables) }
  })

const measured = (...all: Parameters<typeof watching>) =>
  Effect.gen(function* () {
    const { output, run } = yield* watching(...all)
    return { output, ...(yield* run.ended) }
  })

const summaryOf = (output: string) => Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
const stressOf = (output: string) => Effect.flatMap(read(output, "stress.json"), Schema.decode(StressJson))

/** User and system time of a process in seconds, as `/proc/PID/stat` has it in hundredths. */
const cpuSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number)
  return ((user ?? 0) + (system ?? 0)) / 100
}

const cpuOf = (timeline: ReadonlyArray<ProcessPoint>): number =>
  timeline.reduce((sum, { cores, seconds }) => sum + (cores ?? 0) * seconds, 0)

/** Two readings of a counter in hundredths of a second, and the digits of the points. */
const tolerance = 0.1

/** CPU time of the server that a load has to cause, in seconds. */
const minSeconds = 2

/** Waits until a process has used that much CPU time since then. @returns what it has used */
const untilUsed = (pid: number, from: number, seconds: number) =>
  Effect.repeat(
    Effect.sync(() => cpuSeconds(pid) - from),
    { until: (used) => used >= seconds, schedule: Schedule.spaced("100 millis") }
  ).pipe(Effect.map(() => cpuSeconds(pid) - from))

// Beside each other, because one of them mostly waits for a lock.
describe("a watched process", { concurrent: true }, () => {
  it.scopedLive("has the CPU time that /proc has, in a run and over the slices of a study", () =>
    Effect.gen(function* () {
      const server = yield* started()
      const atStart = cpuSeconds(server.pid)
      const { output, run } = yield* watching("run", server, ["-c", "2", "-m", "60"])
      yield* run.line(underWay)
      // The first reading was before this line, and the last one comes after the interrupt.
      const within = yield* untilUsed(server.pid, cpuSeconds(server.pid), minSeconds)
      yield* run.signal("SIGINT")
      yield* run.ended
      const atEnd = cpuSeconds(server.pid)
      const [ofRun] = (yield* summaryOf(output)).processes
      const inRun = cpuOf(ofRun?.timeline ?? [])
      assert.isAtLeast(inRun, within - tolerance)
      assert.isAtMost(inRun, atEnd - atStart + tolerance)
      assert.isAtMost(ofRun?.busiestThread ?? 9, (ofRun?.cores?.mean ?? 0) + tolerance)

      const slices = ["--slices", "1", "--sliceTime", "2", "--warmUp", "1", "--maxUsers", "2"]
      const study = yield* measured("stress", server, slices)
      const inAll = cpuSeconds(server.pid) - atEnd
      const stress = yield* stressOf(study.output)
      const [whole] = stress.processes
      assert.isAtMost(cpuOf(whole?.timeline ?? []), inAll + tolerance)
      const inSlices = stress.steps
        .flatMap((step) => step.slices)
        .reduce(
          (sum, { atFullLoad, processes: [one] }) => sum + (one?.cores?.mean ?? 0) * atFullLoad.seconds,
          0
        )
      assert.isAbove(inSlices, 0)
      assert.isAtMost(inSlices, inAll + tolerance)
    })
  )

  it.scopedLive("ends a study whose server keeps memory, and the manifest has the commit of the tool", () =>
    Effect.gen(function* () {
      // At most 50 batches a second, so that a quick server does not keep all memory of the machine.
      const server = yield* started(["--latency", "20ms", "--fault", "leak=1", "--leakSize", "2MB"])
      const words = ["--slices", "1", "--sliceTime", "10m", "--warmUp", "0", "--maxUsers", "1"]
      const limit = ["--threshold", "process.memoryGrowth < 100%"]
      const { exitCode, out, output } = yield* measured("stress", server, [...words, ...limit])
      const { endedBy, manifest, verdict } = yield* stressOf(output)
      assert.strictEqual(endedBy, "threshold", out)
      assert.match(
        verdict,
        /Ended at slice 1 of 1 with 1 user: process\.memoryGrowth < 100% was not kept: [1-9][\d,.]* %/
      )
      assert.strictEqual(exitCode, 1)
      const root = fileURLToPath(new URL("../..", import.meta.url))
      const [hash = ""] = (manifest?.tool.commit ?? "").split(" ")
      assert.match(hash, /^[0-9a-f]{40}$/)
      const kind = execFileSync("git", ["-C", root, "cat-file", "-t", hash], { encoding: "utf8" })
      assert.strictEqual(kind.trim(), "commit")
      assert.isNull(manifest?.database ?? null)
    })
  )
})

describe("a database whose sessions are blocked", { concurrent: true }, () => {
  it.scopedLive("ends a run and a study, whose manifest says that it was used before", () =>
    Effect.gen(function* () {
      const { url } = yield* Effect.acquireRelease(
        Effect.promise(() => startThrowAwayPostgres()),
        ({ stop }) => Effect.promise(stop)
      )
      const server = yield* started(["--fault", "lock=@60", "--lockFor", "15s"], {
        PERF_LOCAL_DMS_STORE: url
      })
      const variables = { PERF_DATABASE_URL: url }
      const limit = ["--threshold", "database.blockedSeconds < 4", "--gracefulStop", "15"]
      const run = yield* measured("run", server, ["-c", "2", "--recordCount", "100"], variables)
      assert.strictEqual(run.exitCode, 0, run.out)
      const first = (yield* summaryOf(run.output)).manifest
      // It has the documents that a new database has.
      assert.isNull(first?.fresh ?? null)
      assert.isAtLeast(first?.database?.bytesAfter ?? 0, first?.database?.bytesBefore ?? 1)

      const words = [
        "--slices",
        "1",
        "--sliceTime",
        "10m",
        "--warmUp",
        "0",
        "--clientCount",
        "4",
        "--maxUsers",
        "4"
      ]
      const { exitCode, out, output } = yield* measured("stress", server, [...words, ...limit], variables)
      const { endedBy, manifest, verdict } = yield* stressOf(output)
      assert.strictEqual(endedBy, "threshold", out)
      assert.match(verdict, /Ended at slice 1 of 1 with 4 users: database\.blockedSeconds < 4 was not kept: /)
      assert.strictEqual(exitCode, 1)
      assert.isFalse(manifest?.fresh?.isFresh)
      assert.match(
        manifest?.fresh?.because ?? "",
        /^rows of edfi_perf\.document had been updated or deleted, [\d,]+ times$/
      )
      assert.isNotNull(manifest?.database?.bytesBefore ?? null)
    })
  )
})
