/** The agents of `--agents`, which send the load. */
import * as Terminal from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { JoinedAgents } from "../agents/Agents.ts"
import type { AgentsOptions } from "../agents/AgentsOptions.ts"
import { makeProgress, type Progress } from "../output/progress.ts"

/** Loaded on demand: a load of this machine does not load the server that agents connect to. */
const loadOpen = Effect.promise(() => import("../agents/openAgents.ts"))

/** For a program without a terminal, whose log says who joins. */
const noProgress: Progress = { show: () => Effect.void, end: Effect.void }

/** Of the command; none in a library. */
const progressIfAny = Effect.flatMap(
  Effect.serviceOption(Terminal.Terminal),
  Option.match({
    onNone: () => Effect.succeed(noProgress),
    onSome: (terminal) => Effect.provideService(makeProgress, Terminal.Terminal, terminal)
  })
)

/** Waits for agents to join, which stay until the scope closes; without options those that have joined already, if any. */
export const joinAgents = (options: AgentsOptions | undefined) =>
  options === undefined
    ? JoinedAgents
    : Effect.gen(function* () {
        const { openAgents } = yield* loadOpen
        return Option.some(yield* openAgents(options, yield* progressIfAny))
      })
