/**
 * Decodes the texts of flags and variables. A wrong setting is reported and replaced by its default, so that the
 * others can still be checked together.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { withoutCredentials } from "../domain/shownAddress.ts"
import { type NamedSetting, settingsOf } from "./Setting.ts"
import { SettingProblem, WrongSettings } from "./WrongSettings.ts"

/** The text of a setting and where it was given; a setting of kind `secret` may also be given as plain text. */
export interface GivenSetting {
  readonly value: string | Redacted.Redacted
  readonly from: "flag" | "variable"
  /** The variable of an older version that it was given by. */
  readonly formerVariable?: string | undefined
}
/** By name of the setting: `{ clientCount: { value: "20", from: "flag" } }`. */
export type GivenSettings = Readonly<Record<string, GivenSetting | undefined>>

/** The flags of the command line, by name of the setting. */
export type Flags = Readonly<Record<string, string | Redacted.Redacted | undefined>>

/** The settings of a command and their decoder. */
export interface SettingsTable<A> {
  /** In the order of the help. */
  readonly settings: ReadonlyArray<NamedSetting>
  /** Fails with every wrong text, not only the first. */
  readonly decode: (texts: unknown) => Either.Either<A, ParseResult.ParseError>
}

/** @param struct whose members were all made with `setting` or `optionalSetting` */
export const tableOf = <A, I>(struct: Schema.Schema<A, I>): SettingsTable<A> => ({
  settings: settingsOf(struct),
  decode: Schema.decodeUnknownEither(struct, { errors: "all" })
})

/** Names a setting in a problem. */
export type Describe = (setting: NamedSetting, given: GivenSettings) => string

const describeGiven: Describe = (setting, given) => {
  const { fallback, kind, name, variable } = setting
  const { from, value } = given[name] ?? { from: "default", value: fallback }
  if (value === undefined) return `--${name} is missing`
  // Credentials in a URL are refused, and not shown.
  const shown = kind === "secret" || Redacted.isRedacted(value) ? "<redacted>" : withoutCredentials(value)
  if (from === "variable" && variable !== undefined) return `${variable}=${shown} (--${name})`
  return `--${name} ${shown}${from === "default" ? " (the default)" : ""}`
}

/** The same without the value. */
export const describeWay: Describe = ({ name, variable }, given) =>
  given[name]?.from === "variable" && variable !== undefined ? `${variable} (--${name})` : `--${name}`

/**
 * Reports a setting that conflicts with others. Nothing is reported for a setting whose own value is invalid, or that the
 * command does not have.
 */
export type ReportProblem = (name: string, accepted: string, describe?: Describe) => void

export interface ReadSettings<A> {
  readonly settings: A
  readonly report: ReportProblem
  /** Whether the value of a setting is invalid; `settings` then has its default. */
  readonly isWrong: (name: string) => boolean
  /** All problems so far; invalid values first, then conflicts. */
  readonly problems: () => ReadonlyArray<SettingProblem>
}

const textsOf = (
  settings: ReadonlyArray<NamedSetting>,
  given: GivenSettings,
  isIgnored: (name: string) => boolean
) =>
  Object.fromEntries(
    settings.flatMap(({ fallback, kind, name }) => {
      const value = isIgnored(name) ? fallback : (given[name]?.value ?? fallback)
      if (value === undefined) return []
      return [[name, kind === "secret" && typeof value === "string" ? Redacted.make(value) : value]]
    })
  )

export const readSettings = <A>(table: SettingsTable<A>, given: GivenSettings): ReadSettings<A> => {
  const first = table.decode(textsOf(table.settings, given, () => false))
  const issues = Either.isLeft(first) ? ParseResult.ArrayFormatter.formatErrorSync(first.left) : []
  const wrong = new Set(issues.map((issue) => String(issue.path[0])))
  const problems: Array<SettingProblem> = []
  const add = (setting: NamedSetting, accepted: string, describe: Describe = describeGiven) => {
    problems.push(
      new SettingProblem({ flag: `--${setting.name}`, given: describe(setting, given), accepted })
    )
  }
  for (const setting of table.settings) {
    const former = given[setting.name]?.formerVariable
    if (former !== undefined) add(setting, `is now ${setting.variable} (--${setting.name})`, () => former)
    else if (wrong.has(setting.name)) add(setting, `accepts ${setting.accepts}`)
  }
  return {
    settings: Either.getOrThrow(table.decode(textsOf(table.settings, given, (name) => wrong.has(name)))),
    report: (name, accepted, describe) => {
      const setting = table.settings.find((each) => each.name === name)
      if (setting !== undefined && !wrong.has(name)) add(setting, accepted, describe)
    },
    isWrong: (name) => wrong.has(name),
    problems: () => problems
  }
}

/** The value, unless there are problems. */
export const unlessWrong = <A>(
  problems: ReadonlyArray<SettingProblem>,
  value: () => A
): Either.Either<A, WrongSettings> => {
  const [head, ...tail] = problems
  return head === undefined
    ? Either.right(value())
    : Either.left(new WrongSettings({ problems: [head, ...tail] }))
}

/** The value of a variable, if it is set and not empty. */
const valueOf = (
  variable: string | undefined,
  kind: NamedSetting["kind"]
): Effect.Effect<GivenSetting["value"] | undefined> => {
  if (variable === undefined) return Effect.succeed(undefined)
  const config: Config.Config<string | Redacted.Redacted> =
    kind === "secret" ? Config.redacted(variable) : Config.string(variable)
  return Effect.map(Effect.option(config), (found) => {
    const value = Option.getOrUndefined(found)
    return (Redacted.isRedacted(value) ? Redacted.value(value) : value) === "" ? undefined : value
  })
}

/** A setting as its variable gives it, or the one of an older version. */
const givenVariable = ({ formerly, kind, variable }: NamedSetting): Effect.Effect<GivenSetting | undefined> =>
  Effect.gen(function* () {
    const from = "variable" as const
    const value = yield* valueOf(variable, kind)
    if (value !== undefined) return { value, from }
    const former = yield* valueOf(formerly?.variable, kind)
    return former === undefined ? undefined : { value: former, from, formerVariable: formerly?.variable }
  })

/** The variables that are set and not empty, from the ConfigProvider. */
const givenVariables = (settings: ReadonlyArray<NamedSetting>): Effect.Effect<GivenSettings> =>
  Effect.map(
    Effect.forEach(settings, (setting) =>
      Effect.map(givenVariable(setting), (given) => [setting.name, given] as const)
    ),
    (pairs) =>
      Object.fromEntries(pairs.flatMap(([name, given]) => (given === undefined ? [] : [[name, given]])))
  )

/** Flags over variables. */
export const givenOf = (settings: ReadonlyArray<NamedSetting>, flags: Flags): Effect.Effect<GivenSettings> =>
  Effect.map(givenVariables(settings), (variables) => {
    const given: Record<string, GivenSetting | undefined> = { ...variables }
    for (const [name, value] of Object.entries(flags)) {
      if (value !== undefined) given[name] = { value, from: "flag" }
    }
    return given
  })
