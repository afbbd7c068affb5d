/** The settings of `edfi-perf plan`: the server, this machine and the output; the file has everything else. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { AgentsOptions } from "../agents/AgentsOptions.ts"
import type { ServerTarget } from "../run/Connection.ts"
import type { RunSpec } from "../run/RunSpec.ts"
import { agentSettingNames, chooseAgents } from "./AgentSettings.ts"
import { chooseTarget } from "./makeSpec.ts"
import { oneOf, Words } from "./flagSchemas.ts"
import { type GivenSetting, type GivenSettings, readSettings, tableOf, unlessWrong } from "./readSettings.ts"
import { onOff } from "./onOff.ts"
import { RunSettings } from "./RunSettings.ts"
import { setting } from "./Setting.ts"
import { shippedPlans } from "./shippedPlans.ts"
import { serverSettings } from "./StudySettings.ts"
import { SettingProblem, type WrongSettings } from "./WrongSettings.ts"

/** They decide how the plan is carried out, and are no settings of a phase. */
const ownSettings = {
  dryRun: onOff("load", "Print the phases and their duration; send nothing"),
  resume: onOff("load", "Continue the plan in --output after an interruption"),
  out: setting(Words.pipe(Schema.compose(Schema.Array(oneOf("junit")))), {
    group: "output",
    kind: "list",
    accepts: "junit",
    values: ["junit"],
    fallback: "",
    defaultText: "none",
    help: "More files: junit (a suite per phase)"
  })
}

const PlanSettings = Schema.Struct({
  ...serverSettings,
  ...ownSettings,
  ...Struct.pick(
    RunSettings.fields,
    "localEducationOrganizationId",
    "schoolYear",
    "workers",
    ...agentSettingNames,
    "connections",
    "wire",
    "resourceNaming",
    "apiPrefix",
    "oauthEndpoint",
    "batchPath",
    "output",
    "databaseUrl",
    "resetStatistics",
    "watch",
    "logLevel",
    "local"
  )
})
interface PlanSettings extends Schema.Schema.Type<typeof PlanSettings> {}

/** Settings besides the server, the folder and how the plan begins. */
export type PlanSettingName = Exclude<
  keyof PlanSettings,
  "baseUrl" | "dryRun" | "key" | "local" | "output" | "resume" | "secret"
>

const table = tableOf(PlanSettings)

/** Every setting of `plan`, in the order of the help. */
export const planSettings = table.settings

const isOwn = (name: string): boolean => name in ownSettings || name === "output"

/** Those that every phase takes over. */
const sharedSettings = planSettings.filter(({ name }) => !isOwn(name))

/** Settings that a file must not have, because the command line has them for all phases. */
export const ofCommandLine = planSettings.filter(({ name }) => name === "output" || !isOwn(name))

/**
 * What sends the load: threads or agents. A phase that one user in one thread of this machine carries out ignores them, as it
 * ignores variables.
 */
const sendsLoad = (name: string): boolean =>
  name === "workers" || agentSettingNames.some((each) => each === name)

const fromVariable = (setting: GivenSetting): GivenSetting => ({ ...setting, from: "variable" })

export interface PlanConfig {
  readonly settings: PlanSettings
  /** The path of a file, or the name of a plan that comes with the program. */
  readonly file: string
  readonly target: ServerTarget
  /** The agents that all phases share; `undefined` without any. */
  readonly agents: AgentsOptions | undefined
  /** The options of the connection that all phases share. */
  readonly dms: Partial<RunSpec["dms"]>
  /** The settings of the server and the machine, for every phase. */
  readonly shared: GivenSettings
}

const noFile = (operands: ReadonlyArray<string>) =>
  new SettingProblem({
    flag: "",
    given: operands.length === 0 ? "no plan is given" : `${operands.length} plans are given`,
    accepted: `plan needs one: a YAML file, or ${shippedPlans.join(" or ")}`
  })

/** A dry run needs no server. */
const targetOf = (settings: PlanSettings): GivenSettings =>
  settings.dryRun && !settings.local
    ? {
        local: { value: "true", from: "flag" },
        baseUrl: undefined,
        key: undefined,
        secret: undefined,
        route: undefined
      }
    : {}

/** Fails with every wrong setting. */
export const decodePlanConfig = (
  given: GivenSettings,
  operands: ReadonlyArray<string>
): Either.Either<PlanConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const [file = "", ...others] = operands
  const inUse = { ...given, ...targetOf(settings) }
  const target = chooseTarget({ ...settings, local: settings.local || settings.dryRun }, inUse, report)
  const agents = chooseAgents(settings, given, report)
  if (settings.dryRun && settings.resume) report("resume", "cannot be combined with --dryRun")
  const shared = Object.fromEntries(
    sharedSettings.flatMap(({ name }) => {
      const setting = inUse[name]
      return setting === undefined ? [] : [[name, sendsLoad(name) ? fromVariable(setting) : setting] as const]
    })
  )
  const { apiPrefix, batchPath, connections, ignoreCertificateErrors, oauthEndpoint, resourceNaming, wire } =
    settings
  const route = target._tag === "LocalDms" ? undefined : settings.route
  return unlessWrong(
    [...(file === "" || others.length > 0 ? [noFile(operands)] : []), ...problems()],
    () => ({
      settings,
      file,
      target,
      agents,
      shared,
      dms: {
        apiPrefix,
        batchPath,
        connections,
        ignoreCertificateErrors,
        oauthEndpoint,
        resourceNaming,
        route,
        wire
      }
    })
  )
}
