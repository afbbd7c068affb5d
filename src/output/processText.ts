/** The processes of the server in terminal and Markdown. */
import { figure, figureOrNone } from "../result/numberFormat.ts"
import type { WatchedProcesses } from "../result/ProcessActivity.ts"
import { type Rows, table } from "./textTable.ts"

interface Watched {
  readonly processes: ReadonlyArray<WatchedProcesses>
}

/** @example megabytes(1_500_000) // "1.50" */
const megabytes = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? "" : figure(bytes / 1e6)

const rowOf = (one: WatchedProcesses): ReadonlyArray<string> => [
  one.label,
  figureOrNone(one.cores?.mean),
  figureOrNone(one.cores?.max),
  figureOrNone(one.busiestThread),
  megabytes(one.memory?.first),
  megabytes(one.memory?.last),
  megabytes(one.memory?.max),
  figureOrNone(one.maxThreads),
  figureOrNone(one.maxProcesses),
  megabytes(one.readBytes),
  megabytes(one.writtenBytes)
]

/**
 * A header and a row for each `--watch`; empty without one.
 *
 * @param time what the figures cover, if not a run
 */
export const processRows = ({ processes }: Watched, time = ""): Rows =>
  processes.length === 0
    ? []
    : [
        [
          `processes${time}`,
          "cores",
          "max",
          "busiest thread",
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
