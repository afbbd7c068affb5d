/** A command that measures a server: on its own, or as a phase of a plan. Both take the same way. */
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { withOneLocalDms } from "../run/localDmsProcess.ts"
import { givenOf, type GivenSettings } from "../settings/readSettings.ts"
import type { RunSettings } from "../settings/RunSettings.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"
import { logLevels, settingsCommand } from "./settingsCommand.ts"

/** What a command would do, as far as that is known without a server. */
export interface Preview {
  /** @example "12 slices of 10 s with 3 s of warm-up", "10 users" */
  readonly load: string
  /** `null` where it depends on the server. */
  readonly seconds: number | null
  readonly isUpperBound: boolean
}

interface MeasuringOptions<Config, LoadError, LoadServices, PreviewServices, E, R> {
  readonly name: string
  readonly settings: ReadonlyArray<NamedSetting>
  /** Checks the settings, and reads from the server what they need. */
  readonly load: (given: GivenSettings) => Effect.Effect<Config, LoadError, LoadServices>
  /** Checks the settings as far as that is possible without a server, and sends nothing. */
  readonly preview: (given: GivenSettings) => Effect.Effect<Preview, WrongSettings, PreviewServices>
  readonly logLevelOf: (config: Config) => RunSettings["logLevel"]
  /** Measures, writes the result files and prints the result; fails with `CommandEnded` unless its exit code is 0. */
  readonly program: (config: Config) => Effect.Effect<void, E, R>
}

export const measuringCommand = <Config, LoadError, LoadServices, PreviewServices, E, R>(
  options: MeasuringOptions<Config, LoadError, LoadServices, PreviewServices, E, R>
) => {
  const { load, logLevelOf, preview, program, settings } = options
  const command = settingsCommand({
    ...options,
    load: (flags) => Effect.flatMap(givenOf(settings, flags), load)
  })
  return {
    /** As a command. A local DMS starts once, whether the scenarios need it already or only the load. */
    start: (words: ReadonlyArray<string>) => withOneLocalDms(command(words)),
    preview,
    /** With these settings only: no flag and no variable is read. */
    measure: (given: GivenSettings) =>
      Effect.flatMap(load(given), (config) =>
        Logger.withMinimumLogLevel(program(config), logLevels[logLevelOf(config)])
      )
  }
}
