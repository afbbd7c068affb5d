/** A folder of result files, each complete or absent. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { journalName } from "../result/PlanJournal.ts"
import { makeFolder } from "./makeFolder.ts"

/** The output folder cannot be written; reported before any request is sent, exit code 2. */
export class OutputNotWritable extends Schema.TaggedError<OutputNotWritable>()("OutputNotWritable", {
  folder: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the output folder ${this.folder} cannot be written: ${this.detail}; choose another with --output`
  }
}

export interface OutputFolder {
  readonly fs: FileSystem.FileSystem
  /** The path of a file in the folder. */
  readonly pathOf: (name: string) => string
  readonly writeWhole: (name: string, content: string) => Effect.Effect<void, PlatformError.PlatformError>
  /** Removes files; a missing one is no error. */
  readonly remove: (names: ReadonlyArray<string>) => Effect.Effect<void, PlatformError.PlatformError>
  /** Adds the folder to an error. */
  readonly writing: <A, E extends { readonly message: string }, R>(
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, OutputNotWritable, R>
  /**
   * Writes several files one after the other; makes the folder again if it is gone. The error names each file
   * that cannot be written or whose text cannot be made; the other files are still written.
   */
  readonly writeAll: <A extends { readonly name: string }>(
    files: Iterable<A>,
    write: (file: A) => Effect.Effect<void, PlatformError.PlatformError>
  ) => Effect.Effect<void, OutputNotWritable>
}

/** Fails if the folder is not writable, which `access` does not detect on every file system. */
const tryToWrite = (fs: FileSystem.FileSystem, folder: string) =>
  Effect.flatMap(fs.makeTempDirectory({ directory: folder, prefix: ".edfi-perf-" }), (tried) =>
    fs.remove(tried, { recursive: true })
  )

const messageOf = (cause: Cause.Cause<{ readonly message: string }>): string => {
  const error = Cause.squash(cause)
  return error instanceof Error ? error.message : String(error)
}

/** Makes the folder and checks that it can be written; existing files stay. */
export const openOutputFolder = (
  folder: string
): Effect.Effect<OutputFolder, OutputNotWritable, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const pathOf = (name: string) => path.join(folder, name)
    const writing: OutputFolder["writing"] = Effect.mapError(
      (error) => new OutputNotWritable({ folder, detail: error.message })
    )
    const make = Effect.provide(
      makeFolder(folder),
      yield* Effect.context<FileSystem.FileSystem | Path.Path>()
    )
    yield* writing(make)
    yield* writing(tryToWrite(fs, folder))
    return {
      fs,
      pathOf,
      writing,
      /** A reader never sees half a file. */
      writeWhole: (name, content) => {
        const partial = pathOf(`${name}.partial`)
        return fs.writeFileString(partial, content).pipe(
          Effect.zipRight(fs.rename(partial, pathOf(name))),
          Effect.onError(() => Effect.ignore(fs.remove(partial, { force: true })))
        )
      },
      remove: (names) =>
        Effect.forEach(names, (name) => fs.remove(pathOf(name), { force: true }), { discard: true }),
      writeAll: (files, write) =>
        Effect.ignore(make).pipe(
          Effect.zipRight(
            Effect.validateAll(
              files,
              (file) =>
                Effect.catchAllCause(write(file), (cause) =>
                  Effect.fail(`${file.name}: ${messageOf(cause)}`)
                ),
              { discard: true }
            )
          ),
          Effect.mapError((errors) => ({ message: errors.join("; ") })),
          writing
        )
    }
  })

/** The folder of a run or a study. That of a plan is refused, because its results may have taken hours. */
export const openResultFolder = (
  folder: string
): Effect.Effect<OutputFolder, OutputNotWritable, FileSystem.FileSystem | Path.Path> =>
  Effect.tap(openOutputFolder(folder), ({ fs, pathOf, writing }) =>
    Effect.flatMap(writing(fs.exists(pathOf(journalName))), (isPlan) =>
      isPlan ? new OutputNotWritable({ folder, detail: "it has the results of a plan" }) : Effect.void
    )
  )
