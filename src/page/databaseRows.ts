/** What the database did for single requests and for batches, in rows. */
import type { DatabaseActivity, DatabaseCounts } from "../result/DatabaseActivity.ts"
import { ratioText } from "./format.ts"
import { bytesText, sideRow, type SideRow } from "./sideRows.ts"

type Activity = DatabaseActivity | null

export const perOperationRows = (single: Activity, batch: Activity): ReadonlyArray<SideRow> => [
  sideRow("commits", single?.perOperation.commits, batch?.perOperation.commits, ratioText),
  sideRow("log syncs", single?.perOperation.walSyncs, batch?.perOperation.walSyncs, ratioText),
  sideRow("log bytes", single?.perOperation.walBytes, batch?.perOperation.walBytes, bytesText)
]

const countNames: Readonly<Record<keyof DatabaseCounts, string>> = {
  commits: "commits",
  rollbacks: "rollbacks",
  walSyncs: "log syncs",
  walWrites: "log writes",
  walRecords: "log records",
  walBytes: "log bytes",
  rowsInserted: "rows inserted",
  rowsUpdated: "rows updated",
  rowsDeleted: "rows deleted",
  blocksHit: "blocks found in memory",
  blocksRead: "blocks read",
  deadlocks: "deadlocks"
}
const isCount = (name: string): name is keyof DatabaseCounts => Object.hasOwn(countNames, name)

export const totalRows = (single: Activity, batch: Activity): ReadonlyArray<SideRow> =>
  Object.keys(countNames)
    .filter(isCount)
    .map((name) =>
      sideRow(
        countNames[name],
        single?.total[name],
        batch?.total[name],
        name === "walBytes" ? bytesText : undefined
      )
    )

/** The names of either, those that were busiest with batches first. */
const namesOf = (single: ReadonlyArray<string>, batch: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set([...batch, ...single])
]

/** A table of the database: rows inserted, updated and deleted with single requests, then with batches. */
export interface TableRow {
  readonly name: string
  readonly counts: ReadonlyArray<number>
}

export const tableRows = (single: Activity, batch: Activity): ReadonlyArray<TableRow> => {
  const [ofSingle, ofBatch] = [single?.tables ?? [], batch?.tables ?? []]
  const nameOf = ({ name }: (typeof ofSingle)[number]) => name
  return namesOf(ofSingle.map(nameOf), ofBatch.map(nameOf)).map((name) => ({
    name,
    counts: [ofSingle, ofBatch].flatMap((tables) => {
      const table = tables.find((each) => each.name === name)
      return [
        table?.rowsInserted ?? 0,
        table?.rowsUpdated ?? 0,
        table?.rowsDeleted ?? 0,
        table?.deadRows ?? 0
      ]
    })
  }))
}

/** How often each wait was seen. */
export const waitRows = (single: Activity, batch: Activity): ReadonlyArray<SideRow> => {
  const [ofSingle, ofBatch] = [single?.waits ?? [], batch?.waits ?? []]
  const seen = (waits: typeof ofSingle, event: string) =>
    waits.find((each) => each.event === event)?.seen ?? 0
  return namesOf(
    ofSingle.map(({ event }) => event),
    ofBatch.map(({ event }) => event)
  ).map((event) => sideRow(event, seen(ofSingle, event), seen(ofBatch, event)))
}

/** What is not known of either, and why. */
export const missingOf = (single: Activity, batch: Activity): ReadonlyArray<string> => [
  ...new Set([...(single?.missing ?? []), ...(batch?.missing ?? [])])
]
