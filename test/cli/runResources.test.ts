/** `edfi-perf run --resources` as its users meet it. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { descriptorsDocument, resourcesDocument } from "../schema/dialects.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"

/** Runs against a local DMS; returns what it printed and what the server counted. */
const runWith = (...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret") })
    const output = yield* folder
    const target = ["-b", dms.url, "-k", "key", "-s", "secret", "-o", output]
    const { err, exitCode, out } = yield* edfiPerf(["run", ...target, ...words])
    return { err, exitCode, out, output, stats: yield* dms.stats }
  })

const summaryIn = (output: string) => Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))

const briefly = ["--recordCount", "40", "-c", "2", "--seed", "7"]

describe("edfi-perf run --resources", () => {
  it.scopedLive("sends batches of the named resources alone, and says which", () =>
    Effect.gen(function* () {
      const names = ["--resources", "Courses,tpdm/candidates,students"]
      const { exitCode, output, stats } = yield* runWith(...names, ...briefly)
      assert.strictEqual(exitCode, 0)
      const summary = yield* summaryIn(output)
      assert.deepStrictEqual(summary.requestNames, [
        "courses-batch-10",
        "candidates-batch-10",
        "students-batch-10"
      ])
      assert.deepStrictEqual(summary.config["resources"], ["Courses", "tpdm/candidates", "students"])
      assert.strictEqual(summary.requests.failed, 0)
      assert.strictEqual(summary.requests.total, stats.batches.committed)
      // The plan and the load share one connection: an ODS/API gives a client only 15 tokens.
      assert.deepStrictEqual([stats.logins, stats.requests["GET /"]], [1, { "200": 1 }])
      assert.deepStrictEqual(stats.requests["POST /connect/token"] ?? stats.requests["POST /oauth/token"], {
        "200": 1
      })
      const { candidates = 0, courses = 0 } = stats.rows
      assert.deepStrictEqual([candidates, courses, stats.upsertsOnCreate], [0, 0, {}])
    })
  )

  it.scopedLive("sends single requests, of all resources but the excluded ones", () =>
    Effect.gen(function* () {
      const words = [
        "--testType",
        "volume",
        "--resources",
        "all",
        "--exclude",
        "academicWeeks",
        "--recordCount",
        "160"
      ]
      const { err, exitCode, output } = yield* runWith(...words)
      assert.strictEqual(exitCode, 0)
      assert.match(err, /left out ed-fi\/schoolYearTypes: its key has no part/)
      const { requestNames, requests } = yield* summaryIn(output)
      assert.strictEqual(requests.failed, 0)
      assert.include(requestNames, "POST /data/tpdm/candidates")
      assert.notInclude(requestNames, "POST /data/ed-fi/academicWeeks")
    })
  )

  it.scopedLive("takes the names of scenarios and requests in other flags", () =>
    Effect.gen(function* () {
      const chosen = ["--resources", "courses,grades", "--testList", "CourseBatchVolumeTest"]
      const size = ["--batchTripleCountFor", "courseBatchVolumeTest=4"]
      const limit = ["--threshold", "courses-batch-4.latency.p95 < 60s"]
      const { err, exitCode, output } = yield* runWith(...chosen, ...size, ...limit, ...briefly)
      assert.strictEqual(exitCode, 0, err)
      assert.deepStrictEqual((yield* summaryIn(output)).requestNames, ["courses-batch-4"])
    })
  )

  it.scopedLive("is not needed for resources whose scenarios --testList names", () =>
    Effect.gen(function* () {
      const single = ["--testType", "VOLUME", "--testList", "SessionVolumeTest,StudentVolumeTest"]
      const { err, exitCode, output } = yield* runWith(...single, ...briefly)
      assert.strictEqual(exitCode, 0, err)
      const { requestNames } = yield* summaryIn(output)
      assert.includeMembers([...requestNames], ["POST /data/ed-fi/sessions", "POST /data/ed-fi/students"])
      const wrong = yield* runWith("--testList", "SesionBatchVolumeTest,SessionBatchVolumeTest")
      assert.strictEqual(wrong.exitCode, 2)
      assert.match(wrong.err, /unknown: SesionBatchVolumeTest; accepts .*SessionBatchVolumeTest/)
    })
  )

  it.scopedLive(
    "makes batches as large as fit, and refuses larger ones with the operations of a record",
    () =>
      Effect.gen(function* () {
        const grades = ["--resources", "courses,grades", "--maxBatchOperations", "20"]
        const { exitCode, output } = yield* runWith(...grades, ...briefly)
        assert.strictEqual(exitCode, 0)
        const { requestNames } = yield* summaryIn(output)
        assert.include(requestNames, "courses-batch-6")
        assert.match(requestNames.join(), /grades-batch-4\b/)
        const refused = yield* runWith(...grades, "--batchTripleCount", "6")
        assert.strictEqual(refused.exitCode, 2)
        assert.match(
          refused.err,
          /--batchTripleCount 6: GradeBatchVolumeTest: \d+ operations per batch \(\d+ per record\) exceed --maxBatchOperations 20; accepts at most/
        )
        assert.deepStrictEqual(refused.stats.operations.create, {})
      })
  )

  it.scopedLive("refuses unknown resources with the nearest name, before anything is written", () =>
    Effect.gen(function* () {
      const { err, exitCode, stats } = yield* runWith("--resources", "coursse,tpdm/candidates")
      assert.strictEqual(exitCode, 2)
      assert.include(err, "--resources coursse: is no resource of the API; did you mean courses?")
      assert.deepStrictEqual(stats.operations.create, {})
      const excluded = yield* runWith("--resources", "all", "--exclude", "studnets")
      assert.include(excluded.err, "--exclude studnets: is no resource of the API; did you mean students?")
    })
  )

  it.scopedLive("refuses a resource that cannot be generated if it is named", () =>
    Effect.gen(function* () {
      const { err, exitCode } = yield* runWith("--resources", "schoolYearTypes")
      assert.strictEqual(exitCode, 2)
      assert.match(
        err,
        /--resources ed-fi\/schoolYearTypes: cannot be generated: its key has no part that can have any value/
      )
      const none = yield* runWith("--resources", "courses", "--exclude", "courses")
      assert.include(none.err, "leaves no resource to send")
    })
  )

  it.scopedLive("keeps records and new parents on demand, and counts both", () =>
    Effect.gen(function* () {
      const kept = ["--resources", "studentSchoolAssociations", "--deleteResources", "false"]
      const { out, stats } = yield* runWith(...kept, ...briefly)
      assert.match(out, /^40 records in .*; 80 documents \(with new parents and companions\) are there\.$/m)
      const { studentSchoolAssociations, students } = stats.rows
      assert.deepStrictEqual([studentSchoolAssociations, students], [40, 40])
    })
  )

  it.scopedLive(
    "reads documents from files, names a refused fixture, and refuses a second resource of one name",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const parent = yield* folder
        const text = resourcesDocument("DMS")
        const [from, to] = ['"/ed-fi/locations"', ',"/ed-fi/sections"'].map((path) => text.indexOf(path))
        const locations = text.slice(from, to)
        const invented = locations.replaceAll('"/ed-fi/locations', '"/invented/locations')
        const document = text.replace(locations, `${locations},${invented}`)
        yield* fs.writeFileString(`${parent}/resources.json`, document)
        yield* fs.writeFileString(`${parent}/descriptors.json`, descriptorsDocument("DMS"))
        const spec = ["--spec", `${parent}/resources.json,${parent}/descriptors.json`]
        const one = yield* runWith(...spec, "--resources", "ed-fi/locations", ...briefly)
        // Schools of this document lack a member that the server requires.
        assert.strictEqual(one.exitCode, 3)
        assert.match(
          one.err,
          /fixture ed-fi\/schools .* could not be prepared: .*educationOrganizationCategories/
        )
        const { err, exitCode } = yield* runWith(
          ...spec,
          "--resources",
          "ed-fi/locations,invented/locations",
          ...briefly
        )
        assert.strictEqual(exitCode, 2)
        assert.include(
          err,
          "invented/locations: cannot be generated: its scenario LocationBatchVolumeTest has the name of one of ed-fi/locations"
        )
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("refuses a load whose keys would repeat", () =>
    Effect.gen(function* () {
      const large = ["--batchTripleCount", "1025", "--maxBatchOperations", "10000"]
      const { err, exitCode, stats } = yield* runWith("--resources", "courses", ...large)
      assert.deepStrictEqual([exitCode, stats.operations.create], [2, {}])
      assert.include(err, "keys would repeat: 1025 records per iteration, at most 1024")
    })
  )

  it.effect("reports other wrong settings before it asks the server", () =>
    Effect.gen(function* () {
      const target = ["run", "-b", "http://localhost:1", "-k", "key", "-s", "secret"]
      const { err, exitCode } = yield* edfiPerf([...target, "--resources", "courses", "-c", "ten"])
      assert.deepStrictEqual([exitCode, err.includes("--clientCount ten")], [2, true])
      const alone = yield* edfiPerf([...target, "--exclude", "courses", "--document", "full"])
      assert.match(
        alone.err,
        /--exclude: requires --resources[^]*--document: requires --resources|--document: requires --resources[^]*--exclude: requires --resources/
      )
    })
  )
})
