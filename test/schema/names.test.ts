import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { columnNames, descriptorsOf, joinedName, targetSchema } from "../../src/schema/names.ts"

const words = fc.array(fc.constantFrom("School", "Year", "Next", "Id", "Program", "CTE", "2"), {
  minLength: 1,
  maxLength: 5
})
const name = words.map((each) => each.join("").replace(/^./, (letter) => letter.toLowerCase()))

describe("the name of a role and a member", () => {
  it.each([
    ["nextYearSchool", "schoolId", "nextYearSchoolId"],
    ["location", "schoolId", "locationSchoolId"],
    ["program", "educationOrganizationId", "programEducationOrganizationId"],
    ["objective", "objectiveGradeLevelDescriptor", "objectiveGradeLevelDescriptor"],
    ["responsibilitySchool", "schoolId", "responsibilitySchoolId"]
  ])("%s and %s is %s", (role, member, joined) => {
    assert.strictEqual(joinedName(role, member), joined)
  })

  it("begins with the role and ends with the member, in any letter case", () => {
    fc.assert(
      fc.property(name, name, (role, member) => {
        const joined = joinedName(role, member).toLowerCase()
        assert.isTrue(joined.startsWith(role.toLowerCase()))
        assert.isTrue(joined.endsWith(member.toLowerCase()))
      })
    )
  })
})

describe("the column of a member of a reference", () => {
  it("may lack the name of the target", () => {
    assert.include(
      columnNames("graduationSchoolYearType", "schoolYearType", "schoolYear"),
      "graduationSchoolYear"
    )
  })
})

describe("the target of a reference", () => {
  it("is in its schema's name in both dialects", () => {
    assert.strictEqual(targetSchema("edFi_sectionReference"), "edFi_section")
    assert.strictEqual(targetSchema("EdFi_Section_Reference"), "EdFi_Section")
  })
})

describe("the descriptors of a member", () => {
  it("are those whose name ends its name in any letter case, longest first", () => {
    const known = ["ratingLevelDescriptor", "evaluationRatingLevelDescriptor", "termDescriptor"]
    assert.deepStrictEqual(descriptorsOf("EvaluationRatingLevelDescriptor", known), [
      "evaluationRatingLevelDescriptor",
      "ratingLevelDescriptor"
    ])
    assert.deepStrictEqual(descriptorsOf("sexDescriptor", known), [])
  })
})
