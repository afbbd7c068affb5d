/** Made-up activity of a database under batches of 10 triples, for a number of seconds. */
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"

export const sampleDatabase = (seconds: number): DatabaseActivity => {
  const counts = (of: number) => ({
    commits: 100 * of,
    rollbacks: of,
    walBytes: 90_000 * of,
    walRecords: 9000 * of,
    walWrites: 120 * of,
    walSyncs: 90 * of,
    rowsInserted: 2000 * of,
    rowsUpdated: 1000 * of,
    rowsDeleted: 2000 * of,
    blocksRead: of,
    blocksHit: 50_000 * of,
    deadlocks: 0
  })
  // In more than an hour, points cover two readings.
  const readings = seconds > 3600 ? 2 : 1
  const each = 5 * readings
  return {
    version: "15.18",
    database: "edfi",
    seconds,
    total: counts(seconds),
    operations: 3000 * seconds,
    perOperation: { commits: 0.033_33, walBytes: 30, walSyncs: 0.03 },
    tables: ["dms.document", "dms.alias", "dms.reference", "dms.event", "dms.cache"].map((name, i) => ({
      name,
      rowsInserted: (1000 - i) * seconds,
      rowsUpdated: i === 0 ? 1000 * seconds : 0,
      rowsDeleted: (1000 - i) * seconds,
      deadRows: 40 * i
    })),
    waits: [
      { event: "IO:WALSync", seen: 60 },
      { event: "Client:ClientRead", seen: 30 },
      { event: "running", seen: 10 }
    ],
    missing: ["pg_stat_io: permission denied for view <pg_stat_io>"],
    timeline: Array.from({ length: Math.floor(seconds / each) }, (_, i) => ({
      elapsedSeconds: each * (i + 1),
      seconds: each,
      ...counts(each + Math.round(2 * Math.sin(i / 9))),
      readings,
      waits: {
        "IO:WALSync": (3 + (i % 2)) * readings,
        "Client:ClientRead": i % 5 === 0 ? 2 : 1,
        ...(i % 3 === 0 ? { running: readings } : {})
      }
    }))
  }
}
