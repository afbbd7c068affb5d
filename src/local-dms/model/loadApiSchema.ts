/** Reads the ApiSchema files of a folder. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import { ApiSchemaUnusable, modelOfFiles } from "./modelOfFiles.ts"

/** The file of a data standard has some 20 MB. */
const maxFileBytes = 256 * 1024 * 1024

const readText = (path: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { size, type } = yield* fs.stat(path)
    if (type !== "File") return yield* Effect.fail({ message: "is not a file" })
    if (size > maxFileBytes) return yield* Effect.fail({ message: "is larger than 256 MB" })
    return { path, text: yield* fs.readFileString(path) }
  }).pipe(
    Effect.mapError(
      ({ message }) => new ApiSchemaUnusable({ problems: [`${path} cannot be read: ${message}`] })
    )
  )

/** The data model of all files `*.json` in a folder, one per project; not of its subfolders. */
export const loadApiSchema = Effect.fn("loadApiSchema")(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* Effect.mapError(
    fs.readDirectory(folder),
    ({ message }) => new ApiSchemaUnusable({ problems: [`${folder} cannot be read: ${message}`] })
  )
  const paths = names
    .filter((name) => /\.json$/i.test(name))
    .sort()
    .map((name) => `${folder.replace(/\/+$/, "")}/${name}`)
  return yield* modelOfFiles(folder, yield* Effect.forEach(paths, readText))
})
