/** The commands that measure in slices, as their users meet them: words in, text, files and an exit code out. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { stepLine } from "../../src/output/capacityText.ts"
import { CapacityJson, hasAnswer } from "../../src/result/Capacity.ts"
import { StressJson } from "../../src/result/Stress.ts"
import { SweepJson } from "../../src/result/Sweep.ts"
import { VersusJson } from "../../src/result/Versus.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"
import { startRun } from "../cli/startedRun.ts"

const secret = "a-secret-nobody-may-see"

/** A study of some seconds against a server in this process. */
const studyAgainst = (server: Partial<LocalDmsOptions>, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make(secret), ...server })
    const output = yield* folder
    const result = yield* edfiPerf(words, {
      PERF_API_BASEURL: dms.url,
      PERF_API_KEY: "key",
      PERF_API_SECRET: secret,
      PERF_OUTPUT_DIR: output,
      PERF_SLICES: "2",
      PERF_SLICE_TIME: "200ms",
      PERF_WARM_UP: "100ms",
      PERF_REQUEST_TIMEOUT: "20"
    })
    return { ...result, output, stats: yield* dms.stats }
  })

const filesIn = (output: string) =>
  Effect.provide(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readDirectory(output)),
    NodeContext.layer
  )

describe("edfi-perf versus", () => {
  it.scopedLive("measures both sides, prints the result and agrees with the counts of the server", () =>
    Effect.gen(function* () {
      const words = ["versus", "--seed", "7", "-c", "3", "--batchTripleCount", "2", "--out", "markdown"]
      // Slow enough for an almost idle generator, because a limited one gives no result.
      const server = { latency: { _tag: "fixed", millis: 20 } } as const
      const { exitCode, out, output, stats } = yield* studyAgainst(server, words)
      assert.match(
        out,
        /^edfi-perf versus against http:\S+, seed 7\n4 slices of 0\.2 s with 0\.1 s of warm-up: about 0:01\n/
      )
      assert.match(out, /\nsingle requests +[\d,.]+ /)
      assert.match(out, /\nbatches of 6 operations +[\d,.]+ /)
      const versus = yield* Effect.flatMap(read(output, "versus.json"), Schema.decode(VersusJson))
      assert.include(out, `\n${versus.verdict}\n`)
      // On a busy machine other programs may have the processors, and then there is no result.
      assert.strictEqual(exitCode, versus.noResult === null ? 0 : 1, out)
      assert.deepInclude(versus, { endedBy: "completed", clientCount: 3, batchTripleCount: 2 })
      assert.deepInclude(versus.config, { seed: 7, slices: 2, sliceSeconds: 0.2, warmUpSeconds: 0.1 })
      assert.lengthOf(versus.single.slices, 2)
      // A slice in which the machine had no time for this process has no operations to compare with.
      const comparable = versus.single.slices.filter(({ operations }) => operations.perSecond > 0)
      assert.lengthOf(versus.pairs, comparable.length)
      assert.deepStrictEqual([versus.single.requests.failed, versus.batch.requests.failed], [0, 0])
      // Warm-ups are not counted here, but there.
      assert.isAtMost(versus.batch.requests.total, stats.batches.committed)
      assert.deepStrictEqual([stats.logins, stats.upsertsOnCreate], [1, {}])
      assert.sameMembers(yield* filesIn(output), ["versus.json", "report.html", "summary.md"])
      assert.include(yield* read(output, "report.html"), "<!doctype html>")
      const everything = yield* Effect.forEach(yield* filesIn(output), (name) => read(output, name))
      assert.notInclude([out, ...everything].join("\n"), secret)
    })
  )

  it.scopedLive("ends with 1 when too many requests fail, and writes the document", () =>
    Effect.gen(function* () {
      const faults = { operationError: { probability: 1 } }
      const { exitCode, out, output } = yield* studyAgainst({ faults }, [
        "versus",
        "--resourceNaming",
        "endpoint"
      ])
      assert.strictEqual(exitCode, 1)
      assert.include(out, ": more requests failed than --maxFailRatio allows.")
      const versus = yield* Effect.flatMap(read(output, "versus.json"), Schema.decode(VersusJson))
      assert.strictEqual(versus.endedBy, "failureRatio")
      assert.sameMembers(yield* filesIn(output), ["versus.json", "report.html"])
    })
  )

  it.scopedLive("ends with 3 when a load is refused from the start, and writes the document", () =>
    Effect.gen(function* () {
      const deny = [{ endpoint: "students", action: "update" }] as const
      // The warm-up ends at its tenth iteration, however long it may be.
      const { exitCode, out, output } = yield* studyAgainst({ deny }, ["versus", "--warmUp", "30s"])
      assert.strictEqual(exitCode, 3, out)
      const versus = yield* Effect.flatMap(read(output, "versus.json"), Schema.decode(VersusJson))
      assert.deepInclude(versus, { endedBy: "refused", ratio: null })
      assert.strictEqual(versus.refused?.scenario, "StudentVolumeTest")
      assert.match(
        versus.verdict,
        /^StudentVolumeTest was refused from the start: .* only through a relationship/
      )
      assert.include(out, `\n${versus.verdict}\n`)
      assert.isTrue(versus.single.slices.every(({ refused }) => refused !== null))
      assert.sameMembers(yield* filesIn(output), ["versus.json", "report.html"])
    })
  )

  it.scopedLive("ends with 3 and leaves earlier files alone when it cannot log in", () =>
    Effect.gen(function* () {
      const { output } = yield* studyAgainst({}, ["versus", "--slices", "1", "--resources", "students"])
      const before = yield* read(output, "versus.json")
      const { err, exitCode } = yield* studyAgainst({}, ["versus", "-s", "wrong", "-o", output])
      assert.strictEqual(exitCode, 3)
      assert.match(err, /refused the login with 401/)
      assert.strictEqual(yield* read(output, "versus.json"), before)
    })
  )

  it.scopedLive("ends with 2 when the output folder cannot be written, before it sends anything", () =>
    Effect.gen(function* () {
      const { err, exitCode, stats } = yield* studyAgainst({}, ["versus", "--output", "/dev/null/out"])
      assert.strictEqual(exitCode, 2)
      assert.include(err, "the output folder /dev/null/out cannot be written")
      assert.deepStrictEqual(stats.requests, {})
    })
  )

  it.effect("ends with 2 and reports wrong flags together with wrong values", () =>
    Effect.gen(function* () {
      const words = [
        "versus",
        "--slice",
        "3",
        "--batchTripleCount",
        "50",
        "--spawnRate",
        "1",
        "--sliceTime",
        "no",
        "--local"
      ]
      const { err, exitCode } = yield* edfiPerf(words)
      assert.strictEqual(exitCode, 2)
      expect(err).toMatchInlineSnapshot(`
        "edfi-perf: 4 wrong settings, nothing was sent:
          --slice: is not a flag; did you mean --slices?
          --spawnRate: is not a flag of versus; --help lists them
          --sliceTime no: accepts a duration from 100ms to 1 hour, such as 10, 500ms or 2 minutes
          --batchTripleCount 50: 150 operations per batch exceed --maxBatchOperations 100; accepts at most 33"
      `)
    })
  )

  it.scopedLive("stops gracefully on Ctrl-C, with its files written", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const words = ["versus", "--local", "--warmUp", "0", "--sliceTime", "1 minute", "-c", "2"]
      const run = yield* startRun(folder, words)
      yield* run.line(/^VOLUME, slice 1 of 12 .*[1-9][\d,.]* operations\/s/)
      yield* run.signal("SIGINT")
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 130)
      assert.include(out, "Interrupted at slice 1 of 12.")
      const versus = yield* Effect.flatMap(
        fs.readFileString(`${folder}/out/versus.json`),
        Schema.decode(VersusJson)
      )
      assert.strictEqual(versus.endedBy, "interrupt")
      assert.isAbove(versus.single.requests.total, 0)
      assert.strictEqual(versus.single.requests.failed, 0)
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("edfi-perf stress", () => {
  it.scopedLive("writes its document, its page and a summary, and prints each step", () =>
    Effect.gen(function* () {
      const words = [
        "stress",
        "--testType",
        "VOLUME",
        "--maxUsers",
        "2",
        "--soakAfter",
        "1",
        "--out",
        "markdown"
      ]
      const server = { latency: { _tag: "fixed", millis: 20 } } as const
      const { exitCode, out, output, stats } = yield* studyAgainst(server, words)
      const stress = yield* Effect.flatMap(read(output, "stress.json"), Schema.decode(StressJson))
      const loads = stress.steps.map(({ load }) => load)
      assert.deepStrictEqual(loads, [1, 2].slice(0, loads.length))
      assert.include(out, `\n${stress.verdict}\n`)
      assert.match(out, /^1 user: /m)
      assert.strictEqual(exitCode, stress.noResult === null ? 0 : 1, out)
      assert.strictEqual(stats.batches.committed, 0)
      assert.sameMembers(yield* filesIn(output), ["stress.json", "summary.md", "report.html"])
    })
  )
})

describe("edfi-perf sweep", () => {
  it.scopedLive("measures every size up to a refused one, and prints the knee", () =>
    Effect.gen(function* () {
      const words = ["sweep", "--batchTripleCount", "1,10", "--batchTripleCount=40", "-c", "2", "--seed", "7"]
      const server = { latency: { _tag: "fixed", millis: 20 } } as const
      const { exitCode, out, output, stats } = yield* studyAgainst(server, words)
      assert.match(out, /\n6 slices of 0\.2 s with 0\.1 s of warm-up: about 0:02\n/)
      assert.match(out, /\n +2 +10 +30 /)
      assert.match(out, /\n +2 +40 +120 .* refused: the DMS rejects 120 operations with 413\n/)
      const sweep = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
      // On a busy machine the generator limits the first two, and then there may be no knee.
      const measured = new Set<string>(["measured", "limited"])
      assert.deepStrictEqual(
        sweep.points.map(({ batchTripleCount, outcome, slices }) => [
          batchTripleCount,
          measured.has(outcome) ? "measured" : outcome,
          slices.length
        ]),
        [
          [1, "measured", 2],
          [10, "measured", 2],
          [40, "refused", 1]
        ]
      )
      assert.include(out, `\n${sweep.verdict}\n`)
      assert.strictEqual(exitCode, sweep.answer._tag === "None" ? 1 : 0, out)
      assert.strictEqual(stats.logins, 1)
      assert.sameMembers(yield* filesIn(output), ["sweep.json", "report.html"])
    })
  )

  it.scopedLive("varies the users of single requests for a server without batches, in every file", () =>
    Effect.gen(function* () {
      const words = ["sweep", "--testType", "VOLUME", "-c", "1,2", "--out", "markdown"]
      const server = { latency: { _tag: "fixed", millis: 20 } } as const
      const { out, output, stats } = yield* studyAgainst(server, words)
      const sweep = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
      assert.deepStrictEqual(
        sweep.points.map(({ batchTripleCount, clientCount, slices }) => [
          clientCount,
          batchTripleCount,
          slices.length
        ]),
        [
          [1, null, 2],
          [2, null, 2]
        ]
      )
      assert.strictEqual(stats.batches.committed, 0)
      assert.include(out, `\n${sweep.verdict}\n`)
      assert.notMatch(out, /^users +triples/m)
      assert.notInclude(yield* read(output, "summary.md"), "triples")
      assert.notProperty(sweep.config, "batchTripleCount")
    })
  )

  it.scopedLive("stops gracefully on Ctrl-C, with what it measured and the place where it stopped", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const words = [
        "sweep",
        "--local",
        "--warmUp",
        "0",
        "--sliceTime",
        "1 minute",
        "-c",
        "1,2",
        "--batchTripleCount",
        "5"
      ]
      const run = yield* startRun(folder, words)
      yield* run.line(/slice 1 of 6 /)
      yield* run.signal("SIGINT")
      const { exitCode, out } = yield* run.ended
      assert.strictEqual(exitCode, 130)
      const sweep = yield* Effect.flatMap(
        fs.readFileString(`${folder}/out/sweep.json`),
        Schema.decode(SweepJson)
      )
      assert.strictEqual(sweep.endedBy, "interrupt")
      assert.match(
        sweep.verdict,
        /^No trustworthy result: 2 of 2 points were not measured\. Interrupted at slice 1 of 6\./
      )
      assert.include(out, sweep.verdict)
      assert.isAbove(
        sweep.points.reduce((sum, { slices }) => sum + slices.length, 0),
        0
      )
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("ends with 1 when no size can be recommended", () =>
    Effect.gen(function* () {
      const faults = { operationError: { probability: 1 } }
      const words = ["sweep", "--batchTripleCount", "1,2", "--resourceNaming", "endpoint"]
      const { exitCode, out } = yield* studyAgainst({ faults }, words)
      assert.strictEqual(exitCode, 1)
      assert.include(out, "\nNo trustworthy result: 2 of 2 points had too many failures.")
    })
  )

  it.effect("refuses flags that only run has", () =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* edfiPerf(["sweep", "--local", "--recordCount", "10"])
      assert.strictEqual(exitCode, 2)
      assert.include(err, "--recordCount: is not a flag of sweep; --help lists them")
    })
  )
})

describe("edfi-perf capacity", () => {
  it.scopedLive("reports the batch size of each scenario, and prints every step", () =>
    Effect.gen(function* () {
      const { exitCode, out, output } = yield* studyAgainst({}, [
        "capacity",
        "--slo=latency.p95 < 10s",
        "--startRate=10/s",
        "--maxRate=10/s",
        "--stepTime=2s",
        "--maxStepTime=2s",
        "--batchTripleCount=2",
        "--batchTripleCountFor=StudentBatchVolumeTest=5"
      ])
      const capacity = yield* Effect.flatMap(read(output, "capacity.json"), Schema.decode(CapacityJson))
      // On a busy machine no step may be judged, and then there is no answer.
      assert.strictEqual(exitCode, hasAnswer(capacity) ? 0 : 1, out)
      assert.isNotEmpty(capacity.steps)
      for (const step of capacity.steps) assert.include(out, `\n${stepLine(step)}\n`)
      const { config } = capacity
      assert.deepStrictEqual(config["scenarios"], { StudentBatchVolumeTest: 5, SectionBatchVolumeTest: 2 })
      assert.notProperty(config, "batchTripleCount")
    })
  )
})
