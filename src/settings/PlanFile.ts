/** The files of `edfi-perf plan`: phases, each a command that measures with its settings by the names of its flags. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { nearest } from "./nearest.ts"
import type { GivenSettings } from "./readSettings.ts"
import type { NamedSetting } from "./Setting.ts"
import type { SettingProblem } from "./WrongSettings.ts"
import {
  accepts,
  decodeYaml,
  type FileProblem,
  type FileProblems,
  type MemberPath,
  optional,
  type YamlFile
} from "./yamlFile.ts"

/** The commands that a phase may have. */
export const phaseCommands = ["run", "versus", "sweep", "capacity", "stress"] as const
export type PhaseCommand = (typeof phaseCommands)[number]

/** The settings of each of them. */
export type PhaseSettings = Readonly<Record<PhaseCommand, ReadonlyArray<NamedSetting>>>

type Scalar = string | number | boolean
type SettingValue = Scalar | ReadonlyArray<Scalar>

const isScalar = (value: unknown): value is Scalar => ["string", "number", "boolean"].includes(typeof value)

const SettingValue = accepts(
  Schema.declare(
    (value: unknown): value is SettingValue =>
      isScalar(value) || (Array.isArray(value) && value.length > 0 && value.every(isScalar))
  ),
  "a text, a number, true or false, or a list of these"
)

const Settings = accepts(
  Schema.Record({ key: Schema.String, value: SettingValue }),
  "settings by the names of flags, such as `clientCount: 10`"
)
type Settings = typeof Settings.Type

const oneLine = accepts(Schema.NonEmptyString.pipe(Schema.pattern(/^\S.*$/)), "a text of one line")

const FilePhase = Schema.Struct({
  name: accepts(
    Schema.String.pipe(Schema.pattern(/^[a-z0-9][\w-]{0,59}$/i)),
    "letters, digits, - and _, at most 60"
  ),
  continueOnFailure: optional(accepts(Schema.Boolean, "true or false")),
  run: optional(Settings),
  versus: optional(Settings),
  sweep: optional(Settings),
  capacity: optional(Settings),
  stress: optional(Settings)
})
type FilePhase = typeof FilePhase.Type

const PlanFile = accepts(
  Schema.Struct({
    name: accepts(
      Schema.String.pipe(Schema.pattern(/^[\w-]{1,60}$/)),
      "letters, digits, - and _, at most 60"
    ),
    description: optional(oneLine),
    defaults: optional(Settings),
    phases: accepts(
      Schema.NonEmptyArray(accepts(FilePhase, "a phase with name and a command")),
      "a list of phases, at least one"
    )
  }),
  "a plan: name, description, defaults and phases"
)
type PlanFile = typeof PlanFile.Type

/** A phase with its own settings and those of `defaults` that its command has, as texts of flags. */
export interface PlannedPhase {
  readonly name: string
  readonly command: PhaseCommand
  readonly continueOnFailure: boolean
  readonly given: GivenSettings
  /**
   * A problem that the check of the command found, at its place in the file; `undefined` for a setting that the file does not
   * have.
   */
  readonly problemAt: (problem: SettingProblem) => FileProblem | undefined
}

export interface Plan {
  readonly name: string
  readonly description: string | undefined
  readonly phases: readonly [PlannedPhase, ...ReadonlyArray<PlannedPhase>]
}

const textOf = (value: SettingValue): string =>
  isScalar(value) ? String(value) : value.map(String).join(",")

/** A phase has one page of its own, and keys of its own. */
const refusedInFile: Readonly<Record<string, string>> = {
  web: "belongs to edfi-perf run: a plan has no live page",
  webHost: "belongs to edfi-perf run: a plan has no live page",
  webLinger: "belongs to edfi-perf run: a plan has no live page",
  webPort: "belongs to edfi-perf run: a plan has no live page"
}

const commandsIn = (phase: FilePhase) =>
  phaseCommands.flatMap((command) => {
    const settings = phase[command]
    return settings === undefined ? [] : [{ command, settings }]
  })

/** Checks the names of settings. */
const makeCheckNames = (
  { problemAt }: YamlFile<PlanFile>,
  /** The settings of the command line. */
  ofCommandLine: ReadonlyArray<NamedSetting>
) => {
  const refusal = (name: string): string | undefined => {
    const own = ofCommandLine.find((setting) => setting.name === name)
    if (own === undefined) return refusedInFile[name]
    const ways = [`--${name}`, ...(own.variable === undefined ? [] : [own.variable])].join(" or ")
    return own.kind === "secret"
      ? `is a secret, which a file must not contain; set ${own.variable ?? `--${name}`}`
      : `belongs to the command line, for all phases: ${ways}`
  }
  return (path: MemberPath, settings: Settings, known: ReadonlyArray<NamedSetting>, owner: string) =>
    Object.entries(settings).flatMap(([name, value]): ReadonlyArray<FileProblem> => {
      const at = (detail: string) => [problemAt([...path, name], detail)]
      const refused = refusal(name)
      if (refused !== undefined) return at(refused)
      const setting = known.find((each) => each.name === name)
      if (setting === undefined) {
        const near = nearest(
          name,
          known.map((each) => each.name),
          2
        )
        return at(`is not a setting of ${owner}${near === undefined ? "" : `; did you mean ${near}?`}`)
      }
      return Array.isArray(value) && setting.kind !== "list" ? at(`accepts ${setting.accepts}`) : []
    })
}

const namesTwice = ({ problemAt, value: { phases } }: YamlFile<PlanFile>): ReadonlyArray<FileProblem> =>
  phases.flatMap(({ name }, index) =>
    phases.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) === index
      ? []
      : [
          problemAt(
            ["phases", index, "name"],
            "is the name of an earlier phase; names are unique in any letter case"
          )
        ]
  )

const structureProblems = (
  file: YamlFile<PlanFile>,
  settings: PhaseSettings,
  ofCommandLine: ReadonlyArray<NamedSetting>
): ReadonlyArray<FileProblem> => {
  const { problemAt, value } = file
  const checkNames = makeCheckNames(file, ofCommandLine)
  const { defaults = {}, phases } = value
  const all = phaseCommands.flatMap((command) => settings[command])
  const ownSeed =
    defaults["seed"] === undefined
      ? []
      : [
          problemAt(
            ["defaults", "seed"],
            "belongs to a phase: with one seed all phases would create the same keys"
          )
        ]
  return [
    ...checkNames(["defaults"], defaults, all, "any command"),
    ...ownSeed,
    ...namesTwice(file),
    ...phases.flatMap((phase, index) => {
      const [first, ...others] = commandsIn(phase)
      return first === undefined || others.length > 0
        ? [problemAt(["phases", index], `needs one of ${phaseCommands.join(", ")}, and only one`)]
        : checkNames(["phases", index, first.command], first.settings, settings[first.command], first.command)
    })
  ]
}

/**
 * The settings of a phase over the defaults. A default is given as a variable is: it may be meant for other phases, so that it
 * does nothing where it has no meaning, while a setting of the phase without effect is refused.
 */
const givenOf = (own: Settings, defaults: Settings, known: ReadonlyArray<NamedSetting>): GivenSettings =>
  Object.fromEntries(
    known.flatMap(({ name }) => {
      const [value, from] =
        own[name] === undefined ? [defaults[name], "variable" as const] : [own[name], "flag" as const]
      return value === undefined ? [] : [[name, { value: textOf(value), from }]]
    })
  )

const phaseOf = (
  { problemAt, value }: YamlFile<PlanFile>,
  settings: PhaseSettings,
  phase: FilePhase,
  index: number
): PlannedPhase => {
  const defaults: Settings = value.defaults ?? {}
  const [found] = commandsIn(phase)
  const command = found?.command ?? "run"
  const own: Settings = found?.settings ?? {}
  return {
    name: phase.name,
    command,
    continueOnFailure: phase.continueOnFailure ?? false,
    given: givenOf(own, defaults, settings[command]),
    problemAt: ({ accepted, flag, given }) => {
      const name = flag.replace(/^--/, "")
      // The file of a mixture has places of its own.
      const detail = given.includes(flag) ? accepted : `${given}: ${accepted}`
      if (own[name] !== undefined) return problemAt(["phases", index, command, name], detail)
      return defaults[name] === undefined ? undefined : problemAt(["defaults", name], detail)
    }
  }
}

/**
 * Decodes the text of a plan. The values of settings are checked by the commands of its phases.
 *
 * @param source its name, for messages
 * @param ofCommandLine settings of `edfi-perf plan`, which the file must not have
 */
export const decodePlan = (
  source: string,
  text: string,
  settings: PhaseSettings,
  ofCommandLine: ReadonlyArray<NamedSetting>
): Either.Either<Plan, FileProblems> =>
  Either.flatMap(decodeYaml(PlanFile, source, text), (file) => {
    const [problem, ...others] = structureProblems(file, settings, ofCommandLine)
    if (problem !== undefined) return Either.left([problem, ...others])
    const { description, name, phases } = file.value
    const [first, ...rest] = phases
    return Either.right({
      name,
      description,
      phases: [
        phaseOf(file, settings, first, 0),
        ...rest.map((phase, index) => phaseOf(file, settings, phase, index + 1))
      ]
    })
  })
