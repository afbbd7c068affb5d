/** The settings of a load that agents on other machines send. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { AgentsOptions } from "../agents/AgentsOptions.ts"
import { OnAgentLost } from "../domain/AgentsOfRun.ts"
import { isLoopback } from "../domain/loopback.ts"
import { duration, hourMillis, HostAndPort, oneOf, SomeText, whole } from "./flagSchemas.ts"
import { onOff } from "./onOff.ts"
import { describeWay, type GivenSettings, type ReportProblem } from "./readSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"

const lossRules = OnAgentLost.literals

const file = (variable: string, content: string, help: string, defaultText = "none") =>
  optionalSetting(SomeText, {
    group: "agents",
    variable,
    accepts: `a file with ${content}`,
    defaultText,
    help
  })

/** The secret that agent and coordinator share; both have the same flag. @param defaultText `required` where there is no load without it */
export const joinTokenFile = (defaultText: "none" | "required") =>
  file(
    "PERF_JOIN_TOKEN_FILE",
    "a secret of at least 16 characters",
    "File of the secret that agents join with",
    defaultText
  )

/** For every command that sends load. */
export const agentSettings = {
  agents: optionalSetting(whole(1, 1000), {
    group: "agents",
    variable: "PERF_AGENTS",
    accepts: "a whole number from 1 to 1000",
    defaultText: "none",
    help: "Number of agents that send the load (edfi-perf agent)"
  }),
  agentsListen: setting(HostAndPort, {
    group: "agents",
    variable: "PERF_AGENTS_LISTEN",
    accepts: "HOST:PORT of this machine, such as 0.0.0.0:7077; port 0 is any that is free",
    fallback: "127.0.0.1:7077",
    help: "Address where agents join"
  }),
  agentsWithin: setting(duration(1000, hourMillis), {
    group: "agents",
    variable: "PERF_AGENTS_WITHIN",
    accepts: "a duration from 1 second to 1 hour, such as 60, 30s or 2 minutes",
    fallback: "2 minutes",
    help: "Time for all agents to join"
  }),
  onAgentLost: setting(oneOf(...lossRules), {
    group: "agents",
    variable: "PERF_ON_AGENT_LOST",
    accepts: lossRules.join(" or "),
    values: lossRules,
    fallback: "stop",
    help: "If an agent is lost: stop the run, or continue"
  }),
  joinTokenFile: joinTokenFile("none"),
  agentsCert: file("PERF_AGENTS_CERT", "a certificate in PEM", "TLS certificate of the address"),
  agentsKey: file("PERF_AGENTS_KEY", "a private key in PEM", "Private key of that certificate"),
  agentsClientCa: file(
    "PERF_AGENTS_CLIENT_CA",
    "certificates in PEM",
    "CA that signed the agents' certificates, then required"
  ),
  agentsInsecure: onOff("agents", "Listen beyond this machine without TLS", {
    variable: "PERF_AGENTS_INSECURE"
  })
}

/** In the order of the help. */
export const agentSettingNames = Struct.keys(agentSettings)

const AgentSettings = Schema.Struct(agentSettings)
export interface AgentSettings extends Schema.Schema.Type<typeof AgentSettings> {}

/** Certificate and key belong together, and without them only this machine may connect. */
const checkTls = (settings: AgentSettings, report: ReportProblem): void => {
  const { agentsCert, agentsClientCa, agentsInsecure, agentsKey, agentsListen } = settings
  if (agentsCert !== undefined && agentsKey === undefined)
    report("agentsCert", "requires --agentsKey", describeWay)
  if (agentsKey !== undefined && agentsCert === undefined)
    report("agentsKey", "requires --agentsCert", describeWay)
  if (agentsClientCa !== undefined && agentsCert === undefined)
    report("agentsClientCa", "requires --agentsCert and --agentsKey", describeWay)
  if (agentsCert === undefined && !agentsInsecure && !isLoopback(agentsListen.host)) {
    report(
      "agentsListen",
      "is reachable from other machines, and everyone in between could read the tokens: give --agentsCert and --agentsKey, " +
        "or accept that with --agentsInsecure"
    )
  }
}

/** Flags without effect; variables may be meant for another command. */
const refuseUnused = (given: GivenSettings, report: ReportProblem): void => {
  for (const name of agentSettingNames) {
    if (given[name]?.from === "flag") report(name, "requires --agents", describeWay)
  }
}

/** The agents of a command; `undefined` if this machine sends the load. */
export const chooseAgents = (
  settings: AgentSettings,
  given: GivenSettings,
  report: ReportProblem
): AgentsOptions | undefined => {
  const { agents: count, agentsCert, agentsClientCa, agentsKey, joinTokenFile } = settings
  if (count === undefined) {
    refuseUnused(given, report)
    return undefined
  }
  if (given["workers"]?.from === "flag")
    report("workers", "cannot be combined with --agents: each agent has its own --workers")
  if (joinTokenFile === undefined)
    report("agents", "requires --joinTokenFile, a file with the secret that agents join with", describeWay)
  checkTls(settings, report)
  return {
    count,
    listen: settings.agentsListen,
    withinMillis: Duration.toMillis(settings.agentsWithin),
    onLost: settings.onAgentLost,
    joinTokenFile: joinTokenFile ?? "",
    tls:
      agentsCert === undefined || agentsKey === undefined
        ? undefined
        : { certFile: agentsCert, keyFile: agentsKey, clientCaFile: agentsClientCa }
  }
}
