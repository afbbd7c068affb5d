/**
 * Reads a run of the Python suite from the CSV files of Locust. They do not contain operations, rows, kinds of failure, the
 * configuration or the health of the load generator; these stay unknown. The duration is calculated from the number of
 * requests and their rate.
 *
 * @see Locust `stats.py`, `StatsCSV` and `StatsCSVFileWriter`, versions 2.29 to 2.47
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { withMethod } from "../domain/requestName.ts"
import { type FigureName, figureNames, figures, timeFigures } from "../domain/Threshold.ts"
import type {
  ComparedFigures,
  ComparedPoint,
  ComparedRun,
  RunNote,
  SucceededTimes
} from "../result/Comparison.ts"
import { maxTextLength } from "./cleaned.ts"
import { readRows, type Source } from "./readRows.ts"
import { UnreadableRun } from "./UnreadableRun.ts"

/**
 * The upper bound of counts and times (30 years in milliseconds); larger values give infinite rates or invalid dates.
 */
const maxCount = 1e12

/** A figure, or `N/A` if there were no requests. */
const Cell = Schema.transformOrFail(Schema.String, Schema.NullOr(Schema.Number), {
  strict: true,
  decode: (text, _, ast) => {
    const trimmed = text.trim()
    if (trimmed === "" || trimmed === "N/A") return ParseResult.succeed(null)
    const value = Number(trimmed)
    return value >= 0 && value <= maxCount
      ? ParseResult.succeed(value)
      : ParseResult.fail(new ParseResult.Type(ast, text, `expected a number or N/A, not ${trimmed}`))
  },
  encode: (value) => ParseResult.succeed(value === null ? "N/A" : String(value))
})

/** A text to be printed. */
const Text = Schema.transform(Schema.String, Schema.String, {
  strict: true,
  decode: (text) => excerpt(text, maxTextLength),
  encode: (text) => text
})

const Count = Schema.compose(Cell, Schema.Int, { strict: false })
/** Optional, because the percentiles of Locust are configurable. */
const percentile = Schema.optionalWith(Cell, { default: () => null })

const percentiles = {
  "50%": percentile,
  "90%": percentile,
  "95%": percentile,
  "99%": percentile,
  "99.9%": percentile
}

const StatsRow = Schema.Struct({
  Type: Text,
  Name: Text,
  "Request Count": Count,
  "Failure Count": Count,
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
  Timestamp: Count,
  "User Count": Count,
  Type: Text,
  Name: Text,
  "Total Request Count": Count,
  "Total Failure Count": Count,
  ...percentiles
})
type HistoryRow = typeof HistoryRow.Type

/**
 * The row of all requests is the one without a type; a request that is also named Aggregated has a type.
 *
 * @see Locust `stats.py`, `StatsEntry("Aggregated", None)`
 */
const isTotal = ({ Name, Type }: { readonly Name: string; readonly Type: string }) =>
  Type === "" && Name === "Aggregated"

/** Locust measures service times, because its users wait for their responses. */
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
    // These three are exact in Locust; its percentiles are rounded.
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

/** Locust does not tell the latencies of failed requests apart. */
const comparedSucceeded = (row: StatsRow): SucceededTimes | null =>
  row["Failure Count"] === 0 ? Record.map(timeFigures, (_, name) => figureOf(row, name)) : null

/**
 * The counts between two rows of the history, from their totals, because its rates are means over ten seconds.
 * Timestamps are whole seconds, so a point now and then seems a second longer than it was. Percentiles describe about
 * ten seconds where the history is full (`--csv-full-history`, with rows by name), and otherwise everything so far,
 * so then they are left out.
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
      rows: 0,
      // All percentiles are 0 during the first ten seconds.
      latencyMs: isFull && row["99%"] !== 0 ? { p50: row["50%"], p95: row["95%"], p99: row["99%"] } : null,
      byOutcome: null
    })
  }
  return points
}

/** Whether no row has the figure although there were requests. */
const isUnknown = (rows: ReadonlyArray<StatsRow>, name: FigureName): boolean => {
  const described = rows.filter((row) => row["Request Count"] > 0)
  return (
    name.startsWith("operations.") ||
    name.startsWith("rows.") ||
    (described.length > 0 && described.every((row) => figureOf(row, name) === null))
  )
}

const note =
  "Locust's files do not contain operations, rows, kinds of failure, the configuration or the load generator's health (-). " +
  "Percentiles are rounded to whole milliseconds below 100 ms and to two digits above, and the last seconds may be missing."

const tornNote = (ending: string, torn: boolean): ReadonlyArray<RunNote> =>
  torn
    ? [
        {
          kind: "torn",
          sentence: `The last line of its *${ending} is incomplete and was left out: Locust was killed, or the file was copied during a write.`
        }
      ]
    : []

/** Locust's rate is the number of requests divided by the time from its start to the last request. */
const elapsedOf = (total: StatsRow): number | null => {
  const seconds = total["Request Count"] / (total["Requests/s"] ?? 0)
  return Number.isFinite(seconds) ? seconds : null
}

/**
 * Reads Locust's files.
 *
 * @param stats `*_stats.csv`, a row per request name, then the row of all requests
 * @param history `*_stats_history.csv`, where there is one
 */
export const readLocust = (
  stats: Source,
  history: Source | undefined
): Effect.Effect<ComparedRun, UnreadableRun> =>
  Effect.gen(function* () {
    const { rows, torn } = yield* readRows(stats, StatsRow)
    const total = rows.findLast(isTotal)
    if (total === undefined) {
      const reason = torn ? "; its last line is torn" : ""
      const detail = `has no row named Aggregated without a Type, so the totals are unknown${reason}`
      return yield* new UnreadableRun({ path: stats.path, detail })
    }
    const past = history === undefined ? undefined : yield* readRows(history, HistoryRow)
    const seconds = past?.rows ?? []
    const [first] = seconds
    return {
      label: stats.path,
      path: stats.path,
      source: "locust",
      testType: null,
      model: "closed",
      startedAt: first === undefined ? null : DateTime.formatIso(DateTime.unsafeMake(first.Timestamp * 1000)),
      elapsedSeconds: elapsedOf(total),
      users: seconds.length === 0 ? null : seconds.reduce((max, row) => Math.max(max, row["User Count"]), 0),
      endedBy: null,
      total: comparedFigures(total),
      succeeded: comparedSucceeded(total),
      byName: rows
        .filter((row) => row !== total)
        .map((row) => {
          const method = row.Type
          return {
            name: withMethod({ method, name: row.Name }),
            method,
            figures: comparedFigures(row),
            succeeded: comparedSucceeded(row)
          }
        }),
      unknown: figureNames.filter((name) => isUnknown(rows, name)),
      config: null,
      lostAgents: [],
      notes: [
        { kind: "source", sentence: note },
        ...tornNote("_stats.csv", torn),
        ...tornNote("_stats_history.csv", past?.torn === true)
      ],
      timeline: timelineOf(seconds)
    }
  })
