/** What reports say of the agents of a run: a table, and sentences. */
import type { AgentOfRun, AgentsOfRun } from "../domain/AgentsOfRun.ts"
import type { EndedBy } from "../domain/LoadResult.ts"
import { listed } from "../domain/words.ts"
import { maxWaitedShare } from "../metrics/generatorLimits.ts"
import type { Generator } from "./Generator.ts"
import { figure, figureOrNone, megabytes, plural } from "./numberFormat.ts"
import type { RunAgent, RunAgents } from "./RunAgents.ts"

/** @example shareText(0.45) // "45 %" */
export const shareText = (share: number | null | undefined): string =>
  share === null || share === undefined ? "-" : `${(100 * share).toFixed(0)} %`

/** What limits what the figures of an agent's users mean; empty for a healthy agent. */
const stateOf = ({ health, lost }: RunAgent): string =>
  [
    ...(lost === null ? [] : [`lost at ${figure(lost.atSeconds)} s`]),
    ...(health?.limited === true ? ["limited"] : []),
    ...(health !== null && health.suspensions.count > 0 ? ["suspended"] : []),
    ...(isStarved(health) ? ["waited for a processor"] : [])
  ].join(", ")

/** Whether it lacked a processor without being limited by that. */
const isStarved = (health: Generator | null): boolean =>
  health !== null && !health.tooShort && !health.limited && (health.processorWait?.mean ?? 0) > maxWaitedShare

/** The columns of words. */
export const agentTexts: ReadonlySet<number> = new Set([0, 10])

/** A header, and a row for each agent. */
export const agentRows = ({ agents }: RunAgents): ReadonlyArray<ReadonlyArray<string>> => [
  [
    "agent",
    "threads",
    "busy",
    "waiting",
    "late p99 ms",
    "cores",
    "MB",
    "clock ± ms",
    "start ms",
    "reports",
    "remarks"
  ],
  ...agents.map((agent) => {
    const { clockUncertaintyMillis, health, name, reports, slots, startSkewMillis } = agent
    return [
      name,
      figure(slots),
      shareText(health?.busy.mean),
      shareText(health?.processorWait?.mean),
      figureOrNone(health?.loopDelayMs.p99),
      figureOrNone(health?.cpuCores.mean),
      figureOrNone(health === null || health.rssBytes === null ? null : health.rssBytes / 1e6),
      figure(clockUncertaintyMillis),
      figureOrNone(startSkewMillis),
      figure(reports),
      stateOf(agent)
    ]
  })
]

/** What the columns of the table mean. */
export const agentColumnsNote =
  "Busy and waiting: share of the time in which the busiest thread ran code, and in which a thread had no processor. " +
  "Clock: how far the agent's clock may be off. Start: its start minus the agreed instant."

const reconnectNote = ({ agents }: RunAgents): ReadonlyArray<string> => {
  const again = agents.filter(({ reconnects }) => reconnects > 0)
  return again.length === 0
    ? []
    : [
        `${listed(again.map(({ name, reconnects }) => `${name} (${plural(reconnects, "time")})`))} lost the connection and ` +
          "joined again; every report arrived once."
      ]
}

const coordinatorNote = ({ coordinator }: RunAgents): ReadonlyArray<string> => {
  if (coordinator === null) return []
  const { busy, cpuCores, loopDelayMs, rssBytes } = coordinator
  const parts = [
    `${figure(cpuCores.mean)} cores`,
    `event loop ${shareText(busy.mean)} busy (max ${shareText(busy.max)})`,
    `timers late by ${figure(loopDelayMs.p99)} ms (p99)`,
    ...(rssBytes === null ? [] : [megabytes(rssBytes)])
  ]
  return [`Coordinator: ${parts.join(", ")}.`]
}

/** How many agents, how exact their clocks, how they started, and how the coordinator was. */
export const agentNotes = (run: RunAgents): ReadonlyArray<string> => {
  const { agents, startSkewMillis } = run
  const threads = agents.reduce((sum, { slots }) => sum + slots, 0)
  const uncertain = Math.max(0, ...agents.map(({ clockUncertaintyMillis }) => clockUncertaintyMillis))
  const started =
    startSkewMillis === null
      ? "It is not known how far apart their users started"
      : `Their users started within ${figure(startSkewMillis)} ms of each other`
  return [
    `The load came from ${plural(agents.length, "agent")} with ${plural(threads, "thread")}. ` +
      `${started}; their clocks are known to within ${figure(uncertain)} ms.`,
    ...reconnectNote(run),
    ...coordinatorNote(run)
  ]
}

/** Agents that were given up. */
export const lostAgents = (agents: AgentsOfRun | null): ReadonlyArray<AgentOfRun> =>
  agents?.agents.filter(({ lost }) => lost !== null) ?? []

/**
 * How a slice of a study ended. One that lost an agent had a smaller load than it says, and cannot be compared with others:
 * it ends the study, even if `--onAgentLost continue` let the slice go on.
 */
export const endOfSlice = ({
  agents,
  endedBy
}: {
  readonly agents: RunAgents | null
  readonly endedBy: EndedBy
}): EndedBy => (endedBy === "runTime" && lostAgents(agents).length > 0 ? "agentLost" : endedBy)

const lossOf = ({ lost, name }: AgentOfRun): string => {
  if (lost === null) return ""
  const { atSeconds, lastReportSeconds, uncountedSeconds } = lost
  const last =
    lastReportSeconds === null
      ? "without a report"
      : `its last report arrived at ${figure(lastReportSeconds)} s`
  return `${name} was lost at ${figure(atSeconds)} s, ${last}; up to ${figure(uncountedSeconds)} s of its requests are in no figure`
}

/** The agents that were lost, and what is in no figure; `undefined` without one. */
export const agentsLost = (agents: AgentsOfRun | null): string | undefined => {
  const lost = lostAgents(agents)
  return agents === null || lost.length === 0
    ? undefined
    : `Of ${plural(agents.agents.length, "agent")}, ${lost.map(lossOf).join("; ")}.`
}

/** The same, and what that means for a run; `undefined` without one. */
export const lossSentence = (agents: RunAgents | null): string | undefined => {
  const lost = agentsLost(agents)
  return lost === undefined || agents?.onAgentLost !== "continue"
    ? lost
    : `${lost} The run went on without their users, so the load was lower than requested from then on. It is not comparable with another run.`
}

/** More is a caveat: until the last agent started, the load was lower than requested. */
export const maxStartSkewMillis = 100

/** `undefined` if all agents started together. */
export const skewSentence = (agents: RunAgents | null): string | undefined => {
  if (agents === null || agents.startSkewMillis === null || agents.startSkewMillis <= maxStartSkewMillis)
    return undefined
  return (
    `The agents started up to ${figure(agents.startSkewMillis)} ms apart (limit ${maxStartSkewMillis} ms): until the last ` +
    "one had started, the load was lower than requested."
  )
}

/** `undefined` if the coordinator kept up. */
export const coordinatorSentence = (agents: RunAgents | null): string | undefined => {
  const coordinator = agents?.coordinator ?? null
  if (coordinator === null || !(coordinator.limited || coordinator.suspensions.count > 0)) return undefined
  const reasons = coordinator.limited
    ? coordinator.reasons
    : [`it was suspended for ${coordinator.suspensions.totalSeconds.toFixed(1)} s`]
  return (
    `The coordinator did not keep up: ${reasons.join("; ")}. Every report is in the figures, but the seconds of the timeline, ` +
    "stop rules and lost agents were late. Give it a processor of its own, or use fewer agents."
  )
}

/** Agents that lacked a processor, for the caveat: `lab-2 (31 % of the time)`; empty without one. */
export const starvedAgents = ({ agents }: RunAgents): ReadonlyArray<string> =>
  agents.flatMap(({ health, name }) =>
    isStarved(health) ? [`${name} (${shareText(health?.processorWait?.mean)} of the time)`] : []
  )

/** Agents that were suspended, for the caveat: `lab-2 (3.2 s)`; empty without one. */
export const suspendedAgents = ({ agents }: RunAgents): ReadonlyArray<string> =>
  agents.flatMap(({ health, name }) =>
    health !== null && health.suspensions.count > 0
      ? [`${name} (${health.suspensions.totalSeconds.toFixed(1)} s)`]
      : []
  )
