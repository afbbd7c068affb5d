/** `--testType READ` of `run`, `sweep` and `stress` as its users meet it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { StressJson } from "../../src/result/Stress.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { SweepJson } from "../../src/result/Sweep.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"

/** Runs a command against a local DMS; returns what it printed and what the server has. */
const runWith = (server: Partial<LocalDmsOptions>, command: string, ...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({
      port: 0,
      seed: 1,
      key: "key",
      secret: Redacted.make("secret"),
      ...server
    })
    const output = yield* folder
    const target = ["-b", dms.url, "-k", "key", "-s", "secret", "-o", output, "--testType", "READ"]
    const { err, exitCode, out } = yield* edfiPerf([command, ...target, ...words])
    return { err, exitCode, out, output, stats: yield* dms.stats }
  })

const summaryIn = (output: string) => Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))

const briefly = ["-m", "0.015", "-c", "3", "--spawnRate", "100", "--seed", "7"]

describe("edfi-perf run --testType READ", () => {
  it.scopedLive("reads what the server has, and counts rows in every output", () =>
    Effect.gen(function* () {
      const limits = [
        "--threshold",
        "rows.perSecond > 1, GET /data/ed-fi/students?limit=25.failures.count < 1"
      ]
      const { exitCode, out, output, stats } = yield* runWith(
        { population: 300, dialect: "main" },
        "run",
        "--resources",
        "students,courses,staffs",
        "--out",
        "junit,json,markdown",
        ...limits,
        ...briefly
      )
      assert.strictEqual(exitCode, 0)
      const { byName, config, requests, rows } = yield* summaryIn(output)
      assert.strictEqual(requests.failed, 0)
      assert.isAbove(rows.read, requests.total)
      assert.strictEqual(
        rows.read,
        byName.reduce((sum, each) => sum + each.rows.read, 0)
      )
      const byId = Object.entries(stats.requests)
        .filter(([route]) => route.endsWith("/students/{id}"))
        .flatMap(([, byStatus]) => byStatus["304"] ?? 0)
      const revalidated = byName.find(({ name }) => name === "GET /data/ed-fi/students/{id} (If-None-Match)")
      // One 304 was the question whether the server revalidates.
      assert.deepStrictEqual(byId, [1 + (revalidated?.requests.total ?? 0)])
      assert.isUndefined(byName.find(({ name }) => name.includes("staffs")))
      assert.deepStrictEqual(config["pageSize"], ["25", "100", "500"])
      assert.match(out, /rows per second \([\d,]+ read\)/)
      const junit = yield* read(output, "junit.xml")
      assert.include(junit, "rows.perSecond &gt; 1")
      assert.include(yield* read(output, "read_stats.csv"), "/data/ed-fi/students?limit=25 (filtered)")
      const page = `${yield* folder}/compare.html`
      const compared = yield* edfiPerf(["compare", output, output, "--page", page])
      assert.strictEqual(compared.exitCode, 0, compared.err)
      assert.match(compared.out, /rows\.perSecond +[\d.,]+ +[\d.,]+ +same/)
    })
  )

  it.scopedLive("reads what --populate creates, which stays", () =>
    Effect.gen(function* () {
      const { err, exitCode, out, output, stats } = yield* runWith(
        {},
        "run",
        "--populate",
        "120",
        "--readMix",
        "id,offset",
        "--pageSize",
        "50",
        ...briefly
      )
      assert.strictEqual(exitCode, 0, err)
      assert.deepStrictEqual(
        [stats.rows["students"], stats.rows["studentSchoolAssociations"], stats.upsertsOnCreate],
        [120, 120, {}]
      )
      assert.match(err, /left out ed-fi\/sections: it has no rows/)
      assert.match(out + err, /--populate: 120 enrolled students are there/)
      const { requestNames } = yield* summaryIn(output)
      assert.deepStrictEqual(requestNames, [
        "GET /data/ed-fi/students/{id}",
        "GET /data/ed-fi/students?limit=50 (offset walk)",
        "GET /data/ed-fi/studentSchoolAssociations/{id}",
        "GET /data/ed-fi/studentSchoolAssociations?limit=50 (offset walk)"
      ])
    })
  )

  it.scopedLive("has nothing to do on an empty server, and says what helps", () =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* runWith({}, "run", ...briefly)
      assert.strictEqual(exitCode, 3)
      assert.match(
        err,
        /READ cannot begin: none of ed-fi\/students, .* has a row that can be read; --populate 10000/
      )
    })
  )

  it.scopedLive("refuses pages that the server refuses, and flags of other test types", () =>
    Effect.gen(function* () {
      const tooLarge = yield* runWith({ population: 30 }, "run", "--pageSize", "25,501", ...briefly)
      assert.deepStrictEqual([tooLarge.exitCode, /pages of 501 rows/.test(tooLarge.err)], [3, true])
      const foreign = yield* runWith(
        {},
        "run",
        "--deleteResources",
        "false",
        "--batchTripleCount",
        "3",
        ...briefly
      )
      assert.strictEqual(foreign.exitCode, 2)
      assert.match(foreign.err, /--deleteResources.* READ writes nothing in its load/)
      const unknown = yield* runWith({}, "run", "--readMix", "ids=1", ...briefly)
      assert.deepStrictEqual([unknown.exitCode, /KIND=WEIGHT/.test(unknown.err)], [2, true])
      const volume = yield* edfiPerf(["run", "--local", "--populate", "10"])
      assert.deepStrictEqual([volume.exitCode, /requires --testType READ/.test(volume.err)], [2, true])
    })
  )
})

describe("edfi-perf sweep --testType READ", () => {
  it.scopedLive("measures page sizes in rows per second", () =>
    Effect.gen(function* () {
      const { err, exitCode, output } = yield* runWith(
        { population: 300, dialect: "ods" },
        "sweep",
        "--pageSize",
        "25,100",
        "--slices",
        "1",
        "--sliceTime",
        "400ms",
        "--warmUp",
        "0",
        "-c",
        "2",
        "--seed",
        "7",
        "--out",
        "markdown"
      )
      // On a machine with other work no point may be valid.
      assert.include([0, 1], exitCode, err)
      const { config, points } = yield* Effect.flatMap(read(output, "sweep.json"), Schema.decode(SweepJson))
      assert.deepStrictEqual(
        points.map(({ figures, pageSize }) => [pageSize, figures?.requests.failed]),
        [
          [25, 0],
          [100, 0]
        ]
      )
      // On a busy machine a slice may end without a response.
      for (const { figures } of points)
        assert.strictEqual((figures?.rows.read ?? 0) > 0, (figures?.requests.total ?? 0) > 0)
      assert.deepStrictEqual([config["pageSize"], config["readMix"]], [["25", "100"], "offset=1,cursor=1"])
      assert.include(yield* read(output, "summary.md"), "rows/page")
    })
  )

  it.effect("refuses flags without effect", () =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* edfiPerf(["sweep", "--local", "--pageSize", "25"])
      assert.deepStrictEqual([exitCode, /requires --testType READ/.test(err)], [2, true])
    })
  )
})

describe("edfi-perf stress --testType READ", () => {
  it.scopedLive("doubles the users, and judges rows per second", () =>
    Effect.gen(function* () {
      const server = { population: 300, dialect: "main", latency: { _tag: "fixed", millis: 20 } } as const
      const steps = ["--slices", "1", "--sliceTime", "500ms", "--warmUp", "0", "--maxUsers", "2"]
      const words = [...steps, "--readMix", "page", "--pageSize", "25", "--soakAfter", "1s"]
      const { err, exitCode, out, output } = yield* runWith(server, "stress", ...words)
      // On a machine with other work no step may be valid.
      assert.include([0, 1], exitCode, err)
      const stress = yield* Effect.flatMap(read(output, "stress.json"), Schema.decode(StressJson))
      assert.strictEqual(stress.testType, "READ")
      assert.deepStrictEqual(stress.config["pageSize"], ["25"])
      for (const { figures, operationsPerSecond, rowsPerSecond } of stress.steps) {
        assert.strictEqual(figures.requests.failed, 0)
        assert.strictEqual((rowsPerSecond?.median ?? 0) > 0, figures.rows.perSecond > 0)
        assert.strictEqual(operationsPerSecond.median, 0)
      }
      assert.match(out, /^users +rows\/s /m)
    })
  )
})
