/** The files that a run leaves behind, in one folder. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Measurements, Slice } from "../metrics/Recorder.ts"
import { exceptionsCsv, failuresCsv, historyHeader, historyRows, statsCsv } from "./csv.ts"
import { type OutKind, outFiles } from "./outFiles.ts"
import { openSamplesFile, type SamplesFile } from "./samplesFile.ts"
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
  /** Starts the history and takes away what an earlier run left, so that no file of one stands beside another's. */
  readonly begin: Effect.Effect<void, OutputNotWritable>
  /** The file of every request, to be opened after `begin`; `undefined` when it was not asked for. */
  readonly openSamples: Effect.Effect<SamplesFile | undefined, OutputNotWritable, Scope.Scope>
  /** Adds the rows of a second to the history. */
  readonly appendHistory: (slice: Slice) => Effect.Effect<void, OutputNotWritable>
  /** Writes everything else, once, at the end. */
  readonly finish: (summary: Summary, measurements: Measurements) => Effect.Effect<void, OutputNotWritable>
}

/**
 * Makes the folder and checks that it can be written; what an earlier run left in it stays until `begin`, so that a
 * run that never starts takes nothing away.
 *
 * @param testType names the files: `BATCH_VOLUME` makes `batch_volume_stats.csv`
 * @param out which further files are asked for
 */
export const openResultFiles = (
  folder: string,
  testType: string,
  out: ReadonlyArray<OutKind> = []
): Effect.Effect<ResultFiles, OutputNotWritable, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const csv = (kind: string) => path.join(folder, `${testType.toLowerCase()}_${kind}.csv`)
    const files = {
      summary: path.join(folder, "summary.json"),
      stats: csv("stats"),
      failures: csv("failures"),
      exceptions: csv("exceptions"),
      history: csv("stats_history")
    }
    const further = outFiles(testType).map((file) => ({ ...file, path: path.join(folder, file.name) }))
    const asked = further.filter(({ kind }) => out.includes(kind))
    const writing = Effect.mapError(
      (error: { readonly message: string }) => new OutputNotWritable({ folder, detail: error.message })
    )
    yield* fs.makeDirectory(folder, { recursive: true }).pipe(writing)
    yield* fs.access(folder, { writable: true }).pipe(writing)
    return {
      begin: Effect.gen(function* () {
        yield* fs.writeFileString(files.history, historyHeader)
        for (const file of [files.summary, files.stats, files.failures, files.exceptions]) {
          yield* fs.remove(file, { force: true })
        }
        for (const file of further) yield* fs.remove(file.path, { force: true })
      }).pipe(writing),
      openSamples: Effect.gen(function* () {
        const samples = asked.find(({ kind }) => kind === "json")
        return samples && (yield* openSamplesFile(samples.path))
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs), writing),
      appendHistory: (slice) => writing(fs.writeFileString(files.history, historyRows(slice), { flag: "a" })),
      finish: (summary, measurements) =>
        Effect.gen(function* () {
          yield* fs.writeFileString(files.stats, statsCsv(measurements, summary.elapsedSeconds))
          yield* fs.writeFileString(files.failures, failuresCsv(measurements))
          yield* fs.writeFileString(files.exceptions, exceptionsCsv(measurements))
          for (const { path, render } of asked) {
            if (render !== undefined) yield* fs.writeFileString(path, render(summary))
          }
          yield* fs.writeFileString(files.summary, yield* summaryJson(summary))
        }).pipe(writing)
    }
  })
