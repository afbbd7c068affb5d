import { assert, describe, it } from "@effect/vitest"
import { inDependencyOrder } from "../../src/scenarios/dependencyOrder.ts"

const needs: Readonly<Record<string, ReadonlyArray<string>>> = {
  sections: ["courseOfferings", "schools"],
  courseOfferings: ["courses", "schools"],
  courses: ["schools"],
  people: ["circles"],
  circles: ["people"]
}

const order = (...items: ReadonlyArray<string>) =>
  inDependencyOrder(
    items,
    (item) => item,
    (item) => needs[item] ?? []
  )

describe("the order of dependencies", () => {
  it("puts each resource after those that it needs, and otherwise changes nothing", () => {
    assert.deepStrictEqual(order("students", "sections", "schools", "courses", "courseOfferings"), [
      "students",
      "schools",
      "courses",
      "courseOfferings",
      "sections"
    ])
  })

  it("ignores needs that are not chosen", () => {
    assert.deepStrictEqual(order("sections", "courses"), ["sections", "courses"])
  })

  it("ends for a circle", () => {
    assert.deepStrictEqual(order("people", "circles"), ["circles", "people"])
  })
})
