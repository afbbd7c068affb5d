/** Agents of a run that never was. */
import type { Generator } from "../../src/result/Generator.ts"
import type { RunAgent, RunAgents } from "../../src/result/RunAgents.ts"
import type { SliceAgent, SliceAgents } from "../../src/result/SliceAgents.ts"
import { sampleSummary } from "./sampleSummary.ts"

/** The health of a process without anything to note. */
export const calm: Generator = {
  ...(sampleSummary(3, 1).generator ??
    (() => {
      throw new Error("the sample has a generator")
    })()),
  limited: false,
  tooShort: false,
  limitedBy: null,
  reasons: [],
  advice: null,
  busy: { mean: 0.45, max: 0.61 },
  processorWait: { mean: 0.012, max: 0.08 },
  cpuCores: { mean: 1.1, max: 1.4 },
  loopDelayMs: { p50: 0.4, p99: 2.5, max: 11 },
  rssBytes: 212_000_000,
  suspensions: { count: 0, totalSeconds: 0 }
}

export const agent = (name: string, some: Partial<RunAgent> = {}): RunAgent => ({
  name,
  slots: 2,
  clockUncertaintyMillis: 0.4,
  startSkewMillis: 1.1,
  reports: 240,
  reconnects: 0,
  lost: null,
  health: calm,
  ...some
})

export const lost = { atSeconds: 31, lastReportSeconds: 15.75, uncountedSeconds: 10.25 }

export const sampleAgents = (
  agents: ReadonlyArray<RunAgent> = [agent("lab-1"), agent("lab-2"), agent("lab-3")],
  some: Partial<RunAgents> = {}
): RunAgents => ({ startSkewMillis: 3.2, onAgentLost: "stop", agents, coordinator: calm, ...some })

/** A run on agents. */
export const summaryOnAgents = (agents: RunAgents) => ({
  ...sampleSummary(60, 1),
  generator: calm,
  database: null,
  agents
})

/** A process in a slice without anything to note. */
export const calmInSlice = { cores: 0.04, busy: 0.07, processorWait: 0.01, limited: [], suspendedSeconds: 0 }

/** The agents of a slice. */
export const sampleSliceAgents = (
  agents: ReadonlyArray<Partial<SliceAgent> & Pick<SliceAgent, "name">> = [
    { name: "lab-1" },
    { name: "lab-2" }
  ],
  some: Partial<SliceAgents> = {}
): SliceAgents => ({
  startSkewMillis: 3.2,
  onAgentLost: "stop",
  coordinator: calmInSlice,
  ...some,
  agents: agents.map((one) => ({
    slots: 2,
    clockUncertaintyMillis: 0.4,
    startSkewMillis: 1.1,
    reports: 40,
    reconnects: 0,
    lost: null,
    ...calmInSlice,
    cores: 1,
    busy: 0.5,
    ...one
  }))
})
