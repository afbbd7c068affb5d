/** Made-up readings for tests. */
import type { Server } from "../../src/database/activityOf.ts"
import type { Reading, Table, StatisticsView } from "../../src/database/Reading.ts"
import type { DatabaseCounts } from "../../src/result/DatabaseActivity.ts"

export const server: Server = {
  version: "15.18",
  database: "edfi",
  settleMillis: 11_000,
  settings: { shared_buffers: "128MB" },
  uptimeSeconds: 3600,
  missing: []
}

type Counters = Partial<Record<keyof DatabaseCounts, number>>

export const viewWith = (name: string, counters: Counters, resetAt: string | null = null): StatisticsView => {
  const all: ReadonlyArray<readonly [keyof DatabaseCounts, number | undefined]> = [
    ["commits", counters.commits],
    ["rollbacks", counters.rollbacks],
    ["rowsInserted", counters.rowsInserted],
    ["walBytes", counters.walBytes],
    ["walSyncs", counters.walSyncs]
  ]
  return {
    name,
    counters: new Map(all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))),
    resetAt
  }
}

export const table = (name: string, rowsInserted: number, deadRows = 0, deadRowsBefore = 0): Table => ({
  name,
  rowsInserted,
  rowsUpdated: 0,
  rowsDeleted: 0,
  deadRows,
  deadRowsBefore
})

/** A reading without active sessions. */
export const readingAt = (atMillis: number, values: Partial<Reading> = {}): Reading => ({
  atMillis,
  views: [],
  tables: new Map(),
  waits: {},
  blocked: 0,
  pairs: [],
  holders: [],
  longestTransaction: null,
  own: { commits: 0, rollbacks: 0 },
  unreported: { busy: 0, hidden: 0 },
  missing: [],
  ...values
})

/** A reading of a database with 100 commits a second; each writes 900 bytes and syncs once. */
export const steadyAt = (seconds: number, values: Partial<Reading> = {}): Reading =>
  readingAt(seconds * 1000, {
    views: [
      viewWith("pg_stat_database", {
        commits: 5000 + 100 * seconds,
        rollbacks: 7,
        rowsInserted: 1000 * seconds
      }),
      viewWith("pg_stat_wal", { walBytes: 90_000 * seconds, walSyncs: 100 * seconds })
    ],
    ...values
  })
