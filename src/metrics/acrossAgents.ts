/** The load generator of a run on agents: all agents together. */
import { maxKnown } from "./addKnown.ts"
import {
  addPauses,
  busyShare,
  cpuCores,
  longest,
  noPauses,
  type ProcessHealth,
  ranShare,
  waitedShare
} from "./GeneratorHealth.ts"
import { Histogram } from "./Histogram.ts"
import { addSuspensions, noSuspensions } from "./suspension.ts"

/**
 * All agents over the same second of the run. Shares are those of the agent with the largest, as those of a process are
 * those of its busiest thread; CPU time, connections and counts add up; memory is that of the largest agent. The reports
 * that arrived in a second cover a little more or less than a second, so times count as shares of what they cover.
 *
 * Other programs are those of each machine, and not known for all of them together.
 *
 * @param observedMicros length of the second
 * @example busy for 0.9 s in 1 s, and for 0.2 s in 0.5 s: busy for 0.9 s in 1 s
 */
export const acrossAgents = (agents: ReadonlyArray<ProcessHealth>, observedMicros: number): ProcessHealth => {
  const loopDelays = new Histogram()
  for (const agent of agents) loopDelays.add(agent.loopDelays)
  const sum = (figure: (agent: ProcessHealth) => number) =>
    agents.reduce((total, agent) => total + figure(agent), 0)
  return {
    observedMicros,
    cpuMicros: sum(cpuCores) * observedMicros,
    busyMicros: Math.max(0, ...agents.map(busyShare)) * observedMicros,
    ranMicros: longest(agents.map(ranShare), observedMicros),
    waitedMicros: longest(agents.map(waitedShare), observedMicros),
    loopDelays,
    pauses: agents.map(({ pauses }) => pauses).reduce(addPauses, noPauses),
    rssBytes: agents.map(({ rssBytes }) => rssBytes).reduce(maxKnown, null),
    sockets: sum(({ sockets }) => sockets),
    suspensions: agents.map(({ suspensions }) => suspensions).reduce(addSuspensions, noSuspensions),
    others: null
  }
}
