/** READ against servers of three kinds: what it sends, what it counts, and what the server has. */
import { assert, describe } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { parseReadWeights, readKinds, type ReadMix } from "../../src/domain/ReadMix.ts"
import { run } from "../../src/engine/LoadRun.ts"
import { ReadFacts } from "../../src/fixtures/ReadFacts.ts"
import { ReadSamples } from "../../src/fixtures/ReadSamples.ts"
import { countRows, sampleReads } from "../../src/fixtures/sampleReads.ts"
import { dialectNames, type DialectName } from "../../src/local-dms/Dialect.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { readScenario } from "../../src/scenarios/readScenario.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readableOf } from "../../src/schema/readable.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { it } from "../engine/virtualTime.ts"
import { inMemory } from "./client.ts"
import { passesOf } from "./passes.ts"

const population = 300

const mixOf = (weights: string, ...pageSizes: Arr.NonEmptyReadonlyArray<number>): ReadMix => ({
  weights: Either.getOrThrow(parseReadWeights(weights.split(","))),
  pageSizes
})

const everyKind = "id,key,etag,page,total,filter,offset,cursor"

const readable = (...endpoints: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const specifications = yield* fetchSpecifications
    const documents = yield* Effect.forEach(specifications, ({ text, url }) => readDocument(url, text))
    const { resources } = yield* readOpenApi(documents)
    return resources.filter(({ endpoint }) => endpoints.includes(endpoint)).map(readableOf)
  })

/** The requests by name, with what was counted of them. */
type Counted = Readonly<Record<string, { readonly requests: number; readonly rows: number }>>

/** Reads resources with some users, each `passes` times. */
const reading = (
  endpoints: ReadonlyArray<string>,
  reads: ReadMix,
  load: { readonly users: number; readonly passes: number }
) =>
  Effect.gen(function* () {
    const resources = yield* readable(...endpoints)
    const facts = yield* sampleReads(resources, { kinds: readKinds, maxPageSize: 100 })
    const scenarios = resources.map(readScenario)
    const prepared = yield* Effect.forEach(scenarios, (scenario) =>
      scenario.prepare({ reads, seed: 7 })
    ).pipe(Effect.provideService(ReadSamples, { facts: Effect.succeed(facts) }))
    if (!Arr.isNonEmptyReadonlyArray(prepared)) return yield* Effect.dieMessage("nothing to read")
    const running = yield* Effect.fork(run(passesOf(load.users, load.passes), prepared))
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(running)
    const { failures, rows, total } = (yield* Recorder).measurements()
    const byName: Counted = Object.fromEntries(
      rows.map(({ name, requests, rowsRead }) => [name, { requests, rows: rowsRead }])
    )
    return {
      byName,
      facts,
      failures: failures.map(({ failure }) => failure.example),
      names: scenarios.flatMap(({ requestNames }) => requestNames({ reads })),
      stats: yield* (yield* LocalDms).stats,
      total
    }
  })

const over = (dialect: DialectName, server: Parameters<typeof inMemory>[0] = {}) =>
  inMemory({ dialect, population, ...server }, { resourceNaming: "endpoint" })

const quietly = Logger.withMinimumLogLevel(LogLevel.None)

/** What a server cannot do. */
const leftOut: Readonly<Record<DialectName, RegExp>> = {
  batch: /If-None-Match|cursor/,
  main: /^$/,
  ods: /^$/
}

describe("READ of students, sections and enrolments", () => {
  it.effect.each([...dialectNames])(
    "sends every kind that a %s server can answer, without a failure",
    (dialect) =>
      Effect.gen(function* () {
        const endpoints = ["students", "sections", "studentSchoolAssociations"]
        const read = yield* reading(endpoints, mixOf(everyKind, 10, 50), { users: 2, passes: 40 })
        assert.deepStrictEqual([read.failures, read.total.requests], [[], 2 * 40 * endpoints.length])
        const possible = read.names.filter((name) => !leftOut[dialect].test(name))
        assert.sameMembers(Object.keys(read.byName), possible)
        for (const endpoint of endpoints) {
          const of = (suffix: string) => read.byName[`GET /data/ed-fi/${endpoint}${suffix}`]
          for (const suffix of ["/{id}", " (by key)"])
            assert.strictEqual(of(suffix)?.rows, of(suffix)?.requests)
          if (dialect !== "batch") assert.strictEqual(of("/{id} (If-None-Match)")?.rows, 0)
        }
        const sum = Object.values(read.byName).reduce((rows, each) => rows + each.rows, 0)
        assert.strictEqual(read.total.rowsRead, sum)
      }).pipe(quietly, Effect.provide(over(dialect)))
  )

  it.effect.each([...dialectNames])("a walk by offset reads all rows that a %s server has", (dialect) =>
    Effect.gen(function* () {
      const passes = Math.floor(population / 7) + 1
      const read = yield* reading(["students"], mixOf("offset", 7), { users: 1, passes })
      assert.deepStrictEqual([read.failures, read.total.rowsRead], [[], read.stats.rows["students"]])
      assert.strictEqual(read.total.rowsRead, population)
    }).pipe(quietly, Effect.provide(over(dialect)))
  )

  it.effect("asks the same for the same seed, and knows plain data only", () =>
    Effect.gen(function* () {
      const once = () => reading(["students"], mixOf(everyKind, 10), { users: 2, passes: 20 })
      const first = yield* Effect.provide(once(), over("main"))
      const second = yield* Effect.provide(once(), over("main"))
      assert.deepStrictEqual(second.byName, first.byName)
      const encoded = yield* Schema.encode(Schema.Array(ReadFacts))(first.facts)
      assert.deepStrictEqual(structuredClone(encoded), encoded)
    }).pipe(quietly)
  )
})

describe("answers that are wrong", () => {
  it.effect("are failures: a list that ignores its query has more than the one row of a key", () =>
    Effect.gen(function* () {
      const [students] = yield* readable("students")
      if (students === undefined) return yield* Effect.dieMessage("no students")
      const facts = yield* sampleReads([students], { kinds: [], maxPageSize: 100 })
      // The ODS/API ignores parameters that it does not know.
      const other = facts.map(({ documents, ...each }) => ({
        ...each,
        documents: Arr.map(documents, (known) => ({ ...known, key: { unknownMember: "x" } }))
      }))
      const prepared = yield* readScenario(students)
        .prepare({ reads: mixOf("key", 25), seed: 7 })
        .pipe(Effect.provideService(ReadSamples, { facts: Effect.succeed(other) }))
      const error = yield* Effect.flip(prepared.iteration({ user: 0, iteration: 0 }))
      assert.match(String(error), /rows instead of at most 1/)
    }).pipe(quietly, Effect.provide(over("ods")))
  )
})

describe("the sample", () => {
  it.effect("counts rows without reading one", () =>
    Effect.gen(function* () {
      const counts = yield* Effect.forEach(yield* readable("students", "programs"), countRows)
      assert.sameMembers(counts, [population, 0])
    }).pipe(quietly, Effect.provide(over("batch")))
  )
  it.effect("leaves out resources without rows, and names a page size that the server refuses", () =>
    Effect.gen(function* () {
      const resources = yield* readable("students", "programs")
      const facts = yield* sampleReads(resources, { kinds: [], maxPageSize: 500 })
      assert.deepStrictEqual(
        facts.map(({ resource, total }) => [resource.path, total]),
        [["ed-fi/students", population]]
      )
      const error = yield* Effect.flip(sampleReads(resources, { kinds: [], maxPageSize: 501 }))
      assert.match(error.message, /refuses pages of 501 rows, choose smaller ones with --pageSize/)
    }).pipe(quietly, Effect.provide(over("main")))
  )
})
