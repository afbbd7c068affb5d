/** What a run says of the agents that sent its load: who they were, how exact their clocks, and who was lost. */
import * as Schema from "effect/Schema"

/** What a run does when it loses an agent: it ends (`agentLost`), or goes on without the agent's users. */
export const OnAgentLost = Schema.Literal("stop", "continue")
export type OnAgentLost = typeof OnAgentLost.Type

/** The name of an agent, for messages and reports. */
export const AgentName = Schema.String.pipe(Schema.pattern(/^[\w.-]{1,64}$/))

/** Times count from the start of the run, in a warm-up from the start of that. */
export const LostAgent = Schema.Struct({
  /** When the coordinator gave it up. */
  atSeconds: Schema.Number,
  /** When its last report arrived, which is in the figures; `null` if none did. */
  lastReportSeconds: Schema.NullOr(Schema.Number),
  /**
   * The longest time for which its users may have sent requests that no figure includes: from its last report to the end
   * of its lease, after which an agent without a coordinator has stopped its users.
   */
  uncountedSeconds: Schema.NonNegative
})
export type LostAgent = typeof LostAgent.Type

export const AgentOfRun = Schema.Struct({
  name: Schema.String,
  /** Threads that send load. */
  slots: Schema.Int.pipe(Schema.positive()),
  /** How far its clock may be off after the correction: half of the shortest round trip. */
  clockUncertaintyMillis: Schema.NonNegative,
  /**
   * Start of its users minus the agreed instant, by its corrected clock, of its latest thread; `null` until it has
   * reported.
   */
  startSkewMillis: Schema.NullOr(Schema.Number),
  /** Reports that are in the figures. */
  reports: Schema.NonNegativeInt,
  /** How many times it lost its connection during the run and joined again. */
  reconnects: Schema.NonNegativeInt,
  /** `null` unless it was lost. */
  lost: Schema.NullOr(LostAgent)
})
export type AgentOfRun = typeof AgentOfRun.Type

/**
 * @example { startSkewMillis: 3.2, onAgentLost: "stop", agents: [{ name: "lab-1", slots: 8, clockUncertaintyMillis: 0.4,
 *   startSkewMillis: 1.1, reports: 240, reconnects: 0, lost: null }, ...] }
 */
export const AgentsOfRun = Schema.Struct({
  /** Largest minus smallest start skew of the agents; `null` until all have reported. */
  startSkewMillis: Schema.NullOr(Schema.NonNegative),
  onAgentLost: OnAgentLost,
  /** By name. */
  agents: Schema.Array(AgentOfRun)
})
export type AgentsOfRun = typeof AgentsOfRun.Type
