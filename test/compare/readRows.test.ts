import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { readRun, readRuns } from "../../src/compare/readRun.ts"
import { markdownOf, textOf } from "../../src/output/comparisonText.ts"
import { filesIn, refusal, withFiles } from "./files.ts"
import { locustHistory, locustStats } from "./runs.ts"

const stats = "old/volume_stats.csv"
const history = "old/volume_stats_history.csv"

const brief = locustHistory(false)
const lastOfBrief = brief.trimEnd().split("\r\n").at(-1) ?? ""

const tornSentence = (ending: string) =>
  `The last line of its *${ending} is incomplete and was left out: Locust was killed, or the file was copied during a write.`

const tornNotes = (texts: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const run = yield* readRun(`${yield* filesIn(texts)}/old`)
    const notes = run.notes.flatMap(({ kind, sentence }) => (kind === "torn" ? [sentence] : []))
    return { notes, seconds: run.timeline.length, total: run.total["requests.total"] }
  })

describe("a history whose last line", () => {
  it.scoped.each([
    ["breaks off in a name", lastOfBrief.slice(0, 24)],
    ["breaks off in a number, with all columns missing after it", lastOfBrief.slice(0, 60)],
    ["breaks off inside quotes", '1700000005,4,GET,"/ed-fi/students?limit=1,'],
    ["breaks off inside quotes in the middle of a character", '1700000005,4,GET,"/caf\uFFFD'],
    ["is NUL bytes", "\0".repeat(100)],
    ["ends in NUL bytes", `${lastOfBrief.slice(0, 20)}${"\0".repeat(40)}`],
    ["ends in NUL bytes and a line break", `${lastOfBrief.slice(0, 20)}\0\0\r\n`],
    ["has too few columns and a line break", "1700000005,4,,Aggregated\r\n"],
    ["breaks off in a cell that has to be a number", `17000000-${lastOfBrief.slice(9)}`]
  ])("%s is read without that line, and says so", ([, torn]) =>
    Effect.gen(function* () {
      const read = yield* tornNotes({ [stats]: locustStats, [history]: brief + torn })
      assert.deepStrictEqual(read, { notes: [tornSentence("_stats_history.csv")], seconds: 4, total: 3000 })
    }).pipe(withFiles)
  )

  it.scoped("lacks only its line break is read in full", () =>
    Effect.gen(function* () {
      const read = yield* tornNotes({ [stats]: locustStats.trimEnd(), [history]: brief.trimEnd() })
      assert.deepStrictEqual(read, { notes: [], seconds: 4, total: 3000 })
    }).pipe(withFiles)
  )

  it.scoped("is a torn header, or that is empty, has no seconds", () =>
    Effect.gen(function* () {
      const torn = yield* tornNotes({ [stats]: locustStats, [history]: "Timestamp,User Cou" })
      assert.deepStrictEqual(torn, { notes: [tornSentence("_stats_history.csv")], seconds: 0, total: 3000 })
      const empty = yield* tornNotes({ [stats]: locustStats, [history]: "" })
      assert.deepStrictEqual(empty, { notes: [], seconds: 0, total: 3000 })
    }).pipe(withFiles)
  )
})

describe("a line in the middle of a history that is torn", () => {
  const [header = "", first = "", second = "", ...rest] = brief.split("\r\n")
  it.scoped.each([
    ["has too few columns", second.slice(0, 24), /is not CSV from line 3 on: .* line 3$/],
    ["does not end its quotes", '1700000001,2,GET,"/ed-fi', /is not CSV from line 3 on: Quote Not Closed: /],
    [
      "has a cell that is not a number",
      `17000000-${second.slice(9)}`,
      /line 3, column Timestamp: expected a/
    ],
    ["has NUL bytes", second.replace("1700000001", "17000\0\0\0\0\0"), /line 3, column Timestamp: expected a/]
  ] as const)("because it %s is an error with file and line", ([, torn, message]) =>
    Effect.gen(function* () {
      const text = [header, first, torn, ...rest].join("\r\n")
      const said = yield* refusal({ [stats]: locustStats, [history]: text }, "old")
      assert.match(said, /^old\/volume_stats_history\.csv: /)
      assert.match(said, message)
    }).pipe(withFiles)
  )
})

describe("a table of requests that is torn", () => {
  it.scoped("after the row of all requests is read without the torn line, and says so", () =>
    Effect.gen(function* () {
      const read = yield* tornNotes({ [stats]: `${locustStats}POST,/ed-fi/stud` })
      assert.deepStrictEqual(read, { notes: [tornSentence("_stats.csv")], seconds: 0, total: 3000 })
    }).pipe(withFiles)
  )

  it.scoped("in the row of all requests has no totals, and is refused with that reason", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusal({ [stats]: locustStats.slice(0, -60) }, "old"),
        "old/volume_stats.csv: has no row named Aggregated without a Type, so the totals are unknown; its last line is torn"
      )
    }).pipe(withFiles)
  )
})

describe("a comparison with a torn file", () => {
  it.scoped("marks the run, and lists the reason among the notes of the comparison", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({
        "a/x_stats.csv": locustStats,
        "b/x_stats.csv": locustStats,
        "b/x_stats_history.csv": `${brief}17000`
      })
      const comparison = compareRuns(yield* readRuns([`${folder}/a`, `${folder}/b`]))
      assert.match(textOf(comparison), /^b: .*, Locust, torn file, from /m)
      assert.include(textOf(comparison), `b: ${tornSentence("_stats_history.csv")}`)
      assert.match(markdownOf(comparison), /^- b: The last line of its/m)
    }).pipe(withFiles)
  )
})

describe("the row of all requests", () => {
  const request = (type: string, name: string) =>
    `${type},${name},3,0,${"1,".repeat(4)}0,10.0,0.0,${"1,".repeat(10)}1\r\n`
  const [header = ""] = locustStats.split("\r\n")
  const withRequests = (...rows: ReadonlyArray<string>) =>
    locustStats.replace(`${header}\r\n`, `${header}\r\n${rows.join("")}`)

  it.scoped("is the one without a Type, whatever requests are named", () =>
    Effect.gen(function* () {
      const rows = [request("GET", "Aggregated"), request("GET", ""), request("", "warm-up")]
      const folder = yield* filesIn({ [stats]: withRequests(...rows), "new/x_stats.csv": locustStats })
      const run = yield* readRun(`${folder}/old`)
      assert.strictEqual(run.total["requests.total"], 3000)
      assert.deepStrictEqual(
        run.byName.slice(0, 3).map(({ figures, method, name }) => [method, name, figures["requests.total"]]),
        [
          ["GET", "Aggregated", 3],
          ["GET", "", 3],
          ["", "warm-up", 3]
        ]
      )
      const { groups } = compareRuns(yield* readRuns([`${folder}/new`, `${folder}/old`]))
      assert.includeMembers(
        groups.map(({ name }) => name),
        [null, "Aggregated", "(no name)", "warm-up"]
      )
    }).pipe(withFiles)
  )

  it.scoped("is the last one if a request without a Type has the same name", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({ [stats]: withRequests(request("", "Aggregated")) })
      const run = yield* readRun(`${folder}/old`)
      assert.strictEqual(run.total["requests.total"], 3000)
      assert.strictEqual(run.byName[0]?.figures["requests.total"], 3)
    }).pipe(withFiles)
  )

  it.scoped("is the row that counts for the seconds of a history", () =>
    Effect.gen(function* () {
      const named = locustHistory(true).replaceAll("POST,students-batch-10", "POST,Aggregated")
      const folder = yield* filesIn({
        "a/x_stats.csv": locustStats,
        "a/x_stats_history.csv": locustHistory(true),
        "b/x_stats.csv": locustStats,
        "b/x_stats_history.csv": named
      })
      const [a, b] = yield* readRuns([`${folder}/a`, `${folder}/b`])
      assert.strictEqual(a?.timeline.length, 4)
      assert.deepStrictEqual(b?.timeline, a?.timeline)
    }).pipe(withFiles)
  )
})
