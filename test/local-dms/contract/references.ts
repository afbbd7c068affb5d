/** Contract sections 3 and 6: references between documents. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  at,
  campus,
  createCampus,
  creationOrder,
  objectOf,
  problemOf,
  school,
  section,
  session,
  student
} from "../harness.ts"
import type { LayerOf } from "./LayerOf.ts"

const unresolved = [409, "data-conflict:unresolved-reference"] as const
const dependents = [409, "data-conflict:dependent-item-exists"] as const

export const referenceFacts = (layerOf: LayerOf) =>
  describe("references", () => {
    it.effect("every step of the creation order needs the ones before it", () =>
      Effect.gen(function* () {
        const { create, post } = yield* session
        const steps = [...creationOrder.slice(1), ["sections", section("S")] as const]
        for (const [endpoint, document] of steps) {
          assert.deepStrictEqual(problemOf(yield* post(endpoint, document)), unresolved)
        }
        yield* create("schools", campus.school)
        for (const [endpoint, document] of steps) yield* create(endpoint, document)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("school years 1991 to 2037 exist, others do not", () =>
      Effect.gen(function* () {
        const { create, post } = yield* session
        yield* create("schools", campus.school)
        const period = (schoolYear: number) =>
          Effect.map(
            post("gradingPeriods", { ...campus.gradingPeriod, schoolYearTypeReference: { schoolYear } }),
            ({ status }) => status
          )
        assert.deepStrictEqual(
          [yield* period(1990), yield* period(1991), yield* period(2037), yield* period(2038)],
          [409, 201, 201, 409]
        )
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("an unknown descriptor is reported before an unresolved reference", () =>
      Effect.gen(function* () {
        const { post } = yield* session
        const termDescriptor = "uri://ed-fi.org/TermDescriptor#Never"
        const reply = yield* post("sessions", { ...campus.session, termDescriptor })
        assert.deepStrictEqual(problemOf(reply), [400, "bad-request"])
        assert.isDefined(at(objectOf(reply), "validationErrors", "$.termDescriptor"))
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("a document cannot be deleted until the last reference to it is gone", () =>
      Effect.gen(function* () {
        const { create, data } = yield* session
        const ids = yield* createCampus
        const sectionId = yield* create("sections", section("S"))
        const path = `classPeriods/${ids.classPeriods}`
        assert.deepStrictEqual(problemOf(yield* data("DELETE", path)), dependents)
        const json = section("S", { id: sectionId, classPeriods: [] })
        assert.strictEqual((yield* data("PUT", `sections/${sectionId}`, { json })).status, 204)
        assert.strictEqual((yield* data("DELETE", path)).status, 204)
        assert.deepStrictEqual(problemOf(yield* data("DELETE", `locations/${ids.locations}`)), dependents)
        assert.strictEqual((yield* data("DELETE", `sections/${sectionId}`)).status, 204)
        assert.strictEqual((yield* data("DELETE", `locations/${ids.locations}`)).status, 204)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("schools and districts share one id space", () =>
      Effect.gen(function* () {
        const { create, post } = yield* session
        assert.deepStrictEqual(problemOf(yield* post("schools", school(255901))), [409, "identity-conflict"])
        const course = (educationOrganizationId: number) => ({
          ...campus.course,
          educationOrganizationReference: { educationOrganizationId }
        })
        yield* create("courses", course(255901))
        yield* create(
          "schools",
          school(1, { localEducationAgencyReference: { localEducationAgencyId: 255901 } })
        )
        yield* create("courses", course(1))
        assert.deepStrictEqual(problemOf(yield* post("courses", course(2))), unresolved)
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("renaming a session changes its course offerings and their sections", () =>
      Effect.gen(function* () {
        const { create, data, get } = yield* session
        const ids = yield* createCampus
        const sectionId = yield* create("sections", section("S"))
        const json = { ...campus.session, id: ids.sessions, sessionName: "Autumn" }
        assert.strictEqual((yield* data("PUT", `sessions/${ids.sessions}`, { json })).status, 204)
        const offering = objectOf(yield* get(`courseOfferings/${ids.courseOfferings}`))
        assert.strictEqual(at(offering, "sessionReference", "sessionName"), "Autumn")
        const moved = objectOf(yield* get(`sections/${sectionId}`))
        assert.strictEqual(at(moved, "courseOfferingReference", "sessionName"), "Autumn")
        const again = { ...section("S"), id: sectionId }
        assert.deepStrictEqual(
          problemOf(yield* data("PUT", `sections/${sectionId}`, { json: again })),
          unresolved
        )
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("renaming to an existing identity is a 409 and changes nothing", () =>
      Effect.gen(function* () {
        const { create, data, get } = yield* session
        yield* createCampus
        const id = yield* create("sections", section("S"))
        yield* create("sections", section("T"))
        const reply = yield* data("PUT", `sections/${id}`, { json: section("T", { id }) })
        assert.deepStrictEqual(problemOf(reply), [409, "identity-conflict"])
        assert.strictEqual(objectOf(yield* get(`sections/${id}`))["sectionIdentifier"], "S")
      }).pipe(Effect.provide(layerOf()))
    )

    it.effect("students enroll: association, calendar and calendar date", () =>
      Effect.gen(function* () {
        const { create, post } = yield* session
        yield* create("schools", campus.school)
        yield* create("students", student("A"))
        const schoolReference = { schoolId: campus.schoolId }
        const calendarKey = { calendarCode: "C", schoolId: campus.schoolId, schoolYear: campus.schoolYear }
        yield* create("calendars", {
          calendarCode: "C",
          schoolReference,
          schoolYearTypeReference: { schoolYear: campus.schoolYear },
          calendarTypeDescriptor: "uri://ed-fi.org/CalendarTypeDescriptor#School"
        })
        yield* create("calendarDates", {
          date: "2024-09-02",
          calendarReference: calendarKey,
          calendarEvents: [
            { calendarEventDescriptor: "uri://ed-fi.org/CalendarEventDescriptor#Instructional day" }
          ]
        })
        const enrollment = {
          entryDate: "2024-08-15",
          schoolReference,
          studentReference: { studentUniqueId: "A" },
          entryGradeLevelDescriptor: "uri://ed-fi.org/GradeLevelDescriptor#Ninth grade",
          calendarReference: calendarKey
        }
        yield* create("studentSchoolAssociations", enrollment)
        const elsewhere = {
          ...enrollment,
          entryDate: "2024-08-16",
          calendarReference: { ...calendarKey, schoolId: 2 }
        }
        assert.strictEqual(problemOf(yield* post("studentSchoolAssociations", elsewhere))[0], 400)
        const stranger = { ...enrollment, studentReference: { studentUniqueId: "Z" } }
        assert.deepStrictEqual(problemOf(yield* post("studentSchoolAssociations", stranger)), unresolved)
      }).pipe(Effect.provide(layerOf()))
    )
  })
