/**
 * What reads Locust's files today reads ours: Python's `csv.DictReader`, and the metrics-extraction step of the Python
 * suite, which takes a file apart at line ends and commas and keeps whole milliseconds of `Median Response Time` (or
 * `50%`) and `95%`. Needs python3, which Debian has as a package; only its standard library.
 */
import { assert, beforeAll, afterAll, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import * as Schema from "effect/Schema"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { SummaryJson } from "../../src/result/Summary.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Reads columns by name, with numbers converted, like a script. */
const python = `
import csv, json, sys
with open(sys.argv[1], newline="") as file:
    rows = list(csv.DictReader(file))
print(json.dumps([
    {
        "type": row["Type"],
        "name": row["Name"],
        "requests": int(row["Request Count"]),
        "failures": int(row["Failure Count"]),
        "median": float(row["Median Response Time"]),
        "p95": float(row["95%"]),
        "columns": len(row),
    }
    for row in rows
]))
`

const ReadRow = Schema.Struct({
  type: Schema.String,
  name: Schema.String,
  requests: Schema.Int,
  failures: Schema.Int,
  median: Schema.Number,
  p95: Schema.Number,
  columns: Schema.Int
})
type ReadRow = typeof ReadRow.Type

const CsvRows = Schema.Array(Schema.Record({ key: Schema.String, value: Schema.String }))

const rowOf = (cells: Readonly<Record<string, string>>): ReadRow => ({
  type: cells["Type"] ?? "absent",
  name: cells["Name"] ?? "absent",
  requests: Number(cells["Request Count"]),
  failures: Number(cells["Failure Count"]),
  median: Number(cells["Median Response Time"]),
  p95: Number(cells["95%"]),
  columns: Object.keys(cells).length
})

/** By line ends and commas, with blanks cut off, and whole milliseconds, as the extraction step does it. */
const readPlainly = (text: string): ReadonlyArray<ReadRow> => {
  const [head = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.split(",").map((cell) => cell.trim()))
  return rows.map((row) => {
    const cells = Object.fromEntries(head.map((name, i) => [name, row[i] ?? ""]))
    const whole = (name: string) => Number.parseInt(cells[name] ?? "", 10) || 0
    return {
      ...rowOf(cells),
      requests: whole("Request Count"),
      median: whole("Median Response Time") || whole("50%"),
      p95: whole("95%")
    }
  })
}

describe("the stats file of a run", () => {
  const folder = mkdtempSync(join(tmpdir(), "edfi-perf-"))
  const stats = join(folder, "batch_volume_stats.csv")
  let summary: typeof SummaryJson.Type

  beforeAll(() => {
    const words = ["run", "--local", "-m", "0.05", "-l", "warning", "--output", folder]
    execFileSync(process.execPath, [join(root, "dist/bin.js"), ...words], { stdio: "ignore" })
    summary = Schema.decodeSync(SummaryJson)(readFileSync(join(folder, "summary.json"), "utf8"))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const expected = (): ReadonlyArray<ReadRow> =>
    [...summary.byName, { ...summary, name: "Aggregated", method: "" }].map((row) => ({
      type: row.method,
      name: row.name,
      requests: row.requests.total,
      failures: row.requests.failed,
      median: row.latencyMs?.p50 ?? 0,
      p95: row.latencyMs?.p95 ?? 0,
      columns: 22
    }))

  it("has the figures of summary.json for Python's csv.DictReader", () => {
    let printed: string
    try {
      printed = execFileSync("python3", ["-c", python, stats], { encoding: "utf8" })
    } catch (cause) {
      throw new Error("this test needs python3 on the path (apt-get install python3)", { cause })
    }
    const rows = Schema.decodeSync(Schema.parseJson(Schema.Array(ReadRow)))(printed)
    assert.deepStrictEqual(rows, expected())
    assert.deepStrictEqual(
      rows.map(({ name, type }) => `${type} ${name}`),
      ["POST sections-batch-10", "POST students-batch-10", " Aggregated"]
    )
    assert.isAbove(rows.at(-1)?.requests ?? 0, 0)
  })

  it("has them for a reader of CSV in JavaScript", () => {
    const rows = Schema.decodeUnknownSync(CsvRows)(parse(readFileSync(stats, "utf8"), { columns: true }))
    assert.deepStrictEqual(rows.map(rowOf), expected())
  })

  it("has them, in whole milliseconds, for the extraction step of the Python suite", () => {
    const rows = readPlainly(readFileSync(stats, "utf8"))
    assert.deepStrictEqual(
      rows,
      expected().map((row) => ({ ...row, median: Math.trunc(row.median), p95: Math.trunc(row.p95) }))
    )
  })
})
