/** `edfi-perf compare` as its users meet it. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { parse } from "csv-parse/sync"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { ComparisonJson } from "../../src/result/Comparison.ts"
import { SummaryJson } from "../../src/result/Summary.ts"
import { locustHistory, locustStats } from "../compare/runs.ts"
import { edfiPerf, folder, read } from "./edfiPerf.ts"

/** The folders of two runs against a server in this process, and of one of the Python suite. */
const runs = Effect.gen(function* () {
  const dms = yield* LocalDms.serve({ port: 0, key: "key", secret: Redacted.make("secret") })
  const fs = yield* FileSystem.FileSystem
  const parent = yield* folder
  const run = (name: string, ...words: ReadonlyArray<string>) =>
    edfiPerf(["run", "-o", `${parent}/${name}`, "-m", "0.005", ...words], {
      PERF_API_BASEURL: dms.url,
      PERF_API_KEY: "key",
      PERF_API_SECRET: "secret"
    })
  assert.strictEqual((yield* run("a", "--seed", "1", "-c", "2")).exitCode, 0)
  assert.strictEqual((yield* run("b", "--seed", "2", "-c", "3")).exitCode, 0)
  yield* fs.makeDirectory(`${parent}/old`)
  yield* fs.writeFileString(`${parent}/old/volume_stats.csv`, locustStats)
  yield* fs.writeFileString(`${parent}/old/volume_stats_history.csv`, locustHistory(true))
  return { a: `${parent}/a`, b: `${parent}/b`, old: `${parent}/old`, parent }
}).pipe(Effect.provide(NodeContext.layer))

/** With a page that goes away with the test, and without the line that names it. */
const compare = (...words: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const page = `${yield* folder}/pages/compare.html`
    const ended = yield* edfiPerf(["compare", ...words, "--page", page])
    return { ...ended, err: ended.err.replace(new RegExp(`\n?page: ${page}$`), ""), page }
  })

const wrong = (problem: string) => `1 wrong setting, nothing was compared:\n  ${problem}`

describe("edfi-perf compare", () => {
  it.scopedLive("puts runs side by side as text, Markdown, JSON and CSV, and ends with 0", () =>
    Effect.gen(function* () {
      const { a, b, old } = yield* runs
      const text = yield* compare(a, b, old)
      assert.deepInclude(text, { exitCode: 0, err: "" })
      assert.match(text.out, /^a \(baseline\): BATCH_VOLUME, 2 users, /)
      assert.match(text.out, /^operations\.perSecond .* -$/m)
      assert.include(text.out, "not the same load: clientCount 2 / 3 / -")
      assert.include(text.out, "also different: seed 1 / 2 / -")

      const markdown = yield* compare("--out", "markdown", a, b)
      // Generator and server share this process, so a run may be marked as limited.
      assert.match(
        markdown.out.replaceAll(" (generator limited)", ""),
        /^\| all requests \| a \| b \| change \|$/m
      )

      const json = yield* compare(a, old, "--out", "json", "--failOn", "latency.p95 +100000000%")
      const comparison = yield* Schema.decode(ComparisonJson)(json.out)
      assert.deepStrictEqual(
        comparison.runs.map(({ label, source }) => [label, source]),
        [
          ["a", "edfi-perf"],
          ["old", "locust"]
        ]
      )
      assert.deepStrictEqual(
        comparison.verdicts.map(({ passed }) => passed),
        [true]
      )
      assert.match(json.err, /Locust's files do not contain operations/)
      assert.match(json.err, /passed: latency\.p95 /)

      const csv = yield* compare(a, b, "--out", "csv")
      const rows: ReadonlyArray<unknown> = parse(csv.out, { columns: true })
      assert.isAbove(rows.length, 3 * 17)
      assert.match(csv.err, /not the same load: clientCount 2 \/ 3/)
    })
  )

  it.scopedLive("ends with 1 when a run is worse than allowed, after it printed everything", () =>
    Effect.gen(function* () {
      const { a, old } = yield* runs
      const { exitCode, out } = yield* compare(
        a,
        old,
        "--failOn",
        "latency.p95 +10%",
        "--failOn=operations.perSecond -5%",
        "--failOn",
        "failures.count +1000000"
      )
      assert.strictEqual(exitCode, 1)
      assert.match(out, /^failed: latency\.p95 \+10%: old has 200 ms, the limit is at most /m)
      assert.match(out, /^failed: operations\.perSecond -5%: the files of old do not contain this figure$/m)
      assert.match(out, /^passed: failures\.count \+1000000: old has 10, /m)
    })
  )

  it.scopedLive("ends with 1 and --failOnLimited when the load generator was the bottleneck of a run", () =>
    Effect.gen(function* () {
      const { a, b } = yield* runs
      const ended = yield* compare(a, b, "--failOnLimited")
      assert.strictEqual(ended.exitCode, 0)
      assert.include(ended.out, "passed: --failOnLimited: the load generator was not limited in any run")
      const summary = yield* Effect.flatMap(read(b, "summary.json"), Schema.decode(SummaryJson))
      const generator = { ...(summary.generator ?? assert.fail()), limited: true, tooShort: false }
      const text = yield* Schema.encode(SummaryJson)({ ...summary, generator })
      yield* Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(`${b}/summary.json`, text))
      const limited = yield* compare(a, b, "--failOnLimited", "--failOn", "requests.total +1000000%")
      assert.strictEqual(limited.exitCode, 1)
      assert.match(limited.out, /^passed: requests\.total .*; but the load generator was limited in b$/m)
      assert.match(limited.out, /^failed: --failOnLimited: the load generator was limited in b$/m)
      assert.strictEqual((yield* compare(a, b)).exitCode, 0)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("prints and writes its page, or ends with 1 and the reason", () =>
    Effect.gen(function* () {
      const { a, b } = yield* runs
      const { page } = yield* compare(a, b)
      assert.match(yield* read(page), /^<!doctype html>[^]*"_tag":"Compared"/)
      const { err, exitCode, out } = yield* edfiPerf(["compare", a, b, "--page", "/dev/null/x.html"])
      assert.strictEqual(exitCode, 1)
      assert.include(out, "all requests")
      assert.match(
        err,
        /^edfi-perf: the page \/dev\/null\/x\.html cannot be written: .*; --page names another file$/
      )
    })
  )

  it.scopedLive("warns of a torn last line of Locust's files in every output and on the page", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const parent = yield* folder
      for (const name of ["a", "b"]) {
        yield* fs.makeDirectory(`${parent}/${name}`)
        yield* fs.writeFileString(`${parent}/${name}/x_stats.csv`, locustStats)
      }
      yield* fs.writeFileString(`${parent}/b/x_stats_history.csv`, `${locustHistory(false)}17000`)
      const warning = "The last line of its *_stats_history.csv is incomplete and was left out"
      for (const output of ["text", "markdown", "json", "csv"]) {
        const { err, exitCode, out, page } = yield* compare(`${parent}/a`, `${parent}/b`, "--out", output)
        assert.strictEqual(exitCode, 0)
        // Markdown escapes markup with a backslash.
        assert.include((out + err).replaceAll("\\", ""), warning, output)
        assert.include(yield* read(page), warning)
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("ends with 2 for a summary.json that is nested 5,000 deep", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const parent = yield* folder
      yield* fs.writeFileString(`${parent}/summary.json`, "[".repeat(5000) + "]".repeat(5000))
      const { err, exitCode } = yield* compare(parent, parent)
      assert.strictEqual(exitCode, 2)
      assert.match(err, /is not a valid summary\.json: it is not JSON, or nested more than 64 deep$/)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped.each([
    ["no run", [], wrong("no run is given: compare needs two or more, the first as baseline")],
    [
      "one run",
      ["out"],
      wrong("only one run, out, is given: compare needs two or more, the first as baseline")
    ],
    ["an empty word", ["a", "b", ""], wrong("word 3 after compare is empty: expected RUN")],
    [
      "an unknown format",
      ["a", "b", "--out", "html"],
      wrong("--out html: accepts text, markdown, json or csv")
    ],
    ["a folder that is not there", ["/no/a", "/no/b"], "/no/a: there is no such folder or file"],
    [
      "a wrong expression",
      ["a", "b", "--failOn", "latency.p96 +10%"],
      wrong(
        "--failOn: cannot be read\n    latency.p96 +10%\n            ^ expected one of min, mean, p50, p90, p95, p99, p999, max"
      )
    ]
  ] as const)("ends with 2 for %s, and says what is wrong", ([, words, message]) =>
    Effect.gen(function* () {
      const { err, exitCode, out } = yield* compare(...words)
      assert.deepStrictEqual([exitCode, out, err], [2, "", `edfi-perf: ${message}`])
    })
  )
})
