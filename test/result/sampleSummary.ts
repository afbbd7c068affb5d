/** A long run that never was, with something of everything that a page can show. */
import { sampleDatabase } from "./sampleDatabase.ts"
import type { Summary } from "../../src/result/Summary.ts"

type Point = Summary["timeline"][number]

/** Repeatable noise between 0 and 1. */
const noise = (i: number, of: number): number => {
  const x = Math.sin(i * 12.9898 + of * 78.233) * 43_758.5453
  return x - Math.floor(x)
}

const round = (value: number): number => Number(value.toFixed(3))

/** Users that rise, a steady load, a stall at two thirds, a generator that is short of breath for a while. */
const pointAt = (i: number, count: number, seconds: number): Point => {
  const at = i / count
  const users = Math.min(200, (i + 1) * 10)
  const stalled = at > 0.66 && at < 0.665
  const slow = 1 + 2.5 * Math.exp(-(((at - 0.7) / 0.02) ** 2)) + 0.25 * Math.sin(9 * at)
  const perSecond = stalled ? 0 : (users * 8 * (0.9 + 0.2 * noise(i, 1))) / slow
  const requests = Math.round(perSecond * seconds)
  const failures =
    at > 0.66 && at < 0.72 ? Math.round(requests * 0.04 * noise(i, 2)) : noise(i, 3) > 0.985 ? 1 : 0
  const p50 = 24 * slow * (0.9 + 0.2 * noise(i, 4))
  const limited = at > 0.4 && at < 0.55
  const p99 = p50 * (3.4 + 3 * noise(i, 6))
  const busy = Math.min(1, (limited ? 0.88 : 0.55) + 0.12 * noise(i, 8))
  const delay = limited ? 40 + 30 * noise(i, 9) : 4 + 6 * noise(i, 9)
  return {
    elapsedSeconds: round((i + 1) * seconds),
    seconds,
    users,
    requests,
    failures: Math.min(failures, requests),
    operations: (requests - Math.min(failures, requests)) * 30,
    rows: 0,
    latencyMs:
      requests === 0
        ? null
        : {
            p50: round(p50),
            p95: round(p50 * (1.9 + 0.4 * noise(i, 5))),
            p99: round(p99),
            max: round(p99 * 2)
          },
    byOutcome:
      Math.min(failures, requests) === 0
        ? null
        : {
            succeeded: { p50: round(1.1 * p50), p95: round(2.2 * p50), p99: round(1.1 * p99) },
            failed: { p50: round(0.02 * p50), p95: round(0.05 * p50), p99: round(0.1 * p50) }
          },
    lateStarts: limited ? 3 : 0,
    dropped: 0,
    generator: {
      limited: busy > 0.9 || delay > 50,
      cpuCores: round((limited ? 1.2 : 0.7) + 0.2 * noise(i, 7)),
      busy: round(busy),
      processorWait: limited ? 0.21 : 0.004,
      loopDelayMs: {
        p50: 0.4,
        p99: round(delay),
        max: round(limited ? 120 : 20)
      },
      gcPauses: { count: 12, totalMs: 24, maxMs: 6 },
      rssBytes: 310_000_000 + i * 20_000,
      openSockets: users,
      suspensions: { count: 0, totalSeconds: 0 }
    }
  }
}

const byOutcome = {
  succeeded: {
    latencyMs: { min: 2.4, mean: 32.1, p50: 27.4, p90: 52.9, p95: 62.8, p99: 150, p999: 394, max: 1204.5 },
    serviceMs: null
  },
  failed: {
    latencyMs: { min: 2.1, mean: 3.05, p50: 2.5, p90: 4.4, p95: 5.13, p99: 12.6, p999: 31, max: 40.25 },
    serviceMs: null
  }
}

const latencyMs = { min: 2.1, mean: 31.4, p50: 26.8, p90: 52.1, p95: 61.9, p99: 148, p999: 391, max: 1204.5 }

/**
 * The summary of such a run.
 *
 * @param points of its timeline, each of `seconds` seconds
 */
export const sampleSummary = (points: number, seconds: number): Summary => {
  const timeline = Array.from({ length: points }, (_, i) => pointAt(i, points, seconds))
  const sum = (of: (point: Point) => number) => timeline.reduce((all, point) => all + of(point), 0)
  const elapsedSeconds = points * seconds
  const figuresOf = (share: number) => {
    const total = Math.round(sum(({ requests }) => requests) * share)
    const failed = Math.round(sum(({ failures }) => failures) * share)
    const each = (total - failed) * 10
    return {
      requests: { total, failed, expectedFailures: 0, perSecond: round(total / elapsedSeconds) },
      operations: {
        succeeded: each * 3,
        rolledBack: Math.round(failed * 0.8) * 30,
        refused: 90,
        unknown: Math.round(failed * 0.2) * 30,
        perSecond: round((each * 3) / elapsedSeconds),
        byOp: { create: each, update: each, delete: each }
      },
      rows: { read: 0, perSecond: 0 },
      latencyMs,
      serviceMs: null,
      byOutcome,
      bytes: { sent: total * 21_700, received: total * 3150 }
    }
  }
  const common = { op: "create", status: 409 } as const
  return {
    testType: "BATCH_VOLUME",
    model: "closed",
    startedAt: "2026-11-22T08:00:00.000Z",
    elapsedSeconds,
    fixedWork: null,
    samples: null,
    database: sampleDatabase(points * seconds),
    processes: [],
    agents: null,
    drift: null,
    manifest: null,
    warmUp: null,
    plannedSeconds: elapsedSeconds,
    failOnLimited: false,
    localDmsExit: null,
    maxFailRatio: 0.5,
    requestNames: ["students-batch-10", "sections-batch-10"],
    endedBy: "runTime",
    refused: null,
    pipeclean: null,
    changeQuery: null,
    ...figuresOf(1),
    byName: [
      { name: "sections-batch-10", method: "POST", ...figuresOf(0.42) },
      { name: "students-batch-10", method: "POST", ...figuresOf(0.58) }
    ],
    failures: [
      {
        ...common,
        name: "sections-batch-10",
        kind: "rolledBack",
        resource: "sections",
        index: 0,
        problemType: "urn:ed-fi:api:data-conflict:unresolved-reference",
        count: 1204,
        example:
          "operation 0 (create sections) failed with 409, urn:ed-fi:api:data-conflict:unresolved-reference: The referenced CourseOffering item(s) do not exist."
      },
      {
        ...common,
        name: "students-batch-10",
        kind: "rolledBack",
        resource: "students",
        index: 3,
        problemType: "urn:ed-fi:api:identity-conflict",
        count: 311,
        example: "operation 3 (create students) failed with 409 </script><script>alert(1)</script>"
      },
      {
        ...common,
        name: "students-batch-33",
        kind: "rolledBack",
        resource: "students",
        index: 3,
        problemType: "urn:ed-fi:api:identity-conflict",
        count: 9,
        example: "the same in another batch"
      },
      {
        name: "students-batch-10",
        kind: "refused",
        status: 429,
        op: null,
        resource: null,
        index: null,
        problemType: null,
        count: 3,
        example: "refused with 429: Too Many Requests"
      },
      {
        name: "students-batch-10",
        kind: "transport",
        status: 503,
        op: null,
        resource: null,
        index: null,
        problemType: "gateway",
        count: 214,
        example: "503: upstream connect error or disconnect/reset before headers"
      },
      {
        name: "sections-batch-10",
        kind: "transport",
        status: null,
        op: null,
        resource: null,
        index: null,
        problemType: "timeout",
        count: 57,
        example: "no answer within 60 s"
      }
    ],
    users: 200,
    starts: { timed: 200, late: 31, maxLateMs: 61.2, dropped: 0 },
    generator: {
      limited: true,
      tooShort: false,
      reasons: ["in 1080 of 7200 s (15 %) its event loop was more than 90 % busy"],
      limitedBy: "generator",
      advice: "Use more --workers, fewer users or a faster machine.",
      cpuCores: { mean: 0.86, max: 1.4 },
      busy: { mean: 0.66, max: 1 },
      processorWait: { mean: 0.035, max: 0.21 },
      others: {
        mean: 0.72,
        max: 1.3,
        processors: 4,
        busiest: [
          { name: "dotnet", cores: 0.41 },
          { name: "postgres", cores: 0.28 }
        ]
      },
      loopDelayMs: { p50: 0.4, p99: 41.2, max: 120 },
      gcPauses: { count: 43_200, totalMs: 86_400, maxMs: 6 },
      rssBytes: 382_000_000,
      openSockets: 200,
      suspensions: { count: 0, totalSeconds: 0 }
    },
    thresholds: [
      {
        expression: "latency.p95 < 500ms",
        dimension: "ms",
        value: 62.8,
        judgedBy: "succeeded",
        passed: true
      },
      {
        expression: "students-batch-10.latency.p99 < 100ms",
        dimension: "ms",
        value: 148,
        judgedBy: null,
        passed: false
      },
      { expression: "failures.ratio < 1%", dimension: "ratio", value: 0.0014, judgedBy: null, passed: true },
      {
        expression: "other.requests.total > 10",
        dimension: "count",
        value: null,
        judgedBy: null,
        passed: false
      }
    ],
    config: {
      baseUrl: "https://dms.example.org/api",
      scenarios: { StudentBatchVolumeTest: 10, SectionBatchVolumeTest: 10 },
      clientCount: 200,
      spawnRate: 10,
      runTimeInMinutes: elapsedSeconds / 60,
      minWait: 0,
      maxWait: 50,
      workers: 1,
      maxFailRatio: 0.5,
      requestTimeoutSeconds: 60,
      strictDecoding: false,
      abortOnThreshold: false,
      seed: 1_234_567
    },
    last: timeline.at(-1) ?? null,
    timeline
  }
}
