/** The flags of a command, made from its settings: one source for help, decoding and documentation. */
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Option from "effect/Option"
import type { Flags } from "../settings/readSettings.ts"
import { describe, type NamedSetting } from "../settings/Setting.ts"

type FlagValue = Flags[string]

/** Texts only: what they mean is decided where all of them are checked together. */
const flagOf = (setting: NamedSetting): Options.Options<FlagValue> => {
  const { alias, kind, name } = setting
  const named = <A>(options: Options.Options<A>): Options.Options<A> => {
    const described = Options.withDescription(options, describe(setting))
    return alias === undefined ? described : Options.withAlias(described, alias)
  }
  switch (kind) {
    case "text":
      return Options.map(Options.optional(named(Options.text(name))), Option.getOrUndefined)
    case "secret":
      return Options.map(Options.optional(named(Options.redacted(name))), Option.getOrUndefined)
    case "list":
      return Options.map(Options.repeated(named(Options.text(name))), (values) =>
        values.length === 0 ? undefined : values.join(",")
      )
    case "switch":
      // A boolean option is `false` when it is absent; the fallback tells absence from `--flag false`.
      return Options.map(
        named(Options.boolean(name)).pipe(Options.withFallbackConfig(Config.succeed(undefined))),
        (value) => (value === undefined ? undefined : String(value))
      )
  }
}

/** What was given on the command line, by name of the setting. */
export const optionsOf = (settings: ReadonlyArray<NamedSetting>): Options.Options<Flags> =>
  Options.all(Object.fromEntries(settings.map((setting) => [setting.name, flagOf(setting)])))
