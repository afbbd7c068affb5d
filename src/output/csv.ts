/**
 * Locust's four result files, for spreadsheets and scripts that read those. A row is one kind of request, with
 * its method in a separate column; times are milliseconds with three significant digits; the last row of each file is
 * complete.
 *
 * @see Locust `stats.py`, `StatsCSV` and `StatsCSVFileWriter`, versions 2.29 to 2.46
 */
import * as DateTime from "effect/DateTime"
import { withoutMethod } from "../domain/requestName.ts"
import type { Latencies } from "../metrics/Histogram.ts"
import type { Measured, Measurements, Slice, SliceRow } from "../metrics/Recorder.ts"
import { millis, rounded } from "../metrics/rounded.ts"

type Cell = string | number

/** Texts that a spreadsheet would evaluate as a formula; a number with a sign and a unit, such as `+10.0 %`, is not one. */
const formula = /^(?:[=@\t]|[+-](?![\d.,]+(?: %| points)?$))/

/** Prefixes a would-be formula with an apostrophe, which spreadsheets do not show. */
const harmless = (text: string): string => (formula.test(text) ? `'${text}` : text)

const quoted = (cell: Cell): string => {
  const text = typeof cell === "string" ? harmless(cell) : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const lines = (rows: ReadonlyArray<ReadonlyArray<Cell>>): string =>
  rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("")

const percents = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100]
const percentNames = percents.map((percent) => `${percent}%`)

const rate = (perSecond: number): number => rounded(perSecond, 6)

const percentileCells = (latencies: Latencies): ReadonlyArray<Cell> =>
  latencies.count === 0 ? percents.map(() => "N/A") : latencies.percentiles(percents).map(millis)

/** Median, average, min, max response time and average content size, in Locust's order. */
const responseCells = ({ latencies, receivedBytes, requests }: Measured): ReadonlyArray<Cell> => {
  const [median = 0] = latencies.percentiles([50])
  const contentSize = requests === 0 ? 0 : rounded(receivedBytes / requests, 3)
  const times = [median, latencies.meanMicros, latencies.minMicros, latencies.maxMicros]
  return [...times.map(millis), contentSize]
}

/** `_stats.csv`: a row per name, then `Aggregated`. */
export const statsCsv = ({ rows, total }: Measurements, elapsedSeconds: number): string => {
  const perSecond = (count: number) => (elapsedSeconds > 0 ? rate(count / elapsedSeconds) : 0)
  return lines([
    [
      "Type",
      "Name",
      "Request Count",
      "Failure Count",
      "Median Response Time",
      "Average Response Time",
      "Min Response Time",
      "Max Response Time",
      "Average Content Size",
      "Requests/s",
      "Failures/s",
      ...percentNames
    ],
    ...[...rows, total].map((row) => [
      row.method,
      withoutMethod(row),
      row.requests,
      row.failures,
      ...responseCells(row),
      perSecond(row.requests),
      perSecond(row.failures),
      ...percentileCells(row.latencies)
    ])
  ])
}

export const historyHeader = lines([
  [
    "Timestamp",
    "User Count",
    "Type",
    "Name",
    "Requests/s",
    "Failures/s",
    ...percentNames,
    "Total Request Count",
    "Total Failure Count",
    "Total Median Response Time",
    "Total Average Response Time",
    "Total Min Response Time",
    "Total Max Response Time",
    "Total Average Content Size"
  ]
])

/** The rows of one second in `_stats_history.csv`: one per name, then `Aggregated`. */
export const historyRows = ({ atMillis, rows, total, users }: Slice): string =>
  lines(
    [...rows, total].map(({ recent, sofar }: SliceRow) => [
      Math.floor(atMillis / 1000),
      users,
      sofar.method,
      withoutMethod(sofar),
      rate(recent.requestsPerSecond),
      rate(recent.failuresPerSecond),
      ...percentileCells(recent.latencies),
      sofar.requests,
      sofar.failures,
      ...responseCells(sofar)
    ])
  )

const utcSecond = (millisSince1970: number): string =>
  DateTime.formatIso(DateTime.unsafeMake(millisSince1970)).replace(/\.\d+Z$/, "Z")

/** `_failures.csv`: a row per kind of failure. */
export const failuresCsv = ({ failures }: Measurements): string =>
  lines([
    ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"],
    ...failures.map(({ count, failure, firstSeenMillis, lastSeenMillis, method, name }) => [
      method,
      withoutMethod({ method, name }),
      failure.example,
      count,
      utcSecond(firstSeenMillis),
      utcSecond(lastSeenMillis)
    ])
  ])

/** `_exceptions.csv`: a row per defect of this program; normally only the header. */
export const exceptionsCsv = ({ defects }: Measurements): string =>
  lines([
    ["Count", "Message", "Traceback", "Nodes"],
    ...defects.map(({ count, message, trace }) => [count, message, trace, "local"])
  ])
