/**
 * A run of the Python suite, from the CSV files of Locust. They do not tell operations, kinds of failure, the
 * configuration or the generator's health, and none of that is guessed. How long the run took is worked out, from its
 * number of requests and their rate.
 *
 * @see Locust `stats.py`, `StatsCSV` and `StatsCSVFileWriter`, versions 2.29 to 2.47
 */
import { parse } from "csv-parse/sync"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { withMethod } from "../domain/requestName.ts"
import { type FigureName, figureNames, figures } from "../domain/Threshold.ts"
import type { ComparedFigures, ComparedPoint, ComparedRun } from "../report/Comparison.ts"
import { UnreadableRun } from "./UnreadableRun.ts"

/** A figure, or `N/A` where there was no request. */
const Cell = Schema.transformOrFail(Schema.String, Schema.NullOr(Schema.Number), {
  strict: true,
  decode: (text, _, ast) => {
    const trimmed = text.trim()
    if (trimmed === "" || trimmed === "N/A") return ParseResult.succeed(null)
    const value = Number(trimmed)
    return Number.isFinite(value)
      ? ParseResult.succeed(value)
      : ParseResult.fail(new ParseResult.Type(ast, text, `expected a number or N/A, not ${trimmed}`))
  },
  encode: (value) => ParseResult.succeed(value === null ? "N/A" : String(value))
})

const Counted = Schema.compose(Cell, Schema.Int, { strict: false })
/** Which percentiles Locust reports can be set, so each of them may be absent. */
const percentile = Schema.optionalWith(Cell, { default: () => null })

const percentiles = {
  "50%": percentile,
  "90%": percentile,
  "95%": percentile,
  "99%": percentile,
  "99.9%": percentile
}

const StatsRow = Schema.Struct({
  Type: Schema.String,
  Name: Schema.String,
  "Request Count": Counted,
  "Failure Count": Counted,
  "Median Response Time": Cell,
  "Average Response Time": Cell,
  "Min Response Time": Cell,
  "Max Response Time": Cell,
  "Requests/s": Cell,
  ...percentiles
})
type StatsRow = typeof StatsRow.Type

const HistoryRow = Schema.Struct({
  /** Whole seconds since 1970. */
  Timestamp: Counted,
  "User Count": Counted,
  Name: Schema.String,
  "Total Request Count": Counted,
  "Total Failure Count": Counted,
  ...percentiles
})
type HistoryRow = typeof HistoryRow.Type

/** A file and its name, for errors. */
interface Source {
  readonly path: string
  readonly text: string
}

/** What `csv-parse` gives for a row: its cells by column, and the line at which it ends. */
const Parsed = Schema.Struct({
  record: Schema.Record({ key: Schema.String, value: Schema.String }),
  info: Schema.Struct({ lines: Schema.Int })
})
const decodeParsed = Schema.decodeUnknown(Schema.Array(Parsed))

const readRows = <A, I>(
  { path, text }: Source,
  schema: Schema.Schema<A, I>
): Effect.Effect<ReadonlyArray<A>, UnreadableRun> =>
  Effect.gen(function* () {
    const unreadable = (detail: string) => new UnreadableRun({ path, detail })
    const parsed = yield* Effect.try({
      try: () => parse(text, { bom: true, columns: true, info: true, skip_empty_lines: true }),
      catch: (cause) => unreadable(`is not CSV: ${cause instanceof Error ? cause.message : String(cause)}`)
    })
    const rows = yield* Effect.mapError(decodeParsed(parsed), ({ message }) => unreadable(message))
    const decode = Schema.decodeUnknown(schema)
    return yield* Effect.forEach(rows, ({ info, record }) =>
      Effect.mapError(decode(record), (error) => {
        const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
        const column = issue === undefined ? "" : `, column ${issue.path.map(String).join(".")}`
        return unreadable(`line ${info.lines}${column}: ${issue?.message ?? error.message}`)
      })
    )
  })

const isTotal = ({ Name }: { readonly Name: string }) => Name === "Aggregated"

/** Locust measures service times; its users wait for their answers. */
const serviceFigures: { readonly [name in FigureName]?: FigureName } = {
  "service.min": "latency.min",
  "service.mean": "latency.mean",
  "service.p50": "latency.p50",
  "service.p90": "latency.p90",
  "service.p95": "latency.p95",
  "service.p99": "latency.p99",
  "service.p999": "latency.p999",
  "service.max": "latency.max"
}

const figureOf = (row: StatsRow, figure: FigureName): number | null => {
  const name = serviceFigures[figure] ?? figure
  const requests = row["Request Count"]
  const failures = row["Failure Count"]
  const none = requests === 0
  switch (name) {
    // Locust keeps these three of every request as it was; the percentiles are rounded.
    case "latency.min":
      return none ? null : row["Min Response Time"]
    case "latency.mean":
      return none ? null : row["Average Response Time"]
    case "latency.max":
      return none ? null : row["Max Response Time"]
    case "latency.p50":
      return none ? null : (row["50%"] ?? row["Median Response Time"])
    case "latency.p90":
      return none ? null : row["90%"]
    case "latency.p95":
      return none ? null : row["95%"]
    case "latency.p99":
      return none ? null : row["99%"]
    case "latency.p999":
      return none ? null : row["99.9%"]
    case "requests.total":
      return requests
    case "requests.perSecond":
      return row["Requests/s"]
    case "failures.count":
      return failures
    case "failures.ratio":
      return none ? null : failures / requests
    default:
      return null
  }
}

const comparedFigures = (row: StatsRow): ComparedFigures =>
  Record.map(figures, (_, name) => figureOf(row, name))

/**
 * What was counted between two rows of the history, from their totals: the rates in it are means of ten seconds.
 * Timestamps are whole seconds, so a point now and then seems a second longer than it was. Percentiles describe about
 * ten seconds where the history is full (`--csv-full-history`, with rows by name), and otherwise everything so far,
 * which is not what a line over time is read as; those are left out.
 */
const timelineOf = (rows: ReadonlyArray<HistoryRow>): ReadonlyArray<ComparedPoint> => {
  const totals = rows.filter(isTotal)
  const isFull = totals.length < rows.length
  const [first] = totals
  const points: Array<ComparedPoint> = []
  let before = first
  for (const row of totals) {
    if (first === undefined || before === undefined) break
    const seconds = row.Timestamp - before.Timestamp
    if (seconds <= 0) continue
    const requests = row["Total Request Count"] - before["Total Request Count"]
    const failures = row["Total Failure Count"] - before["Total Failure Count"]
    before = row
    // Locust can set its counters back to 0 when all users have started.
    if (requests < 0 || failures < 0) continue
    points.push({
      elapsedSeconds: row.Timestamp - first.Timestamp,
      seconds,
      users: row["User Count"],
      requests,
      failures,
      operations: null,
      // All of them are 0 while there are not ten seconds yet.
      latencyMs: isFull && row["99%"] !== 0 ? { p50: row["50%"], p95: row["95%"], p99: row["99%"] } : null
    })
  }
  return points
}

/** No row tells it, though there were requests that it could describe. */
const isUnknown = (rows: ReadonlyArray<StatsRow>, name: FigureName): boolean => {
  const described = rows.filter((row) => row["Request Count"] > 0)
  return (
    name.startsWith("operations.") ||
    (described.length > 0 && described.every((row) => figureOf(row, name) === null))
  )
}

const note =
  "Locust's files do not tell operations, kinds of failure, the configuration or the generator's health (-). Its " +
  "percentiles are rounded, to whole milliseconds below 100 ms and to two digits above, and its files may lack the last seconds."

/**
 * Reads Locust's files.
 *
 * @param stats `*_stats.csv`, a row per name and `Aggregated`
 * @param history `*_stats_history.csv`, where there is one
 */
export const readLocust = (
  stats: Source,
  history: Source | undefined
): Effect.Effect<ComparedRun, UnreadableRun> =>
  Effect.gen(function* () {
    const rows = yield* readRows(stats, StatsRow)
    const total = rows.find(isTotal)
    if (total === undefined) {
      const detail = "has no row named Aggregated, so what all requests together were is unknown"
      return yield* new UnreadableRun({ path: stats.path, detail })
    }
    const seconds = history === undefined ? [] : yield* readRows(history, HistoryRow)
    const [first] = seconds
    const rate = total["Requests/s"]
    return {
      label: stats.path,
      path: stats.path,
      source: "locust",
      testType: null,
      model: "closed",
      startedAt: first === undefined ? null : DateTime.formatIso(DateTime.unsafeMake(first.Timestamp * 1000)),
      // Locust's rate is the number of requests by the time from its start to the last of them.
      elapsedSeconds: rate === null || rate === 0 ? null : total["Request Count"] / rate,
      users:
        seconds.length === 0 ? null : seconds.reduce((most, row) => Math.max(most, row["User Count"]), 0),
      endedBy: null,
      total: comparedFigures(total),
      byName: rows
        .filter((row) => !isTotal(row))
        .map((row) => {
          const method = row.Type
          return { name: withMethod({ method, name: row.Name }), method, figures: comparedFigures(row) }
        }),
      unknown: figureNames.filter((name) => isUnknown(rows, name)),
      config: null,
      notes: [{ kind: "source", sentence: note }],
      timeline: timelineOf(seconds)
    }
  })
