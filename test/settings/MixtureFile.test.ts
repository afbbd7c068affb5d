/** The files of `--mixture`: what they mean, and which are refused. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { readdirSync, readFileSync } from "node:fs"
import { decodeMixture, mixtureOf, resourcesIn } from "../../src/settings/MixtureFile.ts"
import { shippedMixtures } from "../../src/settings/shippedMixtures.ts"

/** An item with some steps. @param steps one per line */
const withSteps = (...steps: ReadonlyArray<string>) =>
  ["name: mine", "items:", "  - name: work", "    weight: 1", "    steps:"]
    .concat(steps.map((step) => `      - { ${step} }`))
    .join("\n")

const problemsIn = (text: string) =>
  Either.match(decodeMixture("mine.yaml", text), {
    onLeft: (problems) =>
      problems.map(({ column, detail, line, member }) => `${line}:${column} ${member}: ${detail}`),
    onRight: () => []
  })

const good = (text: string) => Either.getOrThrow(decodeMixture("mine.yaml", text)).value

describe("the file of a mixture", () => {
  it("has defaults for its reads, and keeps the order of items and steps", () => {
    const file = good(`
name: mine
items:
  - name: rosters
    weight: 3
    steps:
      - create: Students
        records: 5
      - read: students
        by: id
        repeat: 2
      - read: students
        by: key
      - delete: students
  - name: pages
    weight: 1
    steps: [{ read: sections }, { record: grades }]
`)
    assert.deepStrictEqual(
      resourcesIn(file).map(({ at, name }) => [name, at.join(".")]),
      [
        ["Students", "items.0.steps.0.create"],
        ["students", "items.0.steps.1.read"],
        ["students", "items.0.steps.2.read"],
        ["students", "items.0.steps.3.delete"],
        ["sections", "items.1.steps.0.read"],
        ["grades", "items.1.steps.1.record"]
      ]
    )
    const key = [{ name: "studentUniqueId", place: ["studentUniqueId"] }]
    const resourceOf = (name: string) => ({ path: `ed-fi/${name.toLowerCase()}`, key })
    assert.deepStrictEqual(mixtureOf(file, resourceOf), {
      name: "mine",
      description: "2 kinds of work",
      items: [
        {
          name: "rosters",
          weight: 3,
          steps: [
            { _tag: "Write", kind: "create", path: "ed-fi/students", records: 5 },
            {
              _tag: "Read",
              path: "ed-fi/students",
              by: "id",
              key: [],
              limit: 25,
              totalCount: false,
              repeat: 2
            },
            { _tag: "Read", path: "ed-fi/students", by: "key", key, limit: 25, totalCount: false, repeat: 1 },
            { _tag: "Write", kind: "delete", path: "ed-fi/students", records: undefined }
          ]
        },
        {
          name: "pages",
          weight: 1,
          steps: [
            {
              _tag: "Read",
              path: "ed-fi/sections",
              by: "page",
              key: [],
              limit: 25,
              totalCount: false,
              repeat: 1
            },
            { _tag: "Write", kind: "record", path: "ed-fi/grades", records: undefined }
          ]
        }
      ]
    })
  })

  it.each([
    [["reccord: grades"], "6:11 items[0].steps[0].reccord: is no member here; did you mean record?"],
    [
      ["records: 5"],
      "6:9 items[0].steps[0]: needs one of record, create, update, delete and read, and only one"
    ],
    [["record: grades, read: grades"], "6:9 items[0].steps[0]: needs one of"],
    [["record: grades, limit: 5"], "6:27 items[0].steps[0].limit: belongs to read"],
    [["read: grades, records: 5"], "6:25 items[0].steps[0].records: belongs to record and create"],
    [["read: grades, by: name"], "6:25 items[0].steps[0].by: accepts page, id or key"],
    [["read: grades, by: key"], "6:11 items[0].steps[0].read: no earlier step of this item reads a page"],
    [["read: grades, totalCount: yes"], "6:25 items[0].steps[0].totalCount: accepts true or false"],
    [["record: 5"], "6:11 items[0].steps[0].record: accepts the name of a resource"],
    [["update: grades"], "6:11 items[0].steps[0].update: no earlier step of this item has `create: grades`"],
    [["record: grades", "delete: grades"], "7:11 items[0].steps[1].delete: no earlier step"],
    [
      ["create: grades", "create: GRADES"],
      "7:11 items[0].steps[1].create: is created by an earlier step of this item already"
    ],
    [
      ["create: grades", "delete: grades", "update: grades"],
      "8:11 items[0].steps[2].update: is deleted by an earlier step of this item"
    ],
    [
      ["create: grades", "delete: grades", "read: grades, by: id"],
      "8:11 items[0].steps[2].read: no earlier step of this item reads a page of grades, or creates one that is still there"
    ]
  ])("refuses %j", (steps, problem) => {
    const [found = "", ...others] = problemsIn(withSteps(...steps))
    assert.deepStrictEqual([found.startsWith(problem), others], [true, []], found)
  })

  it("refuses weights that are no shares, and names that could not be scenarios", () => {
    const text = withSteps("record: grades").replace("weight: 1", "weight: 0.5").replace("mine", "my mix")
    assert.deepStrictEqual(problemsIn(text), [
      "1:1 name: accepts letters, digits, - and _",
      "4:5 items[0].weight: accepts a whole number from 1 to 1000"
    ])
  })
})

describe("the mixtures that come with the program", () => {
  it("are the files of the folder, each named as its mixture", () => {
    assert.deepStrictEqual(
      readdirSync("mixtures").toSorted(),
      shippedMixtures.map((name) => `${name}.yaml`)
    )
  })

  it.each(shippedMixtures)("%s is valid and its weights are percentages", (name) => {
    const file = Either.getOrThrow(decodeMixture(name, readFileSync(`mixtures/${name}.yaml`, "utf8"))).value
    assert.strictEqual(file.name, name)
    assert.strictEqual(
      file.items.reduce((sum, { weight }) => sum + weight, 0),
      100
    )
  })
})
