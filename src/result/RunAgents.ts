/** What the result of a run says of the agents that sent its load. */
import * as Schema from "effect/Schema"
import { AgentOfRun, AgentsOfRun } from "../domain/AgentsOfRun.ts"
import type { MeasuredApart } from "../metrics/Recorder.ts"
import { Generator, processOf } from "./Generator.ts"

const RunAgent = Schema.Struct({
  ...AgentOfRun.fields,
  /** Of its process; `null` if it never reported it. */
  health: Schema.NullOr(Generator)
})
export interface RunAgent extends Schema.Schema.Type<typeof RunAgent> {}

export const RunAgents = Schema.Struct({
  ...AgentsOfRun.fields,
  /** By name. */
  agents: Schema.Array(RunAgent),
  /** The process that received the reports and sent no load; `null` if it was not observed. */
  coordinator: Schema.NullOr(Generator)
})
export interface RunAgents extends Schema.Schema.Type<typeof RunAgents> {}

/**
 * @param apart the health of each process, if they were observed
 * @param warmed whether a warm-up preceded the run
 */
export const runAgentsOf = (
  { agents, ...run }: AgentsOfRun,
  apart: MeasuredApart | undefined,
  warmed: boolean
): RunAgents => ({
  ...run,
  agents: agents.map((agent) => {
    const measured = apart?.agents.get(agent.name)
    // Where the DMS is, an agent does not know: its address may be local on the coordinator's machine only.
    return { ...agent, health: measured === undefined ? null : processOf(measured, false, warmed) }
  }),
  coordinator: apart === undefined ? null : processOf(apart.coordinator, false, warmed)
})
