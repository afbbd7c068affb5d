/** A command whose flags are a table of settings: `run`, and every study. */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import type { Flags } from "../settings/readSettings.ts"
import type { RunSettings } from "../settings/RunSettings.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"
import { optionsOf } from "./settingsOptions.ts"

const levels: Readonly<Record<RunSettings["logLevel"], LogLevel.LogLevel>> = {
  ALL: LogLevel.All,
  TRACE: LogLevel.Trace,
  DEBUG: LogLevel.Debug,
  INFO: LogLevel.Info,
  WARNING: LogLevel.Warning,
  ERROR: LogLevel.Error,
  FATAL: LogLevel.Fatal,
  NONE: LogLevel.None
}

/** What can be told of the words after such a command before they are parsed. */
export interface WithSettings {
  readonly name: string
  readonly settings: ReadonlyArray<NamedSetting>
  /** Fails with everything that is wrong with what was given. */
  readonly check: (flags: Flags) => Effect.Effect<unknown, WrongSettings>
}

/**
 * @param load flags over variables over defaults, checked
 * @param logLevelOf what was loaded
 */
export const settingsCommand = <Config, E, R>(options: {
  readonly name: string
  readonly description: string
  readonly settings: ReadonlyArray<NamedSetting>
  readonly load: (flags: Flags) => Effect.Effect<Config, WrongSettings>
  readonly logLevelOf: (config: Config) => RunSettings["logLevel"]
  readonly program: (config: Config) => Effect.Effect<void, E, R>
}) => {
  const { description, load, logLevelOf, name, program, settings } = options
  const command = Command.make(name, { flags: optionsOf(settings) }, ({ flags }) =>
    Effect.flatMap(load(flags), (config) =>
      Logger.withMinimumLogLevel(program(config), levels[logLevelOf(config)])
    )
  ).pipe(
    Command.withDescription(
      `${description} Each flag also reads the variable named at its end, from the environment or a .env file.`
    )
  )
  return { name, settings, check: load, command }
}
