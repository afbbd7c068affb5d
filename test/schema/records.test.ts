/** What a record needs, what is new for each, and what an update changes. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { describeApi } from "../../src/schema/describeApi.ts"
import type { Member, ResourceSchema } from "../../src/schema/ResourceSchema.ts"
import { changeOf } from "../../src/schema/updates.ts"
import { freeNumber, freeText, keyDate, other, reference, resource } from "./models.ts"

const describedOf = (endpoint: string, ...resources: ReadonlyArray<ResourceSchema>) => {
  const found = describeApi({ resources, descriptors: [], unreadable: [] }, []).resources.find(
    ({ path }) => path === `ed-fi/${endpoint}`
  )
  if (found === undefined) throw new Error(`no resource ${endpoint}`)
  return found
}

const endpoints = (paths: ReadonlyArray<string>) => paths.map((path) => path.replace("ed-fi/", "")).join(" ")

const schools = resource("schools", [freeNumber("schoolId")])
const students = resource("students", [freeText("studentUniqueId")])
const rooms = resource("rooms", [freeText("room"), reference("schools")])
const lessons = resource("lessons", [freeText("lesson"), reference("rooms"), reference("schools")])
const attendances = resource("attendances", [keyDate, reference("students"), reference("lessons")])

describe("the records that a record needs", () => {
  it("come before their dependents, each once", () => {
    const { newPerRecord, shared } = describedOf("lessons", lessons, rooms, schools)
    assert.strictEqual(endpoints(shared), "schools rooms")
    assert.strictEqual(endpoints(newPerRecord), "lessons")
  })

  it("include those of required collections, not of optional ones", () => {
    const collection = (name: string, isRequired: boolean, target: string): Member => ({
      _tag: "Collection",
      name,
      isRequired,
      members: [reference(target, { isIdentity: false })]
    })
    const clubs = resource("clubs", [
      freeText("club"),
      collection("venues", true, "rooms"),
      collection("members", false, "students")
    ])
    assert.strictEqual(
      endpoints(describedOf("clubs", clubs, students, rooms, schools).shared),
      "schools rooms"
    )
  })

  it("include the agency of a school, which is found and never created", () => {
    const agencies = resource("localEducationAgencies", [
      freeNumber("localEducationAgencyId"),
      reference("students")
    ])
    const withAgency = resource("schools", [
      freeNumber("schoolId"),
      reference("localEducationAgencies", {
        name: "localEducationAgencyReference",
        isRequired: false,
        isIdentity: false
      })
    ])
    const described = describedOf("rooms", rooms, withAgency, agencies, students)
    assert.strictEqual(endpoints(described.shared), "localEducationAgencies schools")
    assert.strictEqual(endpoints(described.found), "localEducationAgencies")
  })
})

describe("what is new for each record", () => {
  it("is the record alone if its key has a text or an int64 of its own", () => {
    assert.strictEqual(endpoints(describedOf("rooms", rooms, schools).newPerRecord), "rooms")
    assert.strictEqual(endpoints(describedOf("schools", schools).newPerRecord), "schools")
  })

  it("otherwise begins with a parent in the key: a person before others, the others shared", () => {
    const { newPerRecord, shared } = describedOf(
      "attendances",
      attendances,
      lessons,
      rooms,
      schools,
      students
    )
    assert.strictEqual(endpoints(newPerRecord), "students attendances")
    assert.strictEqual(endpoints(shared), "schools rooms lessons")
  })

  it("prefers a text to a number of a parent", () => {
    const bookings = resource("bookings", [keyDate, reference("schools"), reference("teams")])
    const teams = resource("teams", [freeText("team")])
    assert.strictEqual(
      endpoints(describedOf("bookings", bookings, schools, teams).newPerRecord),
      "teams bookings"
    )
  })

  it("includes everything that depends on the new parent", () => {
    const terms = resource("terms", [keyDate, reference("schools")])
    const reports = resource("reports", [keyDate, reference("terms"), reference("schools")])
    assert.strictEqual(
      endpoints(describedOf("reports", reports, terms, schools).newPerRecord),
      "schools terms reports"
    )
  })

  it("cannot begin with a reference that is no part of the key, nor with a text too short for a unique value", () => {
    const notes = resource("notes", [keyDate, reference("students", { isIdentity: false })])
    const codes = resource("codes", [{ ...freeText("code"), maxLength: 10 }])
    assert.match(describedOf("notes", notes, students).untestable ?? "", /its key has no part/)
    assert.match(describedOf("codes", codes).untestable ?? "", /its key has no part/)
  })
})

describe("a resource cannot be tested, and its reason is told", () => {
  it("when its required references form a circle, also in a parent", () => {
    const eggs = resource("eggs", [freeText("egg"), reference("hens")])
    const hens = resource("hens", [freeText("hen"), reference("eggs")])
    const boxes = resource("boxes", [freeText("box"), reference("eggs")])
    assert.strictEqual(
      describedOf("boxes", boxes, eggs, hens).untestable,
      "required references form a circle: ed-fi/eggs -> ed-fi/hens -> ed-fi/eggs"
    )
  })

  it("when it needs a member that cannot be made, also in a parent", () => {
    const lost = resource("lost", [freeText("name"), reference("nothing", { target: undefined })])
    const untyped = resource("untyped", [
      freeText("name"),
      { _tag: "Descriptor", name: "oddDescriptor", isRequired: true, isIdentity: false, candidates: [] }
    ])
    const child = resource("child", [freeText("name"), reference("untyped")])
    assert.match(describedOf("lost", lost).untestable ?? "", /nothingReference refers to a resource/)
    assert.match(describedOf("untyped", untyped).untestable ?? "", /oddDescriptor names no known descriptor/)
    assert.match(
      describedOf("child", child, untyped).untestable ?? "",
      /of its parent ed-fi\/untyped: .*oddDescriptor/
    )
  })

  it("when the API cannot delete it, or marks no key", () => {
    assert.match(
      describedOf("rooms", { ...rooms, canDelete: false }, schools).untestable ?? "",
      /has no DELETE/
    )
    assert.match(
      describedOf("keyless", resource("keyless", [other("x")])).untestable ?? "",
      /no member of its key/
    )
  })
})

describe("an update changes", () => {
  const date = other("on", { format: "date" })
  const collection: Member = { _tag: "Collection", name: "list", isRequired: false, members: [] }
  const type: Member = {
    _tag: "Descriptor",
    name: "typeDescriptor",
    isRequired: false,
    isIdentity: false,
    candidates: ["typeDescriptor"]
  }
  const link = reference("schools", { isIdentity: false, isRequired: false })
  const inOrder: ReadonlyArray<readonly [string, Member]> = [
    ["text", other("remark")],
    ["number", other("credits", { type: "number" })],
    ["date", date],
    ["identifier", other("programId")],
    ["descriptor", type],
    ["collection", collection],
    ["reference", link]
  ]

  it.each(inOrder.map(([kind, { name }], at) => [kind, name, at] as const))(
    "the %s %s if there is nothing freer",
    (kind, member, from) => {
      const members = inOrder.slice(from).map(([, each]) => each)
      assert.deepStrictEqual(changeOf({ members: [freeText("key"), ...members.toReversed()] }), {
        kind,
        member
      })
    }
  )

  it("nothing of a resource that has only its identity", () => {
    assert.isUndefined(changeOf({ members: [freeText("key"), keyDate, reference("schools")] }))
    assert.isNull(
      describedOf("rooms", { ...rooms, members: [...rooms.members, other("a")], canUpdate: false }, schools)
        .update
    )
  })

  it("not a text with a meaning beyond the record before a number", () => {
    for (const name of ["namespace", "programId", "courseCode", "uri", "webURL", "electronicMailAddress"]) {
      assert.strictEqual(changeOf({ members: [other(name), other("n", { type: "integer" })] })?.member, "n")
    }
  })
})

/** Random models in which each resource refers to earlier ones only, and some have a free key member. */
const acyclic = fc
  .array(fc.record({ isFree: fc.boolean(), parents: fc.array(fc.nat(9), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 10
  })
  .map((sketches) =>
    sketches.map(({ isFree, parents }, at) =>
      resource(`r${at}`, [
        isFree ? freeText("key") : keyDate,
        ...[...new Set(parents)].filter((parent) => parent < at).map((parent) => reference(`r${parent}`))
      ])
    )
  )

describe("in any model without circles", () => {
  it("every parent is created before its dependents, and nothing shared depends on what is new", () => {
    fc.assert(
      fc.property(acyclic, (resources) => {
        const described = describeApi({ resources, descriptors: [], unreadable: [] }, []).resources
        const parentsOf = new Map(described.map(({ parents, path }) => [path, parents]))
        for (const { newPerRecord, path, shared, untestable } of described) {
          if (untestable !== null) continue
          const order = [...shared, ...newPerRecord]
          assert.strictEqual(order.at(-1), path)
          assert.strictEqual(new Set(order).size, order.length)
          for (const [at, each] of order.entries()) {
            for (const parent of parentsOf.get(each) ?? []) {
              assert.isTrue(order.indexOf(parent) !== -1 && order.indexOf(parent) < at)
              if (shared.includes(each)) assert.notInclude(newPerRecord, parent)
            }
          }
        }
      })
    )
  })
})
