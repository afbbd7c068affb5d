import { assert, describe, it } from "@effect/vitest"
import {
  inspectedBetween,
  type Inspection,
  nothingInspected,
  type StatementCounters,
  statementsBetween
} from "../../src/database/Inspection.ts"
import {
  hiddenStatements,
  sizesOf,
  statementsAdvice,
  statementsOf
} from "../../src/database/inspectionQueries.ts"
import {
  activityOfStatements,
  addStatements,
  byMeanTime,
  byTotalTime,
  maxStatements,
  type Statement
} from "../../src/result/StatementActivity.ts"

const statement = (text: string, calls: number, totalMillis = calls): Statement => ({
  text,
  calls,
  totalMillis,
  rows: 2 * calls,
  blocksHit: 3 * calls,
  blocksRead: 0,
  blocksDirtied: calls,
  tempBlocks: 0,
  walBytes: 100 * calls
})

const counters = (
  statements: ReadonlyArray<Statement>,
  more: Partial<StatementCounters> = {}
): StatementCounters => ({
  statements: new Map(statements.map((one) => [one.text, one])),
  resetAt: "2026-11-01",
  evictions: 5,
  ...more
})

describe("statements between two inspections", () => {
  it("are the differences of those that were called", () => {
    const { activity, notes } = statementsBetween(
      counters([statement("a", 40, 10), statement("b", 7)]),
      counters([statement("a", 100, 40), statement("b", 7), statement("c", 1, 5)])
    )
    assert.deepStrictEqual(notes, [])
    assert.deepStrictEqual(activity, {
      count: 2,
      calls: 61,
      totalMillis: 35,
      top: [statement("a", 60, 30), statement("c", 1, 5)]
    })
  })

  it("are too low after an eviction, which is told", () => {
    const { activity, notes } = statementsBetween(
      counters([statement("a", 40), statement("gone", 9)]),
      counters([statement("a", 3)], { evictions: 7 })
    )
    assert.strictEqual(activity.calls, 3)
    assert.deepStrictEqual(notes, [
      "pg_stat_statements: statements were evicted during the run (2 evictions, 2 statements lost), so its figures are too low; " +
        "raise pg_stat_statements.max or use --resetStatistics"
    ])
  })

  it("begin with a reset, which is told", () => {
    const { activity, notes } = statementsBetween(
      counters([statement("a", 2)]),
      counters([statement("a", 3)], { resetAt: "2026-11-28", evictions: 0 })
    )
    assert.strictEqual(activity.calls, 3)
    assert.deepStrictEqual(notes, [
      "pg_stat_statements: reset during the run; its figures begin with the reset"
    ])
  })

  it("keep those with the most total time and those with the highest mean time", () => {
    const many = Array.from({ length: 100 }, (_, i) => statement(`s${i}`, 1 + i, 1000 + i))
    const { count, top } = activityOfStatements(many)
    assert.deepStrictEqual([count, top.length], [100, 2 * maxStatements])
    assert.deepStrictEqual(byTotalTime(top), byTotalTime(many))
    assert.deepStrictEqual(byMeanTime(top), byMeanTime(many))
  })

  it("of several slices add up by text", () => {
    const one = activityOfStatements([statement("a", 1), statement("b", 2)])
    const other = activityOfStatements([statement("a", 10)])
    assert.deepStrictEqual(addStatements(one, other), {
      count: 2,
      calls: 13,
      totalMillis: 13,
      top: [statement("a", 11), statement("b", 2)]
    })
    assert.deepStrictEqual(addStatements(null, other), other)
  })
})

describe("rows of pg_stat_statements", () => {
  const row = (id: string, text: string) => ({ id, ...statement(text, 1) })

  it("have texts without literals; texts that are cut alike stay two statements until they are added up", () => {
    const { statements } = statementsOf([row("1", "SET a = 'x'"), row("2", "SET a = 'y'")], undefined)
    assert.deepStrictEqual(
      [...statements.values()].map(({ text }) => text),
      ["SET a = ?", "SET a = ?"]
    )
    const none = counters([], { resetAt: null, evictions: null })
    const { top } = statementsBetween(none, { ...none, statements }).activity
    assert.deepStrictEqual(top, [statement("SET a = ?", 2)])
  })

  it("name the right that a login lacks", () => {
    const rows = [row("1", "<insufficient privilege>")]
    assert.match(hiddenStatements(rows).join(), /GRANT pg_read_all_stats/)
    assert.deepStrictEqual(hiddenStatements([row("1", "COMMIT")]), [])
    assert.match(
      [...statementsOf(rows, undefined).statements.values()][0]?.text ?? "",
      /^\(all statements of other/
    )
  })

  it("say what to do where the library is not loaded", () => {
    assert.match(
      statementsAdvice('pg_stat_statements must be loaded via "shared_preload_libraries"'),
      /\(shared_preload_libraries = 'pg_stat_statements' and a restart of the server\)$/
    )
  })
})

describe("sizes", () => {
  const size = (kind: "table" | "index", schema: string, name: string, bytes: number | null) => ({
    kind,
    schema,
    name,
    bytes
  })
  const inspection = (
    rows: ReadonlyArray<ReturnType<typeof size>>,
    bytes: number | undefined
  ): Inspection => ({
    ...nothingInspected,
    sizes: sizesOf(rows, bytes === undefined ? undefined : { bytes })
  })

  it("grow from before to after, with the temporary tables of all sessions as one", () => {
    const { sizes } = inspectedBetween(
      inspection([size("table", "dms", "document", 100), size("index", "dms", "document_pkey", 40)], 1000),
      inspection(
        [
          size("table", "pg_temp_3", "stage", 8),
          size("table", "pg_temp_4", "stage", 9),
          size("table", "dms", "gone", null),
          size("table", "dms", "document", 150),
          size("index", "dms", "document_pkey", 40)
        ],
        1200
      )
    )
    assert.deepStrictEqual(sizes, {
      database: { before: 1000, after: 1200 },
      allTables: { before: 100, after: 167 },
      allIndexes: { before: 40, after: 40 },
      tables: [
        { name: "dms.document", before: 100, after: 150 },
        { name: "pg_temp.stage", before: 0, after: 17 },
        { name: "dms.gone", before: 0, after: 0 }
      ],
      indexes: [{ name: "dms.document_pkey", before: 40, after: 40 }]
    })
  })

  it("are unknown where one of the two inspections lacks them", () => {
    const { sizes, statements } = inspectedBetween(nothingInspected, inspection([], undefined))
    assert.deepStrictEqual([sizes, statements], [null, null])
  })
})
