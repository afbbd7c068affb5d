/** The help of the program and of its commands, rendered from the table of commands. Plain text, without escapes. */
import { type NamedSetting, type SettingGroup, settingGroups } from "../settings/Setting.ts"
import type { CommandInfo } from "./commands.ts"
import { version } from "../domain/version.ts"

/** Where the descriptions of flags begin. */
const flagColumn = 28

const titles: Readonly<Record<SettingGroup, string>> = {
  target: "Target",
  server: "Server",
  load: "Load",
  scenarios: "Scenarios and data",
  objectives: "Objectives",
  search: "Search",
  slices: "Measurements",
  thresholds: "Thresholds",
  faults: "Faults",
  agents: "Agents",
  output: "Output",
  advanced: "Advanced"
}

const exitCodeLines = [
  "Exit codes: 0 done, 1 a limit was exceeded or a file not written, 2 wrong input, 3 the DMS is not ready or",
  "refuses a scenario from the start, 4 a defect of this program, 130 interrupted."
]

/** @example "default 10", "required unless --local"; `undefined` where there is none to show */
const defaultOf = ({ defaultText, fallback, kind }: NamedSetting): string | undefined => {
  const text = defaultText ?? fallback ?? "none"
  if (text === "none" || (kind === "switch" && text === "false")) return undefined
  if (text.startsWith("required")) return text
  return `default ${kind === "switch" ? "on" : text}`
}

/** One line: `  -c, --clientCount  Virtual users (default 10; CLIENT_COUNT)`. */
const flagLine = (setting: NamedSetting): string => {
  const { alias, help, name, variable } = setting
  const flag = `  ${alias === undefined ? "   " : `-${alias},`} --${name}`
  const ends = [defaultOf(setting), variable].filter((each) => each !== undefined)
  return `${flag.padEnd(flagColumn - 2)}  ${help}${ends.length === 0 ? "" : ` (${ends.join("; ")})`}`
}

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines]

/** The help of one command. */
export const commandHelp = (command: CommandInfo): string => {
  const { description, examples, name, names, operands, settings } = command
  const usage = operands === undefined ? "" : ` ${operands.usage}`
  return [
    `Usage: edfi-perf ${name}${usage} [flags]`,
    "",
    ...description,
    ...(operands === undefined
      ? []
      : [
          "",
          ...`${operands.name}: ${operands.help}`
            .split("\n")
            .map((line, index) => (index > 0 ? "  " : "") + line)
        ]),
    ...settingGroups.flatMap((group) =>
      section(titles[group], settings.filter((setting) => setting.group === group).map(flagLine))
    ),
    ...(names === undefined
      ? []
      : section(
          `Names for --${names.flag}`,
          names.lines.map((line) => `  ${line}`)
        )),
    ...section(
      "Examples",
      examples.map((example) => `  edfi-perf ${example}`)
    )
  ].join("\n")
}

/** The help of the program: one screen. */
export const programHelp = (commands: ReadonlyArray<CommandInfo>): string =>
  [
    `edfi-perf ${version}: load tester for the Ed-Fi Data Management Service (DMS) and its transactional POST /batch`,
    "",
    "Usage: edfi-perf COMMAND [flags]",
    "",
    "Commands",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
    "",
    "edfi-perf COMMAND --help lists flags, defaults and variables. A flag takes precedence over its variable, and",
    "that over a line of .env in the working directory. PERF_API_BASEURL, _KEY and _SECRET select the DMS.",
    ...exitCodeLines,
    "",
    "First run, without a server:  edfi-perf run --local --runTimeInMinutes 0.25",
    "Shell completions:            source <(edfi-perf --completions bash), or zsh; fish: see docs/reference.md",
    "Documentation:                README.md and docs/ of the package"
  ].join("\n")
