/** What the list of a resource can be asked for. */
import { assert, describe, it } from "@effect/vitest"
import { readableOf } from "../../src/schema/readable.ts"
import { freeText, other, reference, resource } from "./models.ts"

describe("readableOf", () => {
  const schoolReference = reference("school", { members: [{ name: "schoolId", column: "schoolId" }] })
  const own = reference("session", {
    name: "locationReference",
    isIdentity: false,
    members: [{ name: "schoolId", column: "locationSchoolId" }]
  })

  it("has the place of each part of the key, by the parameter of the list", () => {
    const sections = resource("sections", [freeText("code"), schoolReference, own, other("title")], {
      queryFields: ["code", "schoolId", "locationSchoolId", "title", "isMine"]
    })
    const { filters, key } = readableOf(sections)
    assert.deepStrictEqual(key, [
      { name: "code", place: ["code"] },
      { name: "schoolId", place: ["schoolReference", "schoolId"] }
    ])
    assert.deepStrictEqual(
      filters.map(({ name }) => name),
      ["code", "schoolId", "locationSchoolId", "title"]
    )
  })
  it("has no filter by a key of one part, which every document has alone", () => {
    const students = resource("students", [freeText("studentUniqueId"), other("lastSurname")], {
      queryFields: ["studentUniqueId", "lastSurname"]
    })
    assert.deepStrictEqual(
      readableOf(students).filters.map(({ name }) => name),
      ["lastSurname"]
    )
  })
  it("has no key if the list has no parameter for one of its parts", () => {
    const sections = resource("sections", [freeText("code"), schoolReference], { queryFields: ["code"] })
    assert.deepStrictEqual(readableOf(sections).key, [])
  })
  it("takes the value of an ambiguous parameter from the key", () => {
    const optional = { ...own, members: [{ name: "schoolId", column: "schoolId" }] }
    for (const members of [
      [schoolReference, optional],
      [optional, schoolReference]
    ]) {
      const { key } = readableOf(resource("courses", members, { queryFields: ["schoolId"] }))
      assert.deepStrictEqual(key, [{ name: "schoolId", place: ["schoolReference", "schoolId"] }])
    }
  })
})
