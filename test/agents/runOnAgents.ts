/** Runs loads on agents, on the clock of the test, against a server in memory. */
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { prepareOnAgents } from "../../src/agents/prepareOnAgents.ts"
import type { Member } from "../../src/agents/Member.ts"
import { Registry } from "../../src/agents/Registry.ts"
import { Tokens, TokenUnavailable } from "../../src/dms/Tokens.ts"
import { Transport } from "../../src/dms/Transport.ts"
import type { AgentsOfRun, OnAgentLost } from "../../src/domain/AgentsOfRun.ts"
import type { LoadResult } from "../../src/domain/LoadResult.ts"
import { runGenerator, type UsersPlan } from "../../src/engine/LoadRun.ts"
import { Recorder } from "../../src/metrics/Recorder.ts"
import { usersInWorkers } from "../../src/workers/Coordinator.ts"
import { setup } from "../workers/setup.ts"
import { committed, millisFor, steadyPlan } from "../workers/steadyLoad.ts"
import { startAgent, type TestAgent } from "./inMemory.ts"

export const plan: UsersPlan = { ...steadyPlan, users: 7 }

/** For runs of a minute: fewer requests. */
export const slow = { seed: 7, minMillis: 300, maxMillis: 900 }

export interface Sent {
  readonly atMillis: number
  readonly body: string
  readonly bearer: string
}

/** A server that takes 10 to 70 ms for a batch, always the same for the same body, and refuses tokens. */
export const makeServer = (
  clock: Clock.Clock,
  refuses: (bearer: string, nth: number) => boolean,
  takes: (body: string) => number = millisFor
) => {
  const sent: Array<Sent> = []
  const transport = Transport.layerMemory((request) =>
    Effect.gen(function* () {
      const body = new TextDecoder().decode(request.body ?? new Uint8Array())
      const bearer = request.headers["authorization"] ?? ""
      sent.push({ atMillis: clock.unsafeCurrentTimeMillis(), body, bearer })
      const nth = sent.length
      if (takes(body) > 0) yield* Effect.sleep(takes(body))
      return refuses(bearer, nth) ? { status: 401, body: "{}" } : committed
    })
  )
  return { sent, transport }
}

/** Logs in as often as it is asked: token-1, token-2, ... */
export const makeTokens = (): Tokens["Type"] => {
  let current = setup.bearer
  let logins = 1
  return {
    current: Effect.sync(() => current),
    isRefused: () => false,
    renew: (rejected) =>
      Effect.suspend(() => {
        if (Redacted.value(current) === Redacted.value(rejected)) current = Redacted.make(`token-${++logins}`)
        return logins > 100 ? new TokenUnavailable({ url: "", detail: "" }) : Effect.void
      }),
    redact: (text) => text
  }
}

interface AgentSpec {
  readonly name: string
  readonly slots: number
  readonly offsetMillis?: number
  readonly delayMillis?: number
}

interface Options {
  readonly plan?: Partial<UsersPlan>
  readonly onLost?: OnAgentLost
  readonly refuses?: (bearer: string, nth: number) => boolean
  /** The response time of the server in milliseconds. Default: 10 to 70 */
  readonly takes?: (body: string) => number
  /** Runs when the load has started. @param members the agents as the coordinator sees them */
  readonly meanwhile?: (
    agents: ReadonlyArray<TestAgent>,
    members: ReadonlyArray<Member>
  ) => Effect.Effect<unknown>
}

interface Outcome {
  readonly ended: LoadResult
  readonly measurements: ReturnType<Recorder["Type"]["measurements"]>
  readonly sent: ReadonlyArray<Sent>
  readonly agents: AgentsOfRun | undefined
}

/** Runs a plan on agents to its end. */
export const runOn = (specs: ReadonlyArray<AgentSpec>, options: Options = {}) =>
  Effect.gen(function* () {
    const { meanwhile = () => Effect.void, onLost = "stop", refuses = () => false } = options
    const { sent, transport } = makeServer(yield* Effect.clock, refuses, options.takes)
    const registry = yield* Registry.make(specs.length)
    yield* Effect.forkScoped(registry.watch)
    const agents = yield* Effect.forEach(specs, (spec) => startAgent(registry, transport, spec))
    yield* TestClock.adjust("5 seconds")
    yield* registry.allJoined
    const members = registry.present()
    const loadPlan = { ...plan, ...options.plan }
    let seen: AgentsOfRun | undefined
    const recorder = yield* Recorder
    const load = yield* prepareOnAgents(registry.nextLoad(), members, onLost, {
      setup,
      maxUsers: loadPlan.users,
      connections: undefined
    }).pipe(Effect.fork, Effect.tap(TestClock.adjust("1 second")), Effect.flatMap(Fiber.join))
    const run = yield* runGenerator(loadPlan, usersInWorkers(loadPlan, load), (_, generator) =>
      Effect.sync(() => {
        seen = generator.agents?.()
      })
    ).pipe(Effect.fork)
    yield* meanwhile(agents, members)
    yield* TestClock.adjust("90 seconds")
    const ended = yield* Fiber.join(run)
    return { ended, measurements: recorder.measurements(), sent, agents: seen } satisfies Outcome
  }).pipe(
    Effect.provide([Recorder.layer, Layer.succeed(Tokens, makeTokens())]),
    Effect.scoped,
    Logger.withMinimumLogLevel(LogLevel.None)
  )
