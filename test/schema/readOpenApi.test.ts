import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Either from "effect/Either"
import { describeApi } from "../../src/schema/describeApi.ts"
import { readDocument } from "../../src/schema/OpenApiDocument.ts"
import { readOpenApi } from "../../src/schema/readOpenApi.ts"
import { allMembers, keyOf, referencesOf, unifiedColumns } from "../../src/schema/ResourceSchema.ts"
import {
  descriptorsDocument,
  dialects,
  modelOf,
  modelOfDialect,
  resourceOf,
  resourcesDocument,
  sketches
} from "./dialects.ts"

describe.each(dialects)("a model read from documents of %s", (dialect) => {
  const model = modelOfDialect(dialect)

  it("has every resource, and the descriptors apart from them", () => {
    assert.deepStrictEqual(
      model.resources.map(({ path }) => path),
      sketches.map(({ endpoint }) => `ed-fi/${endpoint}`)
    )
    assert.deepStrictEqual(
      model.descriptors.map(({ name }) => name.toLowerCase()),
      ["gradeleveldescriptor", "leveldescriptor", "termdescriptor"]
    )
    assert.deepStrictEqual(model.unreadable, [])
  })

  it("has descriptors as resources with a key of namespace and code value", () => {
    for (const { canDelete, canUpdate, members } of model.descriptors) {
      const key = members.flatMap((member) =>
        "isIdentity" in member && member.isIdentity ? [member.name] : []
      )
      assert.sameMembers(key, ["namespace", "codeValue"])
      assert.deepStrictEqual([canUpdate, canDelete], [true, true])
    }
  })

  it("has the key of own members and of the references that belong to it", () => {
    const association = resourceOf(model, "studentSchoolAssociations")
    assert.deepStrictEqual(keyOf(association), ["entryDate", "schoolId", "studentUniqueId"])
    assert.deepStrictEqual(
      referencesOf(association).map(({ isIdentity, isRequired, name, target }) => [
        name,
        target,
        isRequired,
        isIdentity
      ]),
      [
        ["schoolReference", "ed-fi/schools", true, true],
        ["studentReference", "ed-fi/students", true, true],
        ["graduationSchoolYearTypeReference", "ed-fi/schoolYearTypes", false, false],
        ["nextYearSchoolReference", "ed-fi/schools", false, false]
      ]
    )
  })

  it("replaces an abstract target by the subtype of the table of exceptions", () => {
    const [reference] = referencesOf(resourceOf(model, "cohorts"))
    assert.deepInclude(reference, { target: "ed-fi/schools", isIdentity: true })
    assert.strictEqual(reference?.abstractTarget?.toLowerCase(), "educationorganization")
  })

  it("knows that members of the core have no descriptors of an extension", () => {
    const extension = descriptorsDocument(dialect, ["entryGradeLevelDescriptor"]).replaceAll(
      "/ed-fi/",
      "/tpdm/"
    )
    const extended = modelOf(resourcesDocument(dialect), descriptorsDocument(dialect), extension)
    assert.deepStrictEqual(extended.resources, model.resources)
  })

  it("gives a descriptor member the longest descriptor name that ends its name", () => {
    const member = resourceOf(model, "studentSchoolAssociations").members.find(
      ({ name }) => name === "entryGradeLevelDescriptor"
    )
    assert.strictEqual(member?._tag, "Descriptor")
    assert.deepStrictEqual(
      member?._tag === "Descriptor" ? member.candidates.map((name) => name.toLowerCase()) : [],
      ["gradeleveldescriptor", "leveldescriptor"]
    )
  })

  it("reads collections and bounds, and leaves out what the server sets", () => {
    assert.deepStrictEqual(
      allMembers(resourceOf(model, "schools").members).map(({ _tag, name }) => `${_tag} ${name}`),
      [
        "Scalar schoolId",
        "Reference localEducationAgencyReference",
        "Scalar nameOfInstitution",
        "Collection gradeLevels",
        "Descriptor gradeLevelDescriptor"
      ]
    )
    assert.deepInclude(resourceOf(model, "students").members[0], { maxLength: 32, type: "string" })
    assert.deepInclude(resourceOf(model, "sections").members.at(-1), { minimum: 0, format: "double" })
  })

  it("knows which keys an update may change", () => {
    assert.deepStrictEqual(
      model.resources.filter(({ hasKeyCascade }) => hasKeyCascade).map(({ endpoint }) => endpoint),
      ["studentSchoolAssociations"]
    )
  })

  it("is described like those of the other dialects", () => {
    assert.deepStrictEqual(describeApi(model, []), describeApi(modelOfDialect("ODS/API 5.3"), []))
  })
})

describe("the columns of a resource", () => {
  it("are named by the role where the list has a parameter of that name, so that only those are shared", () => {
    const sections = resourceOf(modelOfDialect("ODS/API 7.2"), "sections")
    assert.deepStrictEqual(unifiedColumns(sections), [
      {
        column: "locationSchoolId",
        members: ["locationReference.schoolId", "locationSchoolReference.schoolId"]
      }
    ])
  })

  it("are the names of the members where the parameters have no roles", () => {
    assert.deepStrictEqual(unifiedColumns(resourceOf(modelOfDialect("DMS"), "sections")), [
      {
        column: "schoolId",
        members: [
          "schoolReference.schoolId",
          "locationReference.schoolId",
          "locationSchoolReference.schoolId"
        ]
      }
    ])
  })
})

/** The message for documents that cannot be used. */
const refusal = (...texts: ReadonlyArray<string>): string => {
  const documents = texts.map((text, at) => readDocument(`${at}.json`, text))
  return Either.match(Either.flatMap(Either.all(documents), readOpenApi), {
    onLeft: ({ message }) => message,
    onRight: () => "usable"
  })
}

describe("documents that cannot be used", () => {
  it("are told with their name and the place", () => {
    assert.match(refusal("{"), /^0\.json: it is not an OpenAPI document: .*is not JSON/)
    assert.match(refusal('{"openapi": "3.0.0"}'), /^0\.json: .*at paths: is missing/)
    assert.match(refusal('{"paths": {}}'), /has neither the member openapi nor swagger/)
    assert.match(
      refusal('{"openapi": "3.0.0", "paths": {}, "components": {"schemas": {"a": {"required": 1}}}}'),
      /at components\.schemas\.a\.required: /
    )
    assert.match(refusal("[".repeat(100_000)), /nested more than 64 deep/)
  })

  it("are told when they have no resources, or lack the descriptors that these need", () => {
    assert.match(refusal(descriptorsDocument("DMS")), /^0\.json: no resources found/)
    assert.match(refusal(resourcesDocument("DMS")), /^0\.json: no descriptors found, .*2 members/)
    assert.strictEqual(refusal(resourcesDocument("DMS"), descriptorsDocument("DMS")), "usable")
  })

  it("are refused without a defect, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((paths) => `{"openapi":"3","paths":${paths}}`)
        ),
        (text) => {
          assert.match(refusal(text), /^0\.json: /)
        }
      )
    )
  })

  it("show control characters of a name instead of obeying them", () => {
    const text = JSON.stringify({
      openapi: "3",
      paths: { "/ed-fi/\u001B[2J": { post: {} }, "/ed-fi/a b": { post: {} } }
    })
    const [document] = [Either.getOrThrow(readDocument("x", text))]
    const model = Either.getOrThrow(
      readOpenApi([
        document,
        Either.getOrThrow(readDocument("y", resourcesDocument("DMS"))),
        Either.getOrThrow(readDocument("z", descriptorsDocument("DMS")))
      ])
    )
    assert.deepStrictEqual(
      model.unreadable.map(({ path }) => path),
      ["/ed-fi/\\u001B[2J", "/ed-fi/a b"]
    )
  })
})

/** A resource `things` with some properties, beside schemas. */
const things = (properties: object, schemas: object = {}, required: ReadonlyArray<string> = []) =>
  modelOf(
    JSON.stringify({
      openapi: "3.0.0",
      paths: {
        "/ed-fi/things": {
          post: {
            requestBody: {
              content: { "application/json": { schema: { $ref: "#/components/schemas/thing" } } }
            }
          }
        }
      },
      components: { schemas: { thing: { required, properties }, ...schemas } }
    }),
    resourcesDocument("ODS/API 7.2"),
    descriptorsDocument("ODS/API 7.2")
  )

describe("members that the reader does not understand", () => {
  it("keep their reason: another type, a missing schema, a strange name", () => {
    const { members } = resourceOf(
      things({ a: { type: "object" }, b: { $ref: "#/components/schemas/none" }, "c d": { type: "string" } }),
      "things"
    )
    assert.deepStrictEqual(
      members.map((member) =>
        member._tag === "Unsupported" ? `${member.name} ${member.detail}` : member.name
      ),
      [
        "a has the type object",
        "b has no schema in the document",
        "c d has a name that is not of letters, digits and _"
      ]
    )
  })

  it("end a schema that contains itself", () => {
    const self = { properties: { inner: { $ref: "#/components/schemas/part" } } }
    const { members } = resourceOf(
      things({ part: { $ref: "#/components/schemas/part" } }, { part: self }),
      "things"
    )
    assert.strictEqual(allMembers(members).at(-1)?._tag, "Unsupported")
  })

  it("make a resource unreadable that would have too many members", () => {
    const part = { $ref: "#/components/schemas/part" }
    const wide = { properties: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`p${at}`, part])) }
    assert.deepStrictEqual(things({ part }, { part: wide }).unreadable, [
      { path: "/ed-fi/things", detail: "it has too many members" }
    ])
  })
})

describe("an abstract target that no exception names", () => {
  it("is the resource with the same key that requires the fewest members", () => {
    const model = things(
      { parent: { $ref: "#/components/schemas/edFi_generalThingReference" } },
      {
        edFi_generalThingReference: {
          properties: { sectionIdentifier: { type: "string" }, schoolId: { type: "integer" } }
        }
      }
    )
    assert.deepInclude(referencesOf(resourceOf(model, "things"))[0], {
      target: "ed-fi/sections",
      abstractTarget: "generalThing"
    })
  })
})
