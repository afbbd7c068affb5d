/** Companions in a plan: each person is related to an education organization before anything needs that. */
import { assert, describe, it } from "@effect/vitest"
import * as Predicate from "effect/Predicate"
import { fixturesOf, generateRecord } from "../../src/documents/generateDocuments.ts"
import type { DocumentsPlan, RecordPlan } from "../../src/documents/planDocuments.ts"
import { extents } from "../../src/schema/recordNeeds.ts"
import type { ApiModel, ResourceSchema } from "../../src/schema/ResourceSchema.ts"
import { neededDescriptors } from "../../src/schema/neededDescriptors.ts"
import { peopleIn } from "../../src/schema/neededResources.ts"
import { descriptorsDocument, modelOf, resourcesDocument } from "../schema/dialects.ts"
import { freeNumber, freeText, keyDate, other, reference, resource } from "../schema/models.ts"
import { hasPublished, publishedModel } from "../schema/publishedModel.ts"
import { anyRecord, factsOf, planOf, spaceOf } from "./plans.ts"

/** The member that identifies a person, and the associations that relate it. @see api-facts section 5 */
const keys: Readonly<Record<string, ReadonlyArray<string>>> = {
  studentUniqueId: ["studentSchoolAssociations"],
  staffUniqueId: [
    "staffEducationOrganizationAssignmentAssociations",
    "staffEducationOrganizationEmploymentAssociations"
  ],
  contactUniqueId: ["studentContactAssociations"]
}

const people: ReadonlyMap<string, string> = new Map([
  ["students", "studentUniqueId"],
  ["staffs", "staffUniqueId"],
  ["contacts", "contactUniqueId"]
])

/** `studentUniqueId 7-4-39-9` of every person to which a document refers. */
const referredTo = (value: unknown): ReadonlyArray<string> => {
  if (Array.isArray(value)) return value.flatMap(referredTo)
  if (!Predicate.isRecord(value)) return []
  return Object.entries(value).flatMap(([name, part]) =>
    name in keys ? [`${name} ${String(part)}`] : referredTo(part)
  )
}

/** The documents of a record in the order in which a load sends them, with the fixtures that it needs. */
const sentFor = (plan: DocumentsPlan, planned: RecordPlan) => {
  const fixtures = fixturesOf(plan, spaceOf(plan)).filter((_, at) =>
    planned.fixtures.has(plan.fixtures[at]?.number ?? -1)
  )
  const { changed, companions, parents, record } = generateRecord(planned, anyRecord, spaceOf(plan))
  const update = changed === undefined ? [] : [{ ...record, document: changed }]
  return { created: [...fixtures, ...parents, record, ...companions], update }
}

/** What a server that checks relationships would refuse of a record. */
const refusedOf = (plan: DocumentsPlan, planned: RecordPlan): ReadonlyArray<string> => {
  const related = new Set<string>()
  const refused: Array<string> = []
  const { created, update } = sentFor(plan, planned)
  for (const { document, resource: sent } of created) {
    const person = people.get(sent.endpoint)
    for (const each of person === undefined ? referredTo(document) : []) {
      const [key = ""] = each.split(" ")
      if (keys[key]?.includes(sent.endpoint) === true) related.add(each)
      else if (!related.has(each)) refused.push(`${planned.path}: ${sent.path} refers to ${each}`)
    }
  }
  for (const { document, resource: sent } of update) {
    for (const each of referredTo(document)) {
      if (!related.has(each)) refused.push(`${planned.path}: update of ${sent.path} ${each}`)
    }
  }
  return refused
}

const enrolled = { companions: true } as const

const small = modelOf(resourcesDocument("DMS"), descriptorsDocument("DMS"))

const modelWith = (...resources: ReadonlyArray<ResourceSchema>): ApiModel => ({
  resources,
  descriptors: [],
  unreadable: []
})

const to = (endpoint: string, member: string, isIdentity = true) =>
  reference(endpoint, { isIdentity, members: [{ name: member, column: member }] })

/** People of each kind, their associations, and a visit that all of them need. */
const people3: ApiModel = modelWith(
  resource("visits", [freeText("visit"), to("staffs", "staffUniqueId"), to("contacts", "contactUniqueId")]),
  resource("contacts", [freeText("contactUniqueId"), other("name", { maxLength: 50 })]),
  resource("staffs", [freeText("staffUniqueId"), other("name", { maxLength: 50 })]),
  resource("students", [freeText("studentUniqueId"), other("name", { maxLength: 50 })]),
  resource("schools", [freeNumber("schoolId")]),
  resource("studentSchoolAssociations", [
    keyDate,
    to("schools", "schoolId"),
    to("students", "studentUniqueId")
  ]),
  resource("staffEducationOrganizationAssignmentAssociations", [
    keyDate,
    to("schools", "schoolId"),
    to("staffs", "staffUniqueId")
  ]),
  resource("studentContactAssociations", [
    to("students", "studentUniqueId"),
    to("contacts", "contactUniqueId"),
    other("relation", { maxLength: 50 })
  ])
)

const planWith = (model: ApiModel, endpoints?: ReadonlyArray<string>) =>
  planOf(model, "minimal", endpoints, factsOf(model), enrolled)

/** `create`d resources of the first record, fixtures first. */
const createdBy = (plan: DocumentsPlan, path = plan.records[0]?.path) =>
  plan.records
    .filter((each) => each.path === path)
    .flatMap((each) => sentFor(plan, each).created.map(({ resource: { endpoint } }) => endpoint))

describe("a plan with companions", () => {
  it("relates a person that is the record between its create and its update", () => {
    const { parents, ...student } = planWith(people3, ["students"]).records[0] ?? assert.fail()
    assert.deepStrictEqual(
      [parents, student.companions.map((each) => each.resource.endpoint)],
      [[], ["studentSchoolAssociations"]]
    )
    assert.deepStrictEqual(createdBy(planWith(people3, ["students"])), [
      "schools",
      "students",
      "studentSchoolAssociations"
    ])
  })

  it("relates a contact through a student of its own that is enrolled once", () => {
    assert.deepStrictEqual(createdBy(planWith(people3, ["contacts"])), [
      "students",
      "schools",
      "studentSchoolAssociations",
      "contacts",
      "studentContactAssociations"
    ])
  })

  it("creates no second association of a person whose record is its association", () => {
    assert.deepStrictEqual(createdBy(planWith(people3, ["studentSchoolAssociations"])), [
      "schools",
      "students",
      "studentSchoolAssociations"
    ])
  })

  it("relates new parents and fixtures before the documents that refer to them", () => {
    for (const planned of planWith(people3).records)
      assert.deepStrictEqual(refusedOf(planWith(people3), planned), [])
    const without = planOf(people3, "minimal")
    const refused = without.records.filter((planned) => refusedOf(without, planned).length > 0)
    assert.includeMembers(
      refused.map(({ path }) => path),
      ["ed-fi/students", "ed-fi/staffs", "ed-fi/contacts", "ed-fi/visits"]
    )
  })

  it("leaves out a person whose companion cannot be made, with the reason", () => {
    const required = other("period", { isRequired: true, pattern: "^§{9}$" })
    const { resources, ...rest } = people3
    const broken = resources.map((each) =>
      each.endpoint === "studentSchoolAssociations" ? { ...each, members: [...each.members, required] } : each
    )
    assert.deepInclude(planWith({ ...rest, resources: broken }, ["students"]).leftOut, {
      path: "ed-fi/students",
      reason:
        "of its companion ed-fi/studentSchoolAssociations: its required member period has bounds that no known value satisfies"
    })
  })

  it("reads the descriptors that companions need, and no others", () => {
    const students = small.resources.filter(({ endpoint }) => endpoint === "students")
    const names = (companions: boolean) =>
      neededDescriptors(small, students, "minimal", { companions }).map(({ name }) => name)
    assert.include(
      names(true)
        .map((name) => name.toLowerCase())
        .join(),
      "gradeleveldescriptor"
    )
    assert.notInclude(
      names(false)
        .map((name) => name.toLowerCase())
        .join(),
      "gradeleveldescriptor"
    )
  })
})

describe("the people of a load", () => {
  it("are its records, new parents and fixtures, students first", () => {
    const peopleOf = (...endpoints: ReadonlyArray<string>) =>
      peopleIn(
        people3,
        people3.resources.filter(({ endpoint }) => endpoints.includes(endpoint)),
        { extent: "minimal" }
      ).map(({ endpoint }) => endpoint)
    assert.deepStrictEqual(peopleOf("schools"), [])
    assert.deepStrictEqual(peopleOf("contacts", "students"), ["students", "contacts"])
    assert.deepStrictEqual(peopleOf("visits"), ["staffs", "contacts"])
  })
})

describe.skipIf(!hasPublished)(
  "companions of the published document (skipped without ../shared/data)",
  () => {
    it.each(extents)("relate every person of all its resources in time, %s ones", (extent) => {
      const model = publishedModel()
      const plan = planOf(model, extent, undefined, factsOf(model), enrolled)
      assert.strictEqual(plan.records.length, 142)
      assert.deepStrictEqual(
        plan.records.flatMap((planned) => refusedOf(plan, planned)),
        []
      )
      for (const planned of plan.records) {
        const created = sentFor(plan, planned).created.map(({ naturalKey, resource: { path } }) =>
          JSON.stringify([path, naturalKey])
        )
        assert.strictEqual(new Set(created).size, created.length, planned.path)
      }
    })
  }
)
