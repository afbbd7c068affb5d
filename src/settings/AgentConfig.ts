/** The settings of `edfi-perf agent`: where it joins and how many threads it has; the coordinator has all others. */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import { AgentName } from "../domain/AgentsOfRun.ts"
import { joinTokenFile } from "./AgentSettings.ts"
import { autoOr, SomeText } from "./flagSchemas.ts"
import { type GivenSettings, readSettings, tableOf, unlessWrong } from "./readSettings.ts"
import { onOff } from "./onOff.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const isJoinAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { password, pathname, protocol, search, username } = new URL(text)
  return /^wss?:$/.test(protocol) && pathname === "/" && `${search}${username}${password}` === ""
}

const JoinAddress = Schema.Trim.pipe(Schema.filter(isJoinAddress))

const pem = (variable: string, help: string) =>
  optionalSetting(SomeText, {
    group: "agents",
    variable,
    accepts: "a file in PEM",
    defaultText: "none",
    help
  })

/** @example "lab 3" // "lab-3" */
const asName = (text: string): string => text.replaceAll(/[^\w.-]+/g, "-").slice(0, 64) || "agent"

const AgentCommandSettings = Schema.Struct({
  join: optionalSetting(JoinAddress, {
    group: "agents",
    variable: "PERF_JOIN",
    accepts: "the address of a coordinator, such as ws://127.0.0.1:7077 or wss://perf.example.org:7077",
    defaultText: "required",
    help: "Address of the coordinator: wss://HOST:PORT"
  }),
  joinTokenFile: joinTokenFile("required"),
  name: optionalSetting(Schema.compose(Schema.Trim, AgentName), {
    group: "agents",
    variable: "PERF_AGENT_NAME",
    accepts: "up to 64 letters, digits, _, . and -; no two agents of a coordinator have the same",
    defaultText: "name of the machine",
    help: "Name in reports"
  }),
  workers: setting(autoOr(1, 256), {
    group: "agents",
    variable: "PERF_AGENT_WORKERS",
    accepts: "auto or a whole number from 1 to 256",
    values: ["auto"],
    fallback: "auto",
    help: "Threads that send load; auto: one for each core"
  }),
  once: onOff("agents", "End with the first command of a coordinator; wait 10 minutes for one"),
  ca: pem("PERF_AGENT_CA", "Authority that signed the coordinator's certificate"),
  cert: pem("PERF_AGENT_CERT", "Certificate of this agent, if the coordinator asks for one"),
  key: pem("PERF_AGENT_KEY", "Its private key"),
  logLevel: RunSettings.fields.logLevel
})
type AgentCommandSettings = Schema.Schema.Type<typeof AgentCommandSettings>

const table = tableOf(AgentCommandSettings)

/** Every setting of `agent`, in the order of the help. */
export const agentCommandSettings = table.settings

export interface AgentConfig extends AgentCommandSettings {
  readonly join: string
  readonly joinTokenFile: string
  readonly name: string
}

/** Fails with every wrong setting. */
export const decodeAgentConfig = (given: GivenSettings): Either.Either<AgentConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const { cert, join = "", joinTokenFile: tokenFile = "", key, name = asName(hostname()) } = settings
  if (settings.join === undefined)
    report("join", "give the address of the coordinator, such as --join wss://perf.example.org:7077")
  if (settings.joinTokenFile === undefined)
    report("joinTokenFile", "give the file with the secret that the coordinator has too")
  if (cert !== undefined && key === undefined) report("cert", "requires --key")
  if (key !== undefined && cert === undefined) report("key", "requires --cert")
  return unlessWrong(problems(), () => ({ ...settings, join, joinTokenFile: tokenFile, name }))
}
