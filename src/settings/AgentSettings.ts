/** The settings of a load that agents on other machines send. */
import { duration, hourMillis, HostAndPort, oneOf, SomeText, whole } from "./flagSchemas.ts"
import { onOff } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"

const lossRules = ["stop", "continue"] as const

const file = (variable: string, content: string, help: string) =>
  optionalSetting(SomeText, {
    group: "agents",
    variable,
    accepts: `a file with ${content}`,
    defaultText: "none",
    help
  })

/** The secret that agent and coordinator share; both have the same flag. */
export const joinTokenFile = file(
  "PERF_JOIN_TOKEN_FILE",
  "a secret of at least 16 characters",
  "File of the secret that agents join with"
)

/** For every command that sends load. */
export const agentSettings = {
  agents: optionalSetting(whole(1, 1000), {
    group: "agents",
    variable: "PERF_AGENTS",
    accepts: "a whole number from 1 to 1000",
    defaultText: "none",
    help: "Agents that send the load (edfi-perf agent)"
  }),
  agentsListen: setting(HostAndPort, {
    group: "agents",
    variable: "PERF_AGENTS_LISTEN",
    accepts: "HOST:PORT of this machine, such as 0.0.0.0:7077; port 0 is any that is free",
    fallback: "127.0.0.1:7077",
    help: "Address where they join"
  }),
  agentsWithin: setting(duration(1000, hourMillis), {
    group: "agents",
    variable: "PERF_AGENTS_WITHIN",
    accepts: "a duration from 1 second to 1 hour, such as 60, 30s or 2 minutes",
    fallback: "2 minutes",
    help: "Time for all to join"
  }),
  onAgentLost: setting(oneOf(...lossRules), {
    group: "agents",
    variable: "PERF_ON_AGENT_LOST",
    accepts: lossRules.join(" or "),
    values: lossRules,
    fallback: "stop",
    help: "When one is lost: stop the run, or continue"
  }),
  joinTokenFile,
  agentsCert: file("PERF_AGENTS_CERT", "a certificate in PEM", "TLS certificate of the address"),
  agentsKey: file("PERF_AGENTS_KEY", "a private key in PEM", "Its private key"),
  agentsClientCa: file(
    "PERF_AGENTS_CLIENT_CA",
    "certificates in PEM",
    "CA that signed the agents' certificates, then required"
  ),
  agentsInsecure: onOff("agents", "Listen beyond this machine without TLS", {
    variable: "PERF_AGENTS_INSECURE"
  })
}
