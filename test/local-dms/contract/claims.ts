/** Facts section 5: what the stock claim set EdFiSandbox allows, and what it refuses. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { JsonObject } from "../../../src/domain/Json.ts"
import {
  assignment,
  classPeriod,
  contact,
  contactOf,
  content,
  course,
  department,
  descriptor,
  district,
  districtId,
  employment,
  enrollment,
  learningStandard,
  otherSchool,
  ownSchool,
  schoolIn,
  serviceCenter,
  staff,
  state
} from "../claims/documents.ts"
import { absent, at, failureOf, jsonOf, objectOf, op, problemOf, send, session, student } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const sandbox = { claimSet: "sandbox", dialect: "main" } as const
const noRelationship = [403, "security:authorization"] as const
const noAction = [403, "security:authorization:access-denied:action"] as const
const foreignNamespace = [403, "security:authorization:namespace:access-denied:namespace-mismatch"] as const

/** A session in which a school of the client's district exists, and one without a district. */
const campus = Effect.gen(function* () {
  const { create, data, get, ...others } = yield* session
  const schools = {
    own: yield* create("schools", schoolIn(ownSchool, districtId)),
    other: yield* create("schools", schoolIn(otherSchool))
  }
  return {
    ...others,
    create,
    data,
    get,
    schools,
    put: (path: string, json: JsonObject) =>
      data("PUT", path, { json: { ...json, id: path.split("/")[1] ?? "" } }),
    remove: (path: string) => data("DELETE", path),
    statusOf: (path: string) => Effect.map(get(path), ({ status }) => status),
    /** Moves a school into a district, or out of all. */
    move: (id: string, schoolId: number, agency?: number) =>
      data("PUT", `schools/${id}`, { json: { ...schoolIn(schoolId, agency), id } })
  }
})

const idsOf = (value: ReturnType<typeof jsonOf>, member: string): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value.map((one) => at(one, member)) : [value]

const organizationFacts = (layerOf: LayerOf) => {
  it.effect("courses of a school are for the client only while the school is below its district", () =>
    Effect.gen(function* () {
      const { create, get, move, post, put, remove, schools, statusOf } = yield* campus
      assert.deepStrictEqual(problemOf(yield* post("courses", course(otherSchool))), noRelationship)
      yield* move(schools.other, otherSchool, districtId)
      const path = `courses/${yield* create("courses", course(otherSchool))}`
      assert.strictEqual(yield* statusOf(path), 200)
      assert.strictEqual((yield* put(path, { ...course(otherSchool), courseTitle: "Reading" })).status, 204)
      yield* move(schools.other, otherSchool)
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      assert.deepStrictEqual(problemOf(yield* put(path, course(otherSchool))), noRelationship)
      assert.deepStrictEqual(problemOf(yield* remove(path)), noRelationship)
      assert.deepStrictEqual(problemOf(yield* post("courses", course(otherSchool))), noRelationship)
      assert.deepStrictEqual(jsonOf(yield* get("courses")), [])
      yield* move(schools.other, otherSchool, districtId)
      assert.strictEqual((yield* remove(path)).status, 204)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("a refusal names the values and the client's education organizations", () =>
    Effect.gen(function* () {
      const { post } = yield* campus
      const reply = objectOf(yield* post("classPeriods", classPeriod(otherSchool)))
      assert.strictEqual(reply["title"], "Authorization Denied")
      assert.match(String(at(reply, "errors", 0)), /'255901'.*'SchoolId'/)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("education organizations are free, those that the client does not reach as well", () =>
    Effect.gen(function* () {
      const { create, get, put, remove, schools, statusOf } = yield* campus
      const path = `schools/${schools.other}`
      assert.strictEqual(yield* statusOf(path), 200)
      assert.deepStrictEqual(idsOf(jsonOf(yield* get("schools")), "schoolId"), [ownSchool, otherSchool])
      assert.strictEqual((yield* put(path, schoolIn(otherSchool, districtId))).status, 204)
      assert.strictEqual((yield* remove(path)).status, 204)
      assert.strictEqual(
        (yield* remove(`localEducationAgencies/${yield* create("localEducationAgencies", district(7))}`))
          .status,
        204
      )
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("departments are the exception: they need an organization above them that is reached", () =>
    Effect.gen(function* () {
      const { create, post, statusOf } = yield* campus
      assert.deepStrictEqual(problemOf(yield* post("organizationDepartments", department(1))), [
        403,
        "security:authorization:relationships:access-denied:element-required"
      ])
      const inOther = post("organizationDepartments", department(1, otherSchool))
      assert.deepStrictEqual(problemOf(yield* inOther), noRelationship)
      const id = yield* create("organizationDepartments", department(1, ownSchool))
      assert.strictEqual(yield* statusOf(`organizationDepartments/${id}`), 200)
      yield* create("courses", course(1))
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("a client of a state reaches service centers, districts, their districts and schools", () =>
    Effect.gen(function* () {
      const { create } = yield* session
      yield* create("stateEducationAgencies", state(1))
      yield* create(
        "educationServiceCenters",
        serviceCenter(2, { stateEducationAgencyReference: { stateEducationAgencyId: 1 } })
      )
      yield* create(
        "localEducationAgencies",
        district(3, { educationServiceCenterReference: { educationServiceCenterId: 2 } })
      )
      yield* create(
        "localEducationAgencies",
        district(4, { parentLocalEducationAgencyReference: { localEducationAgencyId: 3 } })
      )
      yield* create("schools", schoolIn(5, 4))
      for (const id of [1, 2, 3, 4, 5]) yield* create("courses", course(id))
    }).pipe(Effect.provide(layerOf({ ...sandbox, educationOrganizationIds: [1] })))
  )

  it.effect("a client of two schools reaches both, and not their district", () =>
    Effect.gen(function* () {
      const { create, post } = yield* campus
      yield* create("courses", course(ownSchool))
      yield* create("courses", course(otherSchool))
      const reply = yield* post("courses", course(districtId))
      assert.deepStrictEqual(problemOf(reply), noRelationship)
      assert.match(String(at(objectOf(reply), "errors", 0)), /'9', '255901001'/)
    }).pipe(Effect.provide(layerOf({ ...sandbox, educationOrganizationIds: [otherSchool, ownSchool] })))
  )
}

const peopleFacts = (layerOf: LayerOf) => {
  it.effect("a student is read and updated while enrolled, and created and deleted freely", () =>
    Effect.gen(function* () {
      const { create, get, post, put, remove, statusOf } = yield* campus
      const path = `students/${yield* create("students", student("A"))}`
      const read = yield* get(path)
      assert.deepStrictEqual(problemOf(read), noRelationship)
      assert.include(String(objectOf(read)["detail"]), "StudentSchoolAssociation")
      assert.deepStrictEqual(problemOf(yield* put(path, student("A"))), noRelationship)
      const association = `studentSchoolAssociations/${yield* create("studentSchoolAssociations", enrollment("A"))}`
      assert.strictEqual(yield* statusOf(path), 200)
      assert.strictEqual((yield* put(path, student("A", { firstName: "Eva" }))).status, 204)
      assert.strictEqual((yield* remove(path)).status, 409)
      assert.strictEqual((yield* remove(association)).status, 204)
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      assert.strictEqual((yield* post("students", student("A"))).status, 200)
      assert.strictEqual((yield* remove(path)).status, 204)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("a student of a school that the client does not reach is not reached", () =>
    Effect.gen(function* () {
      const { create, get, move, post, schools, statusOf } = yield* campus
      const path = `students/${yield* create("students", student("A"))}`
      const elsewhere = enrollment("A", otherSchool)
      assert.deepStrictEqual(problemOf(yield* post("studentSchoolAssociations", elsewhere)), noRelationship)
      yield* move(schools.other, otherSchool, districtId)
      const association = `studentSchoolAssociations/${yield* create("studentSchoolAssociations", elsewhere)}`
      assert.strictEqual(yield* statusOf(path), 200)
      yield* move(schools.other, otherSchool)
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      assert.deepStrictEqual(problemOf(yield* get(association)), noRelationship)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("an update is checked on the stored and on the new values", () =>
    Effect.gen(function* () {
      const { create, move, put, schools } = yield* campus
      yield* create("students", student("A"))
      const path = `studentSchoolAssociations/${yield* create("studentSchoolAssociations", enrollment("A"))}`
      assert.deepStrictEqual(problemOf(yield* put(path, enrollment("A", otherSchool))), noRelationship)
      yield* move(schools.own, ownSchool)
      yield* move(schools.other, otherSchool, districtId)
      assert.deepStrictEqual(problemOf(yield* put(path, enrollment("A", otherSchool))), noRelationship)
      yield* move(schools.own, ownSchool, districtId)
      assert.strictEqual((yield* put(path, enrollment("A", otherSchool))).status, 204)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect.each([
    ["staffEducationOrganizationAssignmentAssociations", assignment],
    ["staffEducationOrganizationEmploymentAssociations", employment]
  ] as const)("a staff is reached through %s", ([endpoint, associationOf]) =>
    Effect.gen(function* () {
      const { create, get, post, put, remove, statusOf } = yield* campus
      const path = `staffs/${yield* create("staffs", staff("T"))}`
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      assert.deepStrictEqual(problemOf(yield* put(path, staff("T"))), noRelationship)
      assert.deepStrictEqual(
        problemOf(yield* post(endpoint, associationOf("T", otherSchool))),
        noRelationship
      )
      const association = `${endpoint}/${yield* create(endpoint, associationOf("T"))}`
      assert.strictEqual(yield* statusOf(path), 200)
      assert.strictEqual((yield* put(path, { ...staff("T"), firstName: "Eva" })).status, 204)
      assert.strictEqual((yield* remove(association)).status, 204)
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      assert.strictEqual((yield* remove(path)).status, 204)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("a contact is reached through a student who is enrolled", () =>
    Effect.gen(function* () {
      const { create, get, post, put, remove, statusOf } = yield* campus
      const studentPath = `students/${yield* create("students", student("A"))}`
      const path = `contacts/${yield* create("contacts", contact("C"))}`
      assert.deepStrictEqual(
        problemOf(yield* post("studentContactAssociations", contactOf("A", "C"))),
        noRelationship
      )
      const enrolled = `studentSchoolAssociations/${yield* create("studentSchoolAssociations", enrollment("A"))}`
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      const association = `studentContactAssociations/${yield* create("studentContactAssociations", contactOf("A", "C"))}`
      assert.strictEqual(yield* statusOf(association), 200)
      assert.strictEqual((yield* put(path, { ...contact("C"), firstName: "Eva" })).status, 204)
      assert.strictEqual((yield* remove(enrolled)).status, 204)
      assert.deepStrictEqual(problemOf(yield* get(path)), noRelationship)
      assert.deepStrictEqual(problemOf(yield* get(association)), noRelationship)
      yield* create("studentSchoolAssociations", enrollment("A"))
      for (const one of [association, path]) assert.strictEqual((yield* remove(one)).status, 204)
      assert.strictEqual((yield* remove(studentPath)).status, 409)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("lists leave out whom the client does not reach, on every page and in the total", () =>
    Effect.gen(function* () {
      const { create, get } = yield* campus
      for (const id of ["A", "B", "C", "D", "E"]) yield* create("students", student(id))
      for (const id of ["E", "C", "B"]) yield* create("studentSchoolAssociations", enrollment(id))
      const page = (query: string) =>
        Effect.map(get(`students?totalCount=true${query}`), (reply) => [
          idsOf(jsonOf(reply), "studentUniqueId"),
          reply.headers["total-count"]
        ])
      assert.deepStrictEqual(yield* page(""), [["B", "C", "E"], "3"])
      assert.deepStrictEqual(yield* page("&limit=1&offset=1"), [["C"], "3"])
      assert.deepStrictEqual(yield* page("&limit=2&offset=2"), [["E"], "3"])
      assert.deepStrictEqual(yield* page("&limit=0"), [[], "3"])
      assert.deepStrictEqual(yield* page("&studentUniqueId=B"), [["B"], "1"])
      assert.deepStrictEqual(yield* page("&studentUniqueId=A"), [[], "0"])
      assert.deepStrictEqual(yield* page("&firstName=Ana&offset=1"), [["C", "E"], "3"])
    }).pipe(Effect.provide(layerOf(sandbox)))
  )
}

const namespaceFacts = (layerOf: LayerOf) => {
  it.effect("descriptors are written by namespace and read freely", () =>
    Effect.gen(function* () {
      const { create, get, post, put, remove } = yield* campus
      assert.deepStrictEqual(
        problemOf(yield* post("termDescriptors", descriptor("Mine", "uri://other.org"))),
        foreignNamespace
      )
      const path = `termDescriptors/${yield* create("termDescriptors", descriptor("Mine", "uri://ed-fi.org"))}`
      assert.strictEqual(
        (yield* put(path, { ...descriptor("Mine", "uri://ed-fi.org"), shortDescription: "New" })).status,
        204
      )
      assert.strictEqual((yield* remove(path)).status, 204)
      assert.strictEqual((yield* get("termDescriptors?limit=1")).status, 200)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("descriptors of others are read, and neither changed nor deleted", () =>
    Effect.gen(function* () {
      const { get, post, put, remove } = yield* campus
      const found = at(jsonOf(yield* get("termDescriptors?codeValue=Fall%20Semester")), 0)
      const path = `termDescriptors/${String(at(found, "id"))}`
      const reply = yield* put(path, descriptor("Fall Semester", "uri://ed-fi.org"))
      assert.deepStrictEqual(problemOf(reply), foreignNamespace)
      assert.match(String(at(objectOf(reply), "errors", 0)), /'Namespace'.*'uri:\/\/mine.org'/)
      assert.deepStrictEqual(problemOf(yield* remove(path)), foreignNamespace)
      assert.strictEqual((yield* get(path)).status, 200)
      assert.strictEqual((yield* post("termDescriptors", descriptor("T", "uri://mine.org"))).status, 201)
    }).pipe(Effect.provide(layerOf({ ...sandbox, namespacePrefixes: ["uri://mine.org"] })))
  )

  it.effect("contents are written and read by namespace, learning standards written only", () =>
    Effect.gen(function* () {
      const { create, post, put, statusOf } = yield* campus
      const foreign = "uri://other.org/x"
      const path = `educationContents/${yield* create("educationContents", content("1", "uri://ed-fi.org/x"))}`
      assert.strictEqual(yield* statusOf(path), 200)
      assert.deepStrictEqual(problemOf(yield* put(path, content("1", foreign))), foreignNamespace)
      assert.deepStrictEqual(
        problemOf(yield* post("educationContents", content("2", foreign))),
        foreignNamespace
      )
      yield* create("learningStandards", learningStandard("1", "uri://ed-fi.org"))
      assert.deepStrictEqual(
        problemOf(yield* post("learningStandards", learningStandard("2", foreign))),
        foreignNamespace
      )
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect("a client without namespaces is refused what is decided by namespace", () =>
    Effect.gen(function* () {
      const { get, post } = yield* campus
      const noNamespaces = [403, "security:authorization:namespace:invalid-client:no-namespaces"] as const
      const reply = yield* post("termDescriptors", descriptor("T", "uri://ed-fi.org"))
      assert.deepStrictEqual(problemOf(reply), noNamespaces)
      assert.deepStrictEqual(problemOf(yield* get("educationContents")), noNamespaces)
      assert.strictEqual((yield* get("termDescriptors")).status, 200)
    }).pipe(Effect.provide(layerOf({ ...sandbox, namespacePrefixes: [] })))
  )
}

const orderFacts = (layerOf: LayerOf) => {
  it.effect("validation comes first, then the claim set, then what the store knows", () =>
    Effect.gen(function* () {
      const { create, data, post, put } = yield* campus
      const { courseTitle: _, ...invalid } = course(otherSchool)
      assert.strictEqual(problemOf(yield* post("courses", invalid))[0], 400)
      assert.deepStrictEqual(problemOf(yield* post("courses", course(31))), noRelationship)
      const unknownStudent = { ...enrollment("nobody") }
      assert.strictEqual(problemOf(yield* post("studentSchoolAssociations", unknownStudent))[0], 409)
      assert.deepStrictEqual(problemOf(yield* put(`courses/${absent}`, course(otherSchool))), noRelationship)
      assert.strictEqual((yield* put(`courses/${absent}`, course(ownSchool))).status, 404)
      const path = `students/${yield* create("students", student("A"))}`
      const json = { ...student("B"), id: path.split("/")[1] ?? "" }
      const changed = yield* data("PUT", path, { json, headers: { "if-match": '"stale"' } })
      assert.deepStrictEqual(problemOf(changed), noRelationship)
    }).pipe(Effect.provide(layerOf(sandbox)))
  )

  it.effect.each(["batch", "main"] as const)("school years are read-only, dialect %s", (dialect) =>
    Effect.gen(function* () {
      const { data, get, post } = yield* session
      const year = at(jsonOf(yield* get("schoolYearTypes?schoolYear=2025")), 0)
      const path = `schoolYearTypes/${String(at(year, "id"))}`
      const json = { schoolYear: 2025, schoolYearDescription: "Mine", currentSchoolYear: true }
      assert.deepStrictEqual(problemOf(yield* post("schoolYearTypes", json)), noAction)
      const update = data("PUT", path, { json: { ...json, id: String(at(year, "id")) } })
      assert.deepStrictEqual(problemOf(yield* update), noAction)
      assert.deepStrictEqual(problemOf(yield* data("DELETE", path)), noAction)
      assert.strictEqual((yield* get(path)).status, 200)
    }).pipe(Effect.provide(layerOf({ claimSet: "sandbox", dialect })))
  )

  it.effect("--deny refuses what the claim set allows", () =>
    Effect.gen(function* () {
      const { post } = yield* session
      assert.deepStrictEqual(problemOf(yield* post("students", student("A"))), noAction)
    }).pipe(Effect.provide(layerOf({ ...sandbox, deny: [{ endpoint: "students", action: "create" }] })))
  )

  it.effect("deletes and key changes take an action of their own", () =>
    Effect.gen(function* () {
      const { get } = yield* session
      for (const view of ["deletes", "keyChanges"]) {
        assert.deepStrictEqual(problemOf(yield* get(`students/${view}`)), noAction)
        assert.strictEqual((yield* get(`schools/${view}`)).status, 200)
      }
      assert.strictEqual((yield* get("students?minChangeVersion=0")).status, 200)
    }).pipe(Effect.provide(layerOf({ ...sandbox, deny: [{ endpoint: "students", action: "readChanges" }] })))
  )
}

const dialectFacts = (layerOf: LayerOf) => {
  it.effect("relationships do not count in main if they are switched off, namespaces do", () =>
    Effect.gen(function* () {
      const { create, post, statusOf } = yield* campus
      yield* create("courses", course(otherSchool))
      assert.strictEqual(yield* statusOf(`students/${yield* create("students", student("A"))}`), 200)
      const reply = yield* post("termDescriptors", descriptor("T", "uri://other.org"))
      assert.deepStrictEqual(problemOf(reply), foreignNamespace)
    }).pipe(Effect.provide(layerOf({ ...sandbox, relationships: false })))
  )

  it.effect("the ODS/API lets every client read courses", () =>
    Effect.gen(function* () {
      const { token } = yield* session
      const headers = { authorization: `Bearer ${token}` }
      const post = (endpoint: string, json: JsonObject) =>
        send("POST", `/data/v3/ed-fi/${endpoint}`, { headers, json })
      yield* post("schools", schoolIn(otherSchool, districtId))
      yield* post("courses", course(otherSchool))
      yield* post("classPeriods", classPeriod(otherSchool))
      yield* post("schools", schoolIn(otherSchool))
      const found = send("GET", "/data/v3/ed-fi/courses", { headers })
      assert.deepStrictEqual(idsOf(jsonOf(yield* found), "courseCode"), ["ELA-01"])
      const periods = send("GET", "/data/v3/ed-fi/classPeriods", { headers })
      assert.deepStrictEqual(jsonOf(yield* periods), [])
    }).pipe(Effect.provide(layerOf({ claimSet: "sandbox", dialect: "ods" })))
  )

  const triple = [
    op.create(student("A")),
    op.update({ studentUniqueId: "A" }, student("A", { firstName: "Eva" })),
    op.remove({ studentUniqueId: "A" })
  ]
  const associationKey = { studentUniqueId: "A", schoolId: ownSchool, entryDate: "2024-08-15" }

  it.effect("in batches relationships count only if they are switched on", () =>
    Effect.gen(function* () {
      const { batch, create } = yield* campus
      assert.strictEqual((yield* batch(triple)).status, 200)
      yield* create("courses", course(otherSchool))
      const foreign = op.create(descriptor("T", "uri://other.org"), "termDescriptors")
      assert.deepStrictEqual(failureOf(yield* batch([foreign])), [403, 0, foreignNamespace[1]])
    }).pipe(Effect.provide(layerOf({ claimSet: "sandbox" })))
  )

  it.effect("a batch sees the relationships that its own operations establish", () =>
    Effect.gen(function* () {
      const { batch } = yield* campus
      const [create, update, remove] = triple
      assert.deepStrictEqual(failureOf(yield* batch(triple)), [403, 1, "security:authorization:"])
      const enrolled = [
        create,
        op.create(enrollment("A"), "studentSchoolAssociations"),
        update,
        op.remove(associationKey, "studentSchoolAssociations"),
        remove
      ].flatMap((one) => one ?? [])
      assert.strictEqual((yield* batch(enrolled)).status, 200)
      const tooLate = [...enrolled.slice(0, 2), ...enrolled.slice(3, 4), ...enrolled.slice(2, 3)]
      assert.deepStrictEqual(failureOf(yield* batch(tooLate)), [403, 3, "security:authorization:"])
    }).pipe(Effect.provide(layerOf({ claimSet: "sandbox", relationships: true })))
  )

  it.effect("a batch reaches the schools that it creates, and none of a batch that was rolled back", () =>
    Effect.gen(function* () {
      const { batch, post } = yield* campus
      const school = op.create(schoolIn(77, districtId), "schools")
      const another = op.create(schoolIn(78, districtId), "schools")
      const courses = op.create(course(77), "courses")
      const unknown = op.create(enrollment("nobody", 77), "studentSchoolAssociations")
      assert.strictEqual(failureOf(yield* batch([school, courses, unknown]))[1], 2)
      assert.deepStrictEqual(problemOf(yield* post("courses", course(77))), [403, "security:authorization:"])
      const coursesOfAnother = op.create(course(78), "courses")
      assert.strictEqual((yield* batch([school, courses, another, coursesOfAnother])).status, 200)
      assert.strictEqual((yield* post("classPeriods", classPeriod(78))).status, 201)
    }).pipe(Effect.provide(layerOf({ claimSet: "sandbox", relationships: true })))
  )
}

export const claimFacts = (layerOf: LayerOf) =>
  describe("claim set sandbox", () => {
    organizationFacts(layerOf)
    peopleFacts(layerOf)
    namespaceFacts(layerOf)
    orderFacts(layerOf)
    dialectFacts(layerOf)
  })
