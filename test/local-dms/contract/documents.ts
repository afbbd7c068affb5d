/** Contract sections 3 and 6: how a document is judged. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Json, JsonObject } from "../../../src/domain/Json.ts"
import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import {
  at,
  campus,
  createCampus,
  gradeLevel,
  objectOf,
  problemOf,
  school,
  section,
  session,
  student
} from "../harness.ts"
import type { Reply } from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const invalid = [400, "bad-request:data-validation-failed"] as const

/** The JSON paths of the validation errors. */
const pathsOf = (reply: Reply): ReadonlyArray<string> => {
  const errors = objectOf(reply)["validationErrors"]
  return typeof errors === "object" && errors !== null ? Object.keys(errors).sort() : []
}

/** Belongs to the district that is there from the start. */
const outside = { educationOrganizationReference: { educationOrganizationId: 255901 } }

const without = (document: JsonObject, member: string): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== member))

/** Documents that break one rule, and the expected path. */
const broken: ReadonlyArray<readonly [string, string, JsonObject, string]> = [
  ["a required member is missing", "students", without(student("A"), "firstName"), "$.firstName"],
  ["a required member is null", "students", student("A", { birthDate: null }), "$.birthDate"],
  ["a required list is empty", "schools", school(1, { gradeLevels: [] }), "$.gradeLevels"],
  ["a required list has only empty objects", "schools", school(1, { gradeLevels: [{}] }), "$.gradeLevels"],
  ["a string is too long", "students", student("A".repeat(33)), "$.studentUniqueId"],
  ["a number stands where a string belongs", "students", student("A", { firstName: 7 }), "$.firstName"],
  ["an identity has outer blanks", "students", student(" A"), "$.studentUniqueId"],
  ["an identity is empty", "students", student(""), "$.studentUniqueId"],
  ["a date does not exist", "students", student("A", { birthDate: "2010-02-30" }), "$.birthDate"],
  ["a date has a time", "students", student("A", { birthDate: "2010-02-03T00:00:00Z" }), "$.birthDate"],
  ["a boolean is a number", "students", student("A", { multipleBirthStatus: 1 }), "$.multipleBirthStatus"],
  [
    "a boolean is the string 1",
    "students",
    student("A", { multipleBirthStatus: "1" }),
    "$.multipleBirthStatus"
  ],
  ["an integer has a fraction", "sections", section("S", { sequenceOfCourse: 1.5 }), "$.sequenceOfCourse"],
  ["an integer is below its bound", "sections", section("S", { sequenceOfCourse: 0 }), "$.sequenceOfCourse"],
  ["an integer is above its bound", "sections", section("S", { sequenceOfCourse: 9 }), "$.sequenceOfCourse"],
  ["a number is a word", "sections", section("S", { sequenceOfCourse: "one" }), "$.sequenceOfCourse"],
  ["a decimal is too large", "sections", section("S", { availableCredits: 1_000_000 }), "$.availableCredits"],
  ["a list is an object", "students", student("A", { visas: {} }), "$.visas"],
  ["an item is no object", "students", student("A", { visas: ["x"] }), "$.0"],
  [
    "an item lacks its key",
    "schools",
    school(1, { gradeLevels: [gradeLevel("First grade"), { code: 1 }] }),
    "$.1.gradeLevelDescriptor"
  ],
  [
    "a reference is a string",
    "classPeriods",
    { ...campus.classPeriod, schoolReference: "255901001" },
    "$.schoolReference"
  ],
  [
    "a reference lacks a part",
    "sections",
    section("S", { courseOfferingReference: { localCourseCode: "ELA-01", schoolId: 1, schoolYear: 2025 } }),
    "$.courseOfferingReference.sessionName"
  ],
  [
    "an optional reference lacks a part",
    "sections",
    section("S", { locationReference: { schoolId: 1 } }),
    "$.locationReference.classroomIdentificationCode"
  ],
  [
    "a school year is out of range",
    "gradingPeriods",
    { ...campus.gradingPeriod, schoolYearTypeReference: { schoolYear: 1899 } },
    "$.schoolYear"
  ],
  [
    "two items of a list are equal",
    "schools",
    school(1, { gradeLevels: [gradeLevel("First grade"), gradeLevel("First grade")] }),
    "$.gradeLevels"
  ]
]

export const documentFacts = (layerOf: LayerOf) =>
  describe("documents", () => {
    it.effect.each(broken)("%s: %s is a 400 that names the path", ([, endpoint, document, path]) =>
      Effect.gen(function* () {
        const { post } = yield* session
        const reply = yield* post(endpoint, document)
        assert.deepStrictEqual(problemOf(reply), invalid)
        assert.deepStrictEqual(pathsOf(reply), [path])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("all broken rules of one document are reported at once", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        const reply = yield* post("students", {
          studentUniqueId: " A",
          birthDate: "soon",
          lastSurname: "x".repeat(76)
        })
        assert.deepStrictEqual(pathsOf(reply), [
          "$.birthDate",
          "$.firstName",
          "$.lastSurname",
          "$.studentUniqueId"
        ])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("unknown members are dropped at any depth without an error, and counted by path", () =>
      Effect.gen(function* () {
        const { create, get } = yield* session
        const gradeLevels = [
          { ...gradeLevel("First grade"), code: 1 },
          { ...gradeLevel("Second grade"), code: 2 }
        ]
        const id = yield* create(
          "schools",
          school(1, { educationOrganizationCodes: [], gradeLevels, SchoolType: "x" })
        )
        const stored = objectOf(yield* get(`schools/${id}`))
        assert.deepStrictEqual(stored["gradeLevels"], [gradeLevel("First grade"), gradeLevel("Second grade")])
        assert.notProperty(stored, "SchoolType")
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.strictEqual(stats.membersPruned, 4)
        assert.deepStrictEqual(stats.pruned, {
          "schools.educationOrganizationCodes": 1,
          "schools.gradeLevels[*].code": 2,
          "schools.SchoolType": 1
        })
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("nulls and empty lists are dropped and not counted", () =>
      Effect.gen(function* () {
        const { create, get } = yield* session
        const id = yield* create("students", student("A", { middleName: null, visas: [] }))
        const stored = objectOf(yield* get(`students/${id}`))
        assert.notProperty(stored, "middleName")
        assert.notProperty(stored, "visas")
        const stats = yield* Effect.flatMap(LocalDms, ({ stats }) => stats)
        assert.strictEqual(stats.membersPruned, 0)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect.each([
      ["students", student("A", { multipleBirthStatus: "TRUE" }), "multipleBirthStatus", true],
      ["students", student("A", { birthDate: "5/1/2009" }), "birthDate", "2009-05-01"],
      ["students", student("A", { birthDate: "31/1/2009" }), "birthDate", "2009-01-31"],
      ["schools", school(1, { schoolId: "12" }), "schoolId", 12],
      [
        "courses",
        { ...campus.course, ...outside, minimumAvailableCredits: -1.23456 },
        "minimumAvailableCredits",
        -1.23456
      ]
    ] satisfies ReadonlyArray<readonly [string, JsonObject, string, Json]>)(
      "strings are converted to the type of the member, and decimals may be negative and fine: %s %o",
      ([endpoint, document, member, value]) =>
        Effect.gen(function* () {
          const { create, get } = yield* session
          const id = yield* create(endpoint, document)
          assert.strictEqual(objectOf(yield* get(`${endpoint}/${id}`))[member], value)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a string of 32 characters outside the basic plane fits into 32", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        assert.strictEqual((yield* post("students", student("😀".repeat(32)))).status, 201)
        assert.deepStrictEqual(problemOf(yield* post("students", student("😀".repeat(33)))), invalid)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect(
      "an unknown descriptor value is a 400 of type bad-request that names the path; case does not matter",
      () =>
        Effect.gen(function* () {
          const { post } = yield* session
          const level = (uri: string) =>
            post("schools", school(1, { gradeLevels: [{ gradeLevelDescriptor: uri }] }))
          const unknown = yield* level("uri://ed-fi.org/GradeLevelDescriptor#Zeroth grade")
          assert.deepStrictEqual(problemOf(unknown), [400, "bad-request"])
          assert.deepStrictEqual(pathsOf(unknown), ["$.gradeLevels[0].gradeLevelDescriptor"])
          const other = yield* level("uri://ed-fi.org/TermDescriptor#Fall Semester")
          assert.deepStrictEqual(problemOf(other), [400, "bad-request"])
          assert.strictEqual((yield* level("uri://ed-fi.org/gradeleveldescriptor#NINTH grade")).status, 201)
        }).pipe(Effect.provide(layerOf()))
    )

    it.effect("equality constraints are checked both ways and name both paths", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        yield* createCampus
        const classPeriods = [{ classPeriodReference: { classPeriodName: "First", schoolId: 2 } }]
        const reply = yield* post("sections", section("S", { classPeriods }))
        assert.deepStrictEqual(problemOf(reply), invalid)
        assert.deepStrictEqual(pathsOf(reply), [
          "$.classPeriods[*].classPeriodReference.schoolId",
          "$.courseOfferingReference.schoolId"
        ])
        const offering = { ...campus.courseOffering, schoolReference: { schoolId: 2 } }
        assert.deepStrictEqual(problemOf(yield* post("courseOfferings", offering)), invalid)
        const year = { ...campus.session, schoolYearTypeReference: { schoolYear: 2024 } }
        assert.deepStrictEqual(problemOf(yield* post("sessions", year)), invalid)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("the room of a section may belong to another school than its course offering", () =>
      Effect.gen(function* () {
        const { create, post } = yield* session
        yield* createCampus
        yield* create("schools", school(2))
        yield* create("locations", { ...campus.location, schoolReference: { schoolId: 2 } })
        const locationReference = { classroomIdentificationCode: "101", schoolId: 2 }
        const elsewhere = section("S", { locationReference, locationSchoolReference: { schoolId: 2 } })
        assert.strictEqual((yield* post("sections", elsewhere)).status, 201)
        const torn = section("T", {
          locationReference,
          locationSchoolReference: { schoolId: campus.schoolId }
        })
        assert.deepStrictEqual(problemOf(yield* post("sections", torn)), invalid)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("no body, a malformed or too deep one and repeated members are validation failures", () =>
      Effect.gen(function* () {
        const { data } = yield* session
        const post = (text: string) => Effect.map(data("POST", "students", { text }), problemOf)
        for (const text of [
          "",
          " ",
          "{",
          "[]",
          "7",
          "\uFEFF{}",
          `{"visas":${"[".repeat(64)}${"]".repeat(64)}}`
        ]) {
          assert.deepStrictEqual(yield* post(text), invalid)
        }
        const twice = `{"firstName":"x",${JSON.stringify(student("A")).slice(1)}`
        const reply = yield* data("POST", "students", { text: twice })
        assert.deepStrictEqual(problemOf(reply), invalid)
        assert.deepStrictEqual(pathsOf(reply), ["unknown"])
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a number written as text differs from one that it has to equal", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        yield* createCampus
        const { schoolId, schoolYear } = campus
        const offering = (id: string | number) => ({
          ...campus.courseOffering,
          localCourseCode: "ELA-02",
          sessionReference: { schoolId: id, schoolYear, sessionName: "Fall" }
        })
        const reply = yield* post("courseOfferings", offering(String(schoolId)))
        assert.deepStrictEqual(pathsOf(reply), ["$.schoolReference.schoolId", "$.sessionReference.schoolId"])
        assert.strictEqual((yield* post("courseOfferings", offering(schoolId))).status, 201)
      }).pipe(Effect.provide(layerOf()))
    )

    for (const [what, text] of [
      ["the character U+0000", "a\u0000b"],
      ["half of a surrogate pair", "a\ud800b"]
    ] as const) {
      it.effect(`a text with ${what} cannot be stored: 500, in a batch inside the envelope`, () =>
        Effect.gen(function* () {
          const { batch, get, post } = yield* session
          const document = student("A", { middleName: text })
          const descriptor = student("A", { birthSexDescriptor: `uri://ed-fi.org/SexDescriptor#${text}` })
          for (const single of [yield* post("students", document), yield* post("students", descriptor)]) {
            assert.deepStrictEqual(
              [single.status, Object.keys(objectOf(single))],
              [500, ["error", "correlationId"]]
            )
          }
          const reply = yield* batch([{ op: "create", resource: "students", document }])
          assert.strictEqual(reply.status, 500)
          assert.deepStrictEqual(Object.keys(Object(at(objectOf(reply), "failedOperation", "problem"))), [
            "error",
            "correlationId"
          ])
          assert.strictEqual((yield* get("students")).text, "[]")
        }).pipe(Effect.provide(layerOf()))
      )

      it.effect(`a natural key with ${what} leads to nothing`, () =>
        Effect.gen(function* () {
          const { batch } = yield* session
          const remove = { op: "delete", resource: "students", naturalKey: { studentUniqueId: text } }
          assert.strictEqual((yield* batch([remove])).status, 404)
        }).pipe(Effect.provide(layerOf()))
      )
    }

    it.effect("a query by a text with the character U+0000 fails as the database does", () =>
      Effect.gen(function* () {
        const { get } = yield* session
        assert.strictEqual((yield* get("students?firstName=a%00b")).status, 500)
        assert.strictEqual((yield* get("students?studentUniqueId=%00&totalCount=true")).status, 500)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a byte order mark before a document is taken", () =>
      Effect.gen(function* () {
        const { data } = yield* session
        const reply = yield* data("POST", "students", { text: `\uFEFF${JSON.stringify(student("A"))}` })
        assert.strictEqual(reply.status, 201)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a reference that requires no member counts as absent without one", () =>
      Effect.gen(function* () {
        const { create, post } = yield* session
        const survey = { namespace: "uri://ed-fi.org/x", surveyIdentifier: "S", surveyTitle: "S" }
        yield* create("surveys", { ...survey, schoolYearTypeReference: { schoolYear: null } })
        yield* create("schools", campus.school)
        const period = { ...campus.gradingPeriod, schoolYearTypeReference: {} }
        // The server fails on a document without a part of its identity.
        assert.strictEqual((yield* post("gradingPeriods", period)).status, 500)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a member named __proto__ is dropped like any other unknown one", () =>
      Effect.gen(function* () {
        const { data } = yield* session
        const text = `{"__proto__":{"lastSurname":"x"},${JSON.stringify(without(student("A"), "lastSurname")).slice(1)}`
        const reply = yield* data("POST", "students", { text })
        assert.deepStrictEqual(pathsOf(reply), ["$.lastSurname"])
        assert.isString(at(objectOf(reply), "validationErrors", "$.lastSurname", 0))
      }).pipe(Effect.provide(layerOf()))
    )
  })
