/** An agent: waits for a coordinator, works for its command, and then waits for the next one. */
import type * as Worker from "@effect/platform/Worker"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { type AgentOptions, makeAgentSession, type SessionEnd } from "./AgentSession.ts"
import type { Dial } from "./CoordinatorLink.ts"
import { steadyMillis } from "./steadyMillis.ts"

/** The agent has no coordinator to work for, or no longer. */
export class AgentEnded extends Data.TaggedError("AgentEnded")<{ readonly message: string }> {}

export interface AgentRun extends AgentOptions {
  /** The address of the coordinator, for messages. */
  readonly address: string
  /** Ends after one command of a coordinator. */
  readonly once: boolean
}

/** How long an agent that works once waits for its coordinator. */
const onceMillis = 600_000

/** Delay between attempts to reach a coordinator. */
const retryMillis = 1000

/** Delay after a refusal: the reason may end with the command of that coordinator. */
const refusedMillis = 5000

const incarnation = Effect.map(Effect.replicateEffect(Random.nextIntBetween(0, 2 ** 32), 4), (numbers) =>
  numbers.map((number) => number.toString(16).padStart(8, "0")).join("")
)

/** Works for one coordinator. An interrupt first stops the users and sends what they have counted. */
const oneSession = (
  options: AgentOptions,
  dial: Dial
): Effect.Effect<SessionEnd, never, Worker.WorkerManager | Worker.Spawner> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const session = yield* makeAgentSession(options, yield* incarnation, dial)
      const fiber = yield* Effect.forkDaemon(Effect.interruptible(session.run))
      const exit = yield* Effect.exit(restore(Fiber.join(fiber)))
      if (Exit.isSuccess(exit)) return exit.value
      yield* session.leave
      yield* Fiber.interrupt(fiber)
      return yield* Effect.failCause(exit.cause)
    })
  ).pipe(Effect.scoped)

/** What to say of an end, and what to do then. */
const describe = (end: SessionEnd, { address }: AgentRun): string => {
  switch (end._tag) {
    case "Dismissed":
      return "the command of the coordinator has ended"
    case "Refused":
      return `the coordinator at ${address} refused this agent: ${end.reason}`
    case "NotReached":
      return end.isLasting
        ? `this agent cannot join at ${address}: ${end.reason}`
        : `no coordinator at ${address} yet: ${end.reason}`
    case "Silent":
      return `the coordinator at ${address} no longer replies; this agent has stopped its users`
  }
}

/**
 * Never ends, unless it works once: then it ends with the command of the coordinator.
 *
 * @throws AgentEnded it works once, and was refused, or has lost its coordinator or not found one in time
 */
export const runAgent = (
  options: AgentRun,
  dial: Dial
): Effect.Effect<void, AgentEnded, Worker.WorkerManager | Worker.Spawner> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const startedMillis = steadyMillis(clock)
    let said: string | undefined
    for (;;) {
      const end = yield* oneSession(options, dial)
      const text = describe(end, options)
      if (options.once) {
        if (end._tag === "Dismissed") return yield* Effect.logInfo(text)
        const isPatient =
          end._tag === "NotReached" && !end.isLasting && steadyMillis(clock) - startedMillis < onceMillis
        if (!isPatient) return yield* new AgentEnded({ message: text })
      }
      // The same reason is not repeated at every attempt.
      if (text !== said) yield* end._tag === "Dismissed" ? Effect.logInfo(text) : Effect.logWarning(text)
      said = end._tag === "Dismissed" ? undefined : text
      const isRefusal = end._tag === "Refused" || (end._tag === "NotReached" && end.isLasting)
      yield* Effect.sleep(isRefusal ? refusedMillis : retryMillis)
    }
  })
