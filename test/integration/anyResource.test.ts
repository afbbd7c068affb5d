/** Loads of any resource: the client's results equal the server's counters, and nothing but fixtures stays. */
import { assert, describe } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as TestClock from "effect/TestClock"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { makeKeySpace } from "../../src/documents/generatedKeys.ts"
import { loadOf } from "../../src/documents/GeneratedLoad.ts"
import { type DocumentsPlan, planDocuments } from "../../src/documents/planDocuments.ts"
import { run } from "../../src/engine/LoadRun.ts"
import { findServerFacts } from "../../src/fixtures/findServerFacts.ts"
import { GeneratedFixtures } from "../../src/fixtures/GeneratedFixtures.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { resourceScenarios } from "../../src/scenarios/resourceScenarios.ts"
import { neededDescriptors } from "../../src/schema/neededDescriptors.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import type { Extent } from "../../src/schema/recordNeeds.ts"
import { it } from "../engine/virtualTime.ts"
import { inMemory } from "./client.ts"
import { passesOf } from "./passes.ts"

const users = 2

const ownModel = Effect.gen(function* () {
  const specifications = yield* fetchSpecifications
  const documents = yield* Effect.forEach(specifications, ({ text, url }) => readDocument(url, text))
  return yield* readOpenApi(documents)
})

/** Plans the resources as the server describes them. @param endpoints all unless given */
const choose = (extent: Extent, endpoints?: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const model = yield* ownModel
    const chosen = model.resources.filter(({ endpoint }) => endpoints?.includes(endpoint) ?? true)
    const needed = neededDescriptors(model, chosen, extent)
    const facts = yield* findServerFacts(needed, { localEducationAgencyId: 255901 })
    return planDocuments(model, chosen, { extent, facts })
  })

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0)

/** Runs the scenarios of a test type, each once per user; returns the counts of both sides. */
const runChosen = (plan: DocumentsPlan, testType: "BATCH_VOLUME" | "VOLUME") =>
  Effect.gen(function* () {
    const demand = { users, perIteration: 2, loads: 1, fixtureSeed: 7 }
    const space = yield* makeKeySpace(demand, plan.keyUse)
    const load = loadOf(plan, new Set(plan.records.map(({ path }) => path)), space)
    const scenarios = load.load.records
      .flatMap(resourceScenarios)
      .filter((each) => each.testType === testType)
    const prepared = yield* Effect.forEach(scenarios, (scenario) =>
      scenario.prepare({ batchTripleCount: testType === "VOLUME" ? undefined : 2, seed: 7 })
    ).pipe(Effect.provide(GeneratedFixtures.layer(load)))
    if (!Arr.isNonEmptyReadonlyArray(prepared)) return yield* Effect.dieMessage("no scenarios")
    const dms = yield* LocalDms
    const before = yield* dms.stats
    const running = yield* Effect.fork(run(passesOf(users, 1), prepared))
    yield* TestClock.adjust("1 minute")
    const { endedBy } = yield* Fiber.join(running)
    const after = yield* dms.stats
    const { failures, total } = (yield* Recorder).measurements()
    const written = (op: "create" | "update" | "delete") =>
      sum(after.operations[op]) - sum(before.operations[op])
    return {
      scenarios,
      endedBy,
      failures: failures.map(({ failure }) => JSON.stringify(failure)),
      total,
      after,
      before,
      written: { create: written("create"), update: written("update"), delete: written("delete") }
    }
  })

const quietly = Logger.withMinimumLogLevel(LogLevel.Error)

describe("batches of all resources that the server describes", () => {
  it.effect("fail nowhere, change what they update, and leave nothing but fixtures", () =>
    Effect.gen(function* () {
      const plan = yield* choose("minimal")
      assert.deepStrictEqual(
        plan.leftOut.map(({ path }) => path),
        ["ed-fi/schoolYearTypes"]
      )
      const result = yield* runChosen(plan, "BATCH_VOLUME")
      const { after, before, failures, scenarios, total, written } = result
      assert.deepStrictEqual([result.endedBy, failures], ["passes", []])
      assert.strictEqual(total.requests, users * scenarios.length)
      assert.deepStrictEqual(written, { ...total.succeeded })
      const planned = scenarios.map(({ operationsPerRecord }) => sum({ ...operationsPerRecord?.({}) }))
      assert.strictEqual(
        sum({ ...total.succeeded }),
        2 * users * planned.reduce((all, each) => all + each, 0)
      )
      assert.deepStrictEqual([after.membersPruned, after.upsertsOnCreate, after.rows], [0, {}, before.rows])
    }).pipe(quietly, Effect.provide(inMemory()))
  )
})

describe("single requests of resources with and without new parents", () => {
  it.effect("fail nowhere, change what they update, and leave nothing but fixtures", () =>
    Effect.gen(function* () {
      const endpoints = ["courses", "studentSchoolAssociations", "candidates", "grades", "contacts"]
      const result = yield* runChosen(yield* choose("full", endpoints), "VOLUME")
      const { after, before, failures, scenarios, total, written } = result
      assert.strictEqual(scenarios.length, endpoints.length)
      assert.deepStrictEqual([result.endedBy, failures], ["passes", []])
      assert.deepStrictEqual(written, { ...total.succeeded })
      assert.strictEqual(total.requests, sum({ ...total.succeeded }))
      assert.deepStrictEqual([after.membersPruned, after.upsertsOnCreate, after.rows], [0, {}, before.rows])
    }).pipe(quietly, Effect.provide(inMemory()))
  )
})
