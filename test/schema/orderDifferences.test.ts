/** The order of creation that references require, against the one that a server publishes. */
import { assert, describe, it } from "@effect/vitest"
import { chooseResources } from "../../src/schema/chooseResources.ts"
import { orderDifferences } from "../../src/schema/orderDifferences.ts"
import { freeNumber, freeText, reference, resource } from "./models.ts"

const schools = resource("schools", [freeNumber("schoolId")])
const rooms = resource("rooms", [freeText("room"), reference("schools")])
const years = resource("schoolYearTypes", [freeNumber("schoolYear")])
const resources = [rooms, schools, years]

const ordered = (...order: ReadonlyArray<readonly [string, number]>) =>
  order.map(([endpoint, number]) => ({ path: `ed-fi/${endpoint}`, order: number }))

describe("the order of a server", () => {
  it("agrees if it has every parent before its dependents, and need not have school years", () => {
    assert.deepStrictEqual(orderDifferences({ resources }, ordered(["schools", 1], ["Rooms", 2])), [])
  })

  it("differs if a parent comes later, or at the same time", () => {
    for (const order of [2, 3]) {
      assert.deepStrictEqual(orderDifferences({ resources }, ordered(["rooms", 2], ["schools", order])), [
        `ed-fi/rooms needs ed-fi/schools, which the server creates later (${order}, not before 2)`
      ])
    }
  })

  it("differs if it lacks a resource", () => {
    assert.deepStrictEqual(orderDifferences({ resources }, ordered(["schools", 1])), [
      "ed-fi/rooms is not in the server's order"
    ])
  })
})

describe("resources named by a user", () => {
  const [kinds, terms] = [resource("kindDescriptors", []), resource("termDescriptors", [])]
  const descriptors = [kinds, terms]
  const other = resource("rooms", [freeText("room")], { path: "tpdm/rooms", project: "tpdm" })

  it("are found by endpoint or path in any letter case, each once", () => {
    const { chosen, unknown } = chooseResources({ descriptors, resources: [...resources, other] }, [
      "ROOMS",
      "tpdm/rooms",
      "ed-fi/rooms",
      "schools",
      "room"
    ])
    assert.deepStrictEqual(chosen, [rooms, other, schools])
    assert.deepStrictEqual(unknown, ["room"])
  })

  it("are every resource if they are all", () => {
    const { chosen } = chooseResources({ descriptors, resources }, ["schools", "all"])
    assert.deepStrictEqual(chosen, [schools, rooms, years])
  })

  it("are descriptors by their names, or all of these", () => {
    const choose = (...names: ReadonlyArray<string>) =>
      chooseResources({ descriptors, resources }, names).chosen
    assert.deepStrictEqual(choose("termdescriptors"), [terms])
    assert.deepStrictEqual(choose("descriptors", "schools"), [kinds, terms, schools])
  })
})
