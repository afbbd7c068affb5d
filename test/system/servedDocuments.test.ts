/** Documents of all resources that the local DMS serves, valid under the OpenAPI documents that it serves. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type DialectName, dialectNames } from "../../src/local-dms/Dialect.ts"
import { DataModel } from "../../src/local-dms/DataModel.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { type Extent, extents } from "../../src/schema/recordNeeds.ts"
import { validators } from "../documents/openapi.ts"
import { allDocuments, planOf, schoolYearOf } from "../documents/plans.ts"
import { fetchDocuments } from "../integration/openApiDocuments.ts"
import { withClubs } from "../local-dms/inventedExtension.ts"

const servers = dialectNames.flatMap((dialect) => extents.map((extent) => [dialect, extent] as const))

/** The documents of a plan of all resources that are not valid, and how many were checked of which resources. */
const checked = (dialect: DialectName, extent: Extent) =>
  Effect.gen(function* () {
    const texts = yield* fetchDocuments(dialect)
    const resourcesText = texts.get("Resources") ?? ""
    const documents = [...texts].filter(([name]) => name === "Resources" || name === "Descriptors")
    const model = yield* readOpenApi(
      yield* Effect.forEach(documents, ([name, text]) => readDocument(name, text))
    )
    const plan = planOf(model, extent)
    const { ofResource } = validators(resourcesText)
    const all = [...allDocuments(plan), ...schoolYearOf(model, extent)]
    const invalid = all.flatMap(({ document, resource: { path } }) => {
      const validate = ofResource(path)
      return validate(document) ? [] : [{ path, document, errors: validate.errors }]
    })
    // Lets the test runner hear of this process, which does nothing but compute.
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    return { all, invalid, model, plan }
  })

describe("documents of all resources of the local DMS", () => {
  it.effect.each(servers)("are valid under the documents of the dialect %s, %s ones", ([dialect, extent]) =>
    Effect.gen(function* () {
      const { all, invalid, model, plan } = yield* checked(dialect, extent)
      assert.deepStrictEqual(invalid, [])
      assert.strictEqual(new Set(all.map(({ resource }) => resource.path)).size, model.resources.length)
      assert.deepStrictEqual(
        plan.leftOut.map(({ path }) => path),
        ["ed-fi/schoolYearTypes"]
      )
      assert.isAbove(model.resources.length, 150)
      assert.strictEqual(plan.records.length, model.resources.length - 1)
    })
  )

  it.effect.each(dialectNames)("with an invented extension are valid too, in the dialect %s", (dialect) =>
    Effect.gen(function* () {
      const { all, invalid } = yield* checked(dialect, "full")
      assert.deepStrictEqual(invalid, [])
      const paths = new Set(all.map(({ resource }) => resource.path))
      assert.isTrue(paths.has("club-house/clubs") && paths.has("club-house/studentClubAssociations"))
    }).pipe(Effect.provide(Layer.succeed(DataModel, withClubs)))
  )
})
