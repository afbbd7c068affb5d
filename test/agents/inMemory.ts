/** A coordinator and its agents on the clock of the test: everything is real except sockets and threads. */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { deserialize, serialize } from "node:v8"
import { type AgentSession, makeAgentSession, type SessionEnd } from "../../src/agents/AgentSession.ts"
import { type CoordinatorLink, type Dial, LinkDown } from "../../src/agents/CoordinatorLink.ts"
import { AgentMessage, JoinRequest, NumberedCommand } from "../../src/agents/messages.ts"
import { Registry } from "../../src/agents/Registry.ts"
import { steadyMillis } from "../../src/agents/steadyMillis.ts"
import type { DmsConfig } from "../../src/dms/DmsConfig.ts"
import type { Transport } from "../../src/dms/Transport.ts"
import type { ProcessHealth } from "../../src/metrics/GeneratorHealth.ts"
import { GeneratorProbe } from "../../src/metrics/GeneratorProbe.ts"
import { makeInProcess } from "../workers/inProcess.ts"

/** Three machines with four threads. */
export const three = [
  { name: "lab-1", slots: 2 },
  { name: "lab-2", slots: 1 },
  { name: "lab-3", slots: 1 }
]

/** As it arrives on another machine. */
const received =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (message: A): A =>
    Schema.decodeUnknownSync(schema)(deserialize(serialize(Schema.encodeSync(schema)(message))))

/** A network that can be cut, for one agent. */
export interface Network {
  /** Everything that is sent now is lost, and connections break when their next message does not arrive. */
  cut: boolean
  /** Only the acknowledgements are lost. */
  losesReplies: boolean
  /** Of each message, in one direction. */
  delayMillis: number
}

const brokenAfterMillis = 5000

/** What a lost message looks like to the sender. */
const lost = Effect.zipRight(Effect.sleep(brokenAfterMillis), new LinkDown({ reason: "the network is down" }))

/** @param clock of the coordinator */
const linkOver = (registry: Registry, network: Network, clock: Clock.Clock): CoordinatorLink => {
  const travel = Effect.suspend(() =>
    network.cut ? lost : Effect.sleep(Duration.millis(network.delayMillis))
  )
  const call = <A, E>(handled: () => Effect.Effect<A, E>): Effect.Effect<A, E | LinkDown> =>
    Effect.gen(function* () {
      yield* travel
      const reply = yield* handled()
      if (network.losesReplies) return yield* lost
      yield* travel
      return reply
    })
  return {
    join: (request) => call(() => registry.join(received(JoinRequest)(request))),
    tell: (message) => call(() => registry.tell(received(AgentMessage)(message))),
    readClock: call(() => Effect.sync(() => steadyMillis(clock))),
    commands: (request) =>
      registry.commands(request).pipe(
        Stream.tap(() => travel),
        Stream.map(received(NumberedCommand))
      )
  }
}

/** The same clock, `offsetMillis` ahead. */
const ahead = (clock: Clock.Clock, offsetMillis: number): Clock.Clock => ({
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + offsetMillis,
  unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos() + BigInt(Math.round(offsetMillis * 1e6)),
  currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + offsetMillis),
  currentTimeNanos: Effect.map(clock.currentTimeNanos, (now) => now + BigInt(Math.round(offsetMillis * 1e6))),
  sleep: (duration) => clock.sleep(duration)
})

export interface TestAgent {
  readonly name: string
  readonly network: Network
  readonly ended: Effect.Effect<SessionEnd>
  readonly session: AgentSession
  /** Ends it without a word, as `kill -9` does. */
  readonly kill: Effect.Effect<void>
}

/** Starts an agent that works for one coordinator. @param offsetMillis how far its clock is ahead of the coordinator's */
export const startAgent = (
  registry: Registry,
  transport: Layer.Layer<Transport, never, DmsConfig>,
  options: {
    readonly name: string
    readonly slots: number
    readonly offsetMillis?: number
    readonly delayMillis?: number
    /** 16 or more hexadecimal digits. Default: those of its name */
    readonly incarnation?: string
    /** Of its process, since the last report. Default: it is not measured */
    readonly health?: () => ProcessHealth
  }
): Effect.Effect<TestAgent, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { delayMillis = 0, name, offsetMillis = 0, slots } = options
    const incarnation = options.incarnation ?? Buffer.from(name).toString("hex").padStart(16, "0")
    const network: Network = { cut: false, losesReplies: false, delayMillis }
    const base = yield* Effect.clock
    const dial: Dial = Effect.suspend(() =>
      network.cut ? lost : Effect.succeed(linkOver(registry, network, base))
    )
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const clock = ahead(base, offsetMillis)
    const ended = yield* Deferred.make<SessionEnd>()
    const health: () => ProcessHealth | undefined = options.health ?? (() => undefined)
    const session = yield* makeAgentSession({ name, slots, concurrency: slots }, incarnation, dial).pipe(
      Effect.provide(makeInProcess(transport).layer),
      Effect.provideService(GeneratorProbe, { take: health, add: () => {}, addAgent: () => {} }),
      Scope.extend(scope),
      Effect.withClock(clock)
    )
    const fiber = yield* session.run.pipe(
      Effect.tap((end) => Deferred.succeed(ended, end)),
      Effect.withClock(clock),
      Effect.forkDaemon
    )
    yield* Effect.addFinalizer(() => Fiber.interruptFork(fiber))
    return {
      name,
      network,
      session,
      ended: Deferred.await(ended),
      kill: Effect.suspend(() => {
        network.cut = true
        return Fiber.interruptFork(fiber)
      })
    }
  })
