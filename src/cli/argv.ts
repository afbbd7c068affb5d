/**
 * The words after a command that has settings, looked at before the option parser gets them: it stops at the first that it does not know,
 * and whoever got a flag and a value wrong wants to be told both.
 */
import * as Redacted from "effect/Redacted"
import { nearest } from "../settings/nearest.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import { isSwitchWord } from "../settings/flagSchemas.ts"
import { SettingProblem } from "../settings/WrongSettings.ts"

/** The command that they follow. */
export interface Known {
  readonly name: string
  readonly settings: ReadonlyArray<NamedSetting>
}

export interface ReadArgv {
  /** What was given to the flags that are known, as the option parser would give it. */
  readonly flags: Readonly<Record<string, string | Redacted.Redacted>>
  /** Flags that are unknown, given twice or without a value, and words that belong to no flag. */
  readonly problems: ReadonlyArray<SettingProblem>
}

/** Flags of the option parser itself: with one of them it has the word. */
const builtIn = new Set(["--help", "-h", "--version", "--wizard", "--completions", "--log-level"])

const likeliest = (flag: string, { name: command, settings }: Known): string => {
  const near = nearest(
    flag,
    settings.map(({ name }) => `--${name}`)
  )
  return near === undefined ? `is not a flag of ${command}; --help lists them` : `is not a flag; ${near} is`
}

const settingOf = ({ settings }: Known, flag: string): NamedSetting | undefined =>
  settings.find(({ alias, name }) => flag.toLowerCase() === `--${name}`.toLowerCase() || flag === `-${alias}`)

/**
 * Several one-letter switches in one word as one word each; the option parser would lose them.
 *
 * @example splitClusters(run, ["-gi", "-s", "-gi"]) // ["-g", "-i", "-s", "-gi"], the last of which is a secret
 */
export const splitClusters = (known: Known, words: ReadonlyArray<string>): ReadonlyArray<string> => {
  let isValue = false
  return words.flatMap((word) => {
    const wasValue = isValue
    const setting = settingOf(known, word)
    isValue = !wasValue && setting !== undefined && setting.kind !== "switch"
    if (wasValue || !/^-[^-]{2,}$/.test(word)) return [word]
    const switches = Array.from(word.slice(1), (letter) => `-${letter}`)
    return switches.every((each) => settingOf(known, each)?.kind === "switch") ? switches : [word]
  })
}

/** @example readWords(run, ["--clientCout", "5"]).problems // one, "is not a flag; --clientCount is" */
export const readArgv = (known: Known, words: ReadonlyArray<string>): ReadArgv => {
  const flags: Record<string, string | Redacted.Redacted> = {}
  const problems: Array<SettingProblem> = []
  const add = (flag: string, given: string, accepted: string) =>
    problems.push(new SettingProblem({ flag, given, accepted }))
  if (words.some((word) => builtIn.has(word))) return { flags, problems }

  const take = ({ accepts, kind, name }: NamedSetting, value: string) => {
    const before = flags[name]
    // The option parser would leave it out: `--threshold "$LIMIT"` without a limit would let everything pass.
    if (kind === "list" && /^[\s,]*$/.test(value))
      add(`--${name}`, `--${name} is empty`, `accepts ${accepts}`)
    else if (kind === "list" && typeof before === "string") flags[name] = `${before},${value}`
    else if (before !== undefined) add(`--${name}`, `--${name} is given twice`, "accepts one value")
    else flags[name] = kind === "secret" ? Redacted.make(value) : value
  }

  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ""
    const [, flag = word, inline] = /^(--[^=]+)=(.*)$/s.exec(word) ?? []
    const setting = settingOf(known, flag)
    const next = words[i + 1]
    if (setting === undefined) {
      if (!word.startsWith("-")) {
        // Not shown, because it may be the second half of a secret.
        add("", `word ${i + 1} after ${known.name} belongs to no flag`, "put a value with blanks into quotes")
        continue
      }
      add(flag, flag, likeliest(flag, known))
      if (inline === undefined && next !== undefined && !next.startsWith("-")) i++
    } else if (inline !== undefined) take(setting, inline)
    else if (setting.kind === "switch") {
      const value = next !== undefined && isSwitchWord(next) ? next : undefined
      take(setting, value ?? "true")
      if (value !== undefined) i++
    } else if (next === undefined) add(flag, `${flag} has no value`, `accepts ${setting.accepts}`)
    else {
      take(setting, next)
      i++
    }
  }
  return { flags, problems }
}
