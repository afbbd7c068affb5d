/** Lets agents join, and waits for all of them. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { awaitAtMost } from "../engine/awaitAtMost.ts"
import { AgentNotReady, type Agents, AgentsMissing, type AgentsUnusable, JoinedAgents } from "./Agents.ts"
import type { AgentsOptions } from "./AgentsOptions.ts"
import { type JoinProgress, joinLine, namesOf } from "./joinProgress.ts"
import { listen, type ListenOptions } from "./listen.ts"
import { Leave } from "./messages.ts"
import { prepareOnAgents } from "./prepareOnAgents.ts"
import { readJoinToken } from "./readJoinToken.ts"
import { readPem, readPemIfGiven } from "./readPem.ts"
import { Registry } from "./Registry.ts"
import { steadyMillis } from "./steadyMillis.ts"

const readTls = (
  tls: AgentsOptions["tls"]
): Effect.Effect<ListenOptions["tls"], AgentsUnusable, FileSystem.FileSystem> =>
  tls === undefined
    ? Effect.succeed(undefined)
    : Effect.all({
        cert: readPem("--agentsCert", tls.certFile),
        key: readPem("--agentsKey", tls.keyFile),
        clientCa: readPemIfGiven("--agentsClientCa", tls.clientCaFile)
      })

/** How long agents have to learn that the command has ended. */
const leaveMillis = 2000

/** Tells the agents that the command has ended, and waits until they have received that. */
const dismiss = (registry: Registry): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (const { commands } of registry.present()) commands.add(new Leave({}))
    const isDone = () => registry.present().every(({ commands }) => commands.isEmpty)
    const poll = Effect.sleep("20 millis").pipe(Effect.repeat({ until: isDone }))
    yield* awaitAtMost(poll, leaveMillis)
  })

/** Listens until the scope ends: then the agents learn that the command has ended, before their connections close. */
const listenUntilDismissed = (registry: Registry, options: ListenOptions) =>
  Effect.gen(function* () {
    const ofServer = yield* Scope.make()
    let disconnect: Effect.Effect<void> = Effect.void
    yield* Effect.addFinalizer((exit) =>
      Effect.zipRight(
        dismiss(registry),
        Effect.suspend(() => Effect.zipRight(disconnect, Scope.close(ofServer, exit)))
      )
    )
    const listening = yield* Scope.extend(listen(registry, options), ofServer)
    disconnect = listening.disconnect
    return listening.port
  })

/** Waits for all agents, and shows every second who has joined. */
const awaitAll = (
  registry: Registry,
  address: string,
  { count, withinMillis }: AgentsOptions,
  { end, show }: JoinProgress
) =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const untilMillis = steadyMillis(clock) + withinMillis
    const within = Duration.format(Duration.millis(withinMillis))
    yield* Effect.logInfo(
      `waiting for ${count === 1 ? "1 agent" : `${count} agents`} at ${address}, at most ${within}`
    )
    const report = show(() =>
      joinLine(registry.present(), { address, count, leftMillis: untilMillis - steadyMillis(clock) })
    )
    const reporting = Effect.forever(Effect.zipRight(Effect.sleep("1 second"), report))
    const joined = yield* Effect.raceFirst(registry.allJoined, reporting).pipe(
      Effect.timeoutOption(withinMillis),
      Effect.ensuring(end)
    )
    if (Option.isSome(joined)) return
    const present = registry.present()
    return yield* new AgentsMissing({
      message:
        `${count - present.length} of ${count} agents did not join at ${address} within ${within}; joined: ` +
        `${namesOf(present)}. Start them with edfi-perf agent --join, or wait longer with --agentsWithin`
    })
  })

const opened = (options: AgentsOptions, progress: JoinProgress) =>
  Effect.gen(function* () {
    const { count, listen: at, onLost, tls } = options
    const token = yield* readJoinToken(options.joinTokenFile)
    const registry = yield* Registry.make(count, progress.end)
    const port = yield* listenUntilDismissed(registry, { ...at, token, tls: yield* readTls(tls) })
    yield* Effect.forkScoped(Effect.interruptible(registry.watch))
    yield* awaitAll(registry, `${at.host}:${port}`, options, progress)
    return {
      present: () => registry.present(),
      prepare: (load) =>
        Effect.suspend(() => {
          const [lost] = registry.lost()
          return lost !== undefined && onLost === "stop"
            ? new AgentNotReady({ message: `agent ${lost.name} is lost: ${lost.lost}` })
            : prepareOnAgents(registry.nextLoad(), registry.present(), onLost, load)
        })
    } satisfies Agents
  })

/**
 * The agents that have joined already, or those of this command, which stay until the scope ends.
 *
 * @param progress shows who has joined
 * @throws AgentsUnusable the files or the address cannot be used
 * @throws AgentsMissing not all agents joined in time
 */
export const openAgents = (
  options: AgentsOptions,
  progress: JoinProgress
): Effect.Effect<Agents, AgentsMissing | AgentsUnusable, FileSystem.FileSystem | Scope.Scope> =>
  Effect.flatMap(
    JoinedAgents,
    Option.match({ onNone: () => opened(options, progress), onSome: (agents) => Effect.succeed(agents) })
  )
