/** The options of a command, generated from its settings. */
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"
import type { Flags } from "../settings/readSettings.ts"
import type { NamedSetting } from "../settings/Setting.ts"

/** Texts only: they are decoded where all settings of the command are checked together. */
const optionOf = ({ kind, name }: NamedSetting): Options.Options<Flags[string]> =>
  Options.map(
    Options.optional<Exclude<Flags[string], undefined>>(
      kind === "secret" ? Options.redacted(name) : Options.text(name)
    ),
    Option.getOrUndefined
  )

/** The flags of the command line by name of the setting. */
export const optionsOf = (settings: ReadonlyArray<NamedSetting>): Options.Options<Flags> =>
  Options.all(Object.fromEntries(settings.map((setting) => [setting.name, optionOf(setting)])))
