/** The agents of `--agents`, which send the load. */
import * as Effect from "effect/Effect"
import { JoinedAgents } from "../agents/Agents.ts"
import type { AgentsOptions } from "../agents/AgentsOptions.ts"

/** Loaded on demand: a load of this machine does not load the server that agents connect to. */
const loadOpen = Effect.promise(() => import("../agents/openAgents.ts"))

/** Waits for agents to join, which stay until the scope closes; without options those that have joined already, if any. */
export const joinAgents = (options: AgentsOptions | undefined) =>
  options === undefined
    ? JoinedAgents
    : Effect.flatMap(loadOpen, ({ openAgents }) => Effect.asSome(openAgents(options)))
