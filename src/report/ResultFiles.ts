/** The files that a run leaves behind, in one folder. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Measurements, Slice } from "../metrics/Recorder.ts"
import { historyHeader, historyRows } from "./csv.ts"
import { filesOf, historyName, type OutKind, samplesName, type SoFar } from "./fileTable.ts"
import { openSamplesFile, type SamplesFile } from "./samplesFile.ts"
import type { Summary } from "./Summary.ts"

/** The output folder cannot be written: told before anything is sent, exit code 2. */
export class OutputNotWritable extends Schema.TaggedError<OutputNotWritable>()("OutputNotWritable", {
  folder: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the output folder ${this.folder} cannot be written: ${this.detail}; --output names another`
  }
}

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
  /** Starts the history and takes away what an earlier run left, so that no file of one stands beside another's. */
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
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const inFolder = (name: string) => path.join(folder, name)
    const all = filesOf(testType)
    const asked = all.filter(({ onlyWith }) => onlyWith === undefined || out.includes(onlyWith))
    const names = asked.map(({ name }) => name)
    const history = inFolder(historyName(testType))
    const writing = Effect.mapError(
      (error: { readonly message: string }) => new OutputNotWritable({ folder, detail: error.message })
    )
    /** Half a file would pass for a whole one. */
    const writeWhole = (name: string, content: string) => {
      const partial = inFolder(`${name}.partial`)
      return fs.writeFileString(partial, content).pipe(
        Effect.zipRight(fs.rename(partial, inFolder(name))),
        Effect.onError(() => Effect.ignore(fs.remove(partial, { force: true })))
      )
    }
    yield* fs.makeDirectory(folder, { recursive: true }).pipe(writing)
    yield* fs.access(folder, { writable: true }).pipe(writing)
    return {
      names,
      begin: Effect.gen(function* () {
        for (const { name } of all) yield* fs.remove(inFolder(name), { force: true })
        yield* fs.writeFileString(history, historyHeader)
      }).pipe(writing),
      openSamples: Effect.gen(function* () {
        return out.includes("json") ? yield* openSamplesFile(inFolder(samplesName(testType))) : undefined
      }).pipe(Effect.provideService(FileSystem.FileSystem, fs), writing),
      appendHistory: (slice) => writing(fs.writeFileString(history, historyRows(slice), { flag: "a" })),
      finish: (summary, measurements) =>
        Effect.validateAll(
          // The largest come last, and a file that finds no room keeps no other from being written.
          asked.toReversed(),
          ({ early, name, text }) => {
            const content =
              early?.({ state: summary, measurements }) ?? text?.({ summary, measurements, names })
            return content === undefined
              ? Effect.void
              : Effect.flatMap(content, (written) => writeWhole(name, written))
          },
          { discard: true }
        ).pipe(
          Effect.mapError((errors) => ({ message: errors.map(({ message }) => message).join("; ") })),
          writing
        ),
      read: (name, sofar) => {
        const { early, text } = asked.find((file) => file.name === name) ?? {}
        if (sofar !== undefined && text !== undefined) return new OnlyAtTheEnd({ name })
        if (sofar !== undefined && early !== undefined) {
          return Effect.map(early(sofar), (content) => Stream.encodeText(Stream.succeed(content)))
        }
        const file = inFolder(name)
        return Effect.as(fs.access(file, { readable: true }), fs.stream(file))
      }
    }
  })
