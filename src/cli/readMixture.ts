/** Reads the file of a mixture: one of the user, or one that comes with the program. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { decodeMixture, type MixtureFile } from "../settings/MixtureFile.ts"
import { shippedMixtures } from "../settings/shippedMixtures.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"
import { wrongFile, type YamlFile } from "../settings/yamlFile.ts"
import { type NamedFiles, readNamedFile } from "./readNamedFile.ts"

export const mixtureFiles: NamedFiles = { flag: "--mixture", folder: "mixtures", shipped: shippedMixtures }

/** @param named `district-day`, or the path of a file */
export const readMixture = (
  named: string
): Effect.Effect<YamlFile<MixtureFile>, WrongSettings, FileSystem.FileSystem> =>
  Effect.flatMap(readNamedFile(mixtureFiles, named), (text) =>
    Either.mapLeft(decodeMixture(named, text), (problems) => wrongFile("--mixture", problems))
  )
