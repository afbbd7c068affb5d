/** People with companions, and parents in pools, against a DMS that checks relationships under the stock claim set. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { LocalDms, type LocalDmsOptions } from "../../src/local-dms/LocalDms.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { edfiPerf, folder, read } from "../cli/edfiPerf.ts"

type Server = Partial<LocalDmsOptions>

const main: Server = { dialect: "main", claimSet: "sandbox" }
const ods: Server = { dialect: "ods", claimSet: "sandbox" }
/** With `/batch`, and relationships as other servers have them. */
const batch: Server = { claimSet: "sandbox", relationships: true }

/** Runs against a local DMS; returns what it printed and what the server counted. */
const runWith = (server: Server, ...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret"), ...server })
    const before = yield* dms.stats
    const output = yield* folder
    const target = ["-b", dms.url, "-k", "key", "-s", "secret", "-o", output, "--seed", "7"]
    const users = words.includes("-c") ? [] : ["-c", "2"]
    const { err, exitCode, out } = yield* edfiPerf(["run", ...target, ...users, ...words])
    const summary = Effect.flatMap(read(output, "summary.json"), Schema.decode(SummaryJson))
    return { err, exitCode, out, summary, before, after: yield* dms.stats }
  })

const volume = ["--testType", "VOLUME"]

/** How many more rows of each resource there are than before. */
const left = ({ after, before }: Effect.Effect.Success<ReturnType<typeof runWith>>) =>
  Object.fromEntries(
    Object.entries(after.rows)
      .map(([name, count]) => [name, count - (before.rows[name] ?? 0)] as const)
      .filter(([, count]) => count !== 0)
  )

describe("EnrolledStudentVolumeTest", () => {
  it.scopedLive.each([
    ["main", main],
    ["ods", ods]
  ] as const)("runs under the stock claim set in the dialect %s", ([, server]) =>
    Effect.gen(function* () {
      const words = ["--testList", "EnrolledStudentVolumeTest", "--recordCount", "30"]
      const result = yield* runWith(server, ...volume, ...words)
      assert.strictEqual(result.exitCode, 0, result.err)
      const { operations, requests } = yield* result.summary
      assert.deepStrictEqual([requests.total, requests.failed, operations.succeeded], [150, 0, 150])
      const { students = 0, studentSchoolAssociations = 0 } = left(result)
      assert.deepStrictEqual([students, studentSchoolAssociations], [0, 0])
    })
  )

  it.scopedLive("runs in batches where there are any, copied from a template", () =>
    Effect.gen(function* () {
      const words = ["--testList", "EnrolledStudentBatchVolumeTest", "--recordCount", "40"]
      const result = yield* runWith(batch, ...words)
      assert.strictEqual(result.exitCode, 0, result.err)
      assert.notInclude(result.err, "encoded one by one")
      const { operations, requestNames } = yield* result.summary
      assert.deepStrictEqual([requestNames, operations.succeeded], [["enrolled-students-batch-10"], 200])
      const { students = 0, studentSchoolAssociations = 0 } = left(result)
      assert.deepStrictEqual([students, studentSchoolAssociations], [0, 0])
    })
  )
})

describe("run --companions", () => {
  it.scopedLive("auto finds out that people need them, and says so in one line", () =>
    Effect.gen(function* () {
      const people = ["--resources", "students,staffs,contacts", "--recordCount", "30"]
      const result = yield* runWith(main, ...volume, ...people)
      assert.strictEqual(result.exitCode, 0, result.err)
      const lines = result.err.split("\n").filter((line) => line.includes("companions"))
      assert.strictEqual(lines.length, 1)
      assert.match(lines[0] ?? "", /^companions are used: this key may update ed-fi\/students only through/)
      const { config, requestNames, requests } = yield* result.summary
      assert.deepStrictEqual([requests.total, requests.failed], [150, 0])
      assert.deepStrictEqual([config["companions"], config["companionsUsed"]], ["auto", true])
      assert.includeMembers(
        [...requestNames],
        [
          "POST /data/ed-fi/studentSchoolAssociations",
          "POST /data/ed-fi/staffEducationOrganizationAssignmentAssociations",
          "POST /data/ed-fi/studentContactAssociations"
        ]
      )
      const { staffs = 0, contacts = 0, students = 0, studentSchoolAssociations = 0 } = left(result)
      // The student of the contacts is a fixture, and enrolled.
      assert.deepStrictEqual([staffs, contacts, students, studentSchoolAssociations], [0, 0, 1, 1])
      assert.deepStrictEqual(result.after.upsertsOnCreate, {})
    })
  )

  it.scopedLive("auto does without them where the server checks no relationships", () =>
    Effect.gen(function* () {
      const people = ["--resources", "students,grades", "--recordCount", "40"]
      const result = yield* runWith({ claimSet: "sandbox" }, ...people)
      assert.strictEqual(result.exitCode, 0, result.err)
      assert.match(result.err, /companions are not used: this key may update ed-fi\/students without/)
      const { config, requestNames } = yield* result.summary
      assert.include(requestNames, "students-batch-10")
      assert.strictEqual(config["companionsUsed"], false)
    })
  )

  it.scopedLive("auto asks nothing for resources without people", () =>
    Effect.gen(function* () {
      const courses = ["--resources", "courses", "--recordCount", "10"]
      const { after, err } = yield* runWith(main, ...volume, ...courses)
      assert.notInclude(err, "companions")
      assert.deepStrictEqual(after.operations.create["students"], undefined)
    })
  )

  it.scopedLive("never sends people alone, which the server refuses; always enrolls them anywhere", () =>
    Effect.gen(function* () {
      const students = ["--resources", "students", "--recordCount", "20", "--companions"]
      const never = yield* runWith(main, ...volume, ...students, "never")
      assert.strictEqual(never.exitCode, 3)
      assert.match(never.out, /StudentVolumeTest was refused from the start/)
      const always = yield* runWith({}, ...students, "always")
      assert.strictEqual(always.exitCode, 0, always.err)
      assert.deepStrictEqual((yield* always.summary).requestNames, ["enrolled-students-batch-10"])
      assert.notInclude(always.err, "companions are")
    })
  )

  it.scopedLive("writes nothing if the settings are wrong with and without them", () =>
    Effect.gen(function* () {
      const wrong = ["--resources", "staffs", "--threshold", "teachers-batch-10.latency.p95 < 1s"]
      const { after, exitCode } = yield* runWith(batch, ...wrong)
      assert.deepStrictEqual([exitCode, after.operations.create], [2, {}])
      const large = ["--resources", "staffs", "--batchTripleCount", "33"]
      const late = yield* runWith(batch, ...large)
      assert.strictEqual(late.exitCode, 2)
      assert.match(late.err, /165 operations per batch \(5 per record\) exceed --maxBatchOperations 100/)
    })
  )
})

describe("all resources under the stock claim set", () => {
  it.scopedLive("run without a failure; what the key may not write is left out with its reason", () =>
    Effect.gen(function* () {
      const result = yield* runWith(main, ...volume, "--resources", "all", "--recordCount", "300")
      const { after, err, exitCode } = result
      assert.strictEqual(exitCode, 0, err)
      assert.match(err, /tried a record of each of 150 resources: this key may write 148/)
      const leftOut = [...err.matchAll(/left out (\S+): (.{30})/g)].map(([, path, reason]) => [path, reason])
      assert.deepStrictEqual(leftOut, [
        ["ed-fi/schoolYearTypes", "its key has no part that can h"],
        ["ed-fi/communityProviderLicenses", "this key may not create it: PO"],
        ["ed-fi/educationOrganizationNetworkAssociations", "this key may not create it: PO"]
      ])
      const { operations, requests } = yield* result.summary
      assert.deepStrictEqual([requests.failed, operations.succeeded], [0, requests.total])
      assert.deepStrictEqual([after.upsertsOnCreate, after.membersPruned], [{}, 0])
      const rows = Object.values(left(result))
      assert.isTrue(rows.every((count) => count > 0 && count <= 3))
    })
  )
})

describe("run --parents pooled", () => {
  it.scopedLive("creates parents once for each user and index, and halves the operations", () =>
    Effect.gen(function* () {
      const pooled = ["--resources", "studentSchoolAssociations", "--parents", "pooled"]
      const result = yield* runWith({}, ...pooled, "--recordCount", "100")
      assert.strictEqual(result.exitCode, 0, result.err)
      assert.include(result.err, "pools of parents are ready: 20 records, which stay on the server")
      assert.strictEqual((yield* result.summary).operations.succeeded, 300)
      assert.deepStrictEqual(left(result), { schools: 1, students: 20 })
      assert.deepStrictEqual(result.after.upsertsOnCreate, {})
    })
  )

  it.scopedLive("works with companions, by single requests", () =>
    Effect.gen(function* () {
      const pooled = ["--resources", "grades,staffs,contacts", "--parents", "pooled"]
      const result = yield* runWith(main, ...volume, ...pooled, "--recordCount", "60")
      assert.strictEqual(result.exitCode, 0, result.err)
      assert.strictEqual((yield* result.summary).requests.failed, 0)
      assert.deepStrictEqual(result.after.upsertsOnCreate, {})
    })
  )

  it.scopedLive("is refused where parents are too many, or records stay", () =>
    Effect.gen(function* () {
      const pooled = ["--resources", "studentSchoolAssociations", "--parents", "pooled"]
      const many = yield* runWith({}, ...pooled, "-c", "10001")
      assert.deepStrictEqual([many.exitCode, many.after.operations.create], [2, {}])
      assert.match(
        many.err,
        /--parents pooled: needs 100010 parents before the load, .*accepts at most 100000/
      )
      const kept = yield* runWith({}, ...pooled, "--deleteResources", "false")
      assert.strictEqual(kept.exitCode, 2)
      assert.match(kept.err, /--parents.* cannot be combined with --deleteResources false/)
    })
  )
})

describe("PIPECLEAN with companions", () => {
  const pipeclean = ["--testType", "PIPECLEAN", "-c", "1"]
  const people = ["--resources", "students,staffs,contacts,grades"]

  it.scopedLive("auto passes people and what refers to them, and leaves fixtures only", () =>
    Effect.gen(function* () {
      const result = yield* runWith(main, ...pipeclean, ...people)
      assert.strictEqual(result.exitCode, 0, result.err)
      assert.match(result.err, /companions are used: this key may update ed-fi\/students only through/)
      assert.include(result.out, "4 resources passed.")
      const { byName, config, requestNames } = yield* result.summary
      assert.strictEqual(config["companionsUsed"], true)
      assert.sameMembers(
        byName.map(({ name }) => name),
        [...new Set(requestNames)]
      )
      const { contacts = 0, staffs = 0, students = 0, studentSchoolAssociations = 0 } = left(result)
      // The student of the contacts is a fixture, and enrolled.
      assert.deepStrictEqual([staffs, contacts, students, studentSchoolAssociations], [0, 0, 1, 1])
    })
  )

  it.scopedLive("never shows what the server refuses without them", () =>
    Effect.gen(function* () {
      const result = yield* runWith(main, ...pipeclean, ...people, "--companions", "never")
      assert.strictEqual(result.exitCode, 1, result.err)
      const { pipeclean: verdicts } = yield* result.summary
      const students = verdicts?.find(({ resource }) => resource === "ed-fi/students")
      assert.deepInclude(students, { verdict: "failed", step: "read" })
    })
  )
})
