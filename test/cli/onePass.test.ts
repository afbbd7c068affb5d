/** `edfi-perf run --testType PIPECLEAN` and `CHANGE_QUERY` as their users meet them. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"

const login = { port: 0, key: "key", secret: Redacted.make("secret") }

/** A local DMS, and the command against it with results in one folder. */
const server = (options: Partial<LocalDmsOptions> = {}) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ ...login, ...options })
    const output = yield* folder
    const run = (...words: ReadonlyArray<string>) =>
      edfiPerf(["run", "-b", dms.url, "-k", "key", "-s", "secret", "-o", output, ...words])
    const summary = Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
    return { dms, output, run, summary }
  })

const pipeclean = ["--testType", "PIPECLEAN", "--seed", "7"]

describe("edfi-perf run --testType PIPECLEAN", () => {
  it.scopedLive("takes a record of each resource from its creation to its deletion, parents first", () =>
    Effect.gen(function* () {
      const { dms, run, summary } = yield* server()
      const chosen = [
        "--resources",
        "sections,students,classPeriods,schoolYearTypes,studentSchoolAssociations"
      ]
      const { err, exitCode, out } = yield* run(...pipeclean, ...chosen)
      assert.strictEqual(exitCode, 0, err)
      const { byName, endedBy, failures, pipeclean: verdicts, requestNames } = yield* summary
      assert.deepStrictEqual(
        verdicts?.map(({ resource, verdict }) => [resource, verdict]),
        [
          ["ed-fi/sections", "passed"],
          ["ed-fi/students", "passed"],
          ["ed-fi/classPeriods", "passed"],
          ["ed-fi/schoolYearTypes", "readOnly"],
          ["ed-fi/studentSchoolAssociations", "passed"]
        ]
      )
      assert.deepStrictEqual([endedBy, failures], ["passes", []])
      assert.sameMembers(
        byName.map(({ name }) => name),
        [...new Set(requestNames)]
      )
      assert.include(out, "4 resources passed, 1 read-only.")
      const { rows } = yield* dms.stats
      const { schools, sections = 0, students = 0 } = rows
      assert.deepStrictEqual([sections, students, schools], [0, 0, 1])
    })
  )

  it.scopedLive("takes descriptors that are named, also by the names of the Python suite", () =>
    Effect.gen(function* () {
      const { dms, run, summary } = yield* server({ dialect: "main", claimSet: "sandbox" })
      const verdictsOf = (...words: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const { err, exitCode } = yield* run(...pipeclean, ...words)
          assert.strictEqual(exitCode, 0, err)
          return (yield* summary).pipeclean?.map(({ resource, verdict }) => [resource, verdict])
        })
      assert.deepStrictEqual(yield* verdictsOf("--testList", "TermDescriptorPipecleanTest"), [
        ["ed-fi/termDescriptors", "passed"]
      ])
      assert.deepStrictEqual(yield* verdictsOf("--resources", "gradeLevelDescriptors"), [
        ["ed-fi/gradeLevelDescriptors", "passed"]
      ])
      const { operations } = yield* dms.stats
      assert.strictEqual(operations.update["gradeLevelDescriptors"], 1)
    })
  )

  it.scopedLive("shows the step that failed, tries nothing that needs its resource, and exits with 1", () =>
    Effect.gen(function* () {
      const { dms, output, run, summary } = yield* server({
        deny: [
          { endpoint: "schools", action: "update" },
          { endpoint: "students", action: "create" }
        ]
      })
      const chosen = ["--resources", "courses,schools,students,credentials", "--out", "junit"]
      const { exitCode, out } = yield* run(...pipeclean, ...chosen)
      assert.strictEqual(exitCode, 1)
      const verdicts = (yield* summary).pipeclean ?? []
      const of = (resource: string) => verdicts.find((each) => each.resource === `ed-fi/${resource}`)
      assert.deepInclude(of("schools"), {
        verdict: "failed",
        step: "update",
        request: "PUT /data/ed-fi/schools/{id}"
      })
      assert.include(of("schools")?.problem, "access-denied:action")
      assert.deepInclude(of("courses"), { verdict: "notTried", problem: "because ed-fi/schools failed" })
      assert.deepInclude(of("students"), { verdict: "failed", step: "create" })
      assert.deepInclude(of("credentials"), { verdict: "passed" })
      assert.include(out, "1 resource passed, 2 failed, 1 not tried.")
      assert.match(yield* read(output, "junit.xml"), /PIPECLEAN.resources" tests="4" failures="2"/)
      // The school that could not be updated is deleted.
      assert.strictEqual((yield* dms.stats).rows["schools"] ?? 0, 0)
    })
  )

  it.scopedLive(
    "counts a parent that cannot be created as the failure of the first resource that needs it",
    () =>
      Effect.gen(function* () {
        const { run, summary } = yield* server({ deny: [{ endpoint: "schools", action: "create" }] })
        const { exitCode } = yield* run(...pipeclean, "--resources", "courses,classPeriods,students")
        assert.strictEqual(exitCode, 1)
        const [first, second, third] = (yield* summary).pipeclean ?? []
        assert.deepInclude(first, {
          resource: "ed-fi/courses",
          verdict: "failed",
          step: "parents",
          request: "POST /data/ed-fi/schools"
        })
        assert.deepInclude(second, { verdict: "notTried", problem: "because ed-fi/schools failed" })
        assert.deepInclude(third, { resource: "ed-fi/students", verdict: "passed" })
      })
  )

  it.scopedLive("takes the names of the Python suite, and refuses flags of other loads", () =>
    Effect.gen(function* () {
      const { run, summary } = yield* server()
      const named = yield* run(...pipeclean, "--testList", "StudentPipecleanTest,CoursePipecleanTest")
      assert.strictEqual(named.exitCode, 0, named.err)
      assert.deepStrictEqual((yield* summary).config["scenarios"], [
        "StudentPipecleanTest",
        "CoursePipecleanTest"
      ])
      const refused = yield* run(...pipeclean, "-c", "5")
      assert.strictEqual(refused.exitCode, 2)
      assert.include(refused.err, "--clientCount 5: cannot be combined with --testType PIPECLEAN")
    })
  )
})

const changeQuery = ["--testType", "CHANGE_QUERY"]
const state = (output: string) => read(output, "change_version_tracker.json")

describe("edfi-perf run --testType CHANGE_QUERY", () => {
  it.scopedLive("reads all changes once, and then those since", () =>
    Effect.gen(function* () {
      const { output, run, summary } = yield* server({ dialect: "main", population: 600 })
      const first = yield* run(...changeQuery)
      assert.strictEqual(first.exitCode, 0, first.err)
      const all = (yield* summary).changeQuery
      assert.deepInclude(all, { minChangeVersion: 0, complete: true, planned: 12 })
      assert.deepInclude(
        all?.resources.find(({ resource }) => resource === "ed-fi/students"),
        { changed: 600, deleted: 0, keyChanged: 0, repeated: 0, pages: 4 }
      )
      assert.include(first.out, "GET /data/ed-fi/students/keyChanges?minChangeVersion")
      const newest = all?.maxChangeVersion ?? 0
      assert.strictEqual(yield* state(output), `{"newest_change_version": ${newest}}\n`)
      yield* run("--testType", "VOLUME", "--testList", "StudentVolumeTest", "--recordCount", "30", "-c", "3")
      const second = yield* run(...changeQuery, "--resources", "students,schools")
      assert.strictEqual(second.exitCode, 0, second.err)
      const { changeQuery: since, rows } = yield* summary
      assert.strictEqual(since?.minChangeVersion, newest + 1)
      assert.deepStrictEqual(
        since?.resources.map(({ changed, deleted }) => [changed, deleted]),
        [
          [0, 30],
          [0, 0]
        ]
      )
      assert.strictEqual(rows.read, 30)
      const third = yield* run(...changeQuery)
      assert.strictEqual(third.exitCode, 0)
      assert.include(third.out, "There is no change after version")
    })
  )

  it.scopedLive("shares the resources among several users", () =>
    Effect.gen(function* () {
      const { run, summary } = yield* server({ dialect: "ods", population: 20 })
      const { exitCode } = yield* run(...changeQuery, "-c", "4")
      assert.strictEqual(exitCode, 0)
      const { changeQuery: found, config, requests } = yield* summary
      const paths = found?.resources.map(({ resource }) => resource) ?? []
      assert.strictEqual(new Set(paths).size, paths.length)
      assert.deepStrictEqual([found?.complete, config["clientCount"]], [true, 4])
      const pages = found?.resources.reduce((sum, each) => sum + each.pages, 0)
      assert.strictEqual(requests.total, pages)
    })
  )

  it.scopedLive("keeps the state if a resource cannot be read, and exits with 1", () =>
    Effect.gen(function* () {
      const { output, run, summary } = yield* server({
        dialect: "main",
        deny: [{ endpoint: "students", action: "read" }]
      })
      const { exitCode, out } = yield* run(...changeQuery, "--resources", "schools,students,courses")
      assert.strictEqual(exitCode, 1)
      assert.include(out, "were not read completely (2 of 3 resources)")
      const students = (yield* summary).changeQuery?.resources[1]
      assert.include(
        students?.problem,
        "GET /data/ed-fi/students?minChangeVersion: read students refused with 403"
      )
      assert.strictEqual((yield* Effect.either(state(output)))._tag, "Left")
    })
  )

  it.scopedLive("needs Change Queries, and a state of the same database", () =>
    Effect.gen(function* () {
      const without = yield* server({ dialect: "batch" })
      const { err, exitCode } = yield* without.run(...changeQuery)
      assert.strictEqual(exitCode, 3)
      assert.include(err, "it has no Change Queries (404)")
      const { output, run } = yield* server({ dialect: "main" })
      const { exitCode: done } = yield* run(...changeQuery)
      assert.strictEqual(done, 0)
      const other = yield* server({ dialect: "main", population: 30 })
      yield* other.run(...changeQuery)
      const ahead = yield* run(...changeQuery, "--changeState", `${other.output}/change_version_tracker.json`)
      assert.strictEqual(ahead.exitCode, 3)
      assert.include(ahead.err, "it belongs to another database")
      const wrong = yield* run(...changeQuery, "--changeState", `${output}/summary.json`)
      assert.strictEqual(wrong.exitCode, 2)
    })
  )
})
