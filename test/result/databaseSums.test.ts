import { assert, describe, it } from "@effect/vitest"
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { noBlocking } from "../../src/result/DatabaseLocks.ts"
import { addActivities, nothingCounted } from "../../src/result/databaseSums.ts"

const slice = (values: Partial<DatabaseActivity> = {}): DatabaseActivity => {
  const counts = { ...nothingCounted, commits: 1000, walBytes: 600_000, walSyncs: 900 }
  return {
    version: "15.18",
    database: "edfi",
    seconds: 10.1,
    total: counts,
    operations: 30_000,
    perOperation: { commits: 0.033_33, walBytes: 20, walSyncs: 0.03 },
    tables: [
      {
        name: "dms.document",
        rowsInserted: 10,
        rowsUpdated: 20,
        rowsDeleted: 10,
        deadRows: 30,
        deadRowsBefore: 30
      }
    ],
    waits: [
      { event: "IO:WALSync", seen: 4 },
      { event: "running", seen: 2 }
    ],
    blocking: noBlocking,
    longestTransaction: null,
    statements: null,
    sizes: null,
    settings: {},
    contentBefore: null,
    uptimeSeconds: 60,
    missing: ["waits: hidden"],
    timeline: [
      {
        elapsedSeconds: 10.1,
        seconds: 10.1,
        ...counts,
        readings: 2,
        blocked: 0,
        waits: { running: 2, "IO:WALSync": 4 }
      }
    ],
    ...values
  }
}

describe("several slices", () => {
  it("add up, and figures per operation are those of all slices", () => {
    const second = slice({
      seconds: 20.2,
      total: { ...nothingCounted, commits: 3000, walBytes: 900_000, walSyncs: 600 },
      operations: 20_000,
      tables: [
        {
          name: "dms.alias",
          rowsInserted: 500,
          rowsUpdated: 0,
          rowsDeleted: 0,
          deadRows: 0,
          deadRowsBefore: 0
        },
        {
          name: "dms.document",
          rowsInserted: 1,
          rowsUpdated: 2,
          rowsDeleted: 3,
          deadRows: 7,
          deadRowsBefore: 30
        }
      ],
      waits: [{ event: "running", seen: 9 }],
      missing: ["waits: hidden", "one more"]
    })
    const all = addActivities([slice(), null, second])
    assert.deepInclude(all, {
      seconds: 30.3,
      total: { ...nothingCounted, commits: 4000, walBytes: 1_500_000, walSyncs: 1500 },
      operations: 50_000,
      perOperation: { commits: 0.08, walBytes: 30, walSyncs: 0.03 },
      tables: [
        {
          name: "dms.alias",
          rowsInserted: 500,
          rowsUpdated: 0,
          rowsDeleted: 0,
          deadRows: 0,
          deadRowsBefore: 0
        },
        {
          name: "dms.document",
          rowsInserted: 11,
          rowsUpdated: 22,
          rowsDeleted: 13,
          deadRows: 7,
          deadRowsBefore: 30
        }
      ],
      waits: [
        { event: "running", seen: 11 },
        { event: "IO:WALSync", seen: 4 }
      ],
      missing: ["waits: hidden", "one more"]
    })
    assert.deepStrictEqual(
      all?.timeline.map(({ elapsedSeconds }) => elapsedSeconds),
      [10.1, 20.2]
    )
  })

  it("have no figure that one of them does not have", () => {
    const without = slice({ total: { ...nothingCounted, commits: 5 }, operations: null })
    const all = addActivities([slice(), without])
    assert.deepStrictEqual([all?.total.commits, all?.total.walSyncs, all?.operations], [1005, null, null])
    assert.isNull(all?.perOperation.commits)
  })

  it("are null without an observed slice, and unchanged with one", () => {
    assert.isNull(addActivities([null, null]))
    assert.deepStrictEqual(addActivities([slice()]), slice())
  })
})
