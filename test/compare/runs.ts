/** Runs that never were, and files as Locust writes them, for tests of comparisons. */
import * as Record from "effect/Record"
import { figures, type FigureName, timeFigures, type TimeName } from "../../src/domain/Threshold.ts"
import type {
  ComparedFigures,
  ComparedPoint,
  ComparedRun,
  SucceededTimes
} from "../../src/result/Comparison.ts"

/** Figures that are `null` but for the given ones. */
export const figuresOf = (given: { readonly [name in FigureName]?: number }): ComparedFigures =>
  Record.map(figures, (_, name) => given[name] ?? null)

/** Latencies of succeeded requests that are `null` but for the given ones. */
export const succeededOf = (given: { readonly [name in TimeName]?: number }): SucceededTimes =>
  Record.map(timeFigures, (_, name) => given[name] ?? null)

export const runOf = (label: string, given: Partial<ComparedRun> = {}): ComparedRun => ({
  label,
  path: `${label}/summary.json`,
  source: "edfi-perf",
  testType: "BATCH_VOLUME",
  model: "closed",
  startedAt: "2026-11-22T12:00:00.000Z",
  elapsedSeconds: 60,
  users: 10,
  endedBy: "runTime",
  total: figuresOf({}),
  succeeded: null,
  byName: [],
  unknown: [],
  config: { clientCount: 10, scenarios: { StudentBatchVolumeTest: 10 }, runTimeInMinutes: 1, seed: 1 },
  notes: [],
  lostAgents: [],
  timeline: [],
  ...given
})

/** Seconds with all ten users, and the given numbers of operations. */
export const timelineOf = (operations: ReadonlyArray<number>): ReadonlyArray<ComparedPoint> =>
  operations.map((count, i) => ({
    elapsedSeconds: i + 1,
    seconds: 1,
    users: 10,
    requests: count / 10,
    failures: 0,
    operations: count,
    rows: 0,
    latencyMs: { p50: 4, p95: 9, p99: 20 },
    byOutcome: null
  }))

const percentiles = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%"

/** As Locust 2.47 writes it: CRLF, quotes where needed, N/A where there was no request. */
export const locustStats = [
  `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,${percentiles}`,
  'GET,"/ed-fi/students?limit=1,2",0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A',
  "POST,sections-batch-10,1000,10,110.0,120.51,12.250000049360096,980.1234567,700.5,20.0,0.2,110,120,130,140,190,250,400,600,980,980,980",
  "POST,students-batch-10,2000,0,57.0,60.25,9.5,870.75,700.5,40.0,0.0,57,60,66,70,95,120,300,500,870,870,870",
  ",Aggregated,3000,10,67.0,80.336666,9.5,980.1234567,700.5,60.0,0.2,67,80,95,110,150,200,340,560,980,980,980",
  ""
].join("\r\n")

const historyHeader = `Timestamp,User Count,Type,Name,Requests/s,Failures/s,${percentiles},Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size`
const none = "N/A,".repeat(11)
const zero = "0,".repeat(11)
const some = "60,70,80,90,100,200,300,400,500,600,700,"
const totals = "67.0,80.3,9.5,980.1,700.5"

const historyRow = (at: number, users: number, type: string, name: string, count: number, failed: number) =>
  `${at},${users},${type},${name},55.500000,0.100000,${count === 0 ? none : count < 100 ? zero : some}${count},${failed},${totals}`

/**
 * The seconds of a run from 1700000000 on, two users more each; `full` as with `--csv-full-history`. In the
 * first, percentiles are 0, because there are no ten seconds that they could be of.
 */
export const locustHistory = (full: boolean): string =>
  [
    historyHeader,
    ...[0, 30, 100, 160, 220].flatMap((count, i) => {
      const users = Math.min(4, 2 * i)
      const at = 1_700_000_000 + i
      return [
        ...(full ? [historyRow(at, users, "POST", "students-batch-10", count, 0)] : []),
        historyRow(at, users, "", "Aggregated", count, i === 4 ? 3 : 0)
      ]
    }),
    ""
  ].join("\r\n")
