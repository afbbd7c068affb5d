/** What a slice of a study says of the agents that sent its load. */
import * as Schema from "effect/Schema"
import { AgentOfRun, AgentsOfRun } from "../domain/AgentsOfRun.ts"
import { busyShare, cpuCores, waitedShare } from "../metrics/GeneratorHealth.ts"
import { judgeGenerator, type ObservedGenerator } from "../metrics/judgeGenerator.ts"
import type { MeasuredApart } from "../metrics/Recorder.ts"
import { rounded } from "../metrics/rounded.ts"

const Share = Schema.NullOr(Schema.Number.pipe(Schema.between(0, 1)))

/** Means over the slice; `null` where they were not observed. */
const ProcessInSlice = Schema.Struct({
  /** CPU time of the process per second: 1 is one core. */
  cores: Schema.NullOr(Schema.NonNegative),
  /** Share of the time in which the event loop of the busiest thread ran code. */
  busy: Share,
  /** Share of the time in which the thread that waited longest had no processor; only Linux reports it. */
  processorWait: Share,
  /** The limits that it exceeded; empty if it was not the bottleneck. */
  limited: Schema.Array(Schema.String),
  /** 0 if it was never suspended. */
  suspendedSeconds: Schema.NonNegative
})
export interface ProcessInSlice extends Schema.Schema.Type<typeof ProcessInSlice> {}

const SliceAgent = Schema.Struct({ ...AgentOfRun.fields, ...ProcessInSlice.fields })
export interface SliceAgent extends Schema.Schema.Type<typeof SliceAgent> {}

/**
 * Times of a lost agent count from the start of the load.
 *
 * @example { startSkewMillis: 3.2, onAgentLost: "stop", agents: [{ name: "lab-1", slots: 8, cores: 1.1, busy: 0.45,
 *   processorWait: 0.01, limited: [], suspendedSeconds: 0, startSkewMillis: 1.1, reports: 24, reconnects: 0, lost: null, ... }],
 *   coordinator: { cores: 0.04, busy: 0.07, processorWait: 0.01, limited: [], suspendedSeconds: 0 } }
 */
export const SliceAgents = Schema.Struct({
  ...AgentsOfRun.fields,
  /** By name. */
  agents: Schema.Array(SliceAgent),
  /** The process that received the reports and sent no load. */
  coordinator: ProcessInSlice
})
export interface SliceAgents extends Schema.Schema.Type<typeof SliceAgents> {}

const unobserved: ProcessInSlice = {
  cores: null,
  busy: null,
  processorWait: null,
  limited: [],
  suspendedSeconds: 0
}

const processOf = (measured: ObservedGenerator | undefined, warmed: boolean): ProcessInSlice => {
  if (measured === undefined) return unobserved
  const { total } = measured
  const waited = waitedShare(total)
  return {
    cores: rounded(cpuCores(total), 3),
    busy: rounded(busyShare(total), 3),
    processorWait: waited === null ? null : rounded(waited, 3),
    limited: judgeGenerator(measured, warmed).reasons,
    suspendedSeconds: rounded(total.suspensions.totalMicros / 1e6, 3)
  }
}

/**
 * @param apart the health of each process, if they were observed
 * @param warmed whether a warm-up preceded the load
 */
export const sliceAgentsOf = (
  { agents, onAgentLost, startSkewMillis }: AgentsOfRun,
  apart: MeasuredApart | undefined,
  warmed: boolean
): SliceAgents => ({
  startSkewMillis,
  onAgentLost,
  agents: agents.map(
    ({ clockUncertaintyMillis, lost, name, reconnects, reports, slots, startSkewMillis: start }) => ({
      name,
      slots,
      clockUncertaintyMillis,
      startSkewMillis: start,
      reports,
      reconnects,
      lost,
      ...processOf(apart?.agents.get(name), warmed)
    })
  ),
  coordinator: processOf(apart?.coordinator, warmed)
})
