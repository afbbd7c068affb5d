/** The files that a run leaves behind, in one folder. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Measurements, Slice } from "../metrics/Recorder.ts"
import type { Boot } from "./Boot.ts"
import { exceptionsCsv, failuresCsv, historyHeader, historyRows, statsCsv } from "./csv.ts"
import { type Summary, summaryJson } from "./Summary.ts"

/** The output folder cannot be written: told before anything is sent, exit code 2. */
export class OutputNotWritable extends Schema.TaggedError<OutputNotWritable>()("OutputNotWritable", {
  folder: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the output folder ${this.folder} cannot be written: ${this.detail}; --output names another`
  }
}

export interface ResultFiles {
  /** The names of all files in the folder when a run has ended, as the page offers them. */
  readonly names: ReadonlyArray<string>
  /** Starts the history and takes away what an earlier run left, so that no file of one stands beside another's. */
  readonly begin: Effect.Effect<void, OutputNotWritable>
  /** Adds the rows of a second to the history. */
  readonly appendHistory: (slice: Slice) => Effect.Effect<void, OutputNotWritable>
  /** Writes everything else, once, at the end. */
  readonly finish: (summary: Summary, measurements: Measurements) => Effect.Effect<void, OutputNotWritable>
}

/** Loaded when it is needed: the script of the page is larger than all of the command. */
export const pageHtml = (boot: Boot): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => import("./page.ts")),
    ({ runPage }) => runPage(boot)
  )

/**
 * Makes the folder and checks that it can be written; what an earlier run left in it stays until `begin`, so that a
 * run that never starts takes nothing away.
 *
 * @param testType names the files: `BATCH_VOLUME` makes `batch_volume_stats.csv`
 * @param further names of files that others write into the folder; the page offers them with ours
 */
export const openResultFiles = (
  folder: string,
  testType: string,
  further: ReadonlyArray<string> = []
): Effect.Effect<ResultFiles, OutputNotWritable, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const csv = (kind: string) => path.join(folder, `${testType.toLowerCase()}_${kind}.csv`)
    const files = {
      report: path.join(folder, "report.html"),
      summary: path.join(folder, "summary.json"),
      stats: csv("stats"),
      failures: csv("failures"),
      exceptions: csv("exceptions"),
      history: csv("stats_history")
    }
    const writing = Effect.mapError(
      (error: { readonly message: string }) => new OutputNotWritable({ folder, detail: error.message })
    )
    yield* fs.makeDirectory(folder, { recursive: true }).pipe(writing)
    yield* fs.access(folder, { writable: true }).pipe(writing)
    const names = [...Object.values(files).map((file) => path.basename(file)), ...further]
    return {
      names,
      begin: Effect.gen(function* () {
        yield* fs.writeFileString(files.history, historyHeader)
        for (const file of [files.report, files.summary, files.stats, files.failures, files.exceptions]) {
          yield* fs.remove(file, { force: true })
        }
      }).pipe(writing),
      appendHistory: (slice) => writing(fs.writeFileString(files.history, historyRows(slice), { flag: "a" })),
      finish: (summary, measurements) =>
        Effect.gen(function* () {
          yield* fs.writeFileString(files.stats, statsCsv(measurements, summary.elapsedSeconds))
          yield* fs.writeFileString(files.failures, failuresCsv(measurements))
          yield* fs.writeFileString(files.exceptions, exceptionsCsv(measurements))
          yield* fs.writeFileString(files.summary, yield* summaryJson(summary))
          const beside = names.filter((name) => name !== path.basename(files.report))
          yield* fs.writeFileString(files.report, yield* pageHtml({ _tag: "Report", summary, files: beside }))
        }).pipe(writing)
    }
  })
