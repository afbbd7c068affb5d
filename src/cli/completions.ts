/** Shell completions, generated from the table of commands: commands, flags, and the values that they offer. */
import type { NamedSetting } from "../settings/Setting.ts"
import type { CommandInfo } from "./commands.ts"

export const shells = ["bash", "zsh", "fish"] as const
export type Shell = (typeof shells)[number]

const flagsOf = ({ settings }: CommandInfo): ReadonlyArray<string> => [
  ...settings.map(({ name }) => `--${name}`),
  "--help"
]

const spellings = ({ alias, name }: NamedSetting): ReadonlyArray<string> =>
  alias === undefined ? [`--${name}`] : [`--${name}`, `-${alias}`]

/** `command:flag` patterns with their values, as branches of a `case`. */
const valueCases = (commands: ReadonlyArray<CommandInfo>, indent: string): string =>
  commands
    .flatMap(({ name, settings }) =>
      settings.flatMap((setting) =>
        setting.values === undefined
          ? []
          : [
              `${indent}${spellings(setting)
                .map((flag) => `${name}:${flag}`)
                .join("|")}) values='${setting.values.join(" ")}' ;;`
            ]
      )
    )
    .join("\n")

const flagCases = (commands: ReadonlyArray<CommandInfo>, indent: string): string =>
  commands.map((command) => `${indent}${command.name}) flags='${flagsOf(command).join(" ")}' ;;`).join("\n")

/** The words that a command takes without a flag, such as the names of plans. */
const operandCases = (commands: ReadonlyArray<CommandInfo>): string =>
  commands
    .flatMap(({ name, operands }) =>
      operands?.values === undefined ? [] : [`      ${name}) values='${operands.values.join(" ")}' ;;`]
    )
    .join("\n")

const namesOf = (commands: ReadonlyArray<CommandInfo>): string => commands.map(({ name }) => name).join(" ")

// Bash splits words at "=". The part after the last comma of a list is completed. Where nothing matches, files do.
const bash = (commands: ReadonlyArray<CommandInfo>): string => `_edfi_perf() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" values='' flags=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${namesOf(commands)} --help --version --completions' -- "$cur"))
    return
  fi
  if [ "$cur" = "=" ]; then cur=''; elif [ "$prev" = "=" ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  case "\${COMP_WORDS[1]}:$prev" in
    --completions:--completions) values='${shells.join(" ")}' ;;
${valueCases(commands, "    ")}
  esac
  case "$prev,$cur" in -*|*,-*) ;; *)
    case "\${COMP_WORDS[1]}" in
${operandCases(commands)}
    esac ;;
  esac
  if [ -n "$values" ]; then
    local before=''
    case "$cur" in *,*) before="\${cur%,*}," ;; esac
    COMPREPLY=($(compgen -P "$before" -W "$values" -- "\${cur##*,}"))
    return
  fi
  case "$cur" in -*) ;; *) return ;; esac
  case "\${COMP_WORDS[1]}" in
${flagCases(commands, "    ")}
  esac
  COMPREPLY=($(compgen -W "$flags" -- "$cur"))
}
complete -o default -F _edfi_perf edfi-perf`

const zsh = (commands: ReadonlyArray<CommandInfo>): string => `#compdef edfi-perf
_edfi_perf() {
  local values='' flags=''
  if (( CURRENT == 2 )); then
    compadd -- ${namesOf(commands)} --help --version --completions
    return
  fi
  local prev="$words[CURRENT-1]"
  if [[ $PREFIX == --*=* ]]; then prev="\${PREFIX%%=*}"; compset -P '*='; fi
  case "$words[2]:$prev" in
    --completions:--completions) values='${shells.join(" ")}' ;;
${valueCases(commands, "    ")}
  esac
  if [[ $prev != -* && $PREFIX != -* ]]; then
    case "$words[2]" in
${operandCases(commands)}
    esac
  fi
  if [[ -n $values ]]; then
    compset -P '*,'
    compadd -- \${=values} || _files
    return
  fi
  if [[ $PREFIX == -* ]]; then
    case "$words[2]" in
${flagCases(commands, "      ")}
    esac
    compadd -- \${=flags}
  else
    _files
  fi
}
if [[ $funcstack[1] == _edfi_perf ]]; then _edfi_perf "$@"; else compdef _edfi_perf edfi-perf; fi`

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`

/** The list of a flag goes on after a comma. */
const fishValues = ({ kind, values }: NamedSetting): ReadonlyArray<string> => {
  if (values === undefined) return []
  const words = values.join(" ")
  return [`-f -a '${kind === "list" ? `(__fish_append , ${words})` : words}'`]
}

const fishFlag = (command: string, setting: NamedSetting): string => {
  const { alias, help, kind, name } = setting
  return [
    `complete -c edfi-perf -n '__fish_seen_subcommand_from ${command}'`,
    ...(alias === undefined ? [] : [`-s ${alias}`]),
    `-l ${name}`,
    ...(kind === "switch" ? [] : ["-r"]),
    ...fishValues(setting),
    `-d ${quoted(help)}`
  ].join(" ")
}

const fish = (commands: ReadonlyArray<CommandInfo>): string =>
  [
    "complete -c edfi-perf -n __fish_use_subcommand -f",
    ...commands.map(
      ({ name, summary }) => `complete -c edfi-perf -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`
    ),
    "complete -c edfi-perf -n __fish_use_subcommand -l version -d 'Print the version'",
    `complete -c edfi-perf -n __fish_use_subcommand -l completions -x -a '${shells.join(" ")}' -d 'Print completions'`,
    "complete -c edfi-perf -s h -l help -d 'Print help'",
    ...commands.flatMap(({ name, operands }) =>
      operands?.values === undefined
        ? []
        : [
            `complete -c edfi-perf -n '__fish_seen_subcommand_from ${name}' -a '${operands.values.join(" ")}' -d 'Comes with the program'`
          ]
    ),
    ...commands.flatMap(({ name, settings }) => settings.map((setting) => fishFlag(name, setting)))
  ].join("\n")

const scripts = { bash, zsh, fish } satisfies Record<Shell, unknown>

/** The script that makes a shell complete `edfi-perf`. */
export const completions = (shell: Shell, commands: ReadonlyArray<CommandInfo>): string =>
  scripts[shell](commands)
