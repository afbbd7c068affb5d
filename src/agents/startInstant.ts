/** When the load of several agents starts. */
import type { ClockQuality } from "./ClockOffset.ts"

/** Time for the message to arrive, over a fast network and at a busy machine, and for the threads to be awake. */
const minDelayMillis = 500

/** Time to encode and send the message to one agent; they are sent one after the other. */
const sendMillis = 5

/** Messages arrive later than the shortest round trips, which are those that are known. */
const roundTrips = 10

/**
 * Time from the agreement of the agents to the instant of the start: half a second, or ten of the longest round trips if
 * these are longer, and 5 ms for each agent. Clock offsets are part of neither: they are known when agents have joined.
 *
 * @param clocks of all agents
 * @example startDelayMillis([{ roundTripMillis: 4, ... }, { roundTripMillis: 2, ... }]) // 510
 * @example startDelayMillis([{ roundTripMillis: 80, ... }]) // 805
 */
export const startDelayMillis = (clocks: ReadonlyArray<ClockQuality>): number =>
  Math.max(minDelayMillis, ...clocks.map(({ roundTripMillis }) => roundTrips * roundTripMillis)) +
  sendMillis * clocks.length

/** The same with fast networks, for the duration that a study announces. */
export const plannedStartMillis = (agents: number): number => minDelayMillis + sendMillis * agents

/** Up to so many agents, reports are as frequent as those of threads. */
const maxFrequentAgents = 20

/**
 * The interval of the reports of each agent, in milliseconds: adding a report costs the coordinator up to 4 ms of CPU.
 *
 * @param agents number of agents that run the load
 */
export const reportIntervalMillis = (agents: number): number => (agents <= maxFrequentAgents ? 250 : 1000)
