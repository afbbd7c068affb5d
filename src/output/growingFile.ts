/** A file that grows while a run goes on, through one descriptor that it holds from the start. */
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * Adds bytes to the file. If the disk is full, it adds none of them, because a part of them would be an incomplete
 * line.
 */
export type Append = (bytes: Uint8Array) => Effect.Effect<void, PlatformError.PlatformError>

/** Creates the file and keeps it open: reopening it for each line would fail once a load has taken all descriptors. */
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
