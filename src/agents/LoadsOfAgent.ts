/** The loads that a coordinator has given to this agent. */
import type * as Worker from "@effect/platform/Worker"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { excerpt } from "../domain/excerpt.ts"
import { rootMessage } from "../domain/rootMessage.ts"
import { type AgentLoad, type AgentLoadOptions, makeAgentLoad } from "./AgentLoad.ts"
import { type AgentCommand, type AgentEvent, type Leave, NotReady, type Prepare, Ready } from "./messages.ts"

/** A command that concerns one load. */
export type LoadCommand = Exclude<AgentCommand, Leave>

export interface LoadsOfAgent {
  readonly handle: (command: LoadCommand) => Effect.Effect<void>
  /** Everything that the users of all loads have counted since the last call. */
  readonly take: () => ReadonlyArray<AgentEvent>
  /** The shortest interval of reports; `undefined` while no users run. */
  readonly reportMillis: () => number | undefined
  /** Stops all users, because the coordinator does not reply or the agent ends. */
  readonly cutShort: Effect.Effect<void>
}

interface Entry {
  readonly scope: Scope.CloseableScope
  /** Set when its threads have started. */
  load: AgentLoad | undefined
}

/** @param startsIn milliseconds until an instant of the coordinator's clock */
export const makeLoads = (
  options: Omit<AgentLoadOptions, "prepare">,
  startsIn: (coordinatorMillis: number) => number
): Effect.Effect<LoadsOfAgent, never, Worker.WorkerManager | Worker.Spawner | Scope.Scope> =>
  Effect.gen(function* () {
    const services = yield* Effect.context<Worker.WorkerManager | Worker.Spawner>()
    const parent = yield* Effect.scope
    const entries = new Map<number, Entry>()
    const all = () => [...entries.values()].flatMap(({ load }) => load ?? [])

    const prepare = (command: Prepare) =>
      Effect.gen(function* () {
        const scope = yield* Scope.fork(parent, { _tag: "Sequential" })
        const entry: Entry = { scope, load: undefined }
        entries.set(command.load, entry)
        yield* makeAgentLoad({ ...options, prepare: command }).pipe(
          Scope.extend(scope),
          Effect.provide(services),
          Effect.matchCauseEffect({
            onFailure: (cause) => {
              const reason = excerpt(rootMessage(Cause.squash(cause)), 1000)
              return Cause.isInterruptedOnly(cause)
                ? Effect.void
                : options.add(new NotReady({ load: command.load, reason }))
            },
            onSuccess: (load) => {
              entry.load = load
              return options.add(new Ready({ load: command.load }))
            }
          }),
          Effect.forkIn(scope)
        )
      })

    const discard = (id: number) =>
      Effect.suspend(() => {
        const entry = entries.get(id)
        entries.delete(id)
        return entry === undefined
          ? Effect.void
          : Effect.asVoid(Effect.forkDaemon(Scope.close(entry.scope, Exit.void)))
      })

    return {
      handle: (command) =>
        Effect.suspend(() => {
          if (command._tag === "Prepare") return prepare(command)
          if (command._tag === "Discard") return discard(command.load)
          const load = entries.get(command.load)?.load
          if (load === undefined) return Effect.void
          switch (command._tag) {
            case "Begin":
              return load.begin(command, startsIn(command.plan.startedAtMillis ?? 0))
            case "StopUsers":
              return load.stop(command.timeIsOver ? "runTime" : "interrupt")
            case "UseToken":
              return load.useToken(command)
          }
        }),
      take: () => all().flatMap((load) => load.take()),
      reportMillis: () => {
        const intervals = all().flatMap((load) => load.reportMillis() ?? [])
        return intervals.length === 0 ? undefined : Math.min(...intervals)
      },
      cutShort: Effect.suspend(() => Effect.forEach(all(), ({ cutShort }) => cutShort, { discard: true }))
    }
  })
