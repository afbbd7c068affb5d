/** The secret that coordinator and agents share, from a file. */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { AgentsUnusable } from "./Agents.ts"

/** Shorter secrets can be guessed. */
const minLength = 16
const maxLength = 4096

/** Visible ASCII, all that a header can carry. */
const isSecret = (text: string): boolean =>
  text.length >= minLength && text.length <= maxLength && /^[!-~]+$/.test(text)

/** @param path of a file with one line: at least 16 visible characters of ASCII */
export const readJoinToken = (
  path: string
): Effect.Effect<Redacted.Redacted, AgentsUnusable, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const unusable = (detail: string) =>
      new AgentsUnusable({
        message: `--joinTokenFile ${path}: ${detail}; make one with: openssl rand -hex 32 > FILE`
      })
    const text = yield* Effect.mapError(fs.readFileString(path), () => unusable("cannot be read"))
    const secret = text.trim()
    if (!isSecret(secret))
      return yield* unusable(`has to contain ${minLength} to ${maxLength} visible characters of ASCII`)
    return Redacted.make(secret)
  })
