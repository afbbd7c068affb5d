/** Reads a file of the user, or one that comes with the program. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { fileURLToPath } from "node:url"
import { excerpt } from "../domain/excerpt.ts"
import { listed } from "../domain/words.ts"
import { fileReason } from "../run/fileReason.ts"
import { nearest } from "../settings/nearest.ts"
import { wrongSetting, type WrongSettings } from "../settings/WrongSettings.ts"
import { maxNamedFileBytes } from "./maxNamedFileBytes.ts"

/** A kind of files, some of which come with the program. */
export interface NamedFiles {
  /** How messages name it: `--mixture`. */
  readonly flag: string
  /** In the root of the package. */
  readonly folder: "mixtures" | "plans"
  /** Of those that come with the program, without `.yaml`. */
  readonly shipped: ReadonlyArray<string>
}

/** Two folders below the root of the package, as sources, as modules of `dist` and as its bundle. */
const pathOf = (folder: NamedFiles["folder"], name: string): string =>
  fileURLToPath(new URL(`../../${folder}/${name}.yaml`, import.meta.url))

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** @param named `district-day`, or the path of a file */
export const readNamedFile = (
  { flag, folder, shipped }: NamedFiles,
  named: string
): Effect.Effect<string, WrongSettings, FileSystem.FileSystem> => {
  const unreadable = (detail: string) => {
    const near = nearest(named, shipped)
    const hint = near === undefined ? `the program comes with ${listed(shipped)}` : `did you mean ${near}?`
    return wrongSetting(flag, `${flag} ${excerpt(named)}`, `${detail}; ${hint}`)
  }
  return Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const own = shipped.find((name) => name.toLowerCase() === named.toLowerCase())
    const path = own === undefined ? named : pathOf(folder, own)
    const { size, type } = yield* Effect.mapError(fs.stat(path), (error) => unreadable(fileReason(error)))
    if (type !== "File") return yield* unreadable("it is not a file")
    if (size > maxNamedFileBytes) return yield* unreadable("it is larger than 1 MiB")
    const bytes = yield* Effect.mapError(fs.readFile(path), (error) => unreadable(fileReason(error)))
    const text = Option.liftThrowable(() => utf8.decode(bytes))()
    return Option.isSome(text) ? text.value : yield* unreadable("it is not UTF-8")
  })
}
