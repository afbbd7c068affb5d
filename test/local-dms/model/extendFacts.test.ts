/** What extension projects add to a resource of the core. */
import { assert, describe, it } from "@effect/vitest"
import { extendFacts } from "../../../src/local-dms/model/extendFacts.ts"
import type { MemberFacts, ResourceFacts } from "../../../src/local-dms/model/ResourceFacts.ts"

const text = (name: string): MemberFacts => ({ name, type: "text", max: 20 })
const inProject = (project: string): MemberFacts => ({
  name: "_ext",
  type: "object",
  members: [{ name: project, type: "object", members: [text("note")] }]
})
const facts = (members: ReadonlyArray<MemberFacts>, extra: Partial<ResourceFacts> = {}): ResourceFacts => ({
  members,
  identity: [],
  query: [],
  ...extra
})

const core = facts([text("name"), { name: "addresses", type: "list", items: [text("city")] }], {
  identity: ["name"],
  query: ["name"],
  secured: { namespace: ["name"] }
})

describe("extendFacts", () => {
  it("puts the projects of several extensions under one _ext", () => {
    const { members } = extendFacts(extendFacts(core, facts([inProject("one")])), facts([inProject("two")]))
    const added = members.find(({ name }) => name === "_ext")
    assert.deepStrictEqual(added?.type === "object" ? added.members.map(({ name }) => name) : [], [
      "one",
      "two"
    ])
    assert.lengthOf(members, 3)
  })

  it("extends the items of a list, and leaves a member of the core as it is", () => {
    const { members } = extendFacts(
      core,
      facts([
        { name: "name", type: "boolean" },
        { name: "addresses", type: "list", items: [inProject("one")] }
      ])
    )
    assert.deepStrictEqual(members, [
      text("name"),
      { name: "addresses", type: "list", items: [text("city"), inProject("one")] }
    ])
  })

  it("keeps the key, and adds query fields, constraints and secured paths", () => {
    const { equal, identity, query, secured } = extendFacts(
      core,
      facts([inProject("one")], {
        query: ["_ext.one.note"],
        equal: [["name", "_ext.one.note"]],
        secured: { namespace: ["_ext.one.note"], student: ["_ext.one.student"] }
      })
    )
    assert.deepStrictEqual(
      { equal, identity, query, secured },
      {
        identity: ["name"],
        query: ["name", "_ext.one.note"],
        equal: [["name", "_ext.one.note"]],
        secured: { namespace: ["name", "_ext.one.note"], student: ["_ext.one.student"] }
      }
    )
  })
})
