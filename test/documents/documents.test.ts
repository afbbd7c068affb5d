import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as FastCheck from "effect/FastCheck"
import { makeClassPeriod } from "../../src/documents/classPeriods.ts"
import { makeCourseOffering } from "../../src/documents/courseOfferings.ts"
import { makeCourse } from "../../src/documents/courses.ts"
import { makeGradingPeriod, gradingPeriods } from "../../src/documents/gradingPeriods.ts"
import { makeLocation } from "../../src/documents/locations.ts"
import { makeSchool } from "../../src/documents/schools.ts"
import { makeSection } from "../../src/documents/sections.ts"
import { makeSession } from "../../src/documents/sessions.ts"
import { makeStudent } from "../../src/documents/students.ts"
import type { JsonObject } from "../../src/domain/Json.ts"
import { fixtureKeys } from "../scenarios/prepared.ts"
import { published, validatorOf } from "./openapi.ts"

const { course, schoolId, schoolYear, session } = fixtureKeys

const fixtures: ReadonlyArray<readonly [schema: string, document: JsonObject]> = [
  ["edFi_school", makeSchool(schoolId, 255901)],
  ["edFi_course", makeCourse("ELA-01", schoolId)],
  ["edFi_gradingPeriod", makeGradingPeriod(1, schoolId, schoolYear)],
  ["edFi_gradingPeriod", makeGradingPeriod(2, schoolId, schoolYear)],
  ["edFi_session", makeSession(session, [gradingPeriods.keyOf(makeGradingPeriod(1, schoolId, schoolYear))])],
  ["edFi_courseOffering", makeCourseOffering("ELA-01", course, session)],
  ["edFi_classPeriod", makeClassPeriod("edfi-perf 1", schoolId)],
  ["edFi_location", makeLocation("edfi-perf 101", schoolId)]
]

const records = FastCheck.record({
  seed: FastCheck.nat({ max: Number.MAX_SAFE_INTEGER }),
  user: FastCheck.nat({ max: 1_000_000 }),
  iteration: FastCheck.nat({ max: 1_000_000_000 }),
  index: FastCheck.nat({ max: 46_655 })
})

describe.skipIf(!published)(
  "documents, validated with the published OpenAPI document of Data Standard 5.0",
  () => {
    it.each(fixtures)("%s is valid and has no member that a server would prune", (schema, document) => {
      const valid = validatorOf(schema)
      assert.isTrue(valid(document), JSON.stringify(valid.errors))
    })

    it("every student is valid, also with an updated first name", () => {
      const valid = validatorOf("edFi_student")
      FastCheck.assert(
        FastCheck.property(records, (record) => {
          const student = makeStudent(record)
          assert.isTrue(valid(student), JSON.stringify(valid.errors))
          assert.isTrue(valid({ ...student, firstName: `${student.firstName} Updated` }))
        })
      )
    })

    it("every section is valid, also with the next sequence", () => {
      const valid = validatorOf("edFi_section")
      FastCheck.assert(
        FastCheck.property(records, (record) => {
          const section = makeSection(record, fixtureKeys)
          assert.isTrue(valid(section), JSON.stringify(valid.errors))
          assert.isAtMost(section.sequenceOfCourse + 1, 8)
        })
      )
    })
  }
)

describe("makeStudent", () => {
  it("has real dates of birth", () => {
    FastCheck.assert(
      FastCheck.property(records, (record) => {
        const { birthDate } = makeStudent(record)
        assert.strictEqual(DateTime.formatIsoDateUtc(DateTime.unsafeMake(birthDate)), birthDate)
      })
    )
  })
})
