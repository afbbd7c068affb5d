import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { difference, groupTables, type Table, tableName, tablesBetween } from "../../src/database/Reading.ts"
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
      ["1", table("dms.document", 100)],
      ["2", table("dms.quiet", 5)],
      ["3", table("dms.again", 50)]
    ])
    const after = new Map([
      ["1", table("dms.document", 350, 20)],
      ["2", table("dms.quiet", 5)],
      ["3", table("dms.again", 3)],
      ["4", table("dms.new", 9)]
    ])
    assert.deepStrictEqual(tablesBetween(before, after), {
      tables: [table("dms.document", 250, 20), table("dms.new", 9)],
      reset: 1
    })
  })

  it("have the rows of all their partitions, and the dead rows of those that did not change", () => {
    const before = new Map([
      ["10", table("dms.document", 100, 3)],
      ["11", table("dms.document", 40, 7)]
    ])
    const after = new Map([
      ["10", table("dms.document", 130, 9)],
      ["11", table("dms.document", 40, 7)],
      ["12", table("dms.document", 5, 1)]
    ])
    assert.deepStrictEqual(tablesBetween(before, after), {
      tables: [table("dms.document", 35, 17, 10)],
      reset: 0
    })
  })

  it("count a temporary table that another session created again from its creation", () => {
    const name = tableName("pg_temp_5", "reference_stage")
    assert.deepStrictEqual(
      tablesBetween(new Map([["20", table(name, 900)]]), new Map([["21", table(name, 40)]])),
      { tables: [table("pg_temp.reference_stage", 40)], reset: 0 }
    )
  })
})

describe("the tables of one name", () => {
  it("are one, whichever session a temporary table belongs to", () => {
    const relations = ["pg_temp_5", "pg_temp_17", "dms"].map((schema) =>
      table(tableName(schema, "reference_stage"), 10, 2)
    )
    assert.deepStrictEqual(groupTables(relations), [
      table("pg_temp.reference_stage", 20, 4),
      table("dms.reference_stage", 10, 2)
    ])
    // A schema of the server that only looks like one of a session.
    assert.strictEqual(tableName("pg_temp_old", "stage"), "pg_temp_old.stage")
  })

  it("add up to the rows of all relations", () => {
    const relation = FastCheck.record({
      name: FastCheck.constantFrom("dms.a", "dms.b", "pg_temp.c"),
      rowsInserted: FastCheck.nat(),
      rowsUpdated: FastCheck.nat(),
      rowsDeleted: FastCheck.nat(),
      deadRows: FastCheck.nat(),
      deadRowsBefore: FastCheck.constant(null)
    })
    FastCheck.assert(
      FastCheck.property(FastCheck.array(relation), (relations) => {
        const grouped = groupTables(relations)
        assert.strictEqual(new Set(grouped.map(({ name }) => name)).size, grouped.length)
        for (const of of ["rowsInserted", "rowsUpdated", "rowsDeleted", "deadRows"] as const) {
          const sum = (tables: ReadonlyArray<Table>) => tables.reduce((all, each) => all + each[of], 0)
          assert.strictEqual(sum(grouped), sum(relations))
        }
      })
    )
  })
})
