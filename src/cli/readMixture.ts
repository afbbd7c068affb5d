/** Reads the file of a mixture: one of the user, or one that comes with the program. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { fileURLToPath } from "node:url"
import { excerpt } from "../domain/excerpt.ts"
import { decodeMixture, type MixtureFile } from "../settings/MixtureFile.ts"
import { nearest } from "../settings/nearest.ts"
import { shippedMixtures } from "../settings/shippedMixtures.ts"
import { wrongSetting, type WrongSettings } from "../settings/WrongSettings.ts"
import { wrongFile, type YamlFile } from "../settings/yamlFile.ts"

/** Two folders below the root of the package, as sources, as modules of `dist` and as its bundle. */
const folder = new URL("../../mixtures/", import.meta.url)

/** A file that people write is much smaller. */
const maxFileBytes = 1024 * 1024

const shipped = (named: string): string | undefined =>
  shippedMixtures.find((name) => name.toLowerCase() === named.toLowerCase())

const unreadable = (named: string, detail: string) => {
  const near = nearest(named, shippedMixtures)
  const hint = near === undefined ? `shipped are ${shippedMixtures.join(" and ")}` : `did you mean ${near}?`
  return wrongSetting("--mixture", `--mixture ${excerpt(named)}`, `${detail}; ${hint}`)
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** @param named `district-day`, or the path of a file */
export const readMixture = (
  named: string
): Effect.Effect<YamlFile<MixtureFile>, WrongSettings, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const own = shipped(named)
    const path = own === undefined ? named : fileURLToPath(new URL(`${own}.yaml`, folder))
    const { size, type } = yield* Effect.mapError(fs.stat(path), ({ message }) =>
      unreadable(named, `cannot be read: ${excerpt(message)}`)
    )
    if (type !== "File") return yield* unreadable(named, "is not a file")
    if (size > maxFileBytes) return yield* unreadable(named, "is larger than 1 MiB")
    const bytes = yield* Effect.mapError(fs.readFile(path), ({ message }) =>
      unreadable(named, `cannot be read: ${excerpt(message)}`)
    )
    const text = Option.liftThrowable(() => utf8.decode(bytes))()
    if (Option.isNone(text)) return yield* unreadable(named, "is not UTF-8")
    return yield* Either.mapLeft(decodeMixture(named, text.value), (problems) =>
      wrongFile("--mixture", problems)
    )
  })
