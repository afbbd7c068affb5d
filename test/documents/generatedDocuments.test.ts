/** Documents generated from OpenAPI documents: valid under these, complete, and connected with each other. */
import { assert, describe, it } from "@effect/vitest"
import { extents } from "../../src/schema/recordNeeds.ts"
import { allMembers, type ApiModel } from "../../src/schema/ResourceSchema.ts"
import { dialects, modelOfDialect, resourcesDocument } from "../schema/dialects.ts"
import { freeNumber, freeText, keyDate, other, reference, resource } from "../schema/models.ts"
import { hasPublished, publishedModel } from "../schema/publishedModel.ts"
import { published, publishedValidators, validators } from "./openapi.ts"
import { allDocuments, anyRecord, factsOf, planOf, recordOf, schoolYearOf } from "./plans.ts"

type Validators = ReturnType<typeof validators>

/** The documents that are not valid, each with its errors. */
const invalid = (documents: ReturnType<typeof allDocuments>, { ofResource }: Validators) => {
  return documents.flatMap(({ document, resource: { path } }) => {
    const validate = ofResource(path)
    return validate(document) ? [] : [{ path, document, errors: validate.errors }]
  })
}

describe.each(dialects)("documents from those of %s", (dialect) => {
  const model = modelOfDialect(dialect)

  it.each(extents)("are valid under them without unknown members, %s ones", (extent) => {
    const plan = planOf(model, extent)
    const all = [...allDocuments(plan), ...schoolYearOf(model, extent)]
    assert.deepStrictEqual(invalid(all, validators(resourcesDocument(dialect))), [])
    assert.deepStrictEqual(
      plan.leftOut.map(({ path }) => path),
      ["ed-fi/schoolYearTypes"]
    )
    assert.strictEqual(plan.records.length, 7)
  })

  it("have the required members only, or all whose references close no circle", () => {
    const minimal = recordOf(planOf(model, "minimal"), "studentSchoolAssociations")
    assert.deepStrictEqual(minimal.record.document, {
      entryDate: "2025-08-18",
      schoolReference: minimal.record.document["schoolReference"],
      studentReference: { studentUniqueId: "7-4-39-9" },
      entryGradeLevelDescriptor: `uri://ed-fi.org/GradeLevelDescriptor#Value 1`
    })
    const full = recordOf(planOf(model, "full"), "studentSchoolAssociations")
    const school = full.record.document["schoolReference"]
    assert.deepStrictEqual(full.record.document, {
      entryDate: "2025-08-18",
      schoolReference: school,
      studentReference: { studentUniqueId: "7-4-39-9" },
      graduationSchoolYearTypeReference: { schoolYear: 2026 },
      nextYearSchoolReference: school,
      exitWithdrawDate: "2026-05-18",
      entryGradeLevelDescriptor: `uri://ed-fi.org/GradeLevelDescriptor#Value 1`,
      primarySchool: true
    })
  })

  it("bring a school of the agency along, and a student of their own", () => {
    const plan = planOf(model, "minimal", ["studentSchoolAssociations"])
    const [school] = allDocuments(plan)
    assert.strictEqual(plan.fixtures.length, 1)
    assert.deepStrictEqual(school?.document["localEducationAgencyReference"], {
      localEducationAgencyId: 255901
    })
    const { changed, parents, record } = recordOf(plan, "studentSchoolAssociations")
    assert.deepStrictEqual(
      parents.map(({ document, resource: { path } }) => [path, document]),
      [["ed-fi/students", { studentUniqueId: "7-4-39-9" }]]
    )
    assert.deepStrictEqual(Object.keys(record.naturalKey), [
      "entryDate",
      "schoolReference",
      "studentReference"
    ])
    assert.deepStrictEqual(changed, { ...record.document, primarySchool: false })
  })

  it("refer to a school by the name that an abstract reference gives to its id", () => {
    const plan = planOf(model, "minimal", ["cohorts"])
    const { document } = recordOf(plan, "cohorts").record
    const [school] = allDocuments(plan)
    assert.deepStrictEqual(document["educationOrganizationReference"], {
      educationOrganizationId: school?.document["schoolId"]
    })
  })

  it("use one pool of parents for all iterations of a user and index, if asked", () => {
    const plan = planOf(model, "minimal", ["studentSchoolAssociations"], factsOf(model), {
      parents: "pooled"
    })
    const student = (iteration: number, index: number) =>
      recordOf(plan, "studentSchoolAssociations", { ...anyRecord, iteration, index }).parents[0]?.document
    assert.deepStrictEqual(student(0, 3), student(500, 3))
    assert.notDeepEqual(student(0, 3), student(0, 4))
  })
})

describe.skipIf(!published)("documents from the published document (skipped without ../shared/data)", () => {
  const model: ApiModel = hasPublished ? publishedModel() : { resources: [], descriptors: [], unreadable: [] }

  it.each(extents)("of all its resources are valid without unknown members, %s ones", (extent) => {
    const plan = planOf(model, extent)
    assert.deepStrictEqual(plan.leftOut, [
      {
        path: "ed-fi/schoolYearTypes",
        reason: "its key has no part that can have any value (a text, or an int64)"
      }
    ])
    assert.strictEqual(plan.records.length, 142)
    const all = [...allDocuments(plan), ...schoolYearOf(model, extent)]
    assert.strictEqual(new Set(all.map(({ resource }) => resource.path)).size, 143)
    assert.deepStrictEqual(invalid(all, publishedValidators()), [])
  })

  it("have an update for all but the 12 that have nothing but their identity", () => {
    for (const extent of extents) {
      const without = planOf(model, extent).records.filter(({ changed }) => changed === undefined)
      assert.strictEqual(without.length, 12)
    }
  })

  it("of a full record have every member that is no reference", () => {
    const plan = planOf(model, "full")
    for (const { path, record } of plan.records) {
      const members = model.resources.find((each) => each.path === path)?.members ?? []
      const left = members.filter(({ name }) => !record.document.members.some(([sent]) => sent === name))
      const references = left.filter((member) =>
        allMembers([member]).some(({ _tag }) => _tag === "Reference")
      )
      assert.deepStrictEqual(
        left.filter(({ name }) => name !== "_ext"),
        references.filter(({ name }) => name !== "_ext"),
        path
      )
    }
  })

  it("refer to a second record where a key refers to a resource twice", () => {
    const plan = planOf(model, "minimal", [
      "feederSchoolAssociations",
      "learningStandardEquivalenceAssociations"
    ])
    for (const { record } of plan.records) {
      const { naturalKey } = recordOf(plan, record.resource.endpoint).record
      const [one, second] = Object.values(naturalKey).filter((part) => typeof part === "object")
      assert.notDeepEqual(one, second)
    }
  })
})

const modelWith = (...resources: ApiModel["resources"]): ApiModel => ({
  resources,
  descriptors: [resource("kindDescriptors", [], { name: "kindDescriptor" })],
  unreadable: []
})

describe("members of a document", () => {
  const schools = resource("schools", [freeNumber("schoolId")])
  const kind = (isRequired: boolean) => ({
    _tag: "Descriptor" as const,
    name: "kindDescriptor",
    isRequired,
    isIdentity: false,
    candidates: ["kindDescriptor"]
  })

  it("that share a column with a reference have its value, but never those of a free key", () => {
    const charts = resource("charts", [freeText("account"), { ...keyDate, name: "year" }])
    const to = reference("charts", {
      members: [
        { name: "account", column: "account" },
        { name: "year", column: "year" }
      ]
    })
    const accounts = resource("accounts", [freeText("account"), { ...other("year"), format: "date" }, to])
    const { document } = recordOf(planOf(modelWith(charts, accounts), "full"), "accounts").record
    const [chart] = allDocuments(planOf(modelWith(charts, accounts), "minimal", ["accounts"]))
    assert.strictEqual(document["account"], "7-4-39-9")
    assert.strictEqual(document["year"], chart?.document["year"])
    assert.notStrictEqual(chart?.document["account"], document["account"])
  })

  it("leave out an optional descriptor without values, and the resource if it is required", () => {
    const facts = { ...factsOf(modelWith(schools)), descriptors: new Map() }
    const clubs = resource("clubs", [freeText("club"), kind(false)])
    const teams = resource("teams", [freeText("team"), kind(true)])
    const plan = planOf(modelWith(clubs, teams), "full", undefined, facts)
    assert.deepStrictEqual(recordOf(plan, "clubs").record.document, { club: "7-4-39-9" })
    assert.deepStrictEqual(plan.leftOut, [
      {
        path: "ed-fi/teams",
        reason: "its required member kindDescriptor needs a value of kindDescriptor, and the server has none"
      }
    ])
  })

  it("with a descriptor take the candidate of which the server has values", () => {
    const facts = {
      ...factsOf(modelWith(schools)),
      descriptors: new Map([
        ["ratingKindDescriptor", []],
        ["kindDescriptor", ["uri://x#A"]]
      ])
    }
    const rated = {
      ...kind(true),
      name: "ratingKindDescriptor",
      candidates: ["ratingKindDescriptor", "kindDescriptor"]
    }
    const ratings = resource("ratings", [freeText("rating"), rated])
    const plan = planOf(modelWith(ratings), "minimal", undefined, facts)
    assert.strictEqual(recordOf(plan, "ratings").record.document["ratingKindDescriptor"], "uri://x#A")
  })

  it("have values within their bounds, other ones in an update", () => {
    const number = (more: Partial<ReturnType<typeof other>>) =>
      other("n", { isRequired: true, type: "number", ...more })
    const cases = [
      [other("title", { isRequired: true, maxLength: 6 }), "Load t", "Update"],
      [other("title", { isRequired: true, minLength: 12 }), "Load testxxx", "Updated load test"],
      [other("title", { isRequired: true, enum: ["a", "b"] }), "a", "b"],
      [other("title", { isRequired: true, pattern: "^[0-9]{3}$" }), "123", "234"],
      [
        other("webSite", { isRequired: true }),
        "https://example.org/load-test",
        "https://example.org/updated"
      ],
      [other("startTime", { isRequired: true }), "08:30:00", "08:45:00"],
      [
        other("on", { isRequired: true, format: "date-time" }),
        "2025-10-18T10:30:00Z",
        "2025-10-19T10:45:00Z"
      ],
      [number({ type: "integer", minimum: 3, maximum: 4 }), 3, 4],
      [number({ type: "integer", maximum: 0 }), 0, -1],
      [number({ multipleOf: 0.3 }), 0.9, 1.2],
      [number({ minimum: 2020, maximum: 2025, name: "fiscalYear", type: "integer" }), 2025, 2024],
      [number({ type: "boolean" }), true, false]
    ] as const
    for (const [member, first, second] of cases) {
      const plan = planOf(modelWith(resource("things", [freeText("key"), member])), "minimal")
      const { changed, record } = recordOf(plan, "things")
      assert.deepStrictEqual([record.document[member.name], changed?.[member.name]], [first, second])
    }
  })

  it("with a pattern that no known value matches make the resource impossible", () => {
    const coded = resource("coded", [freeText("key"), other("code", { isRequired: true, pattern: "^§{9}$" })])
    assert.deepStrictEqual(planOf(modelWith(coded), "minimal").leftOut, [
      { path: "ed-fi/coded", reason: "its required member code has bounds that no known value satisfies" }
    ])
  })

  it("of a key are as long as the server allows", () => {
    const codes = resource("codes", [{ ...freeText("code"), maxLength: 16 }])
    assert.strictEqual(
      recordOf(planOf(modelWith(codes), "minimal"), "codes").record.document["code"],
      "0007000400003909"
    )
  })
})

describe("a record with new parents that depend on it in several ways", () => {
  it("has each of them once, with keys of their own", () => {
    const people = resource("students", [freeText("studentUniqueId")])
    const plans = resource("plans", [freeText("plan"), reference("students", { isIdentity: false })])
    const goals = resource("goals", [
      keyDate,
      reference("students"),
      reference("plans", { isIdentity: false })
    ])
    const plan = planOf(modelWith(people, plans, goals), "minimal", ["goals"])
    const { parents } = recordOf(plan, "goals")
    assert.deepStrictEqual(
      parents.map(({ document }) => document),
      [{ studentUniqueId: "7-4-39-9" }, { plan: "7-4-39-9-1", studentsReference: { students: "7-4-39-9" } }]
    )
  })

  it("is impossible if one of them would have the same key for every record", () => {
    const people = resource("students", [freeText("studentUniqueId")])
    const days = resource("days", [keyDate, reference("students", { isIdentity: false })])
    const visits = resource("visits", [reference("days"), reference("students")])
    assert.match(
      planOf(modelWith(people, days, visits), "minimal", ["visits"]).leftOut[0]?.reason ?? "",
      /its key has no part/
    )
  })
})
