/** `--resources` in the commands that measure in slices. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SweepJson } from "../../src/result/Sweep.ts"
import { VersusJson } from "../../src/result/Versus.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"

/** A study of some seconds against a server in this process. */
const studyAgainst = (server: Partial<LocalDmsOptions>, words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret"), ...server })
    const output = yield* folder
    const result = yield* edfiPerf(words, {
      PERF_API_BASEURL: dms.url,
      PERF_API_KEY: "key",
      PERF_API_SECRET: "secret",
      PERF_OUTPUT_DIR: output,
      PERF_SLICES: "1",
      PERF_SLICE_TIME: "200ms",
      PERF_WARM_UP: "100ms",
      PERF_SEED: "7"
    })
    return { ...result, output, stats: yield* dms.stats }
  })

/** Slow enough for an almost idle generator. */
const slow = { latency: { _tag: "fixed", millis: 10 } } as const

describe("studies of any resources", () => {
  it.scopedLive("versus sends the same records both ways, over one connection, each key once", () =>
    Effect.gen(function* () {
      const words = ["versus", "--resources", "courses,grades,students", "-c", "2", "--batchTripleCount", "4"]
      const { out, output, stats } = yield* studyAgainst(slow, words)
      const versus = yield* Effect.flatMap(read(output, "versus.json"), Schema.decode(VersusJson))
      assert.deepInclude(versus, { endedBy: "completed", resources: ["courses", "grades", "students"] })
      assert.deepStrictEqual([versus.single.requests.failed, versus.batch.requests.failed], [0, 0])
      assert.deepStrictEqual(versus.config["scenarios"], [
        "CourseBatchVolumeTest",
        "GradeBatchVolumeTest",
        "StudentBatchVolumeTest"
      ])
      // A grade comes with a grading period of its own.
      assert.deepStrictEqual(versus.batchOperations, { min: 12, max: 20 })
      assert.match(out, /^versus {2}courses and grades and students {2}2 users/m)
      assert.match(out, /\nbatches of 12 to 20 operations +[\d,.]+ /)
      // Without a response in a slice, on a busy machine, there is nothing to compare.
      const verdict =
        versus.ratio === null ? /^No trustworthy result: / : /atches of 12 to 20 operations reached/
      assert.match(versus.verdict, verdict)
      assert.deepStrictEqual([stats.logins, stats.requests["GET /"]], [1, { "200": 1 }])
      assert.deepStrictEqual(stats.upsertsOnCreate, {})
    })
  )

  it.scopedLive("sweep measures sizes in records, and refuses those that are too large for one of them", () =>
    Effect.gen(function* () {
      const words = ["sweep", "--resources", "courses,grades", "--exclude", "courses", "-c", "2"]
      const { out, output, stats } = yield* studyAgainst(slow, [...words, "--batchTripleCount", "1,3"])
      const sweep = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
      assert.deepStrictEqual(sweep.config["scenarios"], ["GradeBatchVolumeTest"])
      assert.deepStrictEqual(sweep.operationsPerRecord, { min: 5, max: 5 })
      assert.match(out, /^users {2}records {2}operations /m)
      assert.match(out, /^ +2 +3 +15 /m)
      assert.deepStrictEqual([stats.logins, stats.upsertsOnCreate], [1, {}])
      const tooLarge = ["--batchTripleCount", "1,3", "--maxBatchOperations", "14"]
      const refused = yield* studyAgainst(slow, [...words, ...tooLarge])
      assert.strictEqual(refused.exitCode, 2)
      assert.match(refused.err, /--batchTripleCount 3: 15 operations per batch \(5 per record\) exceed/)
      assert.deepStrictEqual(refused.stats.operations.create, {})
    })
  )

  it.scopedLive("sweep varies users with single requests, named by the suite's names", () =>
    Effect.gen(function* () {
      const words = ["sweep", "--testType", "VOLUME", "--testList", "CourseVolumeTest", "-c", "1,2"]
      const { err, output, stats } = yield* studyAgainst(slow, words)
      const sweep = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
      assert.deepStrictEqual(sweep.config["scenarios"], ["CourseVolumeTest"], err)
      assert.deepStrictEqual([stats.rows["courses"] ?? 0, stats.upsertsOnCreate], [0, {}])
    })
  )

  it.scopedLive("sweep reads pages of any resources, over one connection, and writes nothing", () =>
    Effect.gen(function* () {
      const chosen = ["--resources", "students,schools", "--exclude", "schools"]
      const words = ["sweep", "--testType", "READ", ...chosen, "--pageSize", "25,100", "-c", "2"]
      const { err, out, output, stats } = yield* studyAgainst({ ...slow, population: 300 }, words)
      const sweep = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
      assert.deepStrictEqual(sweep.config["scenarios"], ["StudentReadTest"], err)
      assert.deepStrictEqual(
        [sweep.config["resources"], sweep.config["exclude"], sweep.config["document"]],
        [["students", "schools"], ["schools"], undefined]
      )
      assert.deepStrictEqual(
        sweep.points.map(({ batchTripleCount, pageSize }) => [batchTripleCount, pageSize]),
        [
          [null, 25],
          [null, 100]
        ]
      )
      for (const { figures, rowsPerSecond } of sweep.points)
        assert.strictEqual((rowsPerSecond?.median ?? 0) > 0, (figures?.rows.perSecond ?? 0) > 0)
      assert.match(out, /^users {2}rows\/page +rows\/s /m)
      assert.deepStrictEqual([stats.logins, stats.requests["GET /"]], [1, { "200": 1 }])
      assert.deepStrictEqual(stats.operations.create, {})
    })
  )

  it.scopedLive("is refused with the reason, before anything is sent", () =>
    Effect.gen(function* () {
      const refused = (...words: ReadonlyArray<string>) =>
        Effect.map(studyAgainst({}, words), ({ err, exitCode, stats }) => {
          assert.deepStrictEqual([exitCode, stats.operations.create], [2, {}], err)
          return err
        })
      assert.match(yield* refused("versus", "--resources", "coursse"), /coursse: is no resource.*courses\?/)
      assert.match(yield* refused("versus", "--resources", "schoolYearTypes"), /cannot be generated/)
      assert.match(yield* refused("versus", "--resources", "courses", "--exclude", "courses"), /leaves no/)
      assert.match(yield* refused("sweep", "--exclude", "courses"), /--exclude: requires --resources/)
      assert.match(
        yield* refused("versus", "--resources", "grades", "--maxBatchOperations", "4"),
        /5 operations per batch \(5 per record\) exceed --maxBatchOperations 4; no record fits/
      )
      const slo = ["--slo", "courses-batch-10.latency.p50 < 1s", "--slo", "grades-batch-10.latency.p50 < 1s"]
      const names = yield* refused("capacity", "--resources", "courses", ...slo)
      assert.match(names, /grades-batch-10\.latency[^]*courses-batch-10: no other requests are sent/)
      assert.lengthOf(names.match(/cannot be used/g) ?? [], 1)
      // Each step may wait a minute with a probe a second, and each of these loads has a seed of its own.
      assert.match(
        yield* refused(
          "capacity",
          "--resources",
          "schools",
          "--slo",
          "latency.p95 < 1s",
          "--maxSteps",
          "1000"
        ),
        /keys would repeat: 63001 loads of 1000 users/
      )
    })
  )

  it.effect("tells the new name of --records, also of its variable, and refuses --recordCount", () =>
    Effect.gen(function* () {
      const renamed = yield* edfiPerf(["versus", "--local", "--records", "students"])
      assert.deepStrictEqual(
        [renamed.exitCode, renamed.err.includes("--records: is now --resources")],
        [2, true]
      )
      const variable = yield* edfiPerf(["versus", "--local"], { PERF_RECORDS: "sections" })
      assert.strictEqual(variable.exitCode, 2)
      assert.include(variable.err, "PERF_RECORDS: is now PERF_RESOURCES (--resources)")
      for (const study of ["versus", "sweep", "capacity"]) {
        const { err, exitCode } = yield* edfiPerf([study, "--local", "--recordCount", "10"])
        assert.deepStrictEqual([exitCode, /--recordCount: is not a flag/.test(err)], [2, true], err)
      }
    })
  )
})
