import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { exceptionsCsv, failuresCsv, historyHeader, historyRows, statsCsv } from "../../src/output/csv.ts"
import { metricPoints } from "../../src/result/metricPoints.ts"
import { summarize, type Summary, summaryJson, SummaryJson } from "../../src/result/Summary.ts"
import { progressLine } from "../../src/output/progressLine.ts"
import { textReport } from "../../src/output/text.ts"
import { clock, figure } from "../../src/result/numberFormat.ts"
import type { Verdict } from "../../src/result/thresholds.ts"
import { samples } from "../result/summaryOf.ts"

const startedAtMillis = 1_795_348_800_000

/** A recorder with samples of 10 seconds, and the report of such a run. */
const recorded = Effect.gen(function* () {
  const recorder = yield* Recorder
  for (const sample of samples) recorder.unsafeRecord(sample)
  recorder.unsafeRecordDefect("our bug", "Error: our bug\n    at here")
  yield* TestClock.adjust("10 seconds")
  const slice = recorder.unsafeEndSlice(3, 10)
  const measurements = recorder.measurements()
  const summary = summarize(
    {
      testType: "BATCH_VOLUME",
      model: "closed",
      plannedSeconds: 10,
      maxFailRatio: 0.5,
      failOnLimited: false,
      isLocal: false,
      requestNames: ["students-batch-2", "sections-batch-2"],
      thresholds: [],
      config: { clientCount: 3, scenarios: { StudentBatchVolumeTest: 2 } }
    },
    { startedAtMillis, elapsedSeconds: 10, endedBy: "runTime", users: 3 },
    measurements,
    recorder.timeline
  )
  return { measurements, slice, summary }
}).pipe(Effect.provide(Recorder.layer), (run) => Effect.zipRight(TestClock.setTime(startedAtMillis), run))

const well = {
  limited: false,
  tooShort: false,
  reasons: [],
  others: null,
  cpuCores: { mean: 0.23, max: 0.44 },
  busy: { mean: 0.201, max: 0.31 },
  processorWait: { mean: 0.034, max: 0.1 },
  advice: null,
  limitedBy: null,
  loopDelayMs: { p50: 0.129, p99: 6.359, max: 14.295 },
  gcPauses: { count: 29, totalMs: 91.34, maxMs: 15.619 },
  rssBytes: 164_909_056,
  openSockets: 1012,
  suspensions: { count: 0, totalSeconds: 0 }
}

/** Reads CSV like a spreadsheet. */
const readCsv = (text: string): ReadonlyArray<Record<string, string>> => {
  const [header = [], ...rows] = [...text.matchAll(/(?:^|\r\n)((?:"(?:[^"]|"")*"|[^\r\n"])*)/g)]
    .map(([, line = ""]) =>
      [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"')
      )
    )
    .filter((cells) => cells.length > 1)
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""])))
}

describe("summary.json", () => {
  it.effect("has the counts in total and by name", () =>
    Effect.gen(function* () {
      const { summary } = yield* recorded
      expect(summary).toMatchInlineSnapshot(`
        {
          "agents": null,
          "byName": [
            {
              "byOutcome": {
                "failed": {
                  "latencyMs": {
                    "max": 1.5,
                    "mean": 1.5,
                    "min": 1.5,
                    "p50": 1.5,
                    "p90": 1.5,
                    "p95": 1.5,
                    "p99": 1.5,
                    "p999": 1.5,
                  },
                  "serviceMs": null,
                },
                "succeeded": {
                  "latencyMs": null,
                  "serviceMs": null,
                },
              },
              "bytes": {
                "received": 300,
                "sent": 6000,
              },
              "latencyMs": {
                "max": 1.5,
                "mean": 1.5,
                "min": 1.5,
                "p50": 1.5,
                "p90": 1.5,
                "p95": 1.5,
                "p99": 1.5,
                "p999": 1.5,
              },
              "method": "POST",
              "name": "sections-batch-2",
              "operations": {
                "byOp": {
                  "create": 0,
                  "delete": 0,
                  "update": 0,
                },
                "perSecond": 0,
                "refused": 0,
                "rolledBack": 6,
                "succeeded": 0,
                "unknown": 0,
              },
              "requests": {
                "expectedFailures": 0,
                "failed": 1,
                "perSecond": 0.1,
                "total": 1,
              },
              "rows": {
                "perSecond": 0,
                "read": 0,
              },
              "serviceMs": null,
            },
            {
              "byOutcome": null,
              "bytes": {
                "received": 2800,
                "sent": 20000,
              },
              "latencyMs": {
                "max": 250,
                "mean": 64,
                "min": 1,
                "p50": 2,
                "p90": 250,
                "p95": 250,
                "p99": 250,
                "p999": 250,
              },
              "method": "POST",
              "name": "students-batch-2",
              "operations": {
                "byOp": {
                  "create": 8,
                  "delete": 8,
                  "update": 8,
                },
                "perSecond": 2.4,
                "refused": 0,
                "rolledBack": 0,
                "succeeded": 24,
                "unknown": 0,
              },
              "requests": {
                "expectedFailures": 0,
                "failed": 0,
                "perSecond": 0.4,
                "total": 4,
              },
              "rows": {
                "perSecond": 0,
                "read": 0,
              },
              "serviceMs": null,
            },
          ],
          "byOutcome": {
            "failed": {
              "latencyMs": {
                "max": 1.5,
                "mean": 1.5,
                "min": 1.5,
                "p50": 1.5,
                "p90": 1.5,
                "p95": 1.5,
                "p99": 1.5,
                "p999": 1.5,
              },
              "serviceMs": null,
            },
            "succeeded": {
              "latencyMs": {
                "max": 250,
                "mean": 64,
                "min": 1,
                "p50": 2,
                "p90": 250,
                "p95": 250,
                "p99": 250,
                "p999": 250,
              },
              "serviceMs": null,
            },
          },
          "bytes": {
            "received": 3100,
            "sent": 26000,
          },
          "changeQuery": null,
          "config": {
            "clientCount": 3,
            "scenarios": {
              "StudentBatchVolumeTest": 2,
            },
          },
          "database": null,
          "drift": null,
          "elapsedSeconds": 10,
          "endedBy": "runTime",
          "failOnLimited": false,
          "failures": [
            {
              "count": 1,
              "example": "operation 3 (create sections) failed with 409, "quoted", and a comma",
              "index": 3,
              "kind": "rolledBack",
              "name": "sections-batch-2",
              "op": "create",
              "problemType": "urn:ed-fi:api:data-conflict:unresolved-reference",
              "resource": "sections",
              "status": 409,
            },
          ],
          "fixedWork": null,
          "generator": null,
          "last": {
            "byOutcome": {
              "failed": {
                "p50": 1.5,
                "p95": 1.5,
                "p99": 1.5,
              },
              "succeeded": {
                "p50": 2,
                "p95": 250,
                "p99": 250,
              },
            },
            "dropped": 0,
            "elapsedSeconds": 10,
            "failures": 1,
            "generator": null,
            "lateStarts": 0,
            "latencyMs": {
              "max": 250,
              "p50": 2,
              "p95": 250,
              "p99": 250,
            },
            "operations": 24,
            "requests": 5,
            "rows": 0,
            "seconds": 10,
            "users": 3,
          },
          "latencyMs": {
            "max": 250,
            "mean": 51.5,
            "min": 1,
            "p50": 2,
            "p90": 250,
            "p95": 250,
            "p99": 250,
            "p999": 250,
          },
          "localDmsExit": null,
          "manifest": null,
          "maxFailRatio": 0.5,
          "model": "closed",
          "operations": {
            "byOp": {
              "create": 8,
              "delete": 8,
              "update": 8,
            },
            "perSecond": 2.4,
            "refused": 0,
            "rolledBack": 6,
            "succeeded": 24,
            "unknown": 0,
          },
          "pipeclean": null,
          "plannedSeconds": 10,
          "processes": [],
          "refused": null,
          "requestNames": [
            "students-batch-2",
            "sections-batch-2",
          ],
          "requests": {
            "expectedFailures": 0,
            "failed": 1,
            "perSecond": 0.5,
            "total": 5,
          },
          "rows": {
            "perSecond": 0,
            "read": 0,
          },
          "samples": null,
          "serviceMs": null,
          "startedAt": "2026-11-22T12:00:00.000Z",
          "starts": {
            "dropped": 0,
            "late": 0,
            "maxLateMs": 0,
            "timed": 0,
          },
          "testType": "BATCH_VOLUME",
          "thresholds": [],
          "timeline": [
            {
              "byOutcome": {
                "failed": {
                  "p50": 1.5,
                  "p95": 1.5,
                  "p99": 1.5,
                },
                "succeeded": {
                  "p50": 2,
                  "p95": 250,
                  "p99": 250,
                },
              },
              "dropped": 0,
              "elapsedSeconds": 10,
              "failures": 1,
              "generator": null,
              "lateStarts": 0,
              "latencyMs": {
                "max": 250,
                "p50": 2,
                "p95": 250,
                "p99": 250,
              },
              "operations": 24,
              "requests": 5,
              "rows": 0,
              "seconds": 10,
              "users": 3,
            },
          ],
          "users": 3,
          "warmUp": null,
        }
      `)
    })
  )

  it.effect("is decoded by the exported schema, which refuses an altered file", () =>
    Effect.gen(function* () {
      const { summary } = yield* recorded
      const json = yield* summaryJson(summary)
      assert.deepStrictEqual(yield* Schema.decode(SummaryJson)(json), summary)
      const older = json.replace(/ {2}"requestNames": \[[^\]]*\],\n/, "")
      assert.notInclude(older, "requestNames")
      assert.deepStrictEqual((yield* Schema.decode(SummaryJson)(older)).requestNames, [])
      const altered = Schema.decodeEither(SummaryJson)(json.replace('"total": 5', '"total": "5"'))
      assert.isTrue(Either.isLeft(altered))
    })
  )
})

describe("Locust's files", () => {
  it.effect("stats have a row per name and then Aggregated, and agree with the summary", () =>
    Effect.gen(function* () {
      const { measurements, summary } = yield* recorded
      const text = statsCsv(measurements, summary.elapsedSeconds)
      expect(text).toMatchInlineSnapshot(`
        "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%
        POST,sections-batch-2,1,1,1.5,1.5,1.5,1.5,300,0.1,0.1,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5
        POST,students-batch-2,4,0,2,64,1,250,700,0.4,0,2,3.001,3.001,250,250,250,250,250,250,250,250
        ,Aggregated,5,1,2,51.5,1,250,620,0.5,0.1,2,3.001,3.001,3.001,250,250,250,250,250,250,250
        "
      `)
      const rows = readCsv(text)
      assert.deepStrictEqual(
        rows.map((row) => [row["Type"], row["Name"]]),
        [
          ["POST", "sections-batch-2"],
          ["POST", "students-batch-2"],
          ["", "Aggregated"]
        ]
      )
      for (const row of rows) assert.strictEqual(row["100%"], row["Max Response Time"])
      assert.strictEqual(Number(rows[2]?.["Request Count"]), summary.requests.total)
    })
  )

  it.effect(
    "have the method of single requests in its column alone, and no failures that were expected",
    () =>
      Effect.gen(function* () {
        const recorder = yield* Recorder
        const one = { method: "POST", sentNanos: 0n, latencyMicros: 1000, sentBytes: 1, receivedBytes: 1 }
        const name = "POST /data/ed-fi/students"
        const operations = { create: 1, update: 0, delete: 0 }
        recorder.unsafeRecord({ ...one, name, outcome: { _tag: "Succeeded", operations } })
        recorder.unsafeRecord({
          ...one,
          name: `${name} [Deliberate Failure]`,
          outcome: { _tag: "ExpectedFailure" }
        })
        const slice = recorder.unsafeEndSlice(1, 1)
        const measurements = recorder.measurements()
        for (const rows of [
          readCsv(statsCsv(measurements, 1)),
          readCsv(historyHeader + historyRows(slice))
        ]) {
          assert.deepStrictEqual(
            rows.map((row) => [row["Type"], row["Name"], row["Failure Count"] ?? row["Total Failure Count"]]),
            [
              ["POST", "/data/ed-fi/students", "0"],
              ["POST", "/data/ed-fi/students [Deliberate Failure]", "0"],
              ["", "Aggregated", "0"]
            ]
          )
        }
        assert.deepStrictEqual(readCsv(failuresCsv(measurements)), [])
        const asked = {
          testType: "VOLUME",
          model: "closed",
          plannedSeconds: 1,
          maxFailRatio: 0,
          failOnLimited: false,
          isLocal: false,
          requestNames: [],
          thresholds: [],
          config: {}
        } as const
        const result = { startedAtMillis, elapsedSeconds: 1, endedBy: "runTime", users: 1 } as const
        const summary = summarize(asked, result, measurements, recorder.timeline)
        assert.deepStrictEqual(summary.requests, { total: 2, failed: 0, expectedFailures: 1, perSecond: 2 })
        assert.include(
          textReport(summary),
          "Deliberate failures: 1 of the requests were refused as intended; they count neither"
        )
        assert.deepStrictEqual(
          metricPoints(summary).flatMap(({ labels, name: metric, value }) =>
            metric === "edfi_perf_requests_total" && value > 0
              ? [[labels["name"], labels["outcome"], value]]
              : []
          ),
          [
            [name, "succeeded", 1],
            [`${name} [Deliberate Failure]`, "failed_as_expected", 1]
          ]
        )
      }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("stats of a run without requests have N/A for percentiles", () =>
    Effect.gen(function* () {
      const recorder = yield* Recorder
      const [row] = readCsv(statsCsv(recorder.measurements(), 0))
      assert.deepStrictEqual([row?.["Request Count"], row?.["95%"], row?.["Requests/s"]], ["0", "N/A", "0"])
    }).pipe(Effect.provide(Recorder.layer))
  )

  it.effect("history rows have the time, the users, the last ten seconds and everything so far", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* recorded
      const rows = readCsv(historyHeader + historyRows(slice))
      assert.strictEqual(rows.length, 3)
      assert.deepInclude(rows[2], {
        Timestamp: String(startedAtMillis / 1000 + 10),
        "User Count": "3",
        Name: "Aggregated",
        "Requests/s": "0.5",
        "Failures/s": "0.1",
        "50%": "2",
        "Total Request Count": String(summary.requests.total),
        "Total Failure Count": "1",
        "Total Max Response Time": "250",
        "Total Average Content Size": "620"
      })
    })
  )

  it.effect("failures and exceptions survive quotes, commas and line breaks", () =>
    Effect.gen(function* () {
      const { measurements } = yield* recorded
      assert.deepStrictEqual(readCsv(failuresCsv(measurements)), [
        {
          Method: "POST",
          Name: "sections-batch-2",
          Error: 'operation 3 (create sections) failed with 409, "quoted", and a comma',
          Occurrences: "1",
          "First Seen": "2026-11-22T12:00:00Z",
          "Last Seen": "2026-11-22T12:00:00Z"
        }
      ])
      assert.deepStrictEqual(readCsv(exceptionsCsv(measurements)), [
        { Count: "1", Message: "our bug", Traceback: "Error: our bug\n    at here", Nodes: "local" }
      ])
    })
  )
})

describe("the terminal", () => {
  it.effect("shows a table, the failures and the result", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* recorded
      expect(textReport(summary)).toMatchInlineSnapshot(`
        "BATCH_VOLUME  3 users  10 s

        request               requests  failed  requests/s  operations/s  p50 ms  p95 ms  p99 ms  max ms
        sections-batch-2             1       1        0.10             0    1.50    1.50    1.50    1.50
          of which succeeded         0                                         -       -       -       -
          of which failed            1                                      1.50    1.50    1.50    1.50
        students-batch-2             4       0        0.40          2.40       2     250     250     250
        total                        5       1        0.50          2.40       2     250     250     250
          of which succeeded         4                                         2     250     250     250
          of which failed            1                                      1.50    1.50    1.50    1.50

        failures
          1 x sections-batch-2, rolledBack: operation 3 (create sections) failed with 409, "quoted", and a comma

        2.40 operations per second (24 confirmed in responses), 0.50 requests per second.
        Operations that did not succeed: 6 rolled back, 0 refused or not reached, 0 without a verdict (they may have been committed).
        Latency is the service time of whole requests, from sending to the last byte of the response. Users wait for each response before they send again, so waiting that a slow server causes is not included."
      `)
      assert.match(
        progressLine({ ...slice, elapsedSeconds: 70, judgedRecords: 12_000 }, { records: 50_000 }),
        /^1:10 {2}12,000 \/ 50,000 records {2}3 users {2}0\.50 requests\/s /
      )
      expect(progressLine({ ...slice, elapsedSeconds: 70 }, 300)).toMatchInlineSnapshot(
        `"1:10 / 5:00  3 users  0.50 requests/s  2.40 operations/s  p95 250 ms (failed: 1.50 ms)  1 failure"`
      )
    })
  )

  it.effect("names the open model, both latencies and the dropped iterations", () =>
    Effect.gen(function* () {
      const { slice, summary } = yield* recorded
      assert.isNotNull(summary.latencyMs)
      const serviceMs = { ...summary.latencyMs, p50: 4.25, p95: 10.1, p99: 14.31 }
      const starts = { timed: 2500, late: 0, maxLateMs: 3, dropped: 500 }
      const open = { ...summary, model: "open" as const, byOutcome: null, serviceMs, starts }
      const lines = textReport(open).split("\n")
      assert.strictEqual(lines[0], "BATCH_VOLUME  open model, max 3 in flight  10 s")
      assert.deepStrictEqual(lines.slice(-2), [
        "Latency is the response time of whole requests, from the time at which each was due to the last byte of the response, so waiting that a slow server causes is included. Service time, from sending to the last byte: p50 4.25 ms, p95 10.1 ms, p99 14.3 ms.",
        "500 of 3,000 scheduled iterations were dropped because no user was free within --startWithin: the load was lower than requested. The figures cover the other 2,500."
      ])
      assert.include(
        textReport({ ...open, testType: "VOLUME" }),
        "is included. Only the first request of an iteration, the POST, can be late; each of the others is due when the response before it has arrived. Judge the POST rows (POST /data/ed-fi/students.latency.p95), not the totals. Service"
      )
      const succeeded = { latencyMs: serviceMs, serviceMs: { ...serviceMs, p50: 300 } }
      assert.include(
        textReport({ ...open, byOutcome: { succeeded, failed: { latencyMs: serviceMs, serviceMs } } }),
        "Service time of succeeded requests, from sending to the last byte: p50 300 ms,"
      )
      assert.notInclude(textReport({ ...open, model: "closed", testType: "VOLUME" }), "Only the first")
      assert.include(
        textReport({ ...open, starts: { ...starts, dropped: 0 } }),
        "\nAll 2,500 scheduled iterations were started.\n"
      )
      const second = {
        ...slice,
        elapsedSeconds: 70,
        starts: { count: 9, late: 0, maxLateMillis: 0, dropped: 4 }
      }
      assert.strictEqual(
        progressLine(second, 300, 50),
        "1:10 / 5:00  50 /s due  3 in flight  0.50 requests/s  2.40 operations/s  p95 250 ms (failed: 1.50 ms)  1 failure  4 dropped"
      )
    })
  )

  it.effect("reports the numbers of requests in the samples file and missing from it", () =>
    Effect.gen(function* () {
      const { summary } = yield* recorded
      const withSamples = (written: number, dropped: number) =>
        textReport({ ...summary, samples: { written, dropped } })
      assert.include(withSamples(5, 0), "\nThe samples file has a line for each of the 5 requests.\n")
      assert.include(withSamples(3, 2), "\nThe samples file has 3 requests; 2 are missing because the disk ")
    })
  )

  it.effect("shows each threshold with its value and verdict", () =>
    Effect.gen(function* () {
      const { summary } = yield* recorded
      const thresholds: ReadonlyArray<Verdict> = [
        { expression: "latency.p95 < 500ms", dimension: "ms", value: 499.96, judgedBy: null, passed: true },
        {
          expression: "students-batch-2.latency.max<1s",
          dimension: "ms",
          value: 1000,
          judgedBy: null,
          passed: false
        },
        {
          expression: "failures.ratio < 1%",
          dimension: "ratio",
          value: 1 / 30,
          judgedBy: null,
          passed: false
        },
        {
          expression: "operations.perSecond > 3000",
          dimension: "perSecond",
          value: 38_484.123,
          judgedBy: null,
          passed: true
        },
        {
          expression: "requests.total >= 1000000",
          dimension: "count",
          value: 1_234_567,
          judgedBy: null,
          passed: true
        },
        { expression: "latency.min < 1", dimension: "ms", value: null, judgedBy: null, passed: false }
      ]
      const report = textReport({ ...summary, endedBy: "interrupt", thresholds })
      expect(report.slice(report.indexOf("thresholds"), report.indexOf("2.40 operations per second")))
        .toMatchInlineSnapshot(`
        "thresholds
          latency.p95 < 500ms                     499.96 ms  kept
          students-batch-2.latency.max<1s          1,000 ms  not kept
          failures.ratio < 1%                       3.333 %  not kept
          operations.perSecond > 3000         38,484.123 /s  kept
          requests.total >= 1000000               1,234,567  kept
          latency.min < 1                  nothing measured  not kept

        The run was interrupted; the report covers everything up to then.
        "
      `)
    })
  )

  it.effect("reports that too many requests failed in a run that reached its end", () =>
    Effect.gen(function* () {
      const { summary } = yield* recorded
      const because = "20 % of the requests failed; --maxFailRatio allows 10 %."
      assert.include(textReport({ ...summary, maxFailRatio: 0.1 }), `\n${because}\n`)
      assert.notInclude(textReport(summary), "--maxFailRatio")
    })
  )

  it.effect("reports the health of the generator, and warns when it was the bottleneck", () =>
    Effect.gen(function* () {
      const { summary } = yield* recorded
      const linesOf = (some: Partial<Summary>) =>
        textReport({ ...summary, ...some })
          .split("\n")
          .slice(textReport(summary).split("\n").length)
      assert.deepStrictEqual(linesOf({}), [])
      assert.deepStrictEqual(linesOf({ generator: well }), [
        "Load generator: 0.23 cores, event loop 20 % busy (max 31 %), waiting for a processor 3 % of the time, timers late by 6.36 ms (p99), longest " +
          "GC pause 15.6 ms, 165 MB, 1,012 sockets."
      ])
      const reasons = ["its event loop was busy", "it was late"]
      assert.deepStrictEqual(
        linesOf({ generator: { ...well, limited: true, reasons, advice: "Fewer users." } }).slice(1),
        [
          "The load generator was the bottleneck: its event loop was busy; it was late. The figures describe " +
            "the load generator, not the DMS. Fewer users."
        ]
      )
      const others = { mean: 1.9, max: 1.9, processors: 2, busiest: [] }
      assert.strictEqual(linesOf({ generator: { ...well, others } })[1], "Other programs: 1.9 of 2 cores.")
      const waiting = { ...well, others, processorWait: { mean: 0.4, max: 0.5 } }
      assert.match(
        linesOf({ generator: waiting }).slice(1).join("\n"),
        /^The load .* used 1\.9 of 2 cores\. Use .*$/
      )
      assert.deepStrictEqual(linesOf({ starts: { timed: 1250, late: 39, maxLateMs: 31.18, dropped: 0 } }), [
        "39 of 1,250 scheduled iterations started more than 10 ms late (max 31.2 ms)."
      ])
    })
  )

  it.effect("marks a second in which the generator is at its limit during the run", () =>
    Effect.gen(function* () {
      const { slice } = yield* recorded
      const lineOf = (limited: boolean) => {
        const generator = { ...well, cpuCores: 1, busy: 0.9, processorWait: null, limited }
        return progressLine({ ...slice, point: { ...slice.point, generator } }, 300)
      }
      assert.match(lineOf(true), / {2}1 failure {2}generator at its limit$/)
      assert.match(lineOf(false), / {2}1 failure$/)
    })
  )

  it.each([
    [0, "0"],
    [1234567, "1,234,567"],
    [1234.56, "1,235"],
    [99.96, "100.0"],
    [12.34, "12.3"],
    [1.005, "1.00"],
    [0.0001, "0.00"]
  ])("writes %d as %s", (value, text) => {
    assert.strictEqual(figure(value), text)
  })
})

describe("clock", () => {
  it.each([
    [0, "0:00"],
    [0.9999, "0:01"],
    [9.999_999_9, "0:10"],
    [75, "1:15"],
    [3675, "1:01:15"],
    [-1, "0:00"]
  ] as const)("writes %d seconds as %s", (seconds, text) => {
    assert.strictEqual(clock(seconds), text)
  })
})
