/** A command whose flags are a table of settings. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import type { Flags } from "../settings/readSettings.ts"
import type { RunSettings } from "../settings/RunSettings.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import { optionsOf } from "./settingsOptions.ts"
import { version } from "../domain/version.ts"

export const logLevels: Readonly<Record<RunSettings["logLevel"], LogLevel.LogLevel>> = {
  ALL: LogLevel.All,
  TRACE: LogLevel.Trace,
  DEBUG: LogLevel.Debug,
  INFO: LogLevel.Info,
  WARNING: LogLevel.Warning,
  ERROR: LogLevel.Error,
  FATAL: LogLevel.Fatal,
  NONE: LogLevel.None
}

/**
 * @param load decodes flags over variables over defaults; operands are the words that belong to no flag
 * @returns starts the command with words as `wordsOf` writes them
 */
export const settingsCommand = <Config, LoadError, LoadServices, E, R>(options: {
  readonly name: string
  readonly settings: ReadonlyArray<NamedSetting>
  readonly load: (
    flags: Flags,
    operands: ReadonlyArray<string>
  ) => Effect.Effect<Config, LoadError, LoadServices>
  readonly logLevelOf: (config: Config) => RunSettings["logLevel"]
  readonly program: (config: Config) => Effect.Effect<void, E, R>
}) => {
  const { load, logLevelOf, name, program, settings } = options
  const command = Command.make(
    name,
    { flags: optionsOf(settings), operands: Args.repeated(Args.text()) },
    ({ flags, operands }) =>
      Effect.flatMap(load(flags, operands), (config) =>
        Logger.withMinimumLogLevel(program(config), logLevels[logLevelOf(config)])
      )
  )
  const start = Command.run(command, { name: "edfi-perf", version })
  return (words: ReadonlyArray<string>) =>
    // The words were checked by the same table, so that the option parser has nothing to refuse.
    Effect.catchIf(start(["node", "edfi-perf", ...words]), ValidationError.isValidationError, (error) =>
      Effect.die(error)
    )
}
