/** A file that grows during a run, through one descriptor that is held from the start. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * Appends bytes, or on a full disk none of them, because a part would be an incomplete line.
 */
export type Append = (bytes: Uint8Array) => Effect.Effect<void, PlatformError.PlatformError>

/** Creates the file and keeps it open: reopening it would fail once the load has taken all descriptors. */
export const openGrowingFile = (
  path: string
): Effect.Effect<Append, PlatformError.PlatformError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.open(path, { flag: "w" })
    let written = 0
    return (bytes) =>
      file.writeAll(bytes).pipe(
        Effect.tapBoth({
          onSuccess: () =>
            Effect.sync(() => {
              written += bytes.length
            }),
          onFailure: () => Effect.ignore(file.truncate(FileSystem.Size(written)))
        }),
        Effect.uninterruptible
      )
  })
