/** The rows of the database tables on the page of single requests versus batches. */
import type { DatabaseActivity, DatabaseCounts } from "../result/DatabaseActivity.ts"
import { ratioText } from "./format.ts"
import { bytesText, versusRow, type VersusRow } from "./versusRows.ts"

type Activity = DatabaseActivity | null

export const perOperationRows = (single: Activity, batch: Activity): ReadonlyArray<VersusRow> => [
  versusRow("commits", single?.perOperation.commits, batch?.perOperation.commits, ratioText),
  versusRow("log syncs", single?.perOperation.walSyncs, batch?.perOperation.walSyncs, ratioText),
  versusRow("log bytes", single?.perOperation.walBytes, batch?.perOperation.walBytes, bytesText)
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
  blocksHit: "blocks found in the cache",
  blocksRead: "blocks read",
  deadlocks: "deadlocks",
  tempBytes: "bytes of temporary files",
  blockReadMillis: "ms of reading blocks",
  blockWriteMillis: "ms of writing blocks",
  walBuffersFull: "times the log buffers were full",
  checkpointsTimed: "checkpoints by time",
  checkpointsRequested: "checkpoints on request",
  checkpointBlocks: "blocks written by checkpoints",
  checkpointWriteMillis: "ms of writing in checkpoints",
  checkpointSyncMillis: "ms of syncing in checkpoints",
  backendBlocks: "blocks written by sessions"
}
const isCount = (name: string): name is keyof DatabaseCounts => Object.hasOwn(countNames, name)

export const totalRows = (single: Activity, batch: Activity): ReadonlyArray<VersusRow> =>
  Object.keys(countNames)
    .filter(isCount)
    .map((name) =>
      versusRow(
        countNames[name],
        single?.total[name],
        batch?.total[name],
        name === "walBytes" ? bytesText : undefined
      )
    )

/** The names of either side; those of batches first, in their order. */
const namesOf = (single: ReadonlyArray<string>, batch: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set([...batch, ...single])
]

/** The number of samples of each wait event. */
export const waitRows = (single: Activity, batch: Activity): ReadonlyArray<VersusRow> => {
  const [ofSingle, ofBatch] = [single?.waits ?? [], batch?.waits ?? []]
  const seen = (waits: typeof ofSingle, event: string) =>
    waits.find((each) => each.event === event)?.seen ?? 0
  return namesOf(
    ofSingle.map(({ event }) => event),
    ofBatch.map(({ event }) => event)
  ).map((event) => versusRow(event, seen(ofSingle, event), seen(ofBatch, event)))
}

/** The statistics missing on either side, with the reason; each once. */
export const missingOf = (single: Activity, batch: Activity): ReadonlyArray<string> => [
  ...new Set([...(single?.missing ?? []), ...(batch?.missing ?? [])])
]
