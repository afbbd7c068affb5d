/** The agents of a command, which have joined and stay for all of its loads. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Setup } from "../workers/messages.ts"
import type { WorkerGroup } from "../workers/RunningWorker.ts"

/** Not all agents joined in time. */
export class AgentsMissing extends Data.TaggedError("AgentsMissing")<{ readonly message: string }> {}

/** An agent could not prepare the load, or is lost. */
export class AgentNotReady extends Data.TaggedError("AgentNotReady")<{ readonly message: string }> {}

/** Files or the address of the coordinator cannot be used. */
export class AgentsUnusable extends Data.TaggedError("AgentsUnusable")<{ readonly message: string }> {}

/** A load for agents. */
export interface AgentsLoad {
  readonly setup: Setup
  /** The number of users, of which each slot needs one. */
  readonly maxUsers: number
  /** Maximum number of connections of the whole load; `undefined` without a limit. */
  readonly connections: number | undefined
}

export interface Agents {
  /** By name, those that are not lost. */
  readonly present: () => ReadonlyArray<{ readonly name: string; readonly slots: number }>
  /** Prepares a load on all of them; the threads that run it end with the scope. */
  readonly prepare: (load: AgentsLoad) => Effect.Effect<WorkerGroup, AgentNotReady, Scope.Scope>
}

/** The agents that have joined: those of a command, or of a plan for all of its phases. */
export class JoinedAgents extends Context.Reference<JoinedAgents>()("edfi-perf/agents/JoinedAgents", {
  defaultValue: (): Option.Option<Agents> => Option.none()
}) {}
