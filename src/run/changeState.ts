/** The file with the change version up to which CHANGE_QUERY has read everything: that of the Python suite. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ChangeWindow } from "../domain/ChangesRead.ts"
import { excerpt } from "../domain/excerpt.ts"
import type { Summary } from "../result/Summary.ts"

/** `{"newest_change_version": 4711}` */
const ChangeState = Schema.parseJson(Schema.Struct({ newest_change_version: Schema.NonNegativeInt }))

/** The file cannot be read; nothing was sent. Exit code 2. */
export class ChangeStateUnreadable extends Schema.TaggedError<ChangeStateUnreadable>()(
  "ChangeStateUnreadable",
  { file: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `the state of changes ${this.file} cannot be read: ${this.detail}`
  }
}

/** The file is of another database, or of one that was restored: its version is later than the newest. Exit code 3. */
export class ChangeStateAhead extends Schema.TaggedError<ChangeStateAhead>()("ChangeStateAhead", {
  file: Schema.String,
  stored: Schema.Number,
  newest: Schema.Number
}) {
  override get message(): string {
    return (
      `the state of changes ${this.file} has version ${this.stored}, but the newest of the server is ${this.newest}: ` +
      "it belongs to another database; delete it to read all changes, or name another with --changeState"
    )
  }
}

/** The file cannot be written: the next run reads the same changes again. */
export class ChangeStateNotWritten extends Schema.TaggedError<ChangeStateNotWritten>()(
  "ChangeStateNotWritten",
  { file: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `the state of changes ${this.file} cannot be written: ${this.detail}; the next run reads the same changes again`
  }
}

/** The version up to which everything was read; `undefined` if there is no file yet. */
export const readChangeState = (
  file: string
): Effect.Effect<number | undefined, ChangeStateUnreadable, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    if (!(yield* fs.exists(file))) return undefined
    const state = yield* Effect.mapError(Schema.decode(ChangeState)(yield* fs.readFileString(file)), () => ({
      message: 'it is not {"newest_change_version": NUMBER}, a whole number from 0 to 2^53 - 1'
    }))
    return state.newest_change_version
  }).pipe(Effect.mapError(({ message }) => new ChangeStateUnreadable({ file, detail: excerpt(message) })))

/**
 * The changes that are new: from the one after the stored version to the newest.
 *
 * @param stored `undefined` before the first complete pass
 * @example windowAfter(4711, 5000) // { min: 4712, max: 5000 }
 * @example windowAfter(undefined, 5000) // { min: 0, max: 5000 }
 */
export const windowAfter = (stored: number | undefined, newest: number): ChangeWindow => ({
  min: stored === undefined ? 0 : stored + 1,
  max: newest
})

/** A reader never sees half a file. */
const writeChangeState = (file: string, newest: number) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const partial = `${file}.partial`
    yield* fs.makeDirectory(path.dirname(file), { recursive: true })
    yield* fs.writeFileString(partial, `{"newest_change_version": ${newest}}\n`)
    yield* Effect.onError(fs.rename(partial, file), () => Effect.ignore(fs.remove(partial, { force: true })))
  }).pipe(Effect.mapError(({ message }) => new ChangeStateNotWritten({ file, detail: excerpt(message) })))

/** Stores the newest version of a run that has read all changes; otherwise the file stays as it is. */
export const keepChangeState = (
  file: string | undefined,
  { changeQuery }: Pick<Summary, "changeQuery">
): Effect.Effect<void, ChangeStateNotWritten, FileSystem.FileSystem | Path.Path> =>
  file === undefined || changeQuery === null || !changeQuery.complete
    ? Effect.void
    : writeChangeState(file, changeQuery.maxChangeVersion)
