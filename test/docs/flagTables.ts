/** The tables of flags in docs/reference.md, rendered from the table of commands. */
import { type CommandInfo, commands } from "../../src/cli/commands.ts"
import { type NamedSetting, settingGroups } from "../../src/settings/Setting.ts"

const cell = (text: string): string => text.replaceAll("|", "\\|")

const defaultOf = ({ defaultText, fallback = "none", kind }: NamedSetting): string => {
  if (defaultText !== undefined) return defaultText
  return kind === "switch" ? (fallback === "true" ? "on" : "off") : fallback
}

const flagRow = (setting: NamedSetting): string => {
  const { alias, help, name, variable = "" } = setting
  const flag = `${alias === undefined ? "" : `-${alias} `}--${name}`
  return `| \`${flag}\` | ${variable} | ${cell(defaultOf(setting))} | ${cell(help)} |`
}

/** All flags of a command, in the order of its help. */
export const flagTable = ({ settings }: Pick<CommandInfo, "settings">): string =>
  [
    "| flag | variable | default | meaning |",
    "|---|---|---|---|",
    ...settingGroups.flatMap((group) => settings.filter((setting) => setting.group === group).map(flagRow))
  ].join("\n")

const begin = (name: string): string => `<!-- flags of ${name} -->`
const end = "<!-- end of flags -->"

/** The page with the current table of every command between its two marks. A command without marks is an error. */
export const withFlagTables = (page: string): string =>
  commands.reduce((text, command) => {
    const from = text.indexOf(begin(command.name))
    const to = text.indexOf(end, from)
    if (from < 0 || to < 0) throw new Error(`docs/reference.md has no marks for the flags of ${command.name}`)
    return `${text.slice(0, from)}${begin(command.name)}\n${flagTable(command)}\n${text.slice(to)}`
  }, page)
