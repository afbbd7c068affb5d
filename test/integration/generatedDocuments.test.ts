/** Documents generated from an OpenAPI document, judged by a DMS that learned its rules from ApiSchema. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { fetchDependencies } from "../../src/dms/fetchDependencies.ts"
import { fetchSpecifications } from "../../src/dms/fetchSpecifications.ts"
import { ResourceClient } from "../../src/dms/ResourceClient.ts"
import {
  fixturesOf,
  type GeneratedDocument,
  generateRecord,
  pooledParents
} from "../../src/documents/generateDocuments.ts"
import { makeKeySpace } from "../../src/documents/generatedKeys.ts"
import { type ParentKind, parentKinds, planDocuments } from "../../src/documents/planDocuments.ts"
import { findServerFacts } from "../../src/fixtures/findServerFacts.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { neededDescriptors } from "../../src/schema/neededDescriptors.ts"
import { orderDifferences } from "../../src/schema/orderDifferences.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { type Extent, extents } from "../../src/schema/recordNeeds.ts"
import type { ApiModel } from "../../src/schema/ResourceSchema.ts"
import { hasPublished, publishedModel } from "../schema/publishedModel.ts"
import { inMemory } from "./client.ts"

/** The resources of Ed-Fi itself in the published document, whose Data Standard is one version older. */
const olderModel = (dialect: "ODS/API 7.2" | "DMS" = "ODS/API 7.2"): ApiModel => {
  const model = publishedModel(dialect)
  return { ...model, resources: model.resources.filter(({ project }) => project === "ed-fi") }
}

/** What the local DMS says of itself; `undefined` if it publishes nothing. */
const ownModel = Effect.gen(function* () {
  const specifications = yield* fetchSpecifications
  const documents = yield* Effect.forEach(specifications, ({ text, url }) => readDocument(url, text))
  return yield* readOpenApi(documents)
}).pipe(Effect.catchTag("SpecificationsUnavailable", () => Effect.succeed(undefined)))

/** Creates, updates and deletes a record of each resource, with its parents; returns what was refused. */
const liveAll = (model: ApiModel, extent: Extent, parents: ParentKind) =>
  Effect.gen(function* () {
    const client = yield* ResourceClient
    const descriptors = neededDescriptors(model, model.resources, extent)
    const facts = yield* findServerFacts(descriptors, { localEducationAgencyId: 255901 })
    const plan = planDocuments(model, model.resources, { extent, facts, parents })
    const demand = { users: 10, perIteration: 1, loads: 1, fixtureSeed: 1 }
    const space = Either.getOrThrow(makeKeySpace(demand, plan.keyUse))
    const refused: Array<string> = []
    const create = ({ document, resource }: GeneratedDocument) =>
      Effect.gen(function* () {
        const { created, id } = yield* client.post(resource, document)
        if (!created) refused.push(`${resource.path}: the record was there`)
        return { resource, id }
      })
    const noting = <A, E extends { readonly message: string }>(path: string, call: Effect.Effect<A, E>) =>
      Effect.catchAll(call, ({ message }) => Effect.sync(() => void refused.push(`${path}: ${message}`)))
    yield* Effect.forEach(fixturesOf(plan, space), (each) => noting(each.resource.path, create(each)))
    for (const [iteration, each] of plan.records.entries()) {
      const record = { seed: 1, user: 0, iteration, index: 0 }
      const generated = generateRecord(each, record, space)
      const life = Effect.gen(function* () {
        const pooled = each.pool === undefined ? [] : pooledParents(each, record, space)
        const before = yield* Effect.forEach([...pooled, ...generated.parents], create)
        const made = yield* create(generated.record)
        if (generated.changed !== undefined) yield* client.put(made.resource, made.id, generated.changed)
        yield* Effect.forEach([made, ...before.toReversed()], ({ id, resource }) =>
          client.remove(resource, id)
        )
      })
      yield* noting(each.path, life)
    }
    return { plan, refused }
  })

describe("the order of creation that references require", () => {
  it.effect.skipIf(!hasPublished)("is the one that a DMS publishes", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(orderDifferences(olderModel(), yield* fetchDependencies), [])
    }).pipe(Effect.provide(inMemory()))
  )
})

describe("a DMS accepts the generated documents of all resources", () => {
  const quietly = Logger.withMinimumLogLevel(LogLevel.Error)

  const kinds = hasPublished
    ? extents.flatMap((extent) =>
        parentKinds.map((parents) => ({
          dialect: parents === "new" ? ("DMS" as const) : ("ODS/API 7.2" as const),
          extent,
          parents
        }))
      )
    : []

  it.effect.each(kinds)(
    "$extent ones with $parents parents, from the published document in the dialect $dialect",
    ({ dialect, extent, parents }) =>
      Effect.gen(function* () {
        const { plan, refused } = yield* liveAll(olderModel(dialect), extent, parents)
        assert.deepStrictEqual(refused, [])
        assert.deepStrictEqual([plan.records.length, plan.leftOut.length], [127, 1])
        const { membersPruned, operations, upsertsOnCreate } = yield* (yield* LocalDms).stats
        assert.deepStrictEqual([membersPruned, upsertsOnCreate], [0, {}])
        const created = plan.fixtures.length + plan.records.flatMap((each) => [...each.parents, 1]).length
        assert.strictEqual(
          Object.values(operations.create).reduce((sum, count) => sum + count, 0),
          created
        )
      }).pipe(quietly, Effect.provide(inMemory()))
  )

  it.effect.each(extents)("%s ones, from its own documents if it publishes them", (extent) =>
    Effect.gen(function* () {
      const model = yield* ownModel
      if (model === undefined) return
      const { plan, refused } = yield* liveAll(model, extent, "new")
      assert.deepStrictEqual(refused, [])
      assert.deepStrictEqual(
        plan.leftOut.map(({ path }) => path),
        ["ed-fi/schoolYearTypes"]
      )
    }).pipe(quietly, Effect.provide(inMemory()))
  )
})
