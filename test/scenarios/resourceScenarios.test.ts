/** Scenarios of any resource: what is known of them before a run, and the operations that they send. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { deserialize, serialize } from "node:v8"
import { BatchClient } from "../../src/dms/BatchClient.ts"
import { compileTemplate } from "../../src/dms/compileTemplate.ts"
import { encodeBatch } from "../../src/dms/encode.ts"
import { SingleClient } from "../../src/dms/SingleClient.ts"
import { keyLimits } from "../../src/documents/generatedKeys.ts"
import { generateRecord } from "../../src/documents/generateDocuments.ts"
import { GeneratedLoad, loadOf, pooledCount, poolGroups } from "../../src/documents/GeneratedLoad.ts"
import type { DocumentsPlan, PlannedRecord, PlanOptions } from "../../src/documents/planDocuments.ts"
import { TransportFailed } from "../../src/domain/BatchError.ts"
import { type BatchPattern, operationsAt } from "../../src/domain/BatchPattern.ts"
import type { Operation } from "../../src/domain/Operation.ts"
import { OperationRefused, type SingleError } from "../../src/domain/SingleError.ts"
import { GeneratedFixtures } from "../../src/fixtures/GeneratedFixtures.ts"
import { type ResourceScenario, resourceScenarios } from "../../src/scenarios/resourceScenarios.ts"
import type { Extent } from "../../src/schema/recordNeeds.ts"
import type { ApiModel } from "../../src/schema/ResourceSchema.ts"
import { planOf, spaceOf } from "../documents/plans.ts"
import { descriptorsDocument, modelOf, resourcesDocument } from "../schema/dialects.ts"
import { hasPublished, publishedModel } from "../schema/publishedModel.ts"

const scenarioOf = (record: PlannedRecord, testType: string): ResourceScenario => {
  const found = resourceScenarios(record).find((scenario) => scenario.testType === testType)
  if (found === undefined) throw new Error(`${record.path} has no scenario of ${testType}`)
  return found
}

const smallModel = modelOf(resourcesDocument("DMS"), descriptorsDocument("DMS"))

const recordIn = (plan: DocumentsPlan, path: string): PlannedRecord => {
  const found = plan.records.find((each) => each.path === path)
  if (found === undefined) throw new Error(`no plan of ${path}`)
  return found
}

const loaded = (plan: DocumentsPlan) =>
  Layer.succeed(GeneratedFixtures, {
    load: Effect.succeed(loadOf(plan, new Set(plan.records.map(({ path }) => path)), spaceOf(plan)).load)
  })

/** The patterns of the batches of all resources of a plan. */
const patternsOf = (plan: DocumentsPlan, deleteResources: boolean): ReadonlyArray<BatchPattern> => {
  const patterns: Array<BatchPattern> = []
  const batches = Layer.succeed(BatchClient, {
    naming: "endpoint",
    postBatch: () => Effect.dieMessage("nothing is sent"),
    postPattern: (pattern) =>
      Effect.sync(() => {
        patterns.push(pattern)
        return () => Effect.succeed({ create: 0, update: 0, delete: 0 })
      })
  })
  const singles = Layer.succeed(SingleClient, {
    send: () => Effect.dieMessage("nothing is sent"),
    sendBad: () => Effect.dieMessage("nothing is sent")
  })
  const scenarios = plan.records.map((record) => scenarioOf(record, "BATCH_VOLUME"))
  const prepared = Effect.forEach(scenarios, (scenario) =>
    scenario.prepare({ batchTripleCount: 10, deleteResources, seed: 7 })
  )
  Effect.runSync(Effect.provide(prepared, Layer.mergeAll(batches, singles, loaded(plan))))
  return patterns
}

/** The single requests of the first iteration of a resource; one of them may fail. */
const singlesOf = (
  path: string,
  deleteResources: boolean,
  failing?: { readonly name: string; readonly error: OperationRefused | TransportFailed }
) => {
  const plan = planOf(smallModel, "minimal")
  const sent: Array<string> = []
  const singles = Layer.succeed(SingleClient, {
    send: (operation) =>
      Effect.suspend((): Effect.Effect<string, SingleError> => {
        const id = operation.op === "create" ? operation.resource.name : operation.target.documentId
        const name = `${operation.op} ${operation.resource.endpoint}`
        sent.push(`${name} ${operation.op === "create" ? "" : id}`.trim())
        return name === failing?.name ? failing.error : Effect.succeed(id)
      }),
    sendBad: () => Effect.dieMessage("not asked for")
  })
  const scenario = scenarioOf(recordIn(plan, path), "VOLUME")
  const batches = Layer.succeed(BatchClient, {
    naming: "endpoint",
    postBatch: () => Effect.dieMessage("no batch is sent")
  })
  const ended = Effect.gen(function* () {
    const { iteration } = yield* scenario.prepare({ deleteResources, seed: 7 })
    return yield* Effect.either(iteration({ user: 0, iteration: 0 }))
  }).pipe(Effect.provide(Layer.mergeAll(singles, batches, loaded(plan))))
  return { sent, ended: Effect.runSync(ended) }
}

const models: ReadonlyArray<readonly [string, ApiModel]> = [
  ["a small document", smallModel],
  ...(hasPublished ? [["the published document", publishedModel()] as const] : [])
]

describe("the scenarios of a resource", () => {
  const association = recordIn(planOf(smallModel, "minimal"), "ed-fi/studentSchoolAssociations")
  const batch = scenarioOf(association, "BATCH_VOLUME")
  const single = scenarioOf(association, "VOLUME")

  it("are named by resource and test type, and count the operations of new parents", () => {
    assert.deepStrictEqual(
      [batch.name, batch.testType, single.name, single.testType],
      [
        "StudentSchoolAssociationBatchVolumeTest",
        "BATCH_VOLUME",
        "StudentSchoolAssociationVolumeTest",
        "VOLUME"
      ]
    )
    assert.match(
      batch.description,
      /^ed-fi\/studentSchoolAssociations with 1 new parent each: create, update \w+, delete$/
    )
    for (const { operationsPerRecord } of [batch, single]) {
      assert.deepStrictEqual(operationsPerRecord?.({}), { create: 2, update: 1, delete: 2 })
      assert.deepStrictEqual(operationsPerRecord?.({ deleteResources: false }), {
        create: 2,
        update: 1,
        delete: 0
      })
    }
  })

  it("have the names of all their requests", () => {
    assert.deepStrictEqual(batch.requestNames({ batchTripleCount: 4 }), ["studentSchoolAssociations-batch-4"])
    assert.deepStrictEqual(single.requestNames({ deleteResources: false, failDeliberately: true }), [
      "POST /data/ed-fi/students",
      "POST /data/ed-fi/studentSchoolAssociations",
      "PUT /data/ed-fi/studentSchoolAssociations/{id}",
      "POST /data/ed-fi/studentSchoolAssociations [Deliberate Failure]"
    ])
    assert.deepStrictEqual(single.requestNames({}).slice(-2), [
      "DELETE /data/ed-fi/studentSchoolAssociations/{id}",
      "DELETE /data/ed-fi/students/{id}"
    ])
  })
})

const withAll = { companions: true, parents: "pooled" } as const

const kinds: ReadonlyArray<readonly [string, Extent, Pick<PlanOptions, "companions" | "parents">]> = [
  ["minimal", "minimal", {}],
  ["full", "full", {}],
  ["related and pooled", "minimal", withAll]
]

describe.each(models)("batches of all resources of %s", (_, model) => {
  const at = FastCheck.record({
    user: FastCheck.nat(99),
    iteration: FastCheck.nat(keyLimits.iterations - 1)
  })

  it.each(kinds)("are copied from templates as they are encoded, %s ones", (_kind, extent, options) => {
    const plan = planOf(model, extent, undefined, undefined, options)
    for (const pattern of patternsOf(plan, true)) {
      const template = Either.getOrThrow(compileTemplate(pattern, "endpoint"))
      const target = Buffer.alloc(template.maxBytes)
      FastCheck.assert(
        FastCheck.property(at, (batchAt) => {
          const written = target.subarray(0, template.write(batchAt, target, 0)).toString()
          assert.strictEqual(
            written,
            Buffer.from(encodeBatch(operationsAt(pattern, batchAt), "endpoint")).toString()
          )
        }),
        { numRuns: 3 }
      )
    }
  })

  it.each(kinds)(
    "create parents first, companions after the record, and delete in reverse: %s ones",
    (_kind, extent, options) => {
      const plan = planOf(model, extent, undefined, undefined, options)
      const wordsOf = (operations: ReadonlyArray<Operation>) =>
        operations.map(({ op, resource }) => `${op} ${resource.endpoint}`)
      const kept = patternsOf(plan, false)
      for (const [index, pattern] of patternsOf(plan, true).entries()) {
        const [first] = plan.records.slice(index)
        const parents = first?.pool === undefined ? first?.parents : []
        const created = [...(parents ?? []), first?.record, ...(first?.companions ?? [])].map(
          (each) => each?.resource.endpoint
        )
        const update = first?.changed === undefined ? [] : [`update ${first.record.resource.endpoint}`]
        const writes = [...created.map((each) => `create ${each}`), ...update]
        const record = { seed: 7, user: 0, iteration: 0, index: 0 }
        assert.deepStrictEqual(wordsOf(pattern.operationsOf([record])), [
          ...writes,
          ...created.toReversed().map((each) => `delete ${each}`)
        ])
        assert.deepStrictEqual(wordsOf(kept[index]?.operationsOf([record]) ?? []), writes)
      }
    }
  )
})

describe("the scenarios of a person with a companion", () => {
  const plan = planOf(smallModel, "minimal", undefined, undefined, { companions: true })
  const student = recordIn(plan, "ed-fi/students")

  it("count its operations, and name its requests", () => {
    const single = scenarioOf(student, "VOLUME")
    assert.match(single.description, /^ed-fi\/students with a companion each: create,/)
    const update = student.changed === undefined ? 0 : 1
    assert.deepStrictEqual(single.operationsPerRecord?.({}), { create: 2, update, delete: 2 })
    assert.deepStrictEqual(
      single.requestNames({}).filter((name) => !name.startsWith("PUT")),
      [
        "POST /data/ed-fi/students",
        "POST /data/ed-fi/studentSchoolAssociations",
        "DELETE /data/ed-fi/studentSchoolAssociations/{id}",
        "DELETE /data/ed-fi/students/{id}"
      ]
    )
  })
})

describe("the scenarios of a record with pooled parents", () => {
  const plan = planOf(smallModel, "minimal", undefined, undefined, { parents: "pooled" })
  const association = recordIn(plan, "ed-fi/studentSchoolAssociations")

  it("have the operations of the record alone", () => {
    for (const testType of ["BATCH_VOLUME", "VOLUME"]) {
      const scenario = scenarioOf(association, testType)
      assert.match(scenario.description, /^ed-fi\/studentSchoolAssociations with 1 pooled parent each:/)
      assert.deepStrictEqual(scenario.operationsPerRecord?.({}), { create: 1, update: 1, delete: 1 })
    }
    assert.notInclude(scenarioOf(association, "VOLUME").requestNames({}).join(), "/students")
  })

  it("refer to the parents in the pool of its user and index", () => {
    const space = spaceOf(plan)
    const { load } = loadOf(plan, new Set([association.path]), space)
    const pool = new Set([...poolGroups(load)].flat().map(({ naturalKey }) => JSON.stringify(naturalKey)))
    assert.strictEqual(pool.size, pooledCount(load))
    assert.strictEqual(pool.size, space.users * space.perIteration)
    const at = FastCheck.record({
      seed: FastCheck.constant(7),
      user: FastCheck.nat(space.users - 1),
      iteration: FastCheck.nat(keyLimits.iterations - 1),
      index: FastCheck.nat(space.perIteration - 1)
    })
    FastCheck.assert(
      FastCheck.property(at, (record) => {
        const { document } = generateRecord(association, record, space).record
        assert.isTrue(pool.has(JSON.stringify(document["studentReference"])))
      })
    )
  })
})

describe("the plan of a load", () => {
  it.each(models)("reaches a worker as it is, from %s", (_, model) => {
    const plan = planOf(model, "full", undefined, undefined, withAll)
    const paths = new Set(plan.records.map(({ path }) => path))
    const { load } = loadOf(plan, paths, spaceOf(plan))
    const sent: unknown = deserialize(serialize(Schema.encodeSync(GeneratedLoad)(load)))
    assert.deepStrictEqual(Schema.decodeUnknownSync(GeneratedLoad)(sent), load)
  })

  it("has the fixtures of the chosen records only", () => {
    const plan = planOf(smallModel, "minimal")
    const fixturesFor = (path: string) =>
      loadOf(plan, new Set([path]), spaceOf(plan)).fixtures.map(({ resource }) => resource.path)
    assert.deepStrictEqual(fixturesFor("ed-fi/students"), [])
    assert.deepStrictEqual(fixturesFor("ed-fi/studentSchoolAssociations"), ["ed-fi/schools"])
  })
})

describe("single requests of a resource with a new parent", () => {
  const path = "ed-fi/studentSchoolAssociations"
  const problem = { type: "urn:ed-fi:api:conflict" }
  const refusal = (op: "create" | "update" | "delete") =>
    new OperationRefused({ op, resource: "studentSchoolAssociations", status: 409, problem })
  const lost = new TransportFailed({ phase: "timeout", detail: "no response" })

  it("address what they created by id, and delete in reverse order", () => {
    const { ended, sent } = singlesOf(path, true)
    assert.isTrue(Either.isRight(ended))
    assert.deepStrictEqual(sent, [
      "create students",
      "create studentSchoolAssociations",
      "update studentSchoolAssociations StudentSchoolAssociation",
      "delete studentSchoolAssociations StudentSchoolAssociation",
      "delete students Student"
    ])
    assert.deepStrictEqual(singlesOf(path, false).sent, sent.slice(0, 3))
  })

  it("delete the parent of a record that could not be created", () => {
    const error = refusal("create")
    const { ended, sent } = singlesOf(path, true, { name: "create studentSchoolAssociations", error })
    assert.deepStrictEqual(sent, [
      "create students",
      "create studentSchoolAssociations",
      "delete students Student"
    ])
    assert.deepStrictEqual(Either.flip(ended), Either.right(error))
  })

  it("keep the parent of a record that could not be deleted", () => {
    const error = refusal("delete")
    const { ended, sent } = singlesOf(path, true, { name: "delete studentSchoolAssociations", error })
    assert.strictEqual(sent.at(-1), "delete studentSchoolAssociations StudentSchoolAssociation")
    assert.deepStrictEqual(Either.flip(ended), Either.right(error))
  })

  it("have no verdict if one of them had none, and still delete", () => {
    const { ended, sent } = singlesOf(path, true, { name: "update studentSchoolAssociations", error: lost })
    assert.strictEqual(sent.at(-1), "delete students Student")
    assert.deepStrictEqual(Either.flip(ended), Either.right(lost))
  })
})
