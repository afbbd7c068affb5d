import { assert, describe, it } from "@effect/vitest"
import {
  activityOf,
  afterFailure,
  afterReading,
  maxPoints,
  nothingObserved,
  type Observed
} from "../../src/database/activityOf.ts"
import type { Reading } from "../../src/database/Reading.ts"
import { noBlocking } from "../../src/result/DatabaseLocks.ts"
import { nothingCounted } from "../../src/result/databaseSums.ts"
import { readingAt, server, steadyAt, table, viewWith } from "./readings.ts"

const seenOf = (...readings: ReadonlyArray<Reading>): Observed =>
  readings.reduce(afterReading, nothingObserved(server, 0))

describe("the activity of a database", () => {
  it("has the totals from the first to the last reading, and a point for each interval", () => {
    const seen = seenOf(
      steadyAt(0),
      steadyAt(5, { waits: { running: 1, "IO:WALSync": 3 } }),
      steadyAt(8, { waits: { "IO:WALSync": 2, "Lock:tuple": 3 } })
    )
    const each = { ...nothingCounted, rollbacks: 0 }
    assert.deepStrictEqual(activityOf(seen, { reading: steadyAt(8), operations: 24_000 }), {
      version: "15.18",
      database: "edfi",
      seconds: 8,
      total: { ...each, commits: 800, rowsInserted: 8000, walBytes: 720_000, walSyncs: 800 },
      operations: 24_000,
      perOperation: { commits: 0.033_33, walBytes: 30, walSyncs: 0.033_33 },
      tables: [],
      waits: [
        { event: "IO:WALSync", seen: 5 },
        { event: "Lock:tuple", seen: 3 },
        { event: "running", seen: 1 }
      ],
      blocking: noBlocking,
      longestTransaction: null,
      statements: null,
      sizes: null,
      settings: { shared_buffers: "128MB" },
      contentBefore: null,
      uptimeSeconds: 3600,
      missing: [],
      timeline: [
        {
          elapsedSeconds: 5,
          seconds: 5,
          ...each,
          commits: 500,
          rowsInserted: 5000,
          walBytes: 450_000,
          walSyncs: 500,
          readings: 1,
          blocked: 0,
          waits: { running: 1, "IO:WALSync": 3 }
        },
        {
          elapsedSeconds: 8,
          seconds: 3,
          ...each,
          commits: 300,
          rowsInserted: 3000,
          walBytes: 270_000,
          walSyncs: 300,
          readings: 1,
          blocked: 0,
          waits: { "IO:WALSync": 2, "Lock:tuple": 3 }
        }
      ]
    })
  })

  it("measures elapsed time from the first reading", () => {
    const seen = [steadyAt(0.25), steadyAt(5.25)].reduce(afterReading, nothingObserved(server, 0))
    const [point] = activityOf(seen).timeline
    assert.deepStrictEqual([point?.elapsedSeconds, point?.seconds], [5, 5])
  })

  it("has the counts reported after the load in its totals, but in no point", () => {
    const activity = activityOf(seenOf(steadyAt(0), steadyAt(4)), {
      reading: steadyAt(5),
      operations: 15_000
    })
    assert.deepStrictEqual(
      [activity.seconds, activity.total.commits, activity.perOperation.commits],
      [4, 500, 0.033_33]
    )
    assert.deepStrictEqual(
      activity.timeline.map(({ commits }) => commits),
      [400]
    )
  })

  it("has no figures per operation during the load, or without operations", () => {
    const seen = seenOf(steadyAt(0), steadyAt(5))
    const nothing = { commits: null, walBytes: null, walSyncs: null }
    assert.deepStrictEqual([activityOf(seen).operations, activityOf(seen).perOperation], [null, nothing])
    const idle = activityOf(seen, { reading: steadyAt(5), operations: 0 })
    assert.deepStrictEqual([idle.operations, idle.perOperation], [0, nothing])
  })

  it("lists the tables that changed, busiest first and temporary ones last, with their dead rows at the end", () => {
    const seen = seenOf(
      steadyAt(0, { tables: new Map([["1", table("dms.document", 10)]]) }),
      steadyAt(5, {
        tables: new Map([
          ["1", table("dms.document", 30, 4)],
          ["2", table("dms.alias", 60, 1)],
          ["3", table("pg_temp.stage", 500, 9)]
        ])
      })
    )
    assert.deepStrictEqual(activityOf(seen).tables, [
      table("dms.alias", 60, 1),
      table("dms.document", 20, 4),
      table("pg_temp.stage", 500, 9)
    ])
  })

  it("names a view that was reset, even if its last count is above the first", () => {
    const at = (seconds: number, walSyncs: number) =>
      readingAt(seconds * 1000, {
        views: [viewWith("pg_stat_wal", { walSyncs }), viewWith("pg_stat_database", { commits: seconds })]
      })
    const { missing, timeline, total } = activityOf(seenOf(at(0, 10), at(5, 2), at(10, 12)))
    assert.deepStrictEqual([total.walSyncs, total.commits], [null, 10])
    assert.deepStrictEqual(
      timeline.map(({ walSyncs }) => walSyncs),
      [null, 10]
    )
    assert.deepStrictEqual(missing, ["pg_stat_wal: its counters were reset during the run"])
  })

  it("lists each missing statistic once, and failed readings by reason", () => {
    const rights = { missing: ["pg_stat_wal: permission denied"] }
    const seen = [steadyAt(0, rights), steadyAt(5, rights)].reduce(
      afterReading,
      nothingObserved({ ...server, missing: ["waits: not available"] }, 0)
    )
    const failed = afterFailure(
      afterFailure(afterFailure(seen, "refused", 10_000), "refused", 15_000),
      "too many",
      20_000
    )
    assert.deepStrictEqual(activityOf(afterReading(failed, steadyAt(25))).missing, [
      "waits: not available",
      "pg_stat_wal: permission denied",
      "2 readings from 10 s to 15 s failed: refused",
      "the reading at 20 s failed: too many"
    ])
  })

  it("has one point for the time in which readings failed", () => {
    const seen = afterReading(afterFailure(seenOf(steadyAt(0)), "refused", 5000), steadyAt(10))
    assert.deepStrictEqual(
      activityOf(seen).timeline.map(({ commits, seconds }) => [seconds, commits]),
      [[10, 1000]]
    )
  })

  it("has no figures per operation if the reading before or after the load failed", () => {
    const late = [steadyAt(5), steadyAt(10)].reduce(
      afterReading,
      afterFailure(nothingObserved(server, 0), "no", 0)
    )
    assert.isNull(activityOf(late, { reading: steadyAt(10), operations: 9 }).operations)
    const early = activityOf(seenOf(steadyAt(0), steadyAt(5)), { reading: undefined, operations: 9 })
    assert.deepStrictEqual([early.operations, early.total.commits], [null, 500])
  })

  it("has no counts without a reading, and reports why", () => {
    const { missing, seconds, total } = activityOf(afterFailure(nothingObserved(server, 0), "refused", 0))
    assert.deepStrictEqual(
      [seconds, total, missing],
      [0, nothingCounted, ["the reading at 0 s failed: refused"]]
    )
  })

  it("merges pairs of points above the maximum, and keeps the totals", () => {
    let seen = seenOf(steadyAt(0))
    for (let i = 1; i <= maxPoints + 1; i++) {
      seen = afterReading(seen, steadyAt(5 * i, { waits: { running: 1 } }))
    }
    const { timeline } = activityOf(seen)
    assert.strictEqual(timeline.length, maxPoints / 2 + 1)
    const [first] = timeline
    assert.deepStrictEqual(
      [first?.elapsedSeconds, first?.seconds, first?.commits, first?.waits],
      [10, 10, 1000, { running: 2 }]
    )
    const commits = timeline.reduce((sum, point) => sum + (point.commits ?? 0), 0)
    assert.strictEqual(commits, 500 * (maxPoints + 1))
  })
})
