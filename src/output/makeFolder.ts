/** Makes a folder and the folders above it, one by one. */
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"

/** Nothing exists at the path, or a parent is not a folder, which `ensure` reports when it reaches that parent. */
const isMissing = (error: PlatformError.PlatformError): boolean =>
  error._tag === "SystemError" && (error.reason === "NotFound" || error.reason === "BadResource")

const notAFolder = (at: string, description: string) =>
  new PlatformError.SystemError({
    reason: "AlreadyExists",
    module: "FileSystem",
    method: "makeDirectory",
    pathOrDescriptor: at,
    description
  })

/**
 * Does not use Node's recursive mkdir, which never returns if the file system answers ENOENT although the parent folder
 * exists, as `/proc` does.
 */
export const makeFolder = (
  folder: string
): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    /** `undefined` where nothing exists. */
    const typeOf = (at: string) =>
      fs.stat(at).pipe(
        Effect.map(({ type }): FileSystem.File.Type | undefined => type),
        Effect.catchIf(isMissing, () => Effect.succeed(undefined))
      )
    const ensure = (at: string): Effect.Effect<void, PlatformError.PlatformError> =>
      Effect.gen(function* () {
        const type = yield* typeOf(at)
        if (type === "Directory") return
        if (type !== undefined) return yield* notAFolder(at, "it exists and is not a folder")
        const parent = path.dirname(at)
        if (parent !== at) yield* ensure(parent)
        const made = yield* Effect.either(fs.makeDirectory(at))
        // Another process may have made it meanwhile.
        if (Either.isRight(made) || (yield* typeOf(at)) === "Directory") return
        const isLink = Either.isRight(yield* Effect.either(fs.readLink(at)))
        return yield* isLink ? notAFolder(at, "it is a symbolic link that leads nowhere") : made.left
      })
    yield* ensure(path.resolve(folder))
  })
