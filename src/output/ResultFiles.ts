/** The result files of a run, in one folder. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Measurements, Slice } from "../metrics/Recorder.ts"
import { historyHeader, historyRows } from "./csv.ts"
import {
  filesOf,
  historyName,
  namesOfAll,
  type OutKind,
  reportName,
  type ResultFile,
  samplesName
} from "./resultFileList.ts"
import { openGrowingFile } from "./growingFile.ts"
import { openResultFolder, type OutputNotWritable } from "./outputFolder.ts"
import { openSamplesFile, type SamplesFile } from "./samplesFile.ts"
import type { MeasuredRun } from "../result/MeasuredRun.ts"
import type { Summary } from "../result/Summary.ts"

/** The file can only be made when the run has ended. */
export class OnlyAtTheEnd extends Schema.TaggedError<OnlyAtTheEnd>()("OnlyAtTheEnd", {
  name: Schema.String
}) {
  override get message(): string {
    return `${this.name} is written when the run ends`
  }
}

export type AppendHistory = (slice: Slice) => Effect.Effect<void, OutputNotWritable>

export interface ResultFiles {
  /** Names of all files of the finished run; the page offers them for download. */
  readonly names: ReadonlyArray<string>
  /**
   * Removes the files of an earlier command, so that the files of two commands are never mixed, and starts the history.
   *
   * @returns adds the rows of one second
   */
  readonly begin: Effect.Effect<AppendHistory, OutputNotWritable, Scope.Scope>
  /** Opens the samples file after `begin`; `undefined` without `--out json`. */
  readonly openSamples: Effect.Effect<SamplesFile | undefined, OutputNotWritable, Scope.Scope>
  /** Writes all other files at the end; the error names those that are missing. */
  readonly finish: (summary: Summary, measurements: Measurements) => Effect.Effect<void, OutputNotWritable>
  /**
   * The content of a file: from the folder, or made from the current state of a run in progress.
   */
  readonly read: (
    name: string,
    running?: MeasuredRun
  ) => Effect.Effect<
    Stream.Stream<Uint8Array, PlatformError.PlatformError>,
    OnlyAtTheEnd | PlatformError.PlatformError
  >
}

const encoder = new TextEncoder()

/** The page is last: on a full disk the smaller files matter more, because the page can be made from them. */
const inOrder = (files: ReadonlyArray<ResultFile>): ReadonlyArray<ResultFile> => {
  const [page, others] = Arr.partition(files, ({ name }) => name !== reportName)
  return [...others, ...page]
}

/**
 * Makes the folder and checks that it can be written. Files of an earlier run stay until `begin`, so that a run that
 * never starts removes nothing.
 *
 * @param testType names the files: `BATCH_VOLUME` makes `batch_volume_stats.csv`
 * @param out further files to write
 */
export const openResultFiles = (
  folder: string,
  testType: string,
  out: ReadonlyArray<OutKind> = []
): Effect.Effect<ResultFiles, OutputNotWritable, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const { fs, pathOf, remove, writeAll, writeWhole, writing } = yield* openResultFolder(folder)
    const chosen = filesOf(testType).filter(
      ({ onlyWith }) => onlyWith === undefined || out.includes(onlyWith)
    )
    const names = chosen.map(({ name }) => name)
    return {
      names,
      begin: Effect.gen(function* () {
        yield* remove(namesOfAll(testType))
        const append = yield* openGrowingFile(pathOf(historyName(testType)))
        const write = (text: string) => append(encoder.encode(text))
        yield* write(historyHeader)
        return (slice: Slice) => writing(write(historyRows(slice)))
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs), writing),
      openSamples: Effect.gen(function* () {
        return out.includes("json") ? yield* openSamplesFile(pathOf(samplesName(testType))) : undefined
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs), writing),
      finish: (summary, measurements) =>
        writeAll(inOrder(chosen), ({ early, name, text }) => {
          const content =
            early?.({ state: summary, measurements }) ?? text?.({ summary, measurements, names })
          return content === undefined
            ? // Written during the run.
              fs.access(pathOf(name))
            : Effect.flatMap(content, (written) => writeWhole(name, written))
        }),
      read: (name, running) => {
        const { early, text } = chosen.find((file) => file.name === name) ?? {}
        if (running !== undefined && text !== undefined) return new OnlyAtTheEnd({ name })
        if (running !== undefined && early !== undefined) {
          return Effect.map(early(running), (content) => Stream.encodeText(Stream.succeed(content)))
        }
        const file = pathOf(name)
        return Effect.as(fs.access(file, { readable: true }), fs.stream(file))
      }
    }
  })
