/** Files of other programs, valid or crafted: none causes a defect or controls the output of a comparison. */
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FastCheck from "effect/FastCheck"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { cleaned } from "../../src/compare/cleaned.ts"
import { compareRuns } from "../../src/compare/compareRuns.ts"
import { readLocust } from "../../src/compare/readLocust.ts"
import { readRun } from "../../src/compare/readRun.ts"
import { readSummary } from "../../src/compare/readSummary.ts"
import { csvOf, markdownOf, textOf } from "../../src/output/comparisonText.ts"
import { UnreadableRun } from "../../src/compare/UnreadableRun.ts"
import type { ComparedRun } from "../../src/result/Comparison.ts"
import { ComparisonJson } from "../../src/result/Comparison.ts"
import { filesIn, ownSummary, refusal, withFiles } from "./files.ts"
import { locustHistory, locustStats } from "./runs.ts"

const encode = Schema.encode(ComparisonJson)

/** All printed forms of a comparison; its page contains the JSON. */
const outputsOf = (runs: ReadonlyArray<ComparedRun>) =>
  Effect.gen(function* () {
    const comparison = compareRuns(runs)
    return [textOf(comparison), markdownOf(comparison), csvOf(comparison), yield* encode(comparison)]
  })

const nested = `${"[".repeat(5000)}${"]".repeat(5000)}`

describe("a summary.json", () => {
  it.scoped.each([
    ["is nested 5,000 deep", () => nested, /it is not JSON, or nested more than 64 deep$/],
    [
      "has a member that is",
      (text: string) => text.replace('"byName": [', `"byName": ${nested}, "x": [`),
      /64/
    ],
    ["is empty", () => "", /it is not JSON/],
    ["is not a number", () => "NaN", /it is not JSON/],
    ["is only null", () => "null", /Expected .*, actual null$/],
    [
      "has a number above the range of doubles",
      (text: string) => text.replace('"elapsedSeconds": 10', '"elapsedSeconds": 1e999'),
      /at elapsedSeconds: Expected number, actual "Infinity"$/
    ],
    [
      "has a number too large to be exact",
      (text: string) => text.replace('"users": 3', '"users": 1e300'),
      /at users: Expected .*, actual "1e\+300"$/
    ],
    [
      "has a number in words",
      (text: string) => text.replace('"users": 3', '"users": "NaN"'),
      /at users: Expected .*, actual "NaN"$/
    ]
  ] as const)("that %s is refused", ([, broken, message]) =>
    Effect.gen(function* () {
      const said = yield* refusal({ "a/summary.json": broken(yield* ownSummary) }, "a")
      assert.match(said, /^a\/summary\.json: is not a valid summary\.json: /)
      assert.match(said, message)
    }).pipe(withFiles)
  )

  it.scoped.each([
    ["begins with a byte order mark", (text: string) => `\uFEFF${text}`],
    ["has a member twice, and the last one counts", (text: string) => text.replace("{", '{"users": 1,')],
    ["has an unknown member", (text: string) => text.replace("{", '{"__proto__": {"users": 9},')]
  ] as const)("that %s is read", ([, changed]) =>
    Effect.gen(function* () {
      const folder = yield* filesIn({ "a/summary.json": changed(yield* ownSummary) })
      assert.strictEqual((yield* readRun(`${folder}/a`)).users, 3)
    }).pipe(withFiles)
  )

  it.scoped("with bytes that are not UTF-8 shows a replacement character", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* filesIn({ "a/summary.json": "" })
      const bytes = new TextEncoder().encode((yield* ownSummary).replaceAll("students-batch-2", "caf_"))
      yield* fs.writeFile(
        `${folder}/a/summary.json`,
        bytes.map((byte) => (byte === 0x5f ? 0xe9 : byte))
      )
      const run = yield* readRun(`${folder}/a`)
      assert.include(
        run.byName.map(({ name }) => name),
        "caf\uFFFD"
      )
    }).pipe(withFiles)
  )

  it.scoped("has its long texts cut", () =>
    Effect.gen(function* () {
      const text = (yield* ownSummary).replaceAll("students-batch-2", "x".repeat(100_000))
      const run = yield* readSummary("a", text)
      assert.deepStrictEqual(
        run.byName.map(({ name }) => name.length),
        ["sections-batch-2".length, 1003]
      )
    })
  )
})

describe("a path that cannot be a file of a run", () => {
  it.scoped("is named with the reason", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* filesIn({
        "folder/summary.json/x": "",
        "csv/x_stats.csv": locustStats,
        "csv/x_stats_history.csv/x": "",
        "large/x_stats.csv": locustStats,
        "large/x_stats_history.csv": "",
        "nowhere/": ""
      })
      const said = (path: string) =>
        Effect.map(Effect.flip(readRun(`${folder}/${path}`)), ({ message }) =>
          message.replaceAll(`${folder}/`, "")
        )
      assert.strictEqual(yield* said("folder"), "folder/summary.json: is not a file")
      assert.strictEqual(yield* said("csv"), "csv/x_stats_history.csv: is not a file")
      yield* fs.truncate(`${folder}/large/x_stats_history.csv`, 200_000_000)
      assert.strictEqual(
        yield* said("large"),
        "large/x_stats_history.csv: has 200 MB; files of at most 67.1 MB are read"
      )
      yield* fs.symlink(`${folder}/gone`, `${folder}/nowhere/summary.json`)
      assert.match(yield* said("nowhere"), /^nowhere\/summary\.json: .*ENOENT/)
      assert.match(yield* said("nowhere/summary.json"), /: there is no such folder or file$/)
    }).pipe(withFiles)
  )
})

/** Parts of texts that a terminal, a spreadsheet, a browser or a parser would interpret. */
const piece = FastCheck.oneof(
  FastCheck.constantFrom(
    "\u001b[2J",
    "\u001b]0;title\u0007",
    "\r",
    "\n",
    "\t",
    "\0",
    "\u009b",
    "\u007f",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u2028",
    "\uFEFF",
    "\uD800",
    "<script>",
    "|",
    "`",
    '"',
    ",",
    "=1+1",
    "Aggregated"
  ),
  FastCheck.string({ unit: "binary", maxLength: 5 })
)
const evilText = FastCheck.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""))

/** Our own line breaks (two characters in CSV) are the only control characters of an output. */
const raw = /(?![\r\n])[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\uFEFF]/u

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

describe("a text of a file", () => {
  it.effect.prop(
    "controls no output of a comparison, whatever it is and wherever it occurs",
    { name: evilText, setting: evilText },
    ({ name, setting }) =>
      Effect.gen(function* () {
        const text = (yield* ownSummary)
          .replaceAll('"students-batch-2"', JSON.stringify(name))
          .replace('"clientCount": 3', `${JSON.stringify(setting)}: ${JSON.stringify(name)}`)
          .replace('"BATCH_VOLUME"', JSON.stringify(setting))
          .replace('"2026-11-22T12:00:00.000Z"', JSON.stringify(name))
        const own = yield* readSummary(name, text)
        const stats = locustStats.replaceAll("students-batch-10", quoted(name))
        const history = locustHistory(true).replaceAll("students-batch-10", quoted(name))
        const locust = yield* readLocust({ path: "x", text: stats }, { path: "y", text: history })
        const label = { label: "a", path: "a/summary.json" }
        for (const output of yield* outputsOf([{ ...own, ...label }, locust])) {
          assert.notMatch(output, raw)
        }
        assert.notInclude(csvOf(compareRuns([locust, locust])).replaceAll("\r\n", ""), "\r")
        const refused = yield* Effect.flip(readSummary(name, JSON.stringify({ model: name })))
        assert.notMatch(refused.message, raw)
        const wrong = locustStats.replace(",2000,", `,${quoted(name)},`)
        const answer = yield* Effect.either(readLocust({ path: name, text: wrong }, undefined))
        if (answer._tag === "Left") assert.notMatch(answer.left.message, raw)
      }),
    { fastCheck: { numRuns: 40 } }
  )

  it("is also cleaned as the name of a member", () => {
    assert.deepStrictEqual(cleaned({ "a\u001b": ["b\u0007", 1, null, true] }), {
      "a\\u001B": ["b\\u0007", 1, null, true]
    })
  })
})

describe("a number of a file", () => {
  const numbers = FastCheck.oneof(
    FastCheck.constantFrom(
      "0",
      "1e999",
      "-1e999",
      "1e308",
      "5e-324",
      "1e15",
      "-1",
      "9007199254740993",
      "0.5"
    ),
    FastCheck.double({ noNaN: true }).map((value) => JSON.stringify(value))
  )

  it.effect.prop(
    "is compared or refused, and is never a defect",
    { which: FastCheck.nat(200), number: numbers, seed: FastCheck.boolean() },
    ({ number, seed, which }) =>
      Effect.gen(function* () {
        const text = yield* ownSummary
        const places = [...text.matchAll(/(?<=": ?)\d+(\.\d+)?/g)]
        const place = places[which % places.length]
        if (place === undefined) return
        const changed = text.slice(0, place.index) + number + text.slice(place.index + place[0].length)
        const cells = [...locustStats.matchAll(/(?<=,)\d+(\.\d+)?(?=[,\r])/g)]
        const cell = cells[which % cells.length]
        if (cell === undefined) return
        const stats =
          locustStats.slice(0, cell.index) + number + locustStats.slice(cell.index + cell[0].length)
        const history = locustHistory(true).replaceAll("1700000002", number)
        const own = yield* Effect.exit(
          Effect.flatMap(readSummary("a", changed), (run) =>
            Effect.flatMap(readSummary("b", text), (other) => outputsOf(seed ? [run, other] : [other, run]))
          )
        )
        const locust = yield* Effect.exit(
          Effect.flatMap(readLocust({ path: "x", text: stats }, { path: "y", text: history }), (run) =>
            outputsOf([run, run])
          )
        )
        for (const exit of [own, locust]) {
          if (Exit.isFailure(exit)) {
            assert.instanceOf(Option.getOrThrow(Cause.failureOption(exit.cause)), UnreadableRun)
          }
        }
      }),
    { fastCheck: { numRuns: 60 } }
  )
})
