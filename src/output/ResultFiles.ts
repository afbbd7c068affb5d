/** The files that a run leaves behind, in one folder. */
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
import { openOutputFolder, type OutputNotWritable } from "./outputFolder.ts"
import { openSamplesFile, type SamplesFile } from "./samplesFile.ts"
import type { MeasuredRun } from "../result/MeasuredRun.ts"
import type { Summary } from "../result/Summary.ts"

/** A file that was asked for while the run goes on, and that can tell only of one that has ended. */
export class OnlyAtTheEnd extends Schema.TaggedError<OnlyAtTheEnd>()("OnlyAtTheEnd", {
  name: Schema.String
}) {
  override get message(): string {
    return `${this.name} is written when the run ends`
  }
}

export type AppendHistory = (slice: Slice) => Effect.Effect<void, OutputNotWritable>

export interface ResultFiles {
  /** The names of all files in the folder when a run has ended, as the page offers them. */
  readonly names: ReadonlyArray<string>
  /**
   * Removes the files of an earlier command, so that the files of two commands are never mixed, and starts the history.
   *
   * @returns a function that adds the rows of a second to it
   */
  readonly begin: Effect.Effect<AppendHistory, OutputNotWritable, Scope.Scope>
  /** The file of every request, to be opened after `begin`; `undefined` when it was not asked for. */
  readonly openSamples: Effect.Effect<SamplesFile | undefined, OutputNotWritable, Scope.Scope>
  /** Writes everything else, once, at the end; the error names the files that are missing. */
  readonly finish: (summary: Summary, measurements: Measurements) => Effect.Effect<void, OutputNotWritable>
  /**
   * One of the files: as it is in the folder, or while the run goes on with what was counted until now.
   *
   * @param running the run, while it goes on
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

/** The order matters on a full disk: first the summary, from which the others can be made, and last the largest. */
const inOrder = (files: ReadonlyArray<ResultFile>): ReadonlyArray<ResultFile> => {
  const [page, others] = Arr.partition(files, ({ name }) => name !== reportName)
  return [...others, ...page]
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
    const { fs, pathOf, remove, writeAll, writeWhole, writing } = yield* openOutputFolder(folder)
    const asked = filesOf(testType).filter(({ onlyWith }) => onlyWith === undefined || out.includes(onlyWith))
    const names = asked.map(({ name }) => name)
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
        writeAll(inOrder(asked), ({ early, name, text }) => {
          const content =
            early?.({ state: summary, measurements }) ?? text?.({ summary, measurements, names })
          return content === undefined
            ? // It has been written all along.
              fs.access(pathOf(name))
            : Effect.flatMap(content, (written) => writeWhole(name, written))
        }),
      read: (name, running) => {
        const { early, text } = asked.find((file) => file.name === name) ?? {}
        if (running !== undefined && text !== undefined) return new OnlyAtTheEnd({ name })
        if (running !== undefined && early !== undefined) {
          return Effect.map(early(running), (content) => Stream.encodeText(Stream.succeed(content)))
        }
        const file = pathOf(name)
        return Effect.as(fs.access(file, { readable: true }), fs.stream(file))
      }
    }
  })
