/** A command that measures a server: on its own, or as a phase of a plan. Both take the same way. */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { withOneLocalDms } from "../run/localDmsProcess.ts"
import { givenOf, type GivenSettings } from "../settings/readSettings.ts"
import type { RunSettings } from "../settings/RunSettings.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import { logLevels, settingsCommand } from "./settingsCommand.ts"

interface MeasuringOptions<Config, LoadError, LoadServices, E, R> {
  readonly name: string
  readonly settings: ReadonlyArray<NamedSetting>
  /** Checks the settings, and reads from the server what they need. */
  readonly load: (given: GivenSettings) => Effect.Effect<Config, LoadError, LoadServices>
  readonly logLevelOf: (config: Config) => RunSettings["logLevel"]
  /** Measures, writes the result files and prints the result; fails with `CommandEnded` unless its exit code is 0. */
  readonly program: (config: Config) => Effect.Effect<void, E, R>
}

export const measuringCommand = <Config, LoadError, LoadServices, E, R>(
  options: MeasuringOptions<Config, LoadError, LoadServices, E, R>
) => {
  const { load, logLevelOf, program, settings } = options
  const command = settingsCommand({
    ...options,
    load: (flags) => Effect.flatMap(givenOf(settings, flags), load)
  })
  return {
    /** As a command. A local DMS starts once, whether the scenarios need it already or only the load. */
    start: (words: ReadonlyArray<string>) => withOneLocalDms(command(words)),
    /** With these settings only: no flag and no variable is read. */
    measure: (given: GivenSettings) =>
      Effect.flatMap(load(given), (config) =>
        Logger.withMinimumLogLevel(program(config), logLevels[logLevelOf(config)])
      )
  }
}
