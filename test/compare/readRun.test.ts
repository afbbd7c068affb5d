import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readRun, readRuns } from "../../src/compare/readRun.ts"
import { summaryJson, SummaryJson } from "../../src/result/Summary.ts"
import { filesIn, ownSummary, refusal, withFiles } from "./files.ts"
import { locustHistory, locustStats } from "./runs.ts"

describe("a run of edfi-perf", () => {
  it.scoped("has every figure of its summary.json, its timeline and its notes", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({ "a/summary.json": yield* ownSummary })
      const run = yield* readRun(`${folder}/a`)
      assert.deepInclude(run, {
        label: "a",
        path: `${folder}/a/summary.json`,
        source: "edfi-perf",
        startedAt: "2026-11-22T12:00:00.000Z",
        elapsedSeconds: 10,
        users: 3,
        unknown: []
      })
      assert.deepInclude(run.total, {
        "latency.p50": 2,
        "latency.max": 250,
        "operations.perSecond": 2.4,
        "operations.rolledBack": 6,
        "failures.ratio": 0.2
      })
      assert.deepStrictEqual(
        run.byName.map(({ name, figures }) => [name, figures["requests.total"]]),
        [
          ["sections-batch-2", 1],
          ["students-batch-2", 4]
        ]
      )
      assert.deepStrictEqual(run.timeline, [
        {
          elapsedSeconds: 10,
          seconds: 10,
          users: 3,
          requests: 5,
          failures: 1,
          operations: 24,
          rows: 0,
          latencyMs: { p50: 2, p95: 250, p99: 250 },
          byOutcome: {
            succeeded: { p50: 2, p95: 250, p99: 250 },
            failed: { p50: 1.5, p95: 1.5, p99: 1.5 }
          }
        }
      ])
      assert.deepStrictEqual(run.notes, [
        {
          kind: "endedEarly",
          sentence:
            "The run was interrupted; the report covers everything up to then. Its figures are those of 10 s of 60 s."
        }
      ])
    }).pipe(withFiles)
  )

  it.scoped("says that a run that was refused from the start ended early", () =>
    Effect.gen(function* () {
      const text = (yield* ownSummary).replace('"endedBy": "interrupt"', '"endedBy": "refused"')
      const run = yield* readRun(`${yield* filesIn({ "a/summary.json": text })}/a`)
      assert.deepStrictEqual(run.notes, [
        {
          kind: "endedEarly",
          sentence:
            "The run was stopped because a scenario was refused from the start. Its figures are those of 10 s of 60 s."
        }
      ])
    }).pipe(withFiles)
  )

  it.scoped("says that the generator was the bottleneck, and why", () =>
    Effect.gen(function* () {
      const generator = {
        limited: true,
        reasons: ["its event loop was busy"],
        cpuCores: { mean: 1, max: 1 },
        busy: { mean: 1, max: 1 },
        loopDelayMs: { p50: 1, p99: 1, max: 1 },
        gcPauses: { count: 0, totalMs: 0, maxMs: 0 },
        rssBytes: 1,
        openSockets: 1
      }
      const text = (yield* ownSummary).replace(
        '"generator": null',
        `"generator": ${JSON.stringify(generator)}`
      )
      const folder = yield* filesIn({ "a/summary.json": text })
      const [note] = (yield* readRun(`${folder}/a/summary.json`)).notes
      assert.strictEqual(note?.kind, "limited")
      assert.include(note?.sentence, "was the bottleneck: its event loop was busy.")
    }).pipe(withFiles)
  )

  it.scoped("is taken from summary.json where Locust's columns of the same run lie beside it", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({
        "a/summary.json": yield* ownSummary,
        "a/batch_volume_stats.csv": locustStats
      })
      assert.strictEqual((yield* readRun(`${folder}/a`)).total["requests.total"], 5)
      assert.strictEqual((yield* readRun(`${folder}/a/batch_volume_stats.csv`)).total["requests.total"], 3000)
    }).pipe(withFiles)
  )

  it.scoped("that cannot be read is refused with the file and the place in it", () =>
    Effect.gen(function* () {
      const text = yield* ownSummary
      const wrong = (broken: string) =>
        refusal({ "a/summary.json": broken, "a/x_stats.csv": locustStats }, "a")
      assert.match(
        yield* wrong(text.replace('"total": 5', '"total": "many"')),
        /^a\/summary\.json: is not a valid summary\.json: at requests\.total: Expected .*, actual "many"$/
      )
      assert.match(
        yield* wrong(text.replace('"elapsedSeconds": 10,', "")),
        /: at elapsedSeconds: is missing$/
      )
      assert.match(yield* wrong(text.slice(0, 100)), /^a\/summary\.json: .*JSON/)
    }).pipe(withFiles)
  )

  it.scoped("with a negative time or count is refused", () =>
    Effect.gen(function* () {
      const text = yield* ownSummary
      for (const [place, written] of [
        ["elapsedSeconds", '"elapsedSeconds": 10,'],
        ["users", '"users": 3,'],
        ["requests.total", '"total": 5'],
        ["operations.byOp.create", '"create": 8'],
        ["latencyMs.max", '"max": 250'],
        ["starts.timed", '"timed": 0'],
        ["timeline.0.requests", '"requests":5']
      ] as const) {
        const broken = text.replace(written, written.replace(/\d+/, "-1"))
        assert.notStrictEqual(broken, text, written)
        const message = yield* refusal({ "a/summary.json": broken }, "a")
        assert.include(message, `at ${place}: `)
        assert.include(message, "actual -1")
      }
    }).pipe(withFiles)
  )
})

describe("the latencies of succeeded requests", () => {
  it.scoped("are known where requests failed, except in a summary.json of an older version", () =>
    Effect.gen(function* () {
      const text = yield* ownSummary
      const summary = Schema.decodeSync(SummaryJson)(text)
      const older = (failed: number) => {
        const requests = { ...summary.requests, failed }
        return Effect.map(summaryJson({ ...summary, requests, byOutcome: null }), (json) =>
          json.replace(/^ *"byOutcome": null,\n/gm, "")
        )
      }
      const folder = yield* filesIn({
        "new/summary.json": text,
        "old/summary.json": yield* older(1),
        "clean/summary.json": yield* older(0)
      })
      const succeeded = (of: string) =>
        Effect.map(readRun(`${folder}/${of}`), (run) => run.succeeded?.["latency.mean"])
      assert.deepStrictEqual(
        [summary.latencyMs?.mean, summary.byOutcome?.succeeded.latencyMs?.mean],
        [51.5, 64]
      )
      assert.strictEqual(yield* succeeded("new"), 64)
      assert.isUndefined(yield* succeeded("old"))
      assert.strictEqual(yield* succeeded("clean"), 51.5)
    }).pipe(withFiles)
  )

  it.scoped("are known of Locust's rows without a failure", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({ "old/volume_stats.csv": locustStats })
      const run = yield* readRun(`${folder}/old/`)
      assert.isNull(run.succeeded)
      assert.deepStrictEqual(
        run.byName.map(({ name, succeeded }) => [name, succeeded?.["latency.p95"] ?? null]),
        [
          ["/ed-fi/students?limit=1,2", null],
          ["sections-batch-10", null],
          ["students-batch-10", 120]
        ]
      )
    }).pipe(withFiles)
  )
})

describe("a summary.json that knows of no models", () => {
  it.scoped("is one of the closed model, in which nothing was dropped", () =>
    Effect.gen(function* () {
      const text = yield* ownSummary
      const old = text
        .replaceAll(/^ *"(model|serviceMs|dropped)": [^\n]*\n/gm, "")
        .replaceAll(/,"dropped":0/g, "")
        // What is last now has no comma.
        .replaceAll(/,(\s*[}\]])/g, "$1")
      assert.notMatch(old, /model|serviceMs|dropped/)
      const folder = yield* filesIn({ "old/summary.json": old, "new/summary.json": text })
      const [before, after] = [yield* readRun(`${folder}/old`), yield* readRun(`${folder}/new`)]
      assert.deepStrictEqual({ ...before, label: "new", path: after.path }, after)
      assert.deepInclude(before.total, { "starts.dropped": 0 })
      assert.strictEqual(before.model, "closed")
    }).pipe(withFiles)
  )
})

describe("a run of the Python suite", () => {
  it.scoped("has the figures of Locust's files, and unknown ones for the rest", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({ "old/volume_stats.csv": locustStats })
      const run = yield* readRun(`${folder}/old/`)
      assert.deepInclude(run, {
        label: "old",
        source: "locust",
        elapsedSeconds: 50,
        users: null,
        config: null
      })
      assert.deepStrictEqual(run.total, {
        "latency.min": 9.5,
        "latency.mean": 80.336666,
        "latency.p50": 67,
        "latency.p90": 150,
        "latency.p95": 200,
        "latency.p99": 560,
        "latency.p999": 980,
        "latency.max": 980.1234567,
        // Its users wait for responses, so its latencies are service times.
        "service.min": 9.5,
        "service.mean": 80.336666,
        "service.p50": 67,
        "service.p90": 150,
        "service.p95": 200,
        "service.p99": 560,
        "service.p999": 980,
        "service.max": 980.1234567,
        "starts.dropped": null,
        "requests.total": 3000,
        "requests.perSecond": 60,
        "failures.count": 10,
        "failures.ratio": 10 / 3000,
        "operations.succeeded": null,
        "operations.perSecond": null,
        "operations.rolledBack": null,
        "operations.refused": null,
        "operations.unknown": null,
        "rows.read": null,
        "rows.perSecond": null
      })
      assert.deepStrictEqual(
        run.unknown.filter((name) => !/^(operations|rows)\./.test(name)),
        ["starts.dropped"]
      )
      assert.strictEqual(run.unknown.length, 8)
      assert.deepStrictEqual(run.timeline, [])
    }).pipe(withFiles)
  )

  it.scoped("has names with commas, and no latency where there was no request", () =>
    Effect.gen(function* () {
      const folder = yield* filesIn({ "old/volume_stats.csv": locustStats })
      const [students] = (yield* readRun(`${folder}/old`)).byName
      assert.deepInclude(students, { name: "/ed-fi/students?limit=1,2", method: "GET" })
      assert.deepInclude(students?.figures, {
        "requests.total": 0,
        "latency.p95": null,
        "latency.max": null,
        "failures.ratio": null
      })
    }).pipe(withFiles)
  )

  it.scoped("has our names for single requests, wherever its server had the resources", () =>
    Effect.gen(function* () {
      const text = locustStats
        .replace("POST,sections-batch-10", "PUT,/data/v3/ed-fi/students/{id}")
        .replace("POST,students-batch-10", "POST,/data/v3/ed-fi/students [Deliberate Failure]")
      const folder = yield* filesIn({ "old/volume_stats.csv": text })
      assert.deepStrictEqual(
        (yield* readRun(`${folder}/old`)).byName.slice(1).map(({ method, name }) => [method, name]),
        [
          ["PUT", "PUT /data/ed-fi/students/{id}"],
          ["POST", "POST /data/ed-fi/students [Deliberate Failure]"]
        ]
      )
    }).pipe(withFiles)
  )

  it.scoped("lacks a percentile that was not reported, and knows that", () =>
    Effect.gen(function* () {
      const short = locustStats.replace("99.9%", "99.95%")
      const folder = yield* filesIn({ "old/volume_stats.csv": `\uFEFF${short}` })
      const run = yield* readRun(`${folder}/old`)
      assert.isNull(run.total["latency.p999"])
      assert.include(run.unknown, "latency.p999")
      assert.notInclude(run.unknown, "latency.p99")
    }).pipe(withFiles)
  )

  it.scoped(
    "has seconds that are counted from the totals of its history, and latencies where those are recent",
    () =>
      Effect.gen(function* () {
        const folder = yield* filesIn({
          "full/volume_stats.csv": locustStats,
          "full/volume_stats_history.csv": locustHistory(true),
          "brief/volume_stats.csv": locustStats,
          "brief/volume_stats_history.csv": locustHistory(false)
        })
        const full = yield* readRun(`${folder}/full`)
        assert.deepInclude(full, { users: 4, startedAt: "2023-11-14T22:13:20.000Z" })
        assert.deepStrictEqual(
          full.timeline.map(({ elapsedSeconds, failures, requests, users }) => [
            elapsedSeconds,
            users,
            requests,
            failures
          ]),
          [
            [1, 2, 30, 0],
            [2, 4, 70, 0],
            [3, 4, 60, 0],
            [4, 4, 60, 3]
          ]
        )
        assert.isNull(full.timeline[0]?.latencyMs)
        assert.deepInclude(full.timeline[1], { operations: null, latencyMs: { p50: 60, p95: 200, p99: 400 } })
        const brief = yield* readRun(`${folder}/brief/volume_stats.csv`)
        assert.deepStrictEqual(
          brief.timeline.map(({ latencyMs, requests }) => [requests, latencyMs]),
          [
            [30, null],
            [70, null],
            [60, null],
            [60, null]
          ]
        )
      }).pipe(withFiles)
  )

  it.scoped("leaves out the second in which Locust set its counters back to 0", () =>
    Effect.gen(function* () {
      const row = (at: number, count: number) =>
        `${at},4,,Aggregated,1,0,${"1,".repeat(11)}${count},0,1,1,1,1,1`
      const rows = [row(10, 100), row(11, 200), row(12, 40), row(13, 90), row(13, 95)]
      const [header = ""] = locustHistory(false).split("\r\n")
      const folder = yield* filesIn({
        "old/volume_stats.csv": locustStats,
        "old/volume_stats_history.csv": [header, ...rows].join("\r\n")
      })
      const { timeline } = yield* readRun(`${folder}/old`)
      assert.deepStrictEqual(
        timeline.map(({ elapsedSeconds, requests }) => [elapsedSeconds, requests]),
        [
          [1, 100],
          [3, 50]
        ]
      )
    }).pipe(withFiles)
  )

  it.scoped("that cannot be read is refused with file, line and column", () =>
    Effect.gen(function* () {
      const wrong = (text: string) => refusal({ "old/volume_stats.csv": text }, "old")
      assert.strictEqual(
        yield* wrong(locustStats.replace(",2000,", ",many,")),
        "old/volume_stats.csv: line 4, column Request Count: expected a number or N/A, not many"
      )
      assert.strictEqual(
        yield* wrong(locustStats.replace("Request Count", "Requests")),
        "old/volume_stats.csv: line 2, column Request Count: is missing"
      )
      assert.strictEqual(
        yield* wrong(locustStats.replace("Aggregated", "Total")),
        "old/volume_stats.csv: has no row named Aggregated without a Type, so the totals are unknown"
      )
      assert.match(
        yield* wrong(locustStats.replace("POST,students-batch-10,", "POST,")),
        /^old\/volume_stats\.csv: is not CSV from line 4 on: /
      )
      assert.match(yield* wrong(""), /has no row named Aggregated/)
      assert.match(
        yield* refusal(
          { "old/volume_stats.csv": locustStats, "old/volume_stats_history.csv": "Timestamp\r\nnow\r\n" },
          "old"
        ),
        /^old\/volume_stats_history\.csv: line 2, column Timestamp: expected a number/
      )
    }).pipe(withFiles)
  )
})

describe("a folder without a run", () => {
  it.scoped.each([
    ["is not there", {}, "nowhere", "nowhere: there is no such folder or file"],
    [
      "is empty",
      { "a/": "" },
      "a",
      "a: contains no run: expected summary.json (edfi-perf) or *_stats.csv (Locust); the folder is empty"
    ],
    [
      "has other files",
      { "a/notes.txt": "", "a/volume_stats_history.csv": "" },
      "a",
      "a: contains no run: expected summary.json (edfi-perf) or *_stats.csv (Locust); it has notes.txt, volume_stats_history.csv"
    ],
    [
      "has several runs",
      { "a/x_stats.csv": "", "a/y_stats.csv": "" },
      "a",
      "a: contains several runs of Locust; name one of the files: x_stats.csv, y_stats.csv"
    ],
    [
      "is a file of another kind",
      { "a/notes.txt": "" },
      "a/notes.txt",
      "a/notes.txt: is neither a folder nor a summary.json or a study of edfi-perf nor a *_stats.csv of Locust"
    ]
  ] as const)("that %s is refused with what was looked for", ([, files, path, message]) =>
    Effect.map(refusal(files, path), (said) => assert.strictEqual(said, message)).pipe(withFiles)
  )
})

describe("the labels of runs", () => {
  it.scoped("are the names of folders where those differ, else paths, and numbers for the same path", () =>
    Effect.gen(function* () {
      const text = yield* ownSummary
      const folder = yield* filesIn({
        "a/summary.json": text,
        "b/summary.json": text,
        "x/a/summary.json": text
      })
      const labels = (...paths: ReadonlyArray<string>) =>
        Effect.map(readRuns(paths.map((path) => `${folder}/${path}`)), (runs) =>
          runs.map(({ label }) => label.replace(`${folder}/`, ""))
        )
      assert.deepStrictEqual(yield* labels("a/", "b/summary.json"), ["a", "b"])
      assert.deepStrictEqual(yield* labels("a", "x/a", "b"), ["a", "x/a", "b"])
      assert.deepStrictEqual(yield* labels("a", "a", "a"), ["a", "a (2)", "a (3)"])
    }).pipe(withFiles)
  )
})
