/** Reads certificates and keys. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { AgentsUnusable } from "./Agents.ts"

/** The text of a file in PEM. @param flag that names the file, for the error */
export const readPem = (
  flag: string,
  path: string
): Effect.Effect<string, AgentsUnusable, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (fs) =>
    Effect.mapError(
      fs.readFileString(path),
      () => new AgentsUnusable({ message: `${flag} ${path}: cannot be read` })
    )
  )

/** The same of a file that may be left out. */
export const readPemIfGiven = (
  flag: string,
  path: string | undefined
): Effect.Effect<string | undefined, AgentsUnusable, FileSystem.FileSystem> =>
  path === undefined ? Effect.succeed(undefined) : readPem(flag, path)
