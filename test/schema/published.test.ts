/** The model of Ed-Fi's published document, against known numbers and against the relational model of Data Standard 5.2. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { describeApi } from "../../src/schema/describeApi.ts"
import { allMembers, referencesOf } from "../../src/schema/ResourceSchema.ts"
import { hasPublished, publishedFiles, publishedModel, readPublished } from "./publishedModel.ts"

const Mapping = Schema.Struct({
  isReference: Schema.Boolean,
  isPartOfIdentity: Schema.optional(Schema.Boolean),
  referenceJsonPaths: Schema.optional(Schema.Array(Schema.Struct({ referenceJsonPath: Schema.String })))
})
const decodeApi = Schema.decodeUnknownSync(
  Schema.parseJson(
    Schema.Struct({
      projectSchema: Schema.Struct({
        resourceSchemas: Schema.Record({
          key: Schema.String,
          value: Schema.Struct({
            documentPathsMapping: Schema.Record({ key: Schema.String, value: Mapping })
          })
        })
      })
    })
  )
)
const counted = (items: ReadonlyArray<string>) => {
  const counts: Record<string, number> = {}
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1
  return counts
}

const load = () => {
  const relational = decodeApi(readPublished(publishedFiles.edFi)).projectSchema.resourceSchemas
  const model = publishedModel()
  return { model, relational, resources: describeApi(model, []).resources }
}

describe.skipIf(!hasPublished)(
  "the published document of Data Standard 5.0 (skipped without ../shared/data)",
  () => {
    const { model, relational, resources } = !hasPublished ? loadNothing() : load()
    const members = model.resources.flatMap((resource) => allMembers(resource.members))
    const references = model.resources.flatMap(referencesOf)

    it("has the resources, references, descriptors and collections that were counted in it", () => {
      assert.deepStrictEqual(counted(model.resources.map(({ project }) => project)), {
        "ed-fi": 128,
        tpdm: 15
      })
      assert.strictEqual(
        model.resources.filter(({ endpoint }) => endpoint.endsWith("Associations")).length,
        43
      )
      assert.strictEqual(references.length, 263)
      assert.strictEqual(references.filter(({ isRequired }) => isRequired).length, 205)
      assert.strictEqual(references.filter(({ isIdentity }) => isIdentity).length, 200)
      assert.strictEqual(references.filter(({ abstractTarget }) => abstractTarget !== undefined).length, 44)
      const { Collection, Descriptor, Reference, Unsupported } = counted(members.map(({ _tag }) => _tag))
      assert.deepStrictEqual(
        { Collection, Descriptor, Reference, Unsupported },
        {
          Collection: 336,
          Descriptor: 568,
          Reference: 263 + 58,
          Unsupported: undefined
        }
      )
    })

    it("has a target for each reference and a type for each descriptor member", () => {
      const untyped = members.filter(
        (member) =>
          (member._tag === "Reference" && member.target === undefined) ||
          (member._tag === "Descriptor" && member.candidates.length === 0)
      )
      assert.deepStrictEqual(untyped, [])
    })

    it("has the references in its identities that the relational model has", () => {
      const compared = model.resources.filter(
        ({ endpoint, project }) => project === "ed-fi" && relational[endpoint] !== undefined
      )
      assert.isAtLeast(compared.length, 127)
      for (const resource of compared) {
        const expected = Object.values(relational[resource.endpoint]?.documentPathsMapping ?? {})
          .filter(({ isPartOfIdentity, isReference }) => isReference && isPartOfIdentity === true)
          .flatMap(({ referenceJsonPaths = [] }) => referenceJsonPaths.slice(0, 1))
          .map(({ referenceJsonPath }) => referenceJsonPath.split(".")[1] ?? "")
          // The relational model marks one reference inside of a collection, which is no part of a key.
          .filter((name) => !name.endsWith("[*]"))
        const actual = referencesOf(resource).filter(({ isIdentity }) => isIdentity)
        assert.sameMembers(
          actual.map(({ name }) => name),
          expected,
          resource.path
        )
      }
    })

    it("needs one new document per record for 70 resources, two for 72, and none has a circle", () => {
      assert.deepStrictEqual(counted(resources.map(({ newPerRecord }) => String(newPerRecord.length))), {
        0: 1,
        1: 70,
        2: 72
      })
      const untestable = resources.filter((each) => each.untestable !== null)
      assert.deepStrictEqual(
        untestable.map(({ path }) => path),
        ["ed-fi/schoolYearTypes"]
      )
    })

    it("shares few parents: 3 in the median, at most 10, 40 in all", () => {
      const sizes = resources.map(({ shared }) => shared.length).toSorted((one, another) => one - another)
      assert.strictEqual(sizes[71], 3)
      assert.strictEqual(sizes.at(-1), 10)
      assert.strictEqual(new Set(resources.flatMap(({ shared }) => shared)).size, 40)
    })

    it("has something to update in all but 12 resources, a text in 78", () => {
      assert.deepStrictEqual(counted(resources.map(({ update }) => update?.kind ?? "none")), {
        text: 78,
        number: 19,
        boolean: 14,
        date: 8,
        identifier: 3,
        descriptor: 2,
        collection: 5,
        reference: 2,
        none: 12
      })
    })

    it("lets an update change the keys of eight resources", () => {
      assert.sameMembers(
        model.resources.filter(({ hasKeyCascade }) => hasKeyCascade).map(({ endpoint }) => endpoint),
        [
          "classPeriods",
          "grades",
          "gradebookEntries",
          "locations",
          "sections",
          "sessions",
          "studentSchoolAssociations",
          "studentSectionAssociations"
        ]
      )
    })
  }
)

/** What the skipped tests would be given. */
function loadNothing(): ReturnType<typeof load> {
  return { model: { resources: [], descriptors: [], unreadable: [] }, relational: {}, resources: [] }
}
