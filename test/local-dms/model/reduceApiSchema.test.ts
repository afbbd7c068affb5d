/** What of an ApiSchema file becomes a fact. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { reduceFiles } from "../../../scripts/reduceDataStandard.ts"
import type { ApiSchema, JsonSchema, ResourceSchema } from "../../../src/local-dms/model/ApiSchema.ts"
import { DataModel } from "../../../src/local-dms/DataModel.ts"
import { reduceApiSchema } from "../../../src/local-dms/model/reduceApiSchema.ts"
import { shapeAt } from "../../../src/local-dms/model/compileResource.ts"

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const shared = (file: string) => pathOf(`../../../../shared/data/${file}`)
const [core, tpdm, openApi] = [
  shared("ed-fi-api-schema-ds-5.2.json"),
  shared("ed-fi-api-schema-tpdm.json"),
  shared("ed-fi-resources-ds-5.0.json")
]
const committed = (file: string) => readFileSync(pathOf(`../../../src/local-dms/model/${file}`), "utf8")
const files = ["dataStandard52.ts", "dataStandard52Facts.ts", "tpdm11.ts", "tpdm11Facts.ts"]

const resource = (properties: JsonSchema["properties"], extra: Partial<ResourceSchema>): ResourceSchema => ({
  resourceName: "Thing",
  isDescriptor: false,
  jsonSchemaForInsert: { type: "object", properties, required: ["name"] },
  identityJsonPaths: ["$.name"],
  allowIdentityUpdates: false,
  documentPathsMapping: {},
  equalityConstraints: [],
  arrayUniquenessConstraints: [],
  decimalPropertyValidationInfos: [],
  queryFieldMapping: { id: [{ path: "$.id", type: "string" }] },
  isSubclass: false,
  securableElements: { Namespace: [], EducationOrganization: [], Student: [], Contact: [], Staff: [] },
  ...extra
})

const fileWith = (things: ResourceSchema): ApiSchema => ({
  projectSchema: {
    projectName: "Ed-Fi",
    projectEndpointName: "ed-fi",
    projectVersion: "5.2.0",
    resourceSchemas: { things },
    abstractResources: {}
  }
})

const factsOf = (things: ResourceSchema) =>
  Either.getOrThrow(reduceApiSchema(fileWith(things))).resources[0]?.[2]

describe("reduceApiSchema", () => {
  it("keeps a unified member of a reference once for each part of the identity that it carries", () => {
    const schoolPath = (identityJsonPath: string, part: string) => ({
      identityJsonPath,
      referenceJsonPath: `$.offeringReference.${part}`
    })
    const facts = factsOf(
      resource(
        {
          name: { type: "string", maxLength: 60, pattern: "^(?!\\s)(.*\\S)$" },
          offeringReference: {
            type: "object",
            required: ["code", "schoolId"],
            properties: { code: { type: "string" }, schoolId: { type: "integer", format: "int64" } }
          }
        },
        {
          documentPathsMapping: {
            Offering: {
              isReference: true,
              isDescriptor: false,
              resourceName: "CourseOffering",
              referenceJsonPaths: [
                schoolPath("$.code", "code"),
                schoolPath("$.schoolReference.schoolId", "schoolId"),
                schoolPath("$.sessionReference.schoolId", "schoolId")
              ]
            }
          }
        }
      )
    )
    assert.deepStrictEqual(facts?.members, [
      { name: "name", required: true, type: "text", max: 60, rule: "trimmed" },
      {
        name: "offeringReference",
        type: "reference",
        to: "CourseOffering",
        parts: ["code", "schoolId", "schoolId"],
        members: [
          { name: "code", required: true, type: "text" },
          { name: "schoolId", required: true, type: "integer", bits: 64 }
        ]
      }
    ])
  })

  it("puts uniqueness to its list, also in a list of a list", () => {
    const item = (properties: JsonSchema["properties"]): JsonSchema => ({
      type: "array",
      items: { type: "object", properties }
    })
    const facts = factsOf(
      resource(
        {
          addresses: item({
            city: { type: "string" },
            periods: item({ begin: { type: "string", format: "date" } })
          })
        },
        {
          arrayUniquenessConstraints: [
            {
              paths: ["$.addresses[*].city"],
              nestedConstraints: [{ basePath: "$.addresses[*]", paths: ["$.periods[*].begin"] }]
            }
          ]
        }
      )
    )
    assert.deepStrictEqual(facts?.members, [
      {
        name: "addresses",
        type: "list",
        unique: ["city"],
        items: [
          { name: "city", type: "text" },
          { name: "periods", type: "list", unique: ["begin"], items: [{ name: "begin", type: "date" }] }
        ]
      }
    ])
  })

  it.each([
    ["pattern", { type: "string", pattern: "[a-z]+" } as const],
    ["format", { type: "string", format: "uri" } as const],
    ["items", { type: "array", items: { type: "string" } } as const]
  ])("refuses a %s that the local DMS cannot check, and names its place", (word, member) => {
    const reduced = reduceApiSchema(fileWith(resource({ name: member }, {})))
    assert.isTrue(Either.isLeft(reduced))
    if (Either.isLeft(reduced)) {
      assert.include(reduced.left.message, "things $.name")
      assert.include(reduced.left.message, word)
    }
  })
})

describe("reduceApiSchema of an extension", () => {
  const overrides = (...insertionLocations: ReadonlyArray<string>) => [
    {
      insertionLocations,
      schemaFragment: { type: "object", properties: { club: { type: "boolean" } } } as const
    }
  ]

  it("adds _ext to the shared parts that it extends, in lists, lists of their items, and objects", () => {
    const locations = [
      "$.properties.addresses.items",
      "$.properties.addresses.items.properties.periods.items",
      "$.properties.address"
    ]
    const things = resource(
      { name: { type: "string" } },
      { commonExtensionOverrides: overrides(...locations) }
    )
    const ext = { name: "_ext", type: "object", members: [{ name: "club", type: "boolean" }] } as const
    assert.deepStrictEqual(factsOf(things)?.members.slice(1), [
      { name: "addresses", type: "list", items: [ext, { name: "periods", type: "list", items: [ext] }] },
      { name: "address", type: "object", members: [ext] }
    ])
  })

  it.each(["$.addresses[*]", "properties.addresses", "$.properties"])("refuses the place %s", (location) => {
    const things = resource({ name: { type: "string" } }, { commonExtensionOverrides: overrides(location) })
    const reduced = reduceApiSchema(fileWith(things))
    assert.include(
      Either.isLeft(reduced) ? reduced.left.message : "",
      `things ${location}: no place in a schema`
    )
  })
})

describe("the facts of the Data Standard and of TPDM", () => {
  it.skipIf(![core, tpdm, openApi].every((file) => existsSync(file)))(
    "are what the script makes of its files (skipped where ../shared/data is not)",
    () => {
      const modules = reduceFiles(core, tpdm, openApi)
      assert.deepStrictEqual(Object.keys(modules), files)
      for (const file of files) assert.strictEqual(committed(file), modules[file], file)
    }
  )

  it("stay below 400 KB", () => {
    assert.isBelow(
      files.reduce((sum, file) => sum + committed(file).length, 0),
      400_000
    )
  })

  it("describe 138 + 15 resources and 211 + 18 descriptors, each with an identity that its documents have", () => {
    const models = DataModel.defaultValue().all()
    assert.deepStrictEqual(
      [models.filter(({ isDescriptor }) => !isDescriptor).length, models.length],
      [138 + 15, 138 + 15 + 211 + 18]
    )
    for (const { endpoint, identity, members } of models) {
      assert.isAbove(identity.parts.length, 0, endpoint)
      for (const { path } of identity.parts) {
        const tag = shapeAt(members, path)?._tag
        assert.isTrue(tag !== undefined && !["list", "object", "reference"].includes(tag), path.join("."))
      }
    }
  })

  it("put what TPDM adds to a core resource under _ext, and only there", () => {
    const shapes = ["credentials", "schools", "surveyResponses", "students"].map((endpoint) => {
      const model = DataModel.defaultValue().find("ed-fi", endpoint)
      const added = model === undefined ? undefined : shapeAt(model.members, ["_ext", "tpdm"])
      return added?._tag === "object" ? [...added.members.byName.keys()] : []
    })
    assert.deepStrictEqual(
      shapes.map(({ length }) => length),
      [8, 1, 1, 0]
    )
    assert.deepStrictEqual(shapes[1], ["postSecondaryInstitutionReference"])
  })

  it("let a reference carry as many parts as the identity of its target has", () => {
    const spaces = new Map(
      DataModel.defaultValue()
        .all()
        .flatMap(({ identities }) => identities.map((one) => [one.space, one.parts]))
    )
    for (const { endpoint, members } of DataModel.defaultValue().all()) {
      for (const [name, { shape }] of members.byName) {
        if (shape._tag !== "reference") continue
        assert.strictEqual(shape.parts.length, spaces.get(shape.space)?.length, `${endpoint} ${name}`)
        for (const part of shape.parts)
          assert.isTrue(shape.members.byName.has(part), `${endpoint} ${name} ${part}`)
      }
    }
  })
})
