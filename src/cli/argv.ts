/**
 * Reads the words after a command by the table of its settings. Every wrong word is reported, where the option parser
 * would stop at the first.
 */
import * as Redacted from "effect/Redacted"
import { parseArgs } from "node:util"
import { isSwitchWord } from "../settings/flagSchemas.ts"
import { nearest } from "../settings/nearest.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import { SettingProblem } from "../settings/WrongSettings.ts"

/** A command as far as its words are concerned. */
export interface KnownCommand {
  readonly name: string
  readonly settings: ReadonlyArray<NamedSetting>
  /** The words that belong to no flag; a command without operands refuses them. */
  readonly operands?:
    | {
        readonly name: string
        readonly usage: string
        readonly help: string
        /** The words that shell completion offers beside files. */
        readonly values?: ReadonlyArray<string>
      }
    | undefined
}

export interface ReadArgv {
  /** The texts of known flags. */
  readonly flags: Readonly<Record<string, string | Redacted.Redacted>>
  readonly operands: ReadonlyArray<string>
  /** Unknown and repeated flags, flags without a value, and words that belong to no flag. */
  readonly problems: ReadonlyArray<SettingProblem>
  /** `--help` or `--version` is among the words. */
  readonly requested: "help" | "version" | undefined
}

type Tokens = NonNullable<ReturnType<typeof tokenize>>
type Token = Tokens[number]
type OptionToken = Extract<Token, { kind: "option" }>

const builtIn = [
  { name: "help", short: "h" },
  { name: "version", short: undefined }
] as const

/** In any letter case; a one-letter flag only as it is. */
const settingOf = ({ settings }: KnownCommand, name: string): NamedSetting | undefined =>
  name.length === 1
    ? settings.find(({ alias }) => alias === name)
    : settings.find(({ alsoNamed, name: known }) =>
        [known, alsoNamed].some((each) => each?.toLowerCase() === name.toLowerCase())
      )

/** `parseArgs` distinguishes letter case, so each spelling that occurs is an option of its own. */
const tokenize = (known: KnownCommand, words: ReadonlyArray<string>) => {
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {}
  for (const { alias, kind, name } of known.settings) {
    options[name] = {
      type: kind === "switch" ? "boolean" : "string",
      ...(alias === undefined ? {} : { short: alias })
    }
  }
  for (const { name, short } of builtIn) {
    options[name] ??= { type: "boolean", ...(short === undefined ? {} : { short }) }
  }
  for (const word of words) {
    const [, spelled = ""] = /^--([^=]+)/.exec(word) ?? []
    const setting = settingOf(known, spelled)
    if (setting !== undefined) options[spelled] ??= { type: setting.kind === "switch" ? "boolean" : "string" }
  }
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

const suggestion = (flag: string, { name: command, settings }: KnownCommand): string => {
  const renamed = settings.find(
    ({ formerly }) =>
      formerly !== undefined && flag.replace(/^-+/, "").toLowerCase() === formerly.flag.toLowerCase()
  )
  if (renamed !== undefined) return `is now --${renamed.name}`
  const near = nearest(
    flag,
    settings.map(({ name }) => `--${name}`)
  )
  return near === undefined
    ? `is not a flag of ${command}; --help lists them`
    : `is not a flag; did you mean ${near}?`
}

/** An unknown flag as messages show it: what follows the name of a secret flag may be the secret. */
const shownFlag = (flag: string, { settings }: KnownCommand): string => {
  const written = flag.replace(/^-+/, "").toLowerCase()
  const secret = settings.find(
    ({ kind, name }) => kind === "secret" && written.startsWith(name.toLowerCase())
  )
  return secret === undefined ? flag : `--${secret.name}...`
}

const isKnown = (known: KnownCommand, name: string): boolean =>
  settingOf(known, name) !== undefined || builtIn.some((each) => each.name === name)

/** `-output` is a misspelt `--output`, not `-o utput`; `-xyz` is one unknown flag, not three. */
const isUnknownCluster = (known: KnownCommand, word: string, tokens: ReadonlyArray<Token>): boolean =>
  /^-[^-]{2}/.test(word) &&
  (settingOf(known, word.slice(1)) !== undefined ||
    tokens.some((token) => token.kind === "option" && !isKnown(known, token.name)))

/** Collects flags and problems. */
const collector = (known: KnownCommand) => {
  const flags: Record<string, string | Redacted.Redacted> = {}
  const operands: Array<string> = []
  const problems: Array<SettingProblem> = []
  const add = (flag: string, given: string, accepted: string): void => {
    problems.push(new SettingProblem({ flag, given, accepted }))
  }
  const take = ({ accepts, kind, name }: NamedSetting, value: string): void => {
    const before = flags[name]
    // Ignoring it would be wrong: `--threshold "$LIMIT"` without a limit would let everything pass.
    if (kind === "list" && /^[\s,]*$/.test(value))
      add(`--${name}`, `--${name} is empty`, `accepts ${accepts}`)
    else if (kind === "list" && typeof before === "string") flags[name] = `${before},${value}`
    else if (before !== undefined) add(`--${name}`, `--${name} is given twice`, "accepts one value")
    else flags[name] = kind === "secret" ? Redacted.make(value) : value
  }
  const takeOperand = (word: string, index: number): void => {
    if (known.operands === undefined) {
      // Not shown, because it may be the second half of a secret.
      add(
        "",
        `word ${index + 1} after ${known.name} belongs to no flag`,
        "put a value with blanks into quotes"
      )
    } else if (word.trim() === "")
      add("", `word ${index + 1} after ${known.name} is empty`, `expected ${known.operands.name}`)
    else operands.push(word)
  }
  return { add, flags, operands, problems, take, takeOperand }
}

/** @example readArgv(run, ["--clientCout", "5"]).problems // one: "is not a flag; did you mean --clientCount?" */
export const readArgv = (known: KnownCommand, words: ReadonlyArray<string>): ReadArgv => {
  const tokens = tokenize(known, words)
  const { add, flags, operands, problems, take, takeOperand } = collector(known)
  let requested: ReadArgv["requested"]
  /** Words before this index have been consumed. */
  let next = 0
  /** The following word, if it can be a value. */
  const valueAfter = ({ index }: OptionToken): string | undefined =>
    tokens.some((token) => token.kind === "positional" && token.index === index + 1)
      ? words[index + 1]
      : undefined

  const takeOption = (token: OptionToken): void => {
    const { index, name, rawName, value } = token
    const word = words[index] ?? ""
    const sameWord = tokens.filter((each) => each.index === index)
    const isCluster = isUnknownCluster(known, word, sameWord)
    const setting = isCluster ? undefined : settingOf(known, name)
    if (setting === undefined) {
      if (!isCluster && (name === "help" || name === "version")) {
        requested ??= name
        return
      }
      const flag = shownFlag(isCluster ? word : rawName, known)
      add(flag, flag, suggestion(flag, known))
      const unused = isCluster || value === undefined ? valueAfter(token) : undefined
      next = index + (unused === undefined ? 1 : 2)
    } else if (setting.kind === "switch" && value === undefined) {
      const given = valueAfter(token)
      const isValue = given !== undefined && isSwitchWord(given)
      take(setting, isValue ? given : "true")
      if (isValue) next = index + 2
    } else if (value === undefined) add(rawName, `${rawName} has no value`, `accepts ${setting.accepts}`)
    // `-c=5` is `-c 5`.
    else take(setting, name.length === 1 || rawName.length === 2 ? value.replace(/^=/, "") : value)
  }

  for (const token of tokens) {
    if (token.index < next) continue
    if (token.kind === "positional") takeOperand(token.value, token.index)
    else if (token.kind === "option") takeOption(token)
  }
  return { flags, operands, problems, requested }
}

/** What was read, as words that the option parser reads without a choice: long flags, each with a value. */
export const wordsOf = ({ flags, operands }: ReadArgv): ReadonlyArray<string> => [
  ...Object.entries(flags).flatMap(([name, value]) => [
    `--${name}`,
    Redacted.isRedacted(value) ? String(Redacted.value(value)) : value
  ]),
  ...operands.map((word) => (word.startsWith("-") ? `./${word}` : word))
]
