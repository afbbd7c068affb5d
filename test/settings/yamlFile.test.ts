/** YAML files of any schema: their problems, and where these are. */
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as fc from "fast-check"
import * as Schema from "effect/Schema"
import { accepts, decodeYaml, optional, wrongFile } from "../../src/settings/yamlFile.ts"

const Plan = accepts(
  Schema.Struct({
    title: accepts(Schema.NonEmptyString, "a text"),
    minutes: optional(accepts(Schema.Int.pipe(Schema.between(1, 60)), "a whole number from 1 to 60")),
    runs: accepts(
      Schema.NonEmptyArray(Schema.Struct({ users: accepts(Schema.Int, "a whole number") })),
      "a list of runs, at least one"
    )
  }),
  "a plan: title, minutes and runs"
)

const decode = (text: string) => decodeYaml(Plan, "plan.yaml", text)

const problemsIn = (text: string) =>
  Either.match(decode(text), {
    onLeft: (problems) =>
      problems.map(
        ({ column, detail, line, member }) =>
          `${line}:${column}${member === "" ? "" : ` ${member}`}: ${detail}`
      ),
    onRight: () => []
  })

/** Any characters, among them many that mean something in YAML. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...":-[]{},&*!|>'\"%@`#?~\n \t", "runs", "title"),
      fc.nat(0xffff).map((code) => String.fromCharCode(code))
    ),
    { maxLength: 40 }
  )
  .map((parts) => parts.join(""))

describe("decodeYaml", () => {
  it("reads block and flow style, comments, quotes and anchors", () => {
    const text = `# a comment
title: "nightly" # another
minutes: 5
runs:
  - &ten { users: 10 }
  - users: 20
  - *ten
`
    assert.deepStrictEqual(Either.getOrThrow(decode(text)).value, {
      title: "nightly",
      minutes: 5,
      runs: [{ users: 10 }, { users: 20 }, { users: 10 }]
    })
  })

  it("reports every problem, in the order of the file, with line, column, member and what is accepted", () => {
    const text = `titel: nightly
minutes: 61
runs:
  - users: ten
  - user: 5
  - 7
`
    assert.deepStrictEqual(problemsIn(text), [
      "1:1 title: is missing; accepts a text",
      "1:1 titel: is no member here; did you mean title? members are title, minutes, runs",
      "2:1 minutes: accepts a whole number from 1 to 60",
      "4:5 runs[0].users: accepts a whole number",
      "5:5 runs[1].users: is missing; accepts a whole number",
      "5:5 runs[1].user: is no member here; did you mean users? members are users",
      "6:5 runs[2]: accepts members users"
    ])
  })

  it.each([
    ["", "1:1: accepts a plan: title, minutes and runs"],
    ["just a text", "1:1: accepts a plan: title, minutes and runs"],
    ["title: a\nruns: []\n", "2:1 runs: accepts a list of runs, at least one"],
    ["title: a\ntitle: b\n", "2:1: Map keys must be unique"],
    ["title: a\n---\ntitle: b\n", "2:1: has more than one document"],
    ["title: !secret a\nruns: [users: 1]\n", "1:8: Unresolved tag: !secret"],
    ["title: *nobody\n", "1:8: no anchor &nobody stands before it"]
  ])("refuses %j with its place", (text, problem) => {
    assert.include(problemsIn(text), problem)
  })

  it("refuses short texts that mean enormous values", () => {
    const levels = ["a", "b", "c", "d", "e", "f", "g", "h"]
    const bomb = levels.map((name, index) => {
      const before = levels[index - 1]
      const item = before === undefined ? "x" : `*${before}`
      return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(", ")}]`
    })
    assert.deepStrictEqual(problemsIn(bomb.join("\n")), ["1:1: repeats parts of itself too often (aliases)"])
  })

  it("names places for what is found out later", () => {
    const file = Either.getOrThrow(decode("title: a\nruns:\n  - users: 1\n  -   users: 2\n"))
    const { column, line, member } = file.problemAt(["runs", 1, "users"], "are too few")
    assert.deepStrictEqual([line, column, member], [4, 7, "runs[1].users"])
  })

  it("never fails otherwise, whatever the text is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const problem of Either.match(decode(text), { onLeft: (all) => all, onRight: () => [] })) {
          assert.isAtLeast(problem.line, 1)
          assert.isAtLeast(problem.column, 1)
          assert.notMatch(problem.detail, /[\p{Cc}\u202E]/u)
        }
      })
    )
  })
})

describe("wrongFile", () => {
  it("is a problem of the flag that names the file, with a place that editors understand", () => {
    const problems = Either.flip(decode("title: a\nruns: []\n"))
    assert.strictEqual(
      wrongFile("--plan", Either.getOrThrow(problems)).message,
      "1 wrong setting, nothing was sent:\n  plan.yaml:2:1 runs: accepts a list of runs, at least one"
    )
  })
})
