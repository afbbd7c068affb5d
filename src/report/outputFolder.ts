/** A folder of result files, in which each file is whole or not there. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** The output folder cannot be written: told before anything is sent, exit code 2. */
export class OutputNotWritable extends Schema.TaggedError<OutputNotWritable>()("OutputNotWritable", {
  folder: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the output folder ${this.folder} cannot be written: ${this.detail}; --output names another`
  }
}

export interface OutputFolder {
  readonly fs: FileSystem.FileSystem
  /** Where a file of the folder is. */
  readonly pathOf: (name: string) => string
  readonly writeWhole: (name: string, content: string) => Effect.Effect<void, PlatformError.PlatformError>
  /** Files that are there no more; those that were not are no error. */
  readonly remove: (names: ReadonlyArray<string>) => Effect.Effect<void, PlatformError.PlatformError>
  /** Says of an error which folder it is about. */
  readonly writing: <A, E extends { readonly message: string }, R>(
    effect: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, OutputNotWritable, R>
  /** Writes several files; one that finds no room keeps no other from being written. */
  readonly writeAll: <A>(
    files: Iterable<A>,
    write: (file: A) => Effect.Effect<void, PlatformError.PlatformError>
  ) => Effect.Effect<void, OutputNotWritable>
}

/** Makes the folder and checks that it can be written; nothing in it is touched. */
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
    yield* writing(fs.makeDirectory(folder, { recursive: true }))
    yield* writing(fs.access(folder, { writable: true }))
    return {
      fs,
      pathOf,
      writing,
      /** Half a file would pass for a whole one. */
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
        Effect.validateAll(files, write, { discard: true }).pipe(
          Effect.mapError((errors) => ({ message: errors.map(({ message }) => message).join("; ") })),
          writing
        )
    }
  })
