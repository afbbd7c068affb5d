/** The processes of the server in terminal and Markdown. */
import { figure, figureOrNone } from "../result/numberFormat.ts"
import type { WatchedProcesses } from "../result/ProcessActivity.ts"
import type { Summary } from "../result/Summary.ts"
import { type Rows, table } from "./textTable.ts"

type Watched = Pick<Summary, "processes">

/** @example megabytes(1_500_000) // "1.50" */
const megabytes = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? "" : figure(bytes / 1e6)

const rowOf = (one: WatchedProcesses): ReadonlyArray<string> => [
  one.label,
  figureOrNone(one.cores?.mean),
  figureOrNone(one.cores?.max),
  megabytes(one.memory?.first),
  megabytes(one.memory?.last),
  megabytes(one.memory?.max),
  figureOrNone(one.maxThreads),
  figureOrNone(one.maxProcesses),
  megabytes(one.readBytes),
  megabytes(one.writtenBytes)
]

/** A header and a row for each `--watch`; empty without one. */
export const processRows = ({ processes }: Watched): Rows =>
  processes.length === 0
    ? []
    : [
        [
          "processes",
          "cores",
          "max",
          "MB first",
          "last",
          "max",
          "threads",
          "processes",
          "MB read",
          "MB written"
        ],
        ...processes.map(rowOf)
      ]

/** What could not be read. */
export const processNotes = ({ processes }: Watched): ReadonlyArray<string> =>
  processes.flatMap(({ label, missing }) => missing.map((one) => `${label}: ${one}.`))

export const processLines = (summary: Watched): ReadonlyArray<string> => {
  const rows = processRows(summary)
  return rows.length === 0 ? [] : ["", table(rows), ...processNotes(summary)]
}
