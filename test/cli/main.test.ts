/** The command as its users meet it: words in, text, files and an exit code out. */
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer, type Server } from "node:http"
import type { Faults } from "../../src/local-dms/Faults.ts"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"
import { runAgainst, secret, summaryIn } from "./runAgainst.ts"

/** A server that sends everybody elsewhere. */
const serveRedirect = (location: string) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((_, response) => response.writeHead(301, { location }).end())
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close().closeAllConnections())
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
    })
  )

describe("edfi-perf run", () => {
  it.effect("refuses an empty limit, which would let everything pass", () =>
    Effect.gen(function* () {
      for (const limits of ["", ",", " , "]) {
        const run = yield* edfiPerf(["run", "--local", "--threshold", limits])
        assert.strictEqual(run.exitCode, 2)
        assert.include(run.err, "--threshold is empty: accepts limits such as")
      }
      const compare = yield* edfiPerf(["compare", "a", "b", "--failOn="])
      assert.strictEqual(compare.exitCode, 2)
      assert.include(compare.err, "--failOn is empty: accepts limits such as")
    })
  )

  it.scopedLive("measures, prints a report and leaves five files that agree with the server", () =>
    Effect.gen(function* () {
      const { exitCode, out, output, stats } = yield* runAgainst({}, ["--seed", "7"])
      assert.strictEqual(exitCode, 0)
      assert.match(out, /operations per second \([\d,]+ confirmed in responses\)/)
      assert.include(out, "seed 7")
      const summary = yield* summaryIn(output)
      assert.strictEqual(summary.requests.failed, 0)
      assert.strictEqual(summary.requests.total, stats.batches.committed)
      assert.deepInclude(summary.config, { clientCount: 3, seed: 7, localEducationOrganizationId: 255901 })
      const history = yield* read(output, "batch_volume_stats_history.csv")
      const lastRow = history.trimEnd().split("\r\n").at(-1) ?? ""
      assert.include(lastRow, `,Aggregated,`)
      assert.strictEqual(lastRow.split(",")[17], String(summary.requests.total))
      assert.include(yield* read(output, "batch_volume_stats.csv"), `Aggregated,${summary.requests.total},0,`)
      assert.match(yield* read(output, "batch_volume_failures.csv"), /^Method,Name,Error,Occurrences/)
      assert.strictEqual(
        yield* read(output, "batch_volume_exceptions.csv"),
        "Count,Message,Traceback,Nodes\r\n"
      )
      assert.deepStrictEqual(
        [stats.rows["students"] ?? 0, stats.rows["sections"] ?? 0, stats.logins],
        [0, 0, 1]
      )
    })
  )

  it.scopedLive("passes a run that is too short to tell with --failOnLimited, and says so", () =>
    Effect.gen(function* () {
      const { exitCode, out, output } = yield* runAgainst({}, ["--failOnLimited", "--out", "junit"])
      assert.strictEqual(exitCode, 0)
      assert.match(out, /^Too short to tell whether the load generator was the bottleneck/m)
      const { config, failOnLimited, generator } = yield* summaryIn(output)
      assert.deepInclude(generator, { tooShort: true, limited: false, limitedBy: null })
      assert.deepStrictEqual([failOnLimited, config["failOnLimited"]], [true, true])
      assert.include(yield* read(output, "junit.xml"), "load generator not limited")
    })
  )

  it.scopedLive("prints every operation of one pass in debug mode", () =>
    Effect.gen(function* () {
      const { exitCode, out, stats } = yield* runAgainst({}, [
        "-g",
        "--batchTripleCount",
        "1",
        "--resourceNaming=endpoint"
      ])
      assert.strictEqual(exitCode, 0)
      assert.match(out, /students-batch-1: 3 operations succeeded\n {2}0 create students [0-9a-f-]{36}\n/)
      assert.match(out, /sections-batch-1: 3 operations succeeded/)
      assert.strictEqual(stats.batches.committed, 2)
      // One user that prints between its requests has no throughput, and its generator needs no verdict.
      assert.match(out, /^Debug mode: no throughput\. 6 operations confirmed in responses, 2 requests\.$/m)
      assert.match(out, /^total +2 +0 +- +- /m)
      assert.notMatch(out, /operations per second|Load generator/)
    })
  )

  it.scopedLive(
    "prints every single request in debug mode, and needs no batches on the server for them",
    () =>
      Effect.gen(function* () {
        const { exitCode, out, output, stats } = yield* runAgainst({}, [
          "--testType=volume",
          "-g",
          "-f",
          "--batchPath=/nowhere"
        ])
        assert.strictEqual(exitCode, 0)
        const [, id = "nobody"] = /POST \/data\/ed-fi\/students: succeeded, ([0-9a-f-]{36})/.exec(out) ?? []
        assert.include(out, `PUT /data/ed-fi/students/{id}: succeeded, ${id}`)
        assert.include(out, `DELETE /data/ed-fi/students/{id}: succeeded, ${id}`)
        assert.match(out, /sections \[Deliberate Failure\]: refused, as expected: urn:ed-fi:api:bad-request/)
        assert.include(out, "Deliberate failures: 1 of the requests were refused")
        assert.include(yield* read(output, "volume_stats.csv"), "\r\nPUT,/data/ed-fi/students/{id},1,0,")
        assert.deepStrictEqual(
          [
            stats.rows["students"] ?? 0,
            Object.keys(stats.requests).filter((route) => /batch|other/.test(route))
          ],
          [0, []]
        )
      })
  )

  it.scopedLive("says which single requests failed", () =>
    Effect.gen(function* () {
      const deny = [{ endpoint: "students", action: "update" }] as const
      const words = ["-t", "VOLUME", "--testList", "StudentVolumeTest", "-g", "--maxFailRatio", "1"]
      const { exitCode, out, output, stats } = yield* runAgainst({ deny }, words)
      assert.strictEqual(exitCode, 0)
      assert.match(
        out,
        /PUT \/data\/ed-fi\/students\/\{id\}: OperationRefused: update students refused with 403/
      )
      const { failures, operations } = yield* summaryIn(output)
      assert.deepInclude(failures[0], {
        name: "PUT /data/ed-fi/students/{id}",
        kind: "refused",
        status: 403,
        op: "update",
        resource: "students",
        count: 1
      })
      assert.deepInclude(operations, { succeeded: 2, refused: 1 })
      assert.strictEqual(stats.rows["students"] ?? 0, 0)
    })
  )

  it.scopedLive("ends with 3 when every update of students is refused, and leaves all files", () =>
    Effect.gen(function* () {
      const deny = [{ endpoint: "students", action: "update" }] as const
      const words = ["-t", "VOLUME", "-f", "-m", "1", "--out", "junit,markdown"]
      const { exitCode, out, output } = yield* runAgainst({ deny }, words)
      assert.strictEqual(exitCode, 3, out)
      assert.match(
        out,
        /StudentVolumeTest was refused from the start: in each of the first 10 of \d+ iterations, update students was rejected with 403 \(urn:ed-fi:api:security:authorization:access-denied:action: .*only through a relationship/
      )
      const { endedBy, failures, operations, refused } = yield* summaryIn(output)
      assert.strictEqual(endedBy, "refused")
      assert.deepInclude(refused, { scenario: "StudentVolumeTest", op: "update", status: 403 })
      // Requests that are meant to be refused are not failures, and their iterations do not count.
      assert.deepStrictEqual([failures.length, failures[0]?.count], [1, refused?.iterations])
      assert.isAbove(operations.succeeded, 0)
      assert.include(yield* read(output, "junit.xml"), 'type="refused"')
      assert.include(yield* read(output, "summary.md"), "StudentVolumeTest was refused from the start")
      for (const name of ["report.html", "volume_stats.csv", "volume_failures.csv"]) {
        assert.isNotEmpty(yield* read(output, name))
      }
    })
  )

  it.scopedLive.each([
    [
      "an operation of batches",
      { deny: [{ endpoint: "sections", action: "create" }] },
      [],
      /SectionBatchVolumeTest was refused from the start: .* create sections was rejected with 403 .*lacks the action create for sections: use a key/
    ],
    [
      "the size of batches",
      { batchMaxOperations: 20 },
      [],
      /a batch of 30 operations was rejected with 413 .*Use --batchTripleCount 6, which is 18 operations/
    ],
    [
      "a size that was given for one scenario",
      { batchMaxOperations: 20 },
      ["--batchTripleCountFor", "StudentBatchVolumeTest=9", "--batchTripleCount", "2"],
      /a batch of 27 operations was rejected with 413 .*Use --batchTripleCountFor StudentBatchVolumeTest=6,/
    ],
    [
      "an address without an endpoint",
      {},
      ["-t", "VOLUME", "--testList", "StudentVolumeTest", "--apiPrefix", "/nowhere"],
      /create students was rejected with 404.* check --baseUrl and --apiPrefix/
    ]
  ] satisfies ReadonlyArray<readonly [string, Partial<LocalDmsOptions>, ReadonlyArray<string>, RegExp]>)(
    "ends with 3 when the server refuses %s from the start, and says how to solve it",
    ([, server, words, expected]) =>
      Effect.gen(function* () {
        const { exitCode, out } = yield* runAgainst(server, ["-m", "1", ...words])
        assert.strictEqual(exitCode, 3, out)
        assert.match(out, expected)
      })
  )

  it.scopedLive("ends with 1 when more requests fail than allowed, and lists the failures", () =>
    Effect.gen(function* () {
      const faults: Faults = { operationError: { probability: 1 } }
      const { exitCode, out, output } = yield* runAgainst({ faults }, [
        "-m",
        "1",
        "--resourceNaming",
        "endpoint"
      ])
      const summary = yield* summaryIn(output)
      assert.strictEqual(exitCode, 1)
      assert.strictEqual(summary.endedBy, "failureRatio")
      assert.isAtMost(summary.requests.total, 12)
      assert.include(out, "more requests failed than --maxFailRatio allows")
      assert.match(out, /rolledBack: operation \d+ \((create|update|delete) (students|sections)\)/)
    })
  )

  it.scopedLive("ends with 2 for a wrong threshold and points at it, without sending anything", () =>
    Effect.gen(function* () {
      const words = ["--threshold", "latency.p95 < 500ms", "--threshold", "sections-batch-1.latency.p95 < 1s"]
      const { err, exitCode, stats } = yield* runAgainst({}, words)
      assert.strictEqual(exitCode, 2)
      expect(err).toMatchInlineSnapshot(`
        "edfi-perf: 1 wrong setting, nothing was sent:
          --threshold: cannot be used
            sections-batch-1.latency.p95 < 1s
            ^ expected students-batch-10 or sections-batch-10: no other requests are sent"
      `)
      assert.deepStrictEqual(stats.requests, {})
    })
  )

  it.scopedLive("reports the health of the load generator in summary.json and in the report", () =>
    Effect.gen(function* () {
      const { out, output } = yield* runAgainst({}, [])
      const { generator, timeline } = yield* summaryIn(output)
      assert.isNotNull(generator)
      for (const point of timeline) assert.isNotNull(point.generator)
      assert.match(out, /\nLoad generator: [\d.]+ cores, event loop \d+ % busy/)
    })
  )

  it.scopedLive("ends with 3 when key or secret are wrong, and never shows them", () =>
    Effect.gen(function* () {
      const { err, exitCode, out } = yield* runAgainst({}, ["-k", "key", "-s", "wrong-secret-of-mine"])
      assert.strictEqual(exitCode, 3)
      assert.match(err, /refused the login with 401/)
      assert.notInclude(out + err, "wrong-secret-of-mine")
    })
  )

  it.scopedLive("ends with 3 when the connection is refused, and names the address", () =>
    Effect.gen(function* () {
      const url = yield* Effect.scoped(Effect.map(LocalDms.serve({ port: 0 }), (dms) => dms.url))
      const output = yield* folder
      const { err, exitCode } = yield* edfiPerf(["run", "-b", url, "-k", "key", "-s", secret, "-o", output])
      assert.strictEqual(exitCode, 3)
      assert.include(err, `the DMS could not be reached at ${url}/: `)
      assert.include(err, "ECONNREFUSED")
    })
  )

  it.scopedLive("ends with 3 when the fixtures lack their agency, before any batch of load is sent", () =>
    Effect.gen(function* () {
      const { err, exitCode, stats } = yield* runAgainst({}, ["-e", "123", "--resourceNaming", "endpoint"])
      assert.strictEqual(exitCode, 3)
      assert.include(err, "local education agency 123: load it")
      assert.isUndefined(stats.requests["POST /batch"])
    })
  )

  it.scopedLive.each(["main", "ods"] as const)(
    "ends with 3 against a server of the dialect %s, which has no batch endpoint, and names VOLUME",
    (dialect) =>
      Effect.gen(function* () {
        const { err, exitCode } = yield* runAgainst({ dialect }, [])
        assert.strictEqual(exitCode, 3)
        assert.match(err, /no batch endpoint at .*\/batch \(status 404; .*--testType VOLUME/)
      })
  )

  it.scopedLive("ends with 3 without a batch endpoint, and reports that the login succeeded", () =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* runAgainst({}, ["--batchPath", "/nowhere"])
      assert.strictEqual(exitCode, 3)
      assert.match(
        err,
        /no batch endpoint at .*\/nowhere \(status 404; the login succeeded\).*--testType VOLUME/
      )
    })
  )

  it.scopedLive(
    "ends with 2 and all problems at once when the input is wrong, without sending anything",
    () =>
      Effect.gen(function* () {
        const { err, exitCode, stats } = yield* runAgainst({}, [
          "--clientCount",
          "none",
          "--batchTripleCount",
          "50",
          "--testList",
          "A,B"
        ])
        assert.strictEqual(exitCode, 2)
        expect(err).toMatchInlineSnapshot(`
          "edfi-perf: 3 wrong settings, nothing was sent:
            --clientCount none: accepts a whole number from 1 to 100000
            --testList A,B: unknown: A, B; accepts StudentBatchVolumeTest, SectionBatchVolumeTest, MixedStudentSectionBatchVolumeTest, MixedCourseOfferingSectionBatchVolumeTest, EnrolledStudentBatchVolumeTest
            --batchTripleCount 50: 150 operations per batch exceed --maxBatchOperations 100; accepts at most 33"
        `)
        assert.deepStrictEqual(stats.requests, {})
      })
  )

  it.scopedLive("leaves the files of the last run alone when it cannot log in", () =>
    Effect.gen(function* () {
      const { output } = yield* runAgainst({}, [])
      const before = yield* read(output, "summary.json")
      const { exitCode } = yield* runAgainst({}, ["-s", "wrong", "-o", output])
      assert.strictEqual(exitCode, 3)
      assert.strictEqual(yield* read(output, "summary.json"), before)
    })
  )

  it.scopedLive("says where a redirect leads instead of calling the login wrong", () =>
    Effect.gen(function* () {
      const output = yield* folder
      const url = yield* serveRedirect("https://elsewhere.test/")
      const { err, exitCode } = yield* edfiPerf(["run", "-b", url, "-k", "key", "-s", secret, "-o", output])
      assert.strictEqual(exitCode, 3)
      assert.include(err, "it redirects to https://elsewhere.test/; set --baseUrl to that address")
    })
  )

  it.scopedLive("ends with 2 when the output folder cannot be written, before it sends anything", () =>
    Effect.gen(function* () {
      const { err, exitCode, stats } = yield* runAgainst({}, ["--output", "/dev/null/out"])
      assert.strictEqual(exitCode, 2)
      assert.include(err, "the output folder /dev/null/out cannot be written")
      assert.deepStrictEqual(stats.requests, {})
    })
  )

  it.scopedLive(
    "ends with 2 and reports wrong flags together with wrong values, without words that may be secrets",
    () =>
      Effect.gen(function* () {
        const words = [
          "--clientCout",
          "5",
          "-c",
          "x",
          "-c",
          "2",
          "--nonsense=1",
          "-s",
          "my",
          "secret",
          "-k",
          "k",
          "--seed"
        ]
        const { err, exitCode } = yield* edfiPerf(["run", ...words])
        assert.strictEqual(exitCode, 2)
        expect(err).toMatchInlineSnapshot(`
          "edfi-perf: 7 wrong settings, nothing was sent:
            --clientCout: is not a flag; did you mean --clientCount?
            --clientCount is given twice: accepts one value
            --nonsense: is not a flag of run; --help lists them
            word 10 after run belongs to no flag: put a value with blanks into quotes
            --seed has no value: accepts a whole number from 0 to 9007199254740991
            --clientCount x: accepts a whole number from 1 to 100000
            --baseUrl is missing: set --baseUrl or PERF_API_BASEURL, or use --local to test a local DMS"
        `)
      })
  )

  it.scopedLive.each([
    ["one-letter switches in one word", ["-gi"]],
    ["a value after an equals sign", ["--clientCount=2", "--testList=StudentBatchVolumeTest"]],
    ["flags in another letter case", ["--CLIENTCOUNT", "2"]],
    ["a switch with its value", ["--runInDebugMode", "false", "--retryTransport", "true"]]
  ] as const)("takes %s", ([, words]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* runAgainst({}, words)).exitCode, 0)
    })
  )

  it.scopedLive("means every switch of several in one word", () =>
    Effect.gen(function* () {
      const { output } = yield* runAgainst({}, ["-gi", "--clientCount", "3"])
      const { config, endedBy } = yield* summaryIn(output)
      assert.strictEqual(endedBy, "passes")
      assert.deepInclude(config, { runInDebugMode: true, ignoreCertificateErrors: true })
    })
  )

  it.effect.each([
    ["rnu", "rnu is not a command; did you mean run?"],
    ["local", "local is not a command; did you mean local-dms?"],
    ["help", "help is not a command; did you mean --help?"],
    [
      "walk",
      "walk is not a command; the commands are run, versus, sweep, capacity, stress, plan, compare, resources, documents, agent, local-dms"
    ],
    ["--local", "--local is not a flag of edfi-perf; flags follow a command: edfi-perf run --local"],
    ["--wizard", "--wizard is not a flag of edfi-perf; flags follow a command: edfi-perf run --local"]
  ] as const)("ends with 2 for %s instead of a command", ([word, message]) =>
    Effect.gen(function* () {
      const { err, exitCode, out } = yield* edfiPerf([word])
      assert.deepStrictEqual([exitCode, out, err], [2, "", `edfi-perf: ${message}`])
    })
  )

  it.scopedLive(
    "ends with 3 before any load when the database cannot be read, and never shows its password",
    () =>
      Effect.gen(function* () {
        const output = yield* folder
        const url = `postgres://perf:${secret}@127.0.0.1:1/edfi`
        const words = ["run", "--local", "--databaseUrl", url, "-o", output]
        const { err, exitCode, out } = yield* edfiPerf(words)
        assert.strictEqual(exitCode, 3)
        assert.include(err, "the database of --databaseUrl, 127.0.0.1:1/edfi, user perf, cannot be read")
        assert.include(err, "ECONNREFUSED")
        assert.notInclude(err + out, secret)
      })
  )

  it.scopedLive("keeps secret and tokens out of all output at the lowest log level", () =>
    Effect.gen(function* () {
      const faults: Faults = { dropTokens: { every: 3 }, error: { every: 2 } }
      const { err, out, output } = yield* runAgainst({ faults, seed: 5 }, [
        "-l",
        "all",
        "--maxFailRatio",
        "1"
      ])
      const kinds = ["stats", "stats_history", "failures", "exceptions"]
      const files = yield* Effect.forEach(kinds, (kind) => read(output, `batch_volume_${kind}.csv`))
      const everything = [out, err, ...files, yield* read(output, "summary.json")].join("\n")
      assert.notInclude(everything, secret)
      assert.notInclude(everything, btoa(`key:${secret}`))
      assert.notMatch(everything, /Bearer \w/)
    })
  )
})
