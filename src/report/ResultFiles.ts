/** The files that a run leaves behind, in one folder. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Measurements, Slice } from "../metrics/Recorder.ts"
import { historyHeader, historyRows } from "./csv.ts"
import { filesOf, historyName, namesOfAll, type OutKind, samplesName, type SoFar } from "./fileTable.ts"
import { openOutputFolder, type OutputNotWritable } from "./outputFolder.ts"
import { openSamplesFile, type SamplesFile } from "./samplesFile.ts"
import type { Summary } from "./Summary.ts"

/** A file that was asked for while the run goes on, and that can tell only of one that has ended. */
export class OnlyAtTheEnd extends Schema.TaggedError<OnlyAtTheEnd>()("OnlyAtTheEnd", {
  name: Schema.String
}) {
  override get message(): string {
    return `${this.name} is written when the run ends`
  }
}

export interface ResultFiles {
  /** The names of all files in the folder when a run has ended, as the page offers them. */
  readonly names: ReadonlyArray<string>
  /** Starts the history and takes away what an earlier command left, so that no file of one stands beside another's. */
  readonly begin: Effect.Effect<void, OutputNotWritable>
  /** The file of every request, to be opened after `begin`; `undefined` when it was not asked for. */
  readonly openSamples: Effect.Effect<SamplesFile | undefined, OutputNotWritable, Scope.Scope>
  /** Adds the rows of a second to the history. */
  readonly appendHistory: (slice: Slice) => Effect.Effect<void, OutputNotWritable>
  /** Writes everything else, once, at the end. */
  readonly finish: (summary: Summary, measurements: Measurements) => Effect.Effect<void, OutputNotWritable>
  /**
   * One of the files: as it is in the folder, or while the run goes on with what was counted until now.
   *
   * @param sofar of a run under way
   */
  readonly read: (
    name: string,
    sofar?: SoFar
  ) => Effect.Effect<
    Stream.Stream<Uint8Array, PlatformError.PlatformError>,
    OnlyAtTheEnd | PlatformError.PlatformError
  >
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
    const history = pathOf(historyName(testType))
    return {
      names,
      begin: Effect.gen(function* () {
        yield* remove(namesOfAll(testType))
        yield* fs.writeFileString(history, historyHeader)
      }).pipe(writing),
      openSamples: Effect.gen(function* () {
        return out.includes("json") ? yield* openSamplesFile(pathOf(samplesName(testType))) : undefined
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs), writing),
      appendHistory: (slice) => writing(fs.writeFileString(history, historyRows(slice), { flag: "a" })),
      finish: (summary, measurements) =>
        writeAll(
          // The largest come last.
          asked.toReversed(),
          ({ early, name, text }) => {
            const content =
              early?.({ state: summary, measurements }) ?? text?.({ summary, measurements, names })
            return content === undefined
              ? Effect.void
              : Effect.flatMap(content, (written) => writeWhole(name, written))
          }
        ),
      read: (name, sofar) => {
        const { early, text } = asked.find((file) => file.name === name) ?? {}
        if (sofar !== undefined && text !== undefined) return new OnlyAtTheEnd({ name })
        if (sofar !== undefined && early !== undefined) {
          return Effect.map(early(sofar), (content) => Stream.encodeText(Stream.succeed(content)))
        }
        const file = pathOf(name)
        return Effect.as(fs.access(file, { readable: true }), fs.stream(file))
      }
    }
  })
