import { assert, describe, expect, it } from "@effect/vitest"
import type { DatabaseActivity } from "../../src/result/DatabaseActivity.ts"
import { nothingCounted } from "../../src/result/databaseSums.ts"
import { markdownReport } from "../../src/output/markdown.ts"
import { textReport } from "../../src/output/text.ts"
import { sampleDatabase } from "../result/sampleDatabase.ts"
import { sampleSummary } from "../result/sampleSummary.ts"

const textOf = (database: DatabaseActivity | null) => {
  const [, ...rest] = textReport({ ...sampleSummary(10, 1), database }).split("\n\ndatabase")
  return `database${rest.join("").split("\n\n")[0] ?? ""}`
}

describe("database activity", () => {
  it("is reported per operation, with tables, waits and missing statistics", () => {
    expect(textOf(sampleDatabase(10))).toMatchInlineSnapshot(`
      "database     total  per operation
      commits      1,000         0.0333
      log bytes  900,000             30
      log syncs      900           0.03
      rollbacks       10
      deadlocks        0
      PostgreSQL 15.18, database edfi: counts cover all of its clients, log figures the whole server.
      Rows inserted, updated, deleted, dead at the end: dms.document 10,000 / 10,000 / 10,000 / 0; dms.alias 9,990 / 0 / 9,990 / 40; dms.reference 9,980 / 0 / 9,980 / 80; dms.event 9,970 / 0 / 9,970 / 120 and 1 more.
      Sessions seen running or waiting: IO:WALSync 60, Client:ClientRead 30, running 10.
      Sessions that waited for a lock: at 3 readings, at most 2 at once, the longest for 1.25 s, without a pause for 6.25 s. Most often "UPDATE dms.document SET etag = $1 WHERE id = $2" waited for "INSERT INTO dms.reference SELECT <new> FROM stage" (idle in transaction), 4 times.
      Longest open transaction: 2.50 s, active, "COMMIT".
      Bytes after the load, and growth: database 31,900,000 (+900,000), tables 20,600,000 (+600,000), indexes 9,300,000 (+300,000).
      Not available from the database: pg_stat_io: permission denied for view <pg_stat_io>."
    `)
  })

  it("has no figures per operation during the load, and names missing statistics", () => {
    const under = textOf({
      ...sampleDatabase(10),
      total: { ...nothingCounted, commits: 12_345 },
      operations: null,
      perOperation: { commits: null, walBytes: null, walSyncs: null },
      tables: [],
      waits: [],
      missing: []
    })
    expect(under).toMatchInlineSnapshot(`
      "database     total
      commits     12,345
      log bytes  unknown
      log syncs  unknown
      rollbacks  unknown
      deadlocks  unknown
      PostgreSQL 15.18, database edfi: counts cover all of its clients, log figures the whole server.
      Sessions that waited for a lock: at 3 readings, at most 2 at once, the longest for 1.25 s, without a pause for 6.25 s. Most often "UPDATE dms.document SET etag = $1 WHERE id = $2" waited for "INSERT INTO dms.reference SELECT <new> FROM stage" (idle in transaction), 4 times.
      Longest open transaction: 2.50 s, active, "COMMIT".
      Bytes after the load, and growth: database 31,900,000 (+900,000), tables 20,600,000 (+600,000), indexes 9,300,000 (+300,000)."
    `)
  })

  it("reports a missing figure per operation as unknown, not as 0", () => {
    const { perOperation, total, ...rest } = sampleDatabase(10)
    const text = textOf({
      ...rest,
      total: { ...total, walSyncs: null },
      perOperation: { ...perOperation, walSyncs: null }
    })
    assert.match(text, /^log syncs +unknown +unknown$/m)
  })

  it("is in no report of a run without a database", () => {
    const summary = { ...sampleSummary(10, 1), database: null }
    assert.notMatch(textReport(summary), /commits|PostgreSQL/)
    assert.notMatch(markdownReport(summary), /commits|PostgreSQL/)
  })

  it("is a table in Markdown, in which the server's words are no markup", () => {
    const text = markdownReport(sampleSummary(10, 1))
    assert.include(text, "| commits | 1,000 | 0.0333 |")
    assert.include(
      text,
      "- Not available from the database: pg\\_stat\\_io: permission denied for view &lt;pg\\_stat\\_io&gt;."
    )
  })
})
