/** Loads of mixtures: the client's results equal the server's counters, and nothing but fixtures stays. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as TestClock from "effect/TestClock"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { makeKeySpace } from "../../src/documents/generatedKeys.ts"
import { loadOf } from "../../src/documents/GeneratedLoad.ts"
import { planDocuments } from "../../src/documents/planDocuments.ts"
import type { MixtureLoad } from "../../src/domain/Mixture.ts"
import { run } from "../../src/engine/LoadRun.ts"
import type { ScenarioOptions } from "../../src/engine/Scenario.ts"
import { readMixture } from "../../src/cli/readMixture.ts"
import { findServerFacts } from "../../src/fixtures/findServerFacts.ts"
import { GeneratedFixtures } from "../../src/fixtures/GeneratedFixtures.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { isHandMade } from "../../src/scenarios/resourceScenarios.ts"
import { mixtureScenario } from "../../src/scenarios/mixtureScenario.ts"
import { chooseResources } from "../../src/schema/chooseResources.ts"
import type { ApiModel } from "../../src/schema/ResourceSchema.ts"
import { neededDescriptors } from "../../src/schema/neededDescriptors.ts"
import { readableOf } from "../../src/schema/readable.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { decodeMixture, mixtureOf, resourcesIn, type MixtureFile } from "../../src/settings/MixtureFile.ts"
import { it } from "../engine/virtualTime.ts"
import { inMemory } from "./client.ts"
import { passesOf } from "./passes.ts"

const [users, seed] = [2, 7]

/** Every server of these tests describes the same resources, so that one is asked. */
const described: Array<ApiModel> = []
const modelOf = Effect.gen(function* () {
  const [known] = described
  if (known !== undefined) return known
  const specifications = yield* fetchSpecifications
  const documents = yield* Effect.forEach(specifications, ({ text, url }) => readDocument(url, text))
  const model = yield* readOpenApi(documents)
  described.push(model)
  return model
})

/** Plans the resources of a mixture as the server describes them. */
const planOf = (file: MixtureFile) =>
  Effect.gen(function* () {
    const model = yield* modelOf
    const resourceOf = (name: string) => chooseResources(model, [name]).chosen
    const chosen = [...new Set(resourcesIn(file).flatMap(({ name }) => resourceOf(name)))].filter(
      ({ path }) => !isHandMade(path)
    )
    const facts = yield* findServerFacts(neededDescriptors(model, chosen, "minimal"), {
      localEducationAgencyId: 255901
    })
    const plan = planDocuments(model, chosen, { extent: "minimal", facts })
    const space = yield* makeKeySpace({ users, perIteration: 5, loads: 1, fixtureSeed: seed }, plan.keyUse)
    return {
      mixture: mixtureOf(file, (name) => {
        const [resource] = resourceOf(name)
        return resource === undefined ? { path: name, key: [] } : readableOf(resource)
      }),
      load: loadOf(plan, new Set(plan.records.map(({ path }) => path)), space)
    }
  })

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** Runs some iterations of each user; returns the counts of both sides. */
const runMixture = (
  file: MixtureFile,
  testType: MixtureLoad["testType"],
  iterations: number,
  given: Partial<ScenarioOptions> = {}
) =>
  Effect.gen(function* () {
    const { load, mixture } = yield* planOf(file)
    const scenario = mixtureScenario({ testType, mixture }, load.load.records)
    const options = { batchTripleCount: testType === "VOLUME" ? undefined : 2, seed, ...given }
    const workload = yield* Effect.provide(scenario.prepare(options), GeneratedFixtures.layer(load))
    const dms = yield* LocalDms
    const before = yield* dms.stats
    const running = yield* Effect.fork(run(passesOf(users, iterations), [workload]))
    yield* TestClock.adjust("1 minute")
    const { endedBy } = yield* Fiber.join(running)
    const after = yield* dms.stats
    const { failures, rows, total } = (yield* Recorder).measurements()
    const written = (op: "create" | "update" | "delete") =>
      sum(after.operations[op]) - sum(before.operations[op])
    return {
      workload,
      requestNames: scenario.requestNames(options),
      names: rows.map(({ name }) => name),
      requests: new Map(rows.map(({ name, requests }) => [name, requests])),
      endedBy,
      failures: failures.map(({ failure }) => JSON.stringify(failure)),
      total,
      upserts: after.upsertsOnCreate,
      left: Object.entries(after.rows).flatMap(([endpoint, count]) => {
        const more = count - (before.rows[endpoint] ?? 0)
        return more === 0 ? [] : [[endpoint, more] as const]
      }),
      written: { create: written("create"), update: written("update"), delete: written("delete") }
    }
  })

const quietly = Logger.withMinimumLogLevel(LogLevel.Error)

const shipped = (name: string) =>
  Effect.provide(
    Effect.map(readMixture(name), ({ value }) => value),
    NodeContext.layer
  )

const fromText = (text: string) => Effect.map(decodeMixture("mine.yaml", text), ({ value }) => value)

/** The same items, one as often as the other. */
const evenly = (file: MixtureFile): MixtureFile => {
  const [first, ...others] = file.items
  return { ...file, items: [{ ...first, weight: 1 }, ...others.map((item) => ({ ...item, weight: 1 }))] }
}

describe("the mixtures that come with the program", () => {
  it.effect.each([
    ["district-day", "BATCH_VOLUME"],
    ["representative", "VOLUME"]
  ] as const)(
    "%s fails nowhere as %s, is what the server did, and leaves nothing but fixtures",
    ([name, testType]) =>
      Effect.gen(function* () {
        const file = evenly(yield* shipped(name))
        const result = yield* runMixture(file, testType, file.items.length)
        assert.deepStrictEqual([result.endedBy, result.failures], ["passes", []])
        assert.deepStrictEqual(result.names.toSorted(), [...result.requestNames].toSorted())
        assert.deepStrictEqual(result.written, { ...result.total.succeeded })
        assert.deepStrictEqual([result.upserts, result.left], [{}, []])
      }).pipe(quietly, Effect.provide(inMemory()))
  )
})

const twoOfStudents = `
name: two-of-students
items:
  - { name: large, weight: 3, steps: [{ record: students, records: 5 }] }
  - { name: small, weight: 1, steps: [{ record: students }] }
`

describe("the items of a mixture", () => {
  it.effect("have requests in proportion to their weights", () =>
    Effect.gen(function* () {
      const { requests } = yield* runMixture(yield* fromText(twoOfStudents), "BATCH_VOLUME", 8)
      assert.deepStrictEqual(
        [...requests].toSorted(),
        [
          ["students-batch-5", users * 6],
          ["students-batch-2", users * 2]
        ].toSorted()
      )
    }).pipe(quietly, Effect.provide(inMemory()))
  )
})

const stepwise = `
name: stepwise
items:
  - name: a student's life
    weight: 1
    steps:
      - { create: students, records: 3 }
      - { record: grades }
      - { read: students, limit: 2, repeat: 2 }
      - { read: students, by: id, repeat: 2 }
      - { read: students, by: key, repeat: 2 }
      - { update: students }
      - { create: studentSchoolAssociations }
      - { delete: students }
      - { delete: studentSchoolAssociations }
`

describe("the steps of an item", () => {
  it.effect("are batches of one kind of operation and single reads", () =>
    Effect.gen(function* () {
      const result = yield* runMixture(yield* fromText(stepwise), "BATCH_VOLUME", 2)
      assert.deepStrictEqual([result.failures, result.upserts, result.left], [[], {}, []])
      assert.deepStrictEqual(
        [...result.requests].toSorted(),
        [
          ["GET /data/ed-fi/students (by key)", 8],
          ["GET /data/ed-fi/students/{id}", 8],
          ["GET /data/ed-fi/students?limit=2", 8],
          ["grades-batch-2", 4],
          ["studentSchoolAssociations-create-batch-2", 4],
          ["studentSchoolAssociations-delete-batch-2", 4],
          ["students-create-batch-3", 4],
          ["students-delete-batch-3", 4],
          ["students-update-batch-3", 4]
        ].toSorted()
      )
      assert.deepStrictEqual(result.written, { ...result.total.succeeded })
    }).pipe(quietly, Effect.provide(inMemory()))
  )

  it.effect("are single requests, one record after the other", () =>
    Effect.gen(function* () {
      const result = yield* runMixture(yield* fromText(stepwise), "VOLUME", 2)
      assert.deepStrictEqual([result.failures, result.upserts, result.left], [[], {}, []])
      // Three students and the one of the association, and no update of that one.
      assert.deepInclude(Object.fromEntries(result.requests), {
        "POST /data/ed-fi/students": 4 * 4,
        "PUT /data/ed-fi/students/{id}": 4 * 3,
        "DELETE /data/ed-fi/students/{id}": 4 * 4,
        "GET /data/ed-fi/students/{id}": 4 * 2
      })
      assert.deepStrictEqual(result.written, { ...result.total.succeeded })
    }).pipe(quietly, Effect.provide(inMemory()))
  )

  it.effect.each(["BATCH_VOLUME", "VOLUME"] as const)(
    "read by key what the item created, with references in its key, or what its page listed, as %s",
    (testType) =>
      Effect.gen(function* () {
        const file = yield* fromText(`
name: keys
items:
  - name: own
    weight: 1
    steps: [{ create: grades, records: 3 }, { read: grades, by: key, repeat: 4 }, { delete: grades }]
  - name: listed
    weight: 1
    steps: [{ read: schools }, { read: schools, by: key, repeat: 2 }]
`)
        const { failures, left, requests, total } = yield* runMixture(file, testType, 4)
        assert.deepStrictEqual([failures, left], [[], []])
        const [own, pages, listed] = [
          "GET /data/ed-fi/grades (by key)",
          "GET /data/ed-fi/schools?limit=25",
          "GET /data/ed-fi/schools (by key)"
        ].map((name) => requests.get(name))
        assert.deepStrictEqual([own, pages, listed], [users * 2 * 4, users * 2, users * 2 * 2])
        assert.isAtLeast(total.rowsRead, users * 2 * (4 + 1 + 2))
      }).pipe(quietly, Effect.provide(inMemory()))
  )

  it.effect.each(["BATCH_VOLUME", "VOLUME"] as const)(
    "leave what they create if nothing is deleted, each record once, as %s",
    (testType) =>
      Effect.gen(function* () {
        const file = yield* fromText(stepwise)
        const { failures, left, requests, upserts } = yield* runMixture(file, testType, 2, {
          deleteResources: false
        })
        const records = testType === "VOLUME" ? 1 : 2
        assert.deepStrictEqual([failures, upserts], [[], {}])
        assert.isFalse([...requests.keys()].some((name) => /delete|DELETE/.test(name)))
        assert.includeDeepMembers(left, [
          ["grades", 4 * records],
          ["studentSchoolAssociations", 4 * records]
        ])
      }).pipe(quietly, Effect.provide(inMemory()))
  )

  it.effect.each(["BATCH_VOLUME", "VOLUME"] as const)(
    "after a failure only delete what was created, as %s",
    (testType) =>
      Effect.gen(function* () {
        const file = yield* fromText(`
name: failing
items:
  - name: life
    weight: 1
    steps: [{ create: students }, { update: students }, { read: students }, { delete: students }]
`)
        const { failures, left, requests } = yield* runMixture(file, testType, 2)
        assert.strictEqual(failures.length, 1)
        assert.deepStrictEqual(left, [])
        assert.isFalse([...requests.keys()].some((name) => name.startsWith("GET")))
      }).pipe(quietly, Effect.provide(inMemory({ deny: [{ endpoint: "students", action: "update" }] })))
  )
})
