/** Whole runs of the command as its users meet them; what a run takes less than a second for is in `test/cli`. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { createServer, type Server } from "node:http"
import type { Faults } from "../../src/local-dms/Faults.ts"
import { SampleLine } from "../../src/metrics/SampleLine.ts"
import { figure } from "../../src/result/numberFormat.ts"
import { readExport, sumOf } from "../otlp/readExport.ts"
import { folder, read } from "../cli/edfiPerf.ts"
import { runAgainst, secret, summaryIn } from "../cli/runAgainst.ts"

/** An OpenTelemetry collector; its requests are in order. */
const serveCollector = Effect.gen(function* () {
  const received: Array<string> = []
  const server = yield* Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((request, response) => {
        let body = ""
        request.setEncoding("utf8").on("data", (text: string) => (body += text))
        request.on("end", () => {
          received.push(body)
          response.writeHead(200, { "content-type": "application/json" }).end("{}")
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close().closeAllConnections())
  )
  const address = server.address()
  return { received, url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` }
})

/** Six batches, however slow the machine is. */
const sixBatches = ["--recordCount", "60"]

describe("edfi-perf run", () => {
  it.scopedLive("writes the files of --out, also when the run fails, and no others", () =>
    Effect.gen(function* () {
      const output = yield* folder
      const into = { PERF_OUTPUT_DIR: output }
      const faults: Faults = { operationError: { every: 3 } }
      const asked = [
        ...sixBatches,
        "--out",
        "json,junit",
        "--out",
        "markdown",
        "--threshold",
        "failures.count < 1"
      ]
      const { exitCode, out } = yield* runAgainst({ faults }, asked, into)
      const { requests, samples } = yield* summaryIn(output)
      assert.strictEqual(exitCode, 1)
      assert.deepInclude(requests, { total: 6, failed: 2 })
      assert.deepStrictEqual(samples, { written: requests.total, dropped: 0 })
      assert.include(out, `has a line for each of the ${figure(requests.total)} requests`)
      const lines = (yield* read(output, "batch_volume_samples.jsonl")).trimEnd().split("\n")
      const decoded = yield* Effect.forEach(lines, (line) => Schema.decode(SampleLine)(line))
      const ended = decoded.filter((line) => line.type === "request")
      assert.strictEqual(ended.length, requests.total)
      assert.strictEqual(ended.filter(({ failure }) => failure !== null).length, requests.failed)
      assert.isAbove(decoded.length, ended.length)
      assert.include(yield* read(output, "junit.xml"), `<failure message="measured: ${requests.failed}"`)
      assert.match(yield* read(output, "summary.md"), /^\*\*❌ BATCH\\_VOLUME failed\*\*: 1 of 1 thresholds/)

      yield* runAgainst({}, [], into)
      const further = ["batch_volume_samples.jsonl", "junit.xml", "summary.md"]
      for (const name of further) assert.isTrue(Exit.isFailure(yield* Effect.exit(read(output, name))), name)
      assert.isNull((yield* summaryIn(output)).samples)
    })
  )

  it.scopedLive("sends the figures of the summary to an OpenTelemetry collector, and no secret", () =>
    Effect.gen(function* () {
      const { received, url } = yield* serveCollector
      const faults: Faults = { operationError: { every: 3 } }
      const words = ["--otlpEndpoint", url, "--seed", "7", ...sixBatches]
      const { err, exitCode, output } = yield* runAgainst({ faults }, words)
      const { bytes, operations, requests } = yield* summaryIn(output)
      const { points, resource } = readExport(received.at(-1) ?? "")
      assert.strictEqual(exitCode, 0)
      assert.notInclude(err, "OpenTelemetry")
      assert.strictEqual(requests.failed, 2)
      const sum = (name: string, labels: Readonly<Record<string, string>> = {}) =>
        sumOf(points, `edfi_perf_${name}`, labels)
      assert.strictEqual(sum("requests_total"), requests.total)
      assert.strictEqual(sum("requests_total", { outcome: "failed" }), requests.failed)
      assert.strictEqual(sum("failures_total"), requests.failed)
      assert.strictEqual(sum("operations_total", { outcome: "succeeded" }), operations.succeeded)
      assert.strictEqual(sum("operations_total", { outcome: "rolled_back" }), operations.rolledBack)
      assert.strictEqual(sum("operations_succeeded_total", { op: "delete" }), operations.byOp.delete)
      assert.strictEqual(sum("sent_bytes_total"), bytes.sent)
      assert.strictEqual(sum("received_bytes_total"), bytes.received)
      assert.strictEqual(sum("running"), 0)
      assert.deepInclude(resource, { "service.name": "edfi-perf", "edfi_perf.seed": "7" })
      assert.isTrue(points.every(({ name }) => name.startsWith("edfi_perf_")))
      assert.notInclude(received.join(), secret)
    })
  )

  it.scopedLive("runs as ever where no collector is, and says so once", () =>
    Effect.gen(function* () {
      const nowhere = yield* Effect.scoped(Effect.map(serveCollector, ({ url }) => url))
      const words = ["--otlpEndpoint", nowhere, "-m", "0.04"]
      const { err, exitCode, output } = yield* runAgainst({}, words)
      assert.strictEqual(exitCode, 0)
      assert.strictEqual(err.split("OpenTelemetry").length, 2, err)
      assert.match(
        err,
        /cannot export .* collector at http:\/\/127\.0\.0\.1:\d+\/v1\/metrics \(.*ECONNREFUSED/
      )
      assert.strictEqual((yield* summaryIn(output)).endedBy, "runTime")
    })
  )

  it.scopedLive("continues with --maxFailRatio 1 in spite of refusals", () =>
    Effect.gen(function* () {
      const deny = [{ endpoint: "students", action: "create" }] as const
      const records = [
        "--testList",
        "StudentBatchVolumeTest",
        "--batchTripleCount",
        "1",
        "--recordCount",
        "30"
      ]
      const { exitCode, output } = yield* runAgainst({ deny }, ["--maxFailRatio", "1", ...records])
      const { endedBy, requests } = yield* summaryIn(output)
      assert.deepStrictEqual([exitCode, endedBy, requests.failed], [0, "recordCount", 30])
    })
  )

  it.scopedLive("ends with 1 when a threshold is not kept, with value and verdict of each", () =>
    Effect.gen(function* () {
      const words = ["--threshold", "students-batch-1.failures.ratio < 1%,requests.total > 0"]
      const small = { PERF_BATCH_TRIPLE_COUNT: "1", PERF_TEST_LIST: "StudentBatchVolumeTest" }
      const kept = yield* runAgainst({}, words, small)
      assert.strictEqual(kept.exitCode, 0)
      assert.match(kept.out, /\nthresholds\n {2}students-batch-1\.failures\.ratio < 1% +0 % {2}kept\n/)
      const crossed = yield* runAgainst({}, [...words, "--threshold=latency.max<=1us"], small)
      assert.strictEqual(crossed.exitCode, 1)
      assert.match(crossed.out, /\n {2}requests\.total > 0 +[\d,]+ {2}kept\n/)
      assert.match(crossed.out, /\n {2}latency\.max<=1us +[\d,.]+ ms {2}not kept\n/)
      const { endedBy, thresholds } = yield* summaryIn(crossed.output)
      assert.strictEqual(endedBy, "runTime")
      assert.deepStrictEqual(
        thresholds.map(({ dimension, passed }) => [dimension, passed]),
        [
          ["ratio", true],
          ["count", true],
          ["ms", false]
        ]
      )
    })
  )

  it.scopedLive("ends with 1 as soon as a threshold is not kept with --abortOnThreshold", () =>
    Effect.gen(function* () {
      const { exitCode, out, output } = yield* runAgainst({}, [
        "-m",
        "5",
        "--threshold",
        "latency.max < 1us",
        "--abortOnThreshold",
        "--abortDelay",
        "0"
      ])
      const { elapsedSeconds, endedBy } = yield* summaryIn(output)
      assert.deepStrictEqual([exitCode, endedBy], [1, "threshold"])
      assert.isBelow(elapsedSeconds, 60)
      assert.include(out, "The run was stopped by --abortOnThreshold because a threshold was not kept.")
    })
  )

  it.scopedLive("prints the report and ends with 1 when the files cannot be written at the end", () =>
    Effect.gen(function* () {
      const output = `${yield* folder}/out`
      const vanish = Effect.flatMap(FileSystem.FileSystem, (fs) =>
        fs
          .exists(`${output}/batch_volume_stats_history.csv`)
          .pipe(
            Effect.repeat({ until: (begun) => begun, schedule: Schedule.spaced("5 millis") }),
            Effect.zipRight(fs.remove(output, { recursive: true }))
          )
      ).pipe(Effect.provide(NodeContext.layer))
      yield* Effect.fork(vanish)
      const { err, exitCode, out } = yield* runAgainst({}, ["-o", output, "-m", "0.015"])
      assert.strictEqual(exitCode, 1)
      assert.match(out, /operations per second/)
      assert.notInclude(out, "files in")
      assert.include(err, `the output folder ${output} cannot be written`)
    })
  )
})
