/** Other data models than the stock one: a small core and an extension, both invented. */
import SwaggerParser from "@apidevtools/swagger-parser"
import { assert, describe, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { DataModel, type Models } from "../../../src/local-dms/DataModel.ts"
import { dialectNames, dialects } from "../../../src/local-dms/Dialect.ts"
import { loadApiSchema } from "../../../src/local-dms/model/loadApiSchema.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { modelOfFiles } from "../../../src/local-dms/model/modelOfFiles.ts"
import { specification } from "../../../src/local-dms/openapi/specifications.ts"
import { at, jsonOf, problemOf, send, session } from "../harness.ts"
import { core, extension, lost, resource } from "../inventedModel.ts"

const fileOf = (path: string, value: unknown) => ({ path, text: JSON.stringify(value) })

const files = [fileOf("schema/a-club.json", extension), fileOf("schema/core.json", core)]
const models = Either.getOrThrow(modelOfFiles("schema", files))
const inMemory = LocalDms.layerHttpClient().pipe(Layer.provide(Layer.succeed(DataModel, models)))

describe("a core project and an extension of it", () => {
  it.effect("are served, the extension under its own project", () =>
    Effect.gen(function* () {
      const { inProject } = yield* session
      const dataModels = at(jsonOf(yield* send("GET", "/")), "dataModels")
      assert.deepStrictEqual(dataModels, [
        { name: "Ed-Fi", version: "9.0.0", informationalVersion: "A small core" },
        { name: "Garden-Club", version: "0.1.0", informationalVersion: "Gardeners" }
      ])
      const post = (path: string, json: object) => inProject("POST", path, { text: JSON.stringify(json) })
      const gardener = { gardenerName: "G", gardenReference: { gardenName: "A" } }
      assert.strictEqual((yield* post("garden-club/gardeners", gardener)).status, 409)
      assert.strictEqual((yield* post("ed-fi/gardens", { gardenName: "A" })).status, 201)
      assert.strictEqual((yield* post("garden-club/gardeners", gardener)).status, 201)
      assert.strictEqual((yield* post("ed-fi/gardeners", gardener)).status, 404)
      assert.strictEqual((yield* post("ed-fi/students", {})).status, 404)
    }).pipe(Effect.provide(inMemory))
  )

  it.effect("judge the members that the extension adds to a resource of the core", () =>
    Effect.gen(function* () {
      const { inProject } = yield* session
      const bed = (bedName: string, club: object) =>
        inProject("POST", "ed-fi/beds", {
          text: JSON.stringify({ bedName, _ext: { "garden-club": club, other: { depth: "x" } } })
        })
      assert.deepStrictEqual(problemOf(yield* bed("A", {})), [400, "bad-request:data-validation-failed"])
      assert.deepStrictEqual(problemOf(yield* bed("A", { depth: 0 })), [
        400,
        "bad-request:data-validation-failed"
      ])
      const gardenerReference = { gardenerName: "nobody" }
      assert.deepStrictEqual(problemOf(yield* bed("A", { depth: 1, gardenerReference })), [
        409,
        "data-conflict:unresolved-reference"
      ])
      const created = yield* bed("A", { depth: 1, width: 2 })
      assert.strictEqual(created.status, 201)
      const stored = jsonOf(yield* inProject("GET", "ed-fi/beds"))
      assert.deepStrictEqual(at(stored, 0, "_ext"), { "garden-club": { depth: 1 } })
    }).pipe(Effect.provide(inMemory))
  )

  it.effect("judge the members that the extension adds to the items of a list of the core", () =>
    Effect.gen(function* () {
      const { inProject } = yield* session
      const garden = (club: object) => {
        const plants = [{ plantName: "Rose", _ext: { "garden-club": club, other: { height: "x" } } }]
        return inProject("POST", "ed-fi/gardens", { text: JSON.stringify({ gardenName: "A", plants }) })
      }
      for (const club of [{}, { height: 0 }]) {
        assert.deepStrictEqual(problemOf(yield* garden(club)), [400, "bad-request:data-validation-failed"])
      }
      assert.strictEqual((yield* garden({ height: 2, width: 1 })).status, 201)
      const stored = jsonOf(yield* inProject("GET", "ed-fi/gardens"))
      assert.deepStrictEqual(at(stored, 0, "plants", 0, "_ext"), { "garden-club": { height: 2 } })
    }).pipe(Effect.provide(inMemory))
  )

  it.effect("have a value of each descriptor at the start, in the namespace of its project", () =>
    Effect.gen(function* () {
      const { inProject } = yield* session
      const namespaces = ["ed-fi/soilDescriptors", "garden-club/toolDescriptors"].map((path) =>
        Effect.map(inProject("GET", path), (reply) => at(jsonOf(reply), 0, "namespace"))
      )
      assert.deepStrictEqual(yield* Effect.all(namespaces), [
        "uri://ed-fi.org/SoilDescriptor",
        "uri://garden-club.ed-fi.org/ToolDescriptor"
      ])
    }).pipe(Effect.provide(inMemory))
  )

  it.effect("are created in an order in which the core needs nothing of the extension", () =>
    Effect.gen(function* () {
      const steps = jsonOf(yield* send("GET", "/metadata/dependencies"))
      const resources = Array.isArray(steps) ? steps.map((step) => at(step, "resource")) : []
      assert.sameMembers(resources, [
        "/ed-fi/gardens",
        "/ed-fi/beds",
        "/ed-fi/soilDescriptors",
        "/garden-club/gardeners",
        "/garden-club/toolDescriptors"
      ])
      assert.isBelow(resources.indexOf("/ed-fi/gardens"), resources.indexOf("/garden-club/gardeners"))
      assert.isBelow(resources.indexOf("/garden-club/gardeners"), resources.indexOf("/ed-fi/beds"))
    }).pipe(Effect.provide(inMemory))
  )

  it.effect.each(dialectNames)("are described by valid OpenAPI documents in the dialect %s", (name) =>
    Effect.gen(function* () {
      const dialect = dialects[name]
      for (const { content } of dialect.metadata.specifications) {
        const document = JSON.parse(specification(models, dialect, content, "http://dms.test"))
        yield* Effect.promise(() => SwaggerParser.validate(document))
      }
      const text = specification(models, dialect, "resources", "http://dms.test")
      const names = Object.keys(Object(at(JSON.parse(text), "components", "schemas")))
      assert.includeMembers(
        names,
        name === "ods"
          ? ["edFi_gardenReference", "bedExtensions", "gardenClub_bedExtension", "gardenClub_gardener"]
          : ["EdFi_Garden_Reference", "EdFi_BedExtension", "GardenClub_BedExtension", "GardenClub_Gardener"]
      )
    })
  )
})

/** The message for files that are no data model. */
const refusal = (...given: ReadonlyArray<{ readonly path: string; readonly text: string }>): string =>
  Either.match(modelOfFiles("schema", given), {
    onLeft: ({ message }) => message,
    onRight: () => "usable"
  })

describe("files that are no data model", () => {
  const coreFile = fileOf("core.json", core)

  it("need exactly one core project, and each project once", () => {
    assert.strictEqual(
      refusal(),
      "schema has no core project: a file *.json whose isExtensionProject is not true"
    )
    assert.match(refusal(fileOf("club.json", extension)), /^schema has no core project/)
    assert.strictEqual(
      refusal(coreFile, fileOf("again.json", core)),
      "schema has 2 core projects: core.json, again.json"
    )
    assert.strictEqual(
      refusal(coreFile, fileOf("one.json", extension), fileOf("two.json", extension)),
      "two.json: another file is of the project garden-club as well"
    )
  })

  it("are named, with the place of what is wrong in them", () => {
    assert.match(refusal({ path: "x.json", text: "{" }), /^x\.json is not an ApiSchema file: is not JSON/)
    assert.strictEqual(
      refusal(coreFile, { path: "x.json", text: "{}" }),
      "x.json is not an ApiSchema file: projectSchema is missing"
    )
    assert.strictEqual(
      refusal(coreFile, fileOf("lost.json", lost)),
      "lost.json: gardeners $.farmReference refers to Farm, which no file has"
    )
  })

  it("cannot extend a resource that the core does not have, or have a key that no document has", () => {
    const withResources = (resourceSchemas: object) => ({
      projectSchema: { ...extension.projectSchema, resourceSchemas }
    })
    assert.match(
      refusal(
        coreFile,
        fileOf(
          "x.json",
          withResources({ farms: resource("Farm", "farmName", { isResourceExtension: true }) })
        )
      ),
      /^x\.json: farms is an extension of a resource that the core project does not have/
    )
    const elsewhere = resource("Farm", "farmName", { identityJsonPaths: ["$.farmId"] })
    assert.match(
      refusal(coreFile, fileOf("x.json", withResources({ farms: elsewhere }))),
      /^x\.json: farms \$\.farmId is not a member/
    )
  })
})

const shared = fileURLToPath(new URL("../../../../shared/data/", import.meta.url))
const dataStandard = `${shared}ed-fi-api-schema-ds-5.2.json`

describe("the ApiSchema file of the Data Standard", () => {
  it.skipIf(!existsSync(dataStandard))(
    "makes the same resources as the committed facts (skipped where ../shared/data is not)",
    () => {
      const text = readFileSync(dataStandard, "utf8")
      const loaded = Either.getOrThrow(modelOfFiles("shared", [{ path: dataStandard, text }]))
      const stock = DataModel.defaultValue().sources.filter(({ project }) => project === "ed-fi")
      assert.deepStrictEqual(
        loaded.sources.map(({ space }) => space),
        stock.map(({ space }) => space)
      )
      const sections = (sources: Models["sources"]) =>
        sources.find(({ space }) => space === "sections")?.facts()
      assert.deepStrictEqual(sections(loaded.sources), sections(stock))
    }
  )

  it.effect("of a folder without files is refused with the name of the folder", () =>
    Effect.gen(function* () {
      const folder = fileURLToPath(new URL(".", import.meta.url))
      const { message } = yield* Effect.flip(loadApiSchema(folder))
      assert.include(message, "has no core project")
      const missing = yield* Effect.flip(loadApiSchema(`${folder}nowhere`))
      assert.match(missing.message, /nowhere cannot be read: /)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})
