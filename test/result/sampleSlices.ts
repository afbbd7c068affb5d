/** Measured slices that never were, for the samples of studies. */
import type { DatabaseActivity, DatabaseCounts } from "../../src/result/DatabaseActivity.ts"
import { noBlocking } from "../../src/result/DatabaseLocks.ts"
import { nothingCounted } from "../../src/result/databaseSums.ts"
import type { Figures } from "../../src/result/Figures.ts"
import type { MeasuredSlice } from "../../src/result/MeasuredSlice.ts"

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits))

export interface Measured {
  readonly seconds: number
  readonly requestsPerSecond: number
  /** Operations of a request. */
  readonly operations: number
  readonly p50: number
  readonly failed?: number
}

/** The percentiles of every sample: p95 is twice p50, p99 three times. */
export const latencyOf = (p50: number) => {
  const times = (factor: number) => Number((p50 * factor).toPrecision(3))
  return {
    min: times(0.4),
    mean: times(1.12),
    p50: times(1),
    p90: times(1.7),
    p95: times(2),
    p99: times(3),
    p999: times(6),
    max: times(9.4)
  }
}

export const figuresOf = ({ failed = 0, operations, p50, requestsPerSecond, seconds }: Measured): Figures => {
  const total = Math.round(requestsPerSecond * seconds)
  const each = Math.round(((total - failed) * operations) / 3)
  return {
    requests: { total, failed, expectedFailures: 0, perSecond: round(total / seconds) },
    operations: {
      succeeded: each * 3,
      rolledBack: failed * operations,
      refused: 0,
      unknown: 0,
      perSecond: round((each * 3) / seconds),
      byOp: { create: each, update: each, delete: each }
    },
    rows: { read: 0, perSecond: 0 },
    latencyMs: latencyOf(p50),
    serviceMs: null,
    byOutcome:
      failed === 0
        ? null
        : {
            succeeded: { latencyMs: latencyOf(p50), serviceMs: null },
            failed: { latencyMs: latencyOf(0.5), serviceMs: null }
          },
    bytes: { sent: total * (340 + 650 * operations), received: total * (180 + 95 * operations) }
  }
}

export const sliceOf = (
  startedSeconds: number,
  measured: Measured,
  more: Partial<
    Pick<
      MeasuredSlice,
      "agents" | "database" | "endedBy" | "generator" | "isWarmUp" | "limited" | "processes" | "users"
    >
  > = {}
): MeasuredSlice => {
  const figures = figuresOf(measured)
  const { operations, requests } = figures
  return {
    startedSeconds: round(startedSeconds),
    elapsedSeconds: measured.seconds,
    endedBy: "runTime",
    refused: null,
    isWarmUp: false,
    users: 10,
    ...figures,
    atFullLoad: {
      seconds: measured.seconds,
      requests: requests.total,
      operations: operations.succeeded,
      rows: 0
    },
    limited: [],
    limitedBy: null,
    missed: [],
    generator: null,
    agents: null,
    processes: [],
    database: null,
    ...more
  }
}

const countsOf = (operations: number, commits: number): DatabaseCounts => ({
  ...nothingCounted,
  commits,
  rollbacks: 3,
  walBytes: operations * 1480 + commits * 210,
  walRecords: operations * 14 + commits,
  walWrites: commits + 40,
  walSyncs: commits,
  rowsInserted: Math.round(operations * 1.7),
  rowsUpdated: Math.round(operations / 3),
  rowsDeleted: Math.round(operations * 1.7),
  blocksRead: 1204,
  blocksHit: operations * 31,
  deadlocks: null
})

/** Database activity for a number of operations, in transactions of a given size. */
export const databaseOf = (
  operations: number,
  each: number,
  seconds: number,
  more: Partial<DatabaseActivity> = {}
): DatabaseActivity => {
  const total = countsOf(operations, Math.round(operations / each))
  const perOperation = (count: number | null) => (count === null ? null : round(count / operations, 6))
  return {
    version: "15.18",
    database: "edfi_dms",
    seconds,
    total,
    operations,
    perOperation: {
      commits: perOperation(total.commits),
      walBytes: perOperation(total.walBytes),
      walSyncs: perOperation(total.walSyncs)
    },
    tables: [
      {
        name: "dms.document",
        rowsInserted: Math.round(operations / 3),
        rowsUpdated: Math.round(operations / 3),
        rowsDeleted: Math.round(operations / 3),
        deadRows: 10_412,
        deadRowsBefore: 0
      },
      {
        name: "dms.alias",
        rowsInserted: Math.round(operations / 3),
        rowsUpdated: 0,
        rowsDeleted: Math.round(operations / 3),
        deadRows: 9107,
        deadRowsBefore: 0
      }
    ],
    waits: [
      { event: "IO:WalSync", seen: each === 1 ? 212 : 31 },
      { event: "running", seen: each === 1 ? 96 : 140 },
      { event: "LWLock:WALWrite", seen: each === 1 ? 44 : 2 }
    ],
    blocking: noBlocking,
    longestTransaction: null,
    statements: null,
    sizes: null,
    settings: {},
    contentBefore: null,
    uptimeSeconds: 86_400,
    missing: [],
    timeline: [],
    ...more
  }
}
