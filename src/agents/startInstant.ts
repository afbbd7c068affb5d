/** When the load of several agents starts. */
import type { ClockQuality } from "./ClockOffset.ts"

/** Time for the message to arrive and the threads to be awake. */
export const minStartDelayMillis = 2000

const roundTrips = 10

/**
 * The instant of the start: two seconds from now, or ten of the longest round trips if these are longer.
 *
 * @param clocks of all agents
 * @example startInstant(1000, [{ roundTripMillis: 4, ... }]) // 3000
 * @example startInstant(1000, [{ roundTripMillis: 300, ... }]) // 4000
 */
export const startInstant = (nowMillis: number, clocks: ReadonlyArray<ClockQuality>): number =>
  nowMillis +
  Math.max(minStartDelayMillis, ...clocks.map(({ roundTripMillis }) => roundTrips * roundTripMillis))

/** Up to so many agents, reports are as frequent as those of threads. */
const maxFrequentAgents = 20

/**
 * The interval of the reports of each agent, in milliseconds: adding a report costs the coordinator up to 4 ms of CPU.
 *
 * @param agents number of agents that run the load
 */
export const reportIntervalMillis = (agents: number): number => (agents <= maxFrequentAgents ? 250 : 1000)
