/** The columns of a resource, by which the ODS/API queries its lists. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { columnsOf } from "../../../src/local-dms/model/columns.ts"
import { DataModel } from "../../../src/local-dms/DataModel.ts"

const { sources } = DataModel.defaultValue()

const columns = (space: string) => {
  const source = sources.find((one) => one.space === space)
  return source === undefined ? [] : columnsOf(source.facts())
}

/** By name. */
const pathsOf = (space: string) => Object.fromEntries(columns(space).map(({ name, paths }) => [name, paths]))

describe("columns", () => {
  it("are one for members that must be equal, with the role that distinguishes them from the key", () => {
    const sections = pathsOf("sections")
    assert.deepStrictEqual(sections["schoolId"], ["courseOfferingReference.schoolId"])
    assert.sameMembers(
      [...(sections["locationSchoolId"] ?? [])],
      ["locationSchoolReference.schoolId", "locationReference.schoolId"]
    )
    assert.deepStrictEqual(sections["locationClassroomIdentificationCode"], [
      "locationReference.classroomIdentificationCode"
    ])
  })

  it("have the role of a reference in front of its members, words that both have once", () => {
    const associations = pathsOf("studentSchoolAssociations")
    assert.deepStrictEqual(associations["nextYearSchoolId"], ["nextYearSchoolReference.schoolId"])
    assert.deepStrictEqual(associations["graduationSchoolYear"], [
      "graduationPlanReference.graduationSchoolYear"
    ])
  })

  it("know which of them are the key", () => {
    assert.deepStrictEqual(
      columns("sections")
        .flatMap(({ isIdentity, name }) => (isIdentity ? [name] : []))
        .sort(),
      ["localCourseCode", "schoolId", "schoolYear", "sectionIdentifier", "sessionName"]
    )
  })

  it("have different names in every resource", () => {
    for (const { isDescriptor, space } of sources) {
      if (isDescriptor) continue
      const names = columns(space).map(({ name }) => name)
      assert.strictEqual(new Set(names).size, names.length, space)
    }
  })

  const published = fileURLToPath(
    new URL("../../../../shared/data/ed-fi-resources-ds-5.0.json", import.meta.url)
  )
  const Parameter = Schema.Struct({ name: Schema.optional(Schema.String) })
  const decode = Schema.decodeUnknownSync(
    Schema.parseJson(
      Schema.Struct({
        paths: Schema.Record({
          key: Schema.String,
          value: Schema.Struct({ get: Schema.Struct({ parameters: Schema.Array(Parameter) }) })
        })
      })
    )
  )

  it.skipIf(!existsSync(published))(
    "are those of the published document for at least 114 of its 143 resources (skipped where it is not)",
    () => {
      const { paths } = decode(readFileSync(published, "utf8"))
      const same = sources.filter(({ endpoint, project, space }) => {
        const parameters = paths[`/${project}/${endpoint}`]?.get.parameters.flatMap(({ name }) => name ?? [])
        const own = ["id", ...columns(space).map(({ name }) => name)]
        return parameters?.toSorted().join() === own.toSorted().join()
      })
      assert.isAtLeast(same.length, 114)
    }
  )
})
