/** Made-up activity of a database under batches of 10 triples, for a number of seconds. */
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { activityOfStatements } from "../../src/result/StatementActivity.ts"

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
    deadlocks: 0,
    tempBytes: 0,
    blockReadMillis: null,
    blockWriteMillis: null,
    walBuffersFull: 0,
    checkpointsTimed: Math.floor(of / 300),
    checkpointsRequested: 0,
    checkpointBlocks: 80 * of,
    checkpointWriteMillis: 900 * of,
    checkpointSyncMillis: 3 * of,
    backendBlocks: 2 * of
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
      deadRows: 40 * i,
      deadRowsBefore: 10 * i
    })),
    waits: [
      { event: "IO:WALSync", seen: 60 },
      { event: "Client:ClientRead", seen: 30 },
      { event: "running", seen: 10 }
    ],
    blocking: {
      readings: 3,
      maxWaiting: 2,
      longestSeconds: 1.25,
      sustainedSeconds: 6.25,
      maxHidden: 0,
      longestHold: null,
      pairs: [
        {
          blocked: "UPDATE dms.document SET etag = $1 WHERE id = $2",
          blocking: "INSERT INTO dms.reference SELECT <new> FROM stage",
          blockingState: "idle in transaction",
          lock: "transactionid ShareLock",
          seen: 4,
          longestSeconds: 1.25
        }
      ]
    },
    longestTransaction: { seconds: 2.5, state: "active", statement: "COMMIT" },
    statements: activityOfStatements(
      [
        "INSERT INTO dms.document VALUES ($1, $2)",
        "UPDATE dms.document SET etag = $1 WHERE id = $2",
        "COMMIT"
      ].map((text, i) => ({
        text,
        calls: 1000 * seconds,
        totalMillis: (400 * seconds) / (i + 1),
        rows: 1000 * seconds,
        blocksHit: 9000 * seconds,
        blocksRead: i,
        blocksDirtied: 300 * seconds,
        tempBlocks: 0,
        walBytes: 90_000 * seconds
      }))
    ),
    sizes: {
      database: { before: 31_000_000, after: 31_000_000 + 90_000 * seconds },
      allTables: { before: 20_000_000, after: 20_000_000 + 60_000 * seconds },
      allIndexes: { before: 9_000_000, after: 9_000_000 + 30_000 * seconds },
      tables: [{ name: "dms.document", before: 8_000_000, after: 8_000_000 + 40_000 * seconds }],
      indexes: [{ name: "dms.document_pkey", before: 2_000_000, after: 2_000_000 + 9000 * seconds }]
    },
    settings: { shared_buffers: "128MB", synchronous_commit: "on" },
    contentBefore: null,
    uptimeSeconds: 86_400,
    missing: ["pg_stat_io: permission denied for view <pg_stat_io>"],
    timeline: Array.from({ length: Math.floor(seconds / each) }, (_, i) => ({
      elapsedSeconds: each * (i + 1),
      seconds: each,
      ...counts(each + Math.round(2 * Math.sin(i / 9))),
      readings,
      blocked: i % 7 === 3 ? 2 : 0,
      waits: {
        "IO:WALSync": (3 + (i % 2)) * readings,
        "Client:ClientRead": i % 5 === 0 ? 2 : 1,
        ...(i % 3 === 0 ? { running: readings } : {})
      }
    }))
  }
}
