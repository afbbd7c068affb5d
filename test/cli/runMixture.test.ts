/** `edfi-perf run --mixture` as its users meet it. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Worker } from "node:worker_threads"
import { inject } from "vitest"
import { loadWithMixture } from "../../src/cli/loadMixture.ts"
import { withResources } from "../../src/cli/run.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { connect } from "../../src/run/connect.ts"
import { withOneLocalDms } from "../../src/run/localDmsProcess.ts"
import { measureGenerator } from "../../src/run/measure.ts"
import { prepareLoad } from "../../src/run/prepareLoad.ts"
import * as threads from "../../src/workers/threads.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"

const serve = LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret") })

/** Runs against a local DMS; returns what it printed and what the server counted. */
const runWith = (words: ReadonlyArray<string>, variables: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const dms = yield* serve
    const output = yield* folder
    const target = ["-b", dms.url, "-k", "key", "-s", "secret", "-o", output]
    const { err, exitCode, out } = yield* edfiPerf(["run", ...target, ...words], variables)
    return { err, exitCode, out, output, stats: yield* dms.stats }
  })

const summaryIn = (output: string) => Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))

/** The path of a file with this text, which goes away with the test. */
const fileOf = (text: string) =>
  Effect.gen(function* () {
    const path = `${yield* folder}/mine.yaml`
    yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, text))
    return path
  }).pipe(Effect.provide(NodeContext.layer))

const small = `
name: small
items:
  - { name: students, weight: 1, steps: [{ record: students }] }
  - { name: courses, weight: 1, steps: [{ record: courses }] }
`

const briefly = ["-c", "2", "--seed", "7"]
const records = ["--recordCount", "40"]

describe("edfi-perf run --mixture", () => {
  it.scopedLive("sends the items of a shipped mixture by their weights, and says what these are", () =>
    Effect.gen(function* () {
      const size = ["--recordCount", "200", "--batchTripleCount", "2"]
      const { err, exitCode, output, stats } = yield* runWith([
        "--mixture",
        "District-Day",
        ...size,
        ...briefly
      ])
      assert.strictEqual(exitCode, 0, err)
      assert.include(
        err,
        "iterations of the mixture district-day: section attendance 40 %, school attendance 20 %, grades 20 %"
      )
      const { config, requestNames, requests } = yield* summaryIn(output)
      assert.include(requestNames, "studentSectionAttendanceEvents-batch-2")
      assert.deepInclude(config, {
        mixture: "District-Day",
        document: "minimal",
        scenarios: { "district-day": 2 }
      })
      assert.deepStrictEqual([requests.total, requests.failed, stats.batches.committed], [100, 0, 100])
      assert.deepStrictEqual(stats.upsertsOnCreate, {})
    })
  )

  it.scopedLive("sends each item once in debug mode, also reads", () =>
    Effect.gen(function* () {
      const { err, exitCode, out } = yield* runWith(["--mixture", "representative", "-t", "volume", "-g"])
      assert.strictEqual(exitCode, 0, err)
      const printed = out.split("\n")
      const timesOf = (name: string) => printed.filter((line) => line.startsWith(`${name}:`)).length
      assert.deepStrictEqual(
        ["POST /data/ed-fi/grades", "GET /data/ed-fi/sections?limit=100&totalCount=true"].map(timesOf),
        [1, 1]
      )
    })
  )

  it.scopedLive("counts records, reads a file, and checks thresholds of its requests", () =>
    Effect.gen(function* () {
      const path = yield* fileOf(small)
      const kept = ["--deleteResources", "false", "--threshold", "courses-batch-10.failures.ratio < 1%"]
      const { err, exitCode, out, stats } = yield* runWith([...kept, ...records, ...briefly], {
        PERF_MIXTURE: path,
        PERF_FAIL_DELIBERATELY: "true"
      })
      assert.strictEqual(exitCode, 0, err)
      assert.match(out, /^40 records in .*; 40 documents? are there\.$|^40 records in .*; 40 are there\.$/m)
      const { courses = 0, students } = stats.rows
      assert.strictEqual((students ?? 0) + courses, 40)
      assert.strictEqual(students, 20)
    })
  )

  it.scopedLive(
    "refuses resources that the server lacks, with the line of the file and the nearest name",
    () =>
      Effect.gen(function* () {
        const path = yield* fileOf(small.replace("record: courses", "record: coursse"))
        const { err, exitCode, stats } = yield* runWith(["--mixture", path])
        assert.deepStrictEqual([exitCode, stats.operations.create], [2, {}])
        assert.match(
          err,
          /mine\.yaml:5:\d+ items\[1\]\.steps\[0\]\.record: coursse is no resource of the API; did you mean courses\?/
        )
      })
  )

  it.scopedLive("refuses what cannot be generated, updated, sent in one batch, or read by an id", () =>
    Effect.gen(function* () {
      const textOf = (steps: string) =>
        `name: mine\nitems: [{ name: work, weight: 1, steps: [{ ${steps} }] }]\n`
      const problemOf = (steps: string) =>
        Effect.map(
          Effect.flatMap(fileOf(textOf(steps)), (path) => runWith(["--mixture", path])),
          ({ err }) => err
        )
      assert.match(
        yield* problemOf("record: schoolYearTypes"),
        /mine\.yaml:2:\d+ .*ed-fi\/schoolYearTypes cannot be generated: its key has no part/
      )
      assert.match(
        yield* problemOf("record: grades, records: 21"),
        /mine\.yaml:2:\d+ items\[0\]\.steps\[0\]\.records: 105 operations per batch \(5 per record\) exceed --maxBatchOperations 100; accepts at most 20/
      )
      assert.match(
        yield* problemOf("create: students }, { read: students, by: id }, { delete: students"),
        /steps\[1\]\.by: needs a page before it: batches do not tell the ids of what they create/
      )
    })
  )

  it.effect("refuses wrong files and combinations before it asks the server", () =>
    Effect.gen(function* () {
      const target = ["run", "-b", "http://localhost:1", "-k", "key", "-s", "secret"]
      const errOf = (...words: ReadonlyArray<string>) =>
        Effect.map(edfiPerf([...target, ...words]), ({ err, exitCode }) => `${exitCode} ${err}`)
      assert.match(
        yield* errOf("--mixture", "distrct-day"),
        /^2 [^]*--mixture distrct-day: there is no such file; did you mean district-day\?/
      )
      assert.match(
        yield* errOf("--mixture", "."),
        /^2 [^]*it is not a file; the program comes with district-day and/
      )
      const wrong = yield* fileOf("name: x\nitems:\n  - weight: 1\n")
      assert.match(
        yield* errOf("--mixture", wrong),
        /^2 .*2 wrong settings[^]*:3:5 items\[0\]\.name: is missing/
      )
      const binary = yield* fileOf("name: \u0000")
      assert.match(yield* errOf("--mixture", binary), /^2 /)
      assert.match(
        yield* errOf(
          "--mixture",
          "district-day",
          "--resources",
          "courses",
          "--exclude",
          "a",
          "-f",
          "-t",
          "VOLUME"
        ),
        /^2 [^]*--failDeliberately: cannot be combined with --mixture/
      )
      assert.match(
        yield* errOf("--mixture", "district-day", "--resources", "courses"),
        /--mixture: cannot be combined with --resources/
      )
      assert.match(
        yield* errOf("--mixture", "district-day", "--testList", "a"),
        /^2 [^]*--testList[^]*cannot be combined with --mixture/
      )
    }).pipe(Effect.scoped)
  )

  it.scopedLive("refuses a number of records if an iteration has no fixed number of them", () =>
    Effect.gen(function* () {
      const { err, exitCode, stats } = yield* runWith(["--mixture", "representative", ...records])
      assert.deepStrictEqual([exitCode, stats.operations.create], [2, {}])
      assert.include(err, "--recordCount 40: needs a mixture whose items have one `record` step each")
    })
  )

  it.scopedLive("sends the same from two workers, which get the finished plan", () =>
    Effect.gen(function* () {
      const dms = yield* serve
      const flag = (value: string) => ({ value, from: "flag" }) as const
      const { spec } = yield* loadWithMixture(
        {
          baseUrl: flag(dms.url),
          key: { value: Redacted.make("key"), from: "flag" },
          secret: { value: Redacted.make("secret"), from: "flag" },
          clientCount: flag("4"),
          workers: flag("2"),
          recordCount: flag("100"),
          batchTripleCount: flag("2"),
          seed: flag("7")
        },
        "district-day",
        withResources
      )
      const services = Layer.mergeAll(
        Recorder.layer,
        connect(spec, () => Effect.void),
        threads.layer(() => new Worker(inject("workerProgram")))
      )
      const { summary } = yield* Effect.gen(function* () {
        return yield* measureGenerator(spec, yield* prepareLoad(spec))
      }).pipe(Effect.provide(services))
      const { batches, upsertsOnCreate } = yield* dms.stats
      assert.deepStrictEqual([summary.endedBy, summary.requests.failed], ["recordCount", 0])
      assert.deepInclude(summary.config, { workers: 2 })
      assert.deepStrictEqual([summary.requests.total, batches.committed, upsertsOnCreate], [50, 50, {}])
      assert.includeMembers(
        [...summary.requestNames],
        ["grades-batch-2", "studentSchoolAssociations-batch-2"]
      )
    }).pipe(withOneLocalDms, Effect.provide(NodeContext.layer))
  )
})
