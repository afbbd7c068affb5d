import { assert, describe, it } from "@effect/vitest"
import { difference, tablesBetween } from "../../src/database/Reading.ts"
import { nothingCounted } from "../../src/result/databaseSums.ts"
import { readingAt, steadyAt, table, viewWith } from "./readings.ts"

describe("the difference of two readings", () => {
  it("has the counts between them; a figure that no view has is unknown, not 0", () => {
    assert.deepStrictEqual(difference(steadyAt(2), steadyAt(7)), {
      counts: {
        ...nothingCounted,
        commits: 500,
        rollbacks: 0,
        rowsInserted: 5000,
        walBytes: 450_000,
        walSyncs: 500
      },
      reset: []
    })
  })

  it("excludes the transactions of the reader", () => {
    const { counts } = difference(
      steadyAt(0, { own: { commits: 8, rollbacks: 0 } }),
      steadyAt(5, { own: { commits: 14, rollbacks: 0 } })
    )
    assert.deepStrictEqual([counts.commits, counts.rollbacks], [494, 0])
  })

  it("is 0, not negative, if the server has not counted the reader's transactions yet", () => {
    const { counts } = difference(steadyAt(3), steadyAt(3, { own: { commits: 6, rollbacks: 1 } }))
    assert.deepStrictEqual([counts.commits, counts.rollbacks], [0, 0])
  })

  it("excludes a view that was reset: a counter fell, or the reset time changed", () => {
    const wal = (walSyncs: number, walBytes: number, resetAt: string) =>
      viewWith("pg_stat_wal", { walSyncs, walBytes }, resetAt)
    const database = viewWith("pg_stat_database", { commits: 10 })
    const at = (view: typeof database) => readingAt(0, { views: [database, view] })
    const known = { ...nothingCounted, commits: 0 }
    for (const after of [wal(4, 900, "monday"), wal(50, 900, "tuesday")]) {
      assert.deepStrictEqual(difference(at(wal(5, 800, "monday")), at(after)), {
        counts: known,
        reset: ["pg_stat_wal"]
      })
    }
  })

  it("excludes a view that one of them could not read", () => {
    assert.deepStrictEqual(difference(readingAt(0), steadyAt(5)), { counts: nothingCounted, reset: [] })
  })
})

describe("the tables between two readings", () => {
  it("are those that changed, including new ones; reset ones are only counted", () => {
    const before = new Map([
      ["dms.document", table(100)],
      ["dms.quiet", table(5)],
      ["dms.again", table(50)]
    ])
    const after = new Map([
      ["dms.document", table(350, 20)],
      ["dms.quiet", table(5)],
      ["dms.again", table(3)],
      ["dms.new", table(9)]
    ])
    assert.deepStrictEqual(tablesBetween(before, after), {
      tables: [
        { name: "dms.document", ...table(250, 20) },
        { name: "dms.new", ...table(9) }
      ],
      reset: 1
    })
  })
})
