/** Prepares a load on the agents that have joined. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { AgentsOfRun, OnAgentLost } from "../domain/AgentsOfRun.ts"
import { rounded } from "../metrics/rounded.ts"
import type { Setup } from "../workers/messages.ts"
import type { StartInstant, WorkerGroup } from "../workers/RunningWorker.ts"
import { AgentNotReady, type AgentsLoad } from "./Agents.ts"
import { usedSlots } from "./divideSlots.ts"
import { agentLeaseMillis, coordinatorLeaseMillis } from "./Lease.ts"
import { type LoadTimes, MemberLoad, withoutLogin } from "./MemberLoad.ts"
import type { Member } from "./Member.ts"
import { reportIntervalMillis, startDelayMillis } from "./startInstant.ts"
import { steadyMillis } from "./steadyMillis.ts"

/** Threads have 5 s more than the requests in flight; then the last report may have to wait for a connection. */
const stopMarginMillis = 5000 + agentLeaseMillis + coordinatorLeaseMillis

/** A member, and its threads that take part in the load. */
interface Part {
  readonly member: Member
  readonly slots: number
  /** Number of its first thread in the whole load. */
  readonly first: number
}

const partsOf = (members: ReadonlyArray<Member>, maxSlots: number): ReadonlyArray<Part> => {
  let next = 0
  return usedSlots(members, maxSlots).flatMap((slots, index) => {
    const member = members[index]
    if (member === undefined || slots === 0) return []
    const first = next
    next += slots
    return [{ member, slots, first }]
  })
}

/** The connections of one thread: 11 for 4 threads are 3, 3, 3 and 2. */
const connectionsOf = (connections: number | undefined, slot: number, of: number): number | null =>
  connections === undefined ? null : Math.floor(connections / of) + (slot < connections % of ? 1 : 0)

/** The largest difference of two starts; `null` until all have reported theirs. */
const startSkewOf = (agents: AgentsOfRun["agents"]): number | null => {
  const skews = agents.flatMap(({ startSkewMillis }) => startSkewMillis ?? [])
  return skews.length === 0 || skews.length < agents.length
    ? null
    : rounded(Math.max(...skews) - Math.min(...skews), 3)
}

/** Agrees with the agents on an instant, which is the start of the load. */
const agreeOnStart = (members: ReadonlyArray<Member>, times: LoadTimes): Effect.Effect<StartInstant> =>
  Effect.map(Effect.clock, (clock) => {
    const startedAtMillis = steadyMillis(clock) + startDelayMillis(members.map((member) => member.clock))
    times.startedMillis = startedAtMillis
    return {
      startedAtMillis,
      reached: Effect.suspend(() => Effect.sleep(Math.max(0, startedAtMillis - steadyMillis(clock))))
    }
  })

/**
 * Starts the threads of a load on the agents, and waits for them.
 *
 * @param load its number, which no other load of this command has
 * @param members by name, which is the order of the shares
 */
export const prepareOnAgents = (
  load: number,
  members: ReadonlyArray<Member>,
  onLost: OnAgentLost,
  { connections, maxUsers, setup }: AgentsLoad
): Effect.Effect<WorkerGroup, AgentNotReady, Scope.Scope> =>
  Effect.gen(function* () {
    const parts = partsOf(members, Math.min(maxUsers, connections ?? Number.POSITIVE_INFINITY))
    if (parts.length === 0) return yield* new AgentNotReady({ message: "all agents are lost" })
    const slots = parts.reduce((sum, part) => sum + part.slots, 0)
    const times: LoadTimes = { startedMillis: undefined }
    const reportMillis = reportIntervalMillis(parts.length)
    const sent: Setup = withoutLogin(setup)
    const memberLoads = yield* Effect.forEach(
      parts,
      ({ first, member, slots: own }) =>
        Effect.gen(function* () {
          const part = yield* MemberLoad.make({ load, member, slots: own, onLost, times, reportMillis })
          const each = Array.from({ length: own }, (_, slot) =>
            connectionsOf(connections, first + slot, slots)
          )
          yield* part.prepare(sent, each)
          return part
        }),
      { concurrency: "unbounded" }
    )
    const agents = () => memberLoads.map(({ inRun }) => inRun)
    return {
      workers: memberLoads.map((part) => part.worker(setup)),
      stopMarginMillis,
      agreeOnStart: agreeOnStart(
        parts.map(({ member }) => member),
        times
      ),
      agents: () => {
        const current = agents()
        return { startSkewMillis: startSkewOf(current), onAgentLost: onLost, agents: current }
      }
    }
  })
